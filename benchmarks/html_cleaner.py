"""How fast the HTML cleaner is, beside trafilatura: `python benchmarks/html_cleaner.py`.

    FEEDER_CORPORA=… python benchmarks/html_cleaner.py                 # speed, memory, linearity
    FEEDER_CORPORA=… python benchmarks/html_cleaner.py --phases        # where the time goes
    FEEDER_CORPORA=… python benchmarks/html_cleaner.py --growth 10000  # pages on end

From bytes to a sanitised article with its facts and provenance, on the pages of the set `aeb`, in
CPU time of one process. `pip install -e '.[bench]'` installs trafilatura; it runs with metadata.
"""

from __future__ import annotations

import argparse
import ctypes
import functools
import gc
import inspect
import os
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from peers import Extract, extractor, installed

from feeder.cleaner.markup import content
from feeder.cleaner.markup import extract as flow
from feeder.cleaner.markup.site import SitePage
from feeder.errors import FeederError
from tests.cleaner import corpus

Pages = Sequence[tuple[bytes, str]]

_ROUNDS = 5
_PEER = "trafilatura"
_WARM_UP = 30  # pages; of another set, so that the first round is of pages never seen
_JOINED = (1, 2, 4, 8, 16, 32)
_BODY = re.compile(rb"<body[^>]*>(.*)</body", re.DOTALL | re.IGNORECASE)
_SMALL = 0.01  # share of the time below which a phase is among the rest
_FLOOR = 6.0


def pages_of(name: str) -> Pages:
    return [(raw, record.get("url") or "") for record, raw in corpus.pages(name)]


def cpu(run: Callable[..., object], *arguments: Any) -> float:
    """The CPU time of a call, in seconds."""
    start = time.process_time()
    run(*arguments)
    return time.process_time() - start


def warm_up(run: Extract) -> None:
    """Have everything loaded, by pages of another set."""
    for raw, url in pages_of("readability")[:_WARM_UP]:
        run(raw, url)


# --- pages a second -------------------------------------------------------------------------------


def speed(pages: Pages, ours: Extract) -> float | None:
    """Print pages a second of both; how many times as fast ours is, at the median round."""
    runs = {"feeder": ours} | ({_PEER: extractor(_PEER)} if installed(_PEER) else {})
    if len(runs) == 1:
        print(f"{_PEER}: not installed, left out")
    for run in runs.values():
        warm_up(run)
    rounds = [_round(pages, runs) for _ in range(_ROUNDS)]
    size = sum(len(raw) for raw, _ in pages) / len(pages)
    print(f"{len(pages)} pages of {size / 1000:.0f} kB, pages/s of CPU time in {_ROUNDS} rounds")
    for name in runs:
        rates = [len(pages) / each[name] for each in rounds]
        shown = " ".join(f"{rate:7.1f}" for rate in rates)
        print(f"  {name:12} {shown}   best {max(rates):.1f}, {1000 / max(rates):.2f} ms a page")
    if len(runs) == 1:
        return None
    ratios = [each[_PEER] / each["feeder"] for each in rounds]
    shown = " ".join(f"{ratio:7.2f}" for ratio in ratios)
    median = statistics.median(ratios)
    print(f"  {'ratio':12} {shown}   median {median:.2f}; the first is of pages never seen")
    return median


def _round(pages: Pages, runs: dict[str, Extract]) -> Counter[str]:
    """The seconds that each takes over all pages, page by page in turn."""
    taken: Counter[str] = Counter()
    for raw, url in pages:
        for name, run in runs.items():
            taken[name] += cpu(run, raw, url)
    return taken


# --- where the time goes --------------------------------------------------------------------------


class Phases:
    """The time within each function that the flow calls, less that of those within it."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.inner = [0.0]

    def timed(self, name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(run)
        def timed(*arguments: Any, **named: Any) -> Any:
            self.inner.append(0.0)
            start = time.process_time()
            try:
                return run(*arguments, **named)
            finally:
                took = time.process_time() - start
                self.taken[name] += took - self.inner.pop()
                self.inner[-1] += took

        return timed

    def watch(self, module: ModuleType, mark: str = "") -> None:
        """Time what a module has imported from the other parts, and its own steps."""
        for name, found in list(vars(module).items()):
            ours = getattr(found, "__module__", "").startswith("feeder.")
            if name in ("tostring", "Places") or (ours and inspect.isfunction(found)):
                setattr(module, name, self.timed(f"{mark}{name.strip('_')}", found))


def phases(pages: Pages) -> None:
    """Print where a page's time goes; the clock itself takes a part of it."""
    seen = Phases()
    seen.watch(content, "content: ")
    seen.watch(flow)
    flow._SHAPING = tuple((name, seen.timed(name, step)) for name, step in flow._SHAPING)
    for name, method in inspect.getmembers(SitePage, inspect.isfunction):
        setattr(SitePage, name, seen.timed("site rules", method))
    for raw, url in pages:
        flow.extract(raw, url)
    seen.taken.clear()
    for raw, url in pages:
        flow.extract(raw, url)
    whole = seen.taken.total()
    print(f"where {1000 * whole / len(pages):.2f} ms a page go (the clocks between them included)")
    small = 0.0
    for name, taken in seen.taken.most_common():
        if taken < _SMALL * whole:
            small += taken
        else:
            print(f"  {name:26} {1000 * taken / len(pages):6.2f} ms {taken / whole:6.1%}")
    print(f"  {'the rest':26} {1000 * small / len(pages):6.2f} ms {small / whole:6.1%}")


