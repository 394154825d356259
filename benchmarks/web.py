"""A refresh of the web, beside trafilatura + feedgen + 16 threads: `python benchmarks/web.py`.

    python benchmarks/web.py                                # 100 sites of 10 articles, all phases
    python benchmarks/web.py --only feeder --phases cold,warm
    python benchmarks/web.py --phases scale --large 1000    # what a source costs, as a slope

Both refresh the same local sites (`sites.py`) as whole processes: *cold*, with nothing known;
*warm*, with nothing new; *new*, with one new article at each site; *scale* is cold and warm for
feeder at `--sites` and at `--large`. What was published is held against what the sites wrote.

CPU time is what counts, that of all processes together: time by the clock says more about the
machine's other work. `pip install -e '.[bench]'` installs trafilatura.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from measuring import Cost, measure
from published import Verdict, files_in, judge, name_of
from sites import Running, running

_PHASES = ("cold", "warm", "new", "scale")
_WARM_RUNS = 3
_LINES = 12  # of what is printed by a run that failed
_SELECTED = 10
"""One source of so many names its items by selectors; the others have an address only."""
# What was agreed upon for each phase: times the baseline's CPU, and MB of all processes.
_RATIOS = {"cold": 0.35, "new": 0.4}
_MEMORY = {100: 250, 1_000: 400}
_SLOPE = 3.0  # ms of CPU a source, of a warm refresh
_START = 0.6  # s of CPU, of one without sources
_WIDE = "{:6} {:9} {:>8} {:>9} {:>9} {:>9} {:>16} {:>16}  {}"


class Contender(NamedTuple):
    """Somebody who refreshes the sites: its command, where it works, where its feeds lie."""

    name: str
    command: Sequence[str]
    folder: Path
    public: Path


class Run(NamedTuple):
    """One refresh: what it cost, what the sites answered, and what it published."""

    phase: str
    cost: Cost
    answers: Counter[str]
    written: int
    verdict: Verdict


def baseline(web: Running, folder: Path) -> Contender:
    """The peer, told how each site's links to articles look."""
    told = {
        name_of(site): {"url": web.address(site), "links": site.layout.links} for site in web.sites
    }
    folder.mkdir()
    (folder / "sites.json").write_text(json.dumps(told))
    script = str(Path(__file__).with_name("baseline.py"))
    command = [sys.executable, script, "sites.json", "feeds"]
    return Contender("baseline", command, folder, folder / "feeds")


def feeder(web: Running, folder: Path) -> Contender:
    """feeder, with a configuration of an address a source."""
    sources = folder / "config/sources"
    sources.mkdir(parents=True)
    bounds = 'allow_networks = ["127.0.0.0/8"]\ndelay = "0s"\n'
    (folder / "config/feeder.toml").write_text(f"[fetch]\n{bounds}")
    for site in web.sites:
        text = f'kind = "listing"\nurl = "{web.address(site)}"\n'
        if site.number % _SELECTED == _SELECTED - 1:
            text += f'[list]\nitem = "{site.layout.item}"\nlink = "{site.layout.link}"\n'
        (sources / f"{name_of(site)}.toml").write_text(text)
    command = [sys.executable, "-m", "feeder", "--config", str(folder / "config"), "refresh"]
    return Contender("feeder", command, folder, folder / "var/public")


_CONTENDERS: dict[str, Callable[[Running, Path], Contender]] = {
    "baseline": baseline,
    "feeder": feeder,
}


def refresh(phase: str, who: Contender, web: Running, articles: int) -> Run:
    """One refresh by one contender."""
    before = files_in(who.public)
    web.counts()
    cost = measure(who.command, who.folder)
    answers = web.counts()
    after = files_in(who.public)
    written = sum(before.get(path) != stamp for path, stamp in after.items())
    if cost.status:
        print(f"{who.name} ended with {cost.status}; the last that it said:")
        print("\n".join(cost.output.splitlines()[-_LINES:]))
    return Run(phase, cost, answers, written, judge(who.public, web.sites, articles))


def warm(who: Contender, web: Running, articles: int) -> Run:
    """Refreshes with nothing new: the median CPU time, and the answers and files of all of them."""
    runs = [refresh("warm", who, web, articles) for _ in range(_WARM_RUNS)]
    costs = [run.cost for run in runs]
    cost = costs[0]._replace(
        wall=median(each.wall for each in costs),
        cpu=median(each.cpu for each in costs),
        peak=max(each.peak for each in costs),
        status=max(each.status for each in costs),
    )
    answers = sum((run.answers for run in runs), Counter[str]())
    return runs[-1]._replace(cost=cost, answers=answers, written=sum(run.written for run in runs))


