"""A find in words."""

from __future__ import annotations

from feeder.discovery.finds import Discovery, Find


def counted(find: Find) -> str:
    """How many articles it has, and how new they are."""
    count = len(find.candidates)
    if not count:
        return "no articles"
    number = "1 article" if count == 1 else f"{count:,} articles"
    if find.parts > 1:
        number = f"{number} in the first of {find.parts} parts"
    newest = find.newest
    return f"{number}, {f'the newest of {newest:%Y-%m-%d}' if newest else 'without dates'}"


def texts(find: Find) -> str:
    """Whether it has the articles' texts, or where they are from."""
    if find.is_whole:
        most = "" if find.whole == len(find.candidates) else " of most"
        return f"it has the whole texts{most}"
    told = f"; the first has {find.text:,} characters" if find.text else ""
    if find.kind == "feed":
        return f"teasers; the rest is on the articles' pages{told}"
    return f"texts are from the articles' pages{told}"


def evidence(found: Discovery, find: Find) -> list[str]:
    """Why to believe in it: how it was found, what of an article it has, and what in common with
    the page."""
    told = [find.told_by]
    if find.candidates:
        told.append(texts(find))
    page = next((one for one in found.finds if one.form == "list of links"), None)
    if page is not None and page is not find and page.candidates:
        shared = len(page.addresses & find.addresses)
        told.append(f"it has {shared} of the {len(page.addresses)} articles on the page")
    if 0 < find.dated < len(find.candidates):
        told.append(f"{find.dated} of {len(find.candidates)} tell a date")
    return told