# --- memory ---------------------------------------------------------------------------------------


def memory(pages: Pages, run: Extract) -> None:
    """Print the most memory that a page takes, as a multiple of its bytes."""
    warm_up(run)
    found = sorted((_peak(run, raw, url) / len(raw), len(raw)) for raw, url in pages)
    times = [each for each, _ in found]
    largest = max(found, key=lambda row: row[1])
    print(
        f"memory a page: {statistics.median(times):.1f} times its size at the median,"
        f" {times[-1]:.1f} at most (of {found[-1][1] / 1000:.0f} kB),"
        f" {largest[0]:.1f} for the largest ({largest[1] / 1000:.0f} kB)"
    )


def _peak(run: Extract, raw: bytes, url: str) -> int:
    """The bytes that a page's run adds to a process at its height: in a child, which then ends."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        run(raw, url)  # what this loads and remembers is no part of a page's memory
        _give_back()
        Path("/proc/self/clear_refs").write_text("5")  # the high-water mark starts here
        before = _status("VmRSS")
        run(raw, url)
        os.write(writer, str(_status("VmHWM") - before).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        size = int(told.read())
    os.waitpid(child, 0)
    return size


def _give_back() -> None:
    """Return freed memory, which the next page would take without a trace."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def _status(name: str) -> int:
    rows = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(row.split()[1]) for row in rows if row.startswith(f"{name}:"))


def growth(pages: Pages, run: Extract, count: int) -> None:
    """Print the memory of the process over pages on end, none with a name seen before."""
    print(f"memory of one process over {count:,} pages whose classes are all new, in MB")
    for number in range(count):
        raw, url = pages[number % len(pages)]
        run(raw.replace(b'class="', b'class="n%d-' % number), url)
        if (number + 1) % max(1, count // 10) == 0:
            _give_back()
            print(f"  after {number + 1:6,} pages {_status('VmRSS') / 1e6:8.1f}", flush=True)


# --- growth of the time with the size -------------------------------------------------------------


def linearity(pages: Pages, run: Extract) -> None:
    """Print the time for the same bytes as many small pages and as few large ones."""
    found = [_BODY.search(raw) for raw, _ in pages]
    bodies = [match[1] for match in found if match]
    bodies = bodies[: len(bodies) // _JOINED[-1] * _JOINED[-1]]
    print("the same bodies in ever larger pages")
    for count in _JOINED:
        joined = list(_joined(bodies, count))
        size = sum(map(len, joined))
        best = min(sum(cpu(_run, run, raw) for raw in joined) for _ in range(2))
        average = size / len(joined) / 1000
        print(f"  pages of {average:6,.0f} kB: {1e9 * best / size:6.1f} ms a MB")


def _joined(bodies: Sequence[bytes], count: int) -> Iterator[bytes]:
    for start in range(0, len(bodies), count):
        parts = b"".join(b"<div>%s</div>" % body for body in bodies[start : start + count])
        yield b"<!doctype html><html><body>%s</body></html>" % parts


def _run(run: Extract, raw: bytes) -> None:
    try:
        run(raw, "")
    except FeederError as fault:
        print(f"  {len(raw) / 1000:,.0f} kB: {fault}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--phases", action="store_true", help="print where the time goes")
    parser.add_argument("--growth", type=int, metavar="PAGES", help="run as many pages on end")
    parser.add_argument("--floor", action="store_true", help=f"fail below {_FLOOR} times {_PEER}")
    options = parser.parse_args()
    if not corpus.CORPORA:
        sys.exit("FEEDER_CORPORA does not say where the labelled corpora are")
    pages, ours = pages_of("aeb"), extractor("feeder")
    if options.growth:
        growth(pages, ours, options.growth)
    elif options.phases:
        phases(pages)
    else:
        memory(pages, ours)
        linearity(pages, ours)
        ratio = speed(pages, ours)
        if options.floor and (ratio is None or ratio < _FLOOR):
            sys.exit(f"not {_FLOOR} times as fast as {_PEER}")


if __name__ == "__main__":
    main()