# --- what is printed ------------------------------------------------------------------------------


def show(run: Run, who: Contender, web: Running, new: int, base: Run | None) -> None:
    """A line of the table."""
    sites, cost = len(web.sites), run.cost
    ratio = f"{cost.cpu / base.cost.cpu:.2f} ×" if base else "-"
    if who.name == "feeder" and run.phase in _RATIOS:
        ratio += f" (≤ {_RATIOS[run.phase]})"
    memory = f"{cost.peak:.0f} MB"
    if who.name == "feeder" and sites in _MEMORY:
        memory += f" (≤ {_MEMORY[sites]})"
    article = f"{1000 * cost.cpu / new:.1f} ms" if new else "-"
    source = f"{1000 * cost.cpu / sites:.1f} ms"
    print(
        _WIDE.format(
            run.phase, who.name, f"{cost.wall:.1f} s", f"{cost.cpu:.2f} s", article, source,
            ratio, memory, _published(run),
        ),
        flush=True,
    )  # fmt: skip
    below = f"{cost.cpu - cost.first:.2f} s in processes below it" if cost.processes > 1 else ""
    print(f"{'':17}answers: {_told(run.answers)}  {below}", flush=True)
    others = {key for key in run.answers if not key.endswith(" 304")}
    if run.phase == "warm" and (others or run.written):
        print(f"{'':17}not idle: {_told({k: run.answers[k] for k in others})}, {run.written} files")


def _published(run: Run) -> str:
    verdict = run.verdict
    lacking = f", {verdict.lacking} not whole" if verdict.lacking else ""
    return f"{verdict.entries} entries, F1 {verdict.agreement:.4f}{lacking}; {run.written} files"


def _told(answers: Mapping[str, int]) -> str:
    return ", ".join(f"{count} × {name}" for name, count in sorted(answers.items())) or "none"


def header(web: Running, articles: int) -> None:
    """What is measured, and the head of the table."""
    print(
        f"{len(web.sites)} sites of {articles} articles; CPU and memory of all processes together"
    )
    print(
        _WIDE.format(
            "phase", "who", "clock", "CPU", "an article", "a source", "ratio", "peak", "published"
        )
    )


# --- the phases -----------------------------------------------------------------------------------


def phases(names: Sequence[str], only: str, sites: int, articles: int, seed: int) -> list[Run]:
    """Run the phases, each contender in turn; feeder's runs."""
    chosen = [name for name in _CONTENDERS if only in ("", name)]
    ours: list[Run] = []
    with running(sites, articles, seed) as web, tempfile.TemporaryDirectory() as folder:
        contenders = [_CONTENDERS[name](web, Path(folder) / name) for name in chosen]
        header(web, articles)
        for phase in ("cold", *names):
            if phase == "new":
                web.publish()
            new = {"cold": sites * articles, "new": sites}.get(phase, 0)
            base: Run | None = None
            for who in contenders:
                count = articles + (phase == "new")
                run = warm(who, web, count) if phase == "warm" else refresh(phase, who, web, count)
                show(run, who, web, new, base)
                base = run if who.name == "baseline" else base
                ours += [run] if who.name == "feeder" else []
    return ours


def scale(sites: int, large: int, articles: int, seed: int) -> None:
    """What a warm refresh costs a source, and what it costs before the first one."""
    few = phases(("warm",), "feeder", sites, articles, seed)[-1].cost.cpu
    many = phases(("warm",), "feeder", large, articles, seed)[-1].cost.cpu
    slope = (many - few) / (large - sites)
    print(
        f"warm refresh: {1000 * slope:.2f} ms of CPU a source (≤ {_SLOPE}) between {sites} and "
        f"{large:,} sources, and {few - slope * sites:.2f} s to start (≤ {_START})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--large", type=int, default=1_000, help="sites of the phase scale")
    parser.add_argument("--articles", type=int, default=10, help="at each site, to begin with")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=_CONTENDERS, default="", help="one of the two")
    parser.add_argument("--phases", default="cold,warm,new", help=f"of {', '.join(_PHASES)}")
    options = parser.parse_args()
    names = options.phases.split(",")
    if unknown := set(names) - set(_PHASES):
        parser.error(f"there is no phase {', '.join(unknown)}")
    if options.only != "feeder" and importlib.util.find_spec("trafilatura") is None:
        print("trafilatura: not installed, the baseline is left out")
        options.only = "feeder"
    if set(names) - {"scale"}:
        after = [name for name in ("warm", "new") if name in names]
        phases(after, options.only, options.sites, options.articles, options.seed)
    if "scale" in names:
        scale(options.sites, options.large, options.articles, options.seed)


if __name__ == "__main__":
    main()
