"""Adding a source: what is there is looked at first, and what is wrong is said before it is kept.

Its file goes to `sources.d` in the state folder: what a person wrote is never written to.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from starlette.responses import Response

from feeder.adding import NewSource, checked, is_name, keep, made_sources, name_for
from feeder.errors import ConfigError, ConfigFault, FeederError, LockedError
from feeder.online import Sight, look_at
from feeder.server.pages.answering import Visit, fault, page, told
from feeder.server.pages.notes import Note
from feeder.text import one_line

ANY = "any"
KINDS: Mapping[str, str] = {
    ANY: "find out",
    "listing": "a page that lists articles",
    "feed": "a feed (RSS, Atom, JSON Feed)",
    "sitemap": "a sitemap",
}
"""Kinds that an address is enough for. None of them reads a file of this machine."""
NOTHING = (
    "Nothing was found there that an address is enough for: `feeder discover` shows what there is."
)
FIELDS = ("url", "kind", "name", "title", "every", "language", "item", "content")
LONGEST = 2000
_looking = threading.Lock()
"""One look at a time: it takes worker processes, and may take a minute."""


def show(visit: Visit) -> Response:
    """The form, for those who may send it."""
    if not visit.may_act:
        advice = "Each is a file in config/sources; `feeder init` shows how."
        return fault(visit, 403, "Sources cannot be added here.", advice)
    return _page(visit, {})


def add(visit: Visit) -> Response:
    """Look at what the source shows, or keep it."""
    form = {key: one_line(visit.form.get(key, "")[:LONGEST]) for key in FIELDS}
    form["name"] = form["name"] or _free_name(visit, form["title"], form["url"])
    if faults := _faults(form):
        return _page(visit, form, faults=faults)
    try:
        if visit.form.get("do") == "keep" and form["kind"] != ANY:
            return _kept(visit, form)
        return _previewed(visit, form)
    except ConfigError as error:
        return _page(visit, form, faults=[_in_words(fault, form["name"]) for fault in error.faults])
    except FeederError as error:
        return _page(visit, form, faults=[f"{error.message}. {error.advice}"])


def new_source(form: Mapping[str, str]) -> NewSource:
    """The source that a form describes."""
    plain = {key: form[key] for key in ("kind", "url", "title", "every", "language") if form[key]}
    tables = (("list", "item", form["item"]), ("article", "content", form["content"]))
    keys = plain | {table: {key: value} for table, key, value in tables if value}
    return NewSource(form["name"], keys, notes=("Added on the status pages.",))


def _faults(form: Mapping[str, str]) -> list[str]:
    faults = []
    if not is_name(form["name"]):
        faults.append("A name is 1 to 64 characters of a-z, 0-9 and -.")
    if form["kind"] not in KINDS:
        faults.append("Say what is there.")
    if not form["url"].startswith(("http://", "https://")):
        faults.append("An address begins with http:// or https://.")
    return faults


def _in_words(fault: ConfigFault, name: str) -> str:
    """A fault; of the file that is not there yet, without where it would stand."""
    if Path(fault.file).name != f"{name}.toml":
        return str(fault)
    return f"{fault.key}: {fault.message}" if fault.key else fault.message


def _previewed(visit: Visit, form: Mapping[str, str]) -> Response:
    if not _looking.acquire(blocking=False):
        raise LockedError("somebody else looks at a new source just now", advice="try it again")
    try:
        if form["kind"] == ANY:
            form = {**form, **_found(visit, form)}
            if form["kind"] == ANY:
                return _page(visit, form, faults=[NOTHING])
        settings = checked(visit.app.settings.folder, [new_source(form)])
        [sight] = look_at(settings, [form["name"]], visit.rooms.desk.stopping)
    finally:
        _looking.release()
    return _page(visit, form, sight=sight)


def _found(visit: Visit, form: Mapping[str, str]) -> Mapping[str, str]:
    """The best of what there is at the address, as `feeder add` would take it; nothing if none is.

    Raises:
        SourceError: the address gives nothing; it says why.
    """
    from feeder.discovery.asking import PRELOAD, discover
    from feeder.discovery.writing import title_of
    from feeder.workers.processes import Workers

    with Workers(processes=1, preload=PRELOAD) as work:
        stopping = visit.rooms.desk.stopping
        found = discover(form["url"], visit.app.settings.fetch, work, stopping)
    usable = (one for one in found.finds if one.kind in KINDS and not one.is_blocked)
    find = next((one for one in usable if not one.options), None)
    if find is None:
        return {}
    title = form["title"] or one_line(title_of(found, find))
    given = visit.form.get("name", "") and form["name"]
    name = given or _free_name(visit, title, find.url)
    return {"url": find.url, "kind": find.kind, "title": title, "name": name}


def _free_name(visit: Visit, title: str, url: str) -> str:
    return name_for(title, url, {source.name for source in visit.app.settings.sources})


def _kept(visit: Visit, form: Mapping[str, str]) -> Response:
    source, settings = new_source(form), visit.app.settings
    checked(settings.folder, [source])
    place = keep(made_sources(settings), source)
    visit.app.store.ask_reload(visit.now)
    note = Note(
        f"{source.name} was added, and is refreshed as soon as the configuration is read again.",
        f"It stands in {place}: remove that file and reload to take it away.",
    )
    return told(visit, note, "")


def _page(
    visit: Visit,
    form: Mapping[str, str],
    *,
    faults: list[str] | None = None,
    sight: Sight | None = None,
) -> Response:
    filled = {key: form.get(key, "") for key in FIELDS}
    make = partial(page, visit, "adding.html", title="Add a source", section="add")
    status = 422 if faults else 200
    return make(form=filled, kinds=KINDS, faults=faults or [], sight=sight, status=status)
