"""Thousands of damaged pages, time that grows with the page and no faster, memory that stays."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest

from feeder.cleaner.markup.extract import extract
from feeder.errors import NotTextError, TooLargeError
from tests.cleaner import fuzzing
from tests.cleaner.hostile import WORDS, page

SOAK = float(os.environ.get("FEEDER_SOAK", "1"))
URL = "https://site.example/news/one"
A_MEGABYTE = 4.0
"""Seconds of CPU that a megabyte of a damaged page may take: five times what the slowest took."""
CACHES = 45_000
"""kB that a process grows by until its caches are full of names that no other page has: 38,000
over the first 18,000 such pages, and 2,700 over the 6,000 behind them."""


def _survive(seeds: range) -> None:
    pages = fuzzing.pages()
    failed = []
    for seed in seeds:
        html = fuzzing.mutated(seed, pages)
        began = time.process_time()
        try:
            article = extract(html, URL, fragment=(None, None, True, False)[seed % 4])
            assert time.process_time() - began < 0.5 + len(html) / 1e6 * A_MEGABYTE
            fuzzing.check(article)
        except (NotTextError, TooLargeError):
            continue
        except Exception as error:
            failed.append(f"{seed}: {type(error).__name__}: {error}"[:300])
    assert not failed, "\n".join([f"{len(failed)} of {len(seeds)} seeds", *failed[:20]])


@pytest.mark.slow
def test_pages_survive_a_hundred_accidents() -> None:
    _survive(range(100))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_pages_survive_ten_thousand_accidents() -> None:
    _survive(range(10_000, 10_000 + int(10_000 * SOAK)))


def _article(times: int) -> str:
    parts = [
        f"<p class='paragraph paragraph--body' data-id='b{number:012}'>{number}. {WORDS} {WORDS} "
        f"<a href='https://site.example/stories/{number:08}/'>A link</a> {WORDS}</p>"
        f"<h2>Heading {number}</h2><ul><li>{WORDS}</li></ul>"
        f"<figure class='figure figure--wide'><img src='/images/{number:08}.jpg' alt=''></figure>"
        for number in range(30 * times)
    ]
    around = "<div class=teaser><a href=/x><h3>Another headline</h3></a><p>And a text.</p></div>"
    return page(f"<article><h1>A headline</h1>{''.join(parts)}</article>{around * 10 * times}")


@pytest.mark.parametrize("fragment", [False, True])
def test_time_grows_with_the_page_and_no_faster(fragment: bool) -> None:
    def seconds(html: str) -> float:
        taken = []
        for _ in range(5):
            began = time.process_time()
            extract(html, URL, fragment=fragment)
            taken.append(time.process_time() - began)
        return min(taken)

    extract(_article(1), URL)
    times = [seconds(_article(2**power)) for power in range(4)]
    for less, more in pairwise(times):
        assert more < 3 * less, times


def test_a_page_takes_at_most_twenty_times_its_size() -> None:
    # Python's own objects; libxml2's tree is about five times the page besides. Pages of the
    # corpora take 5.7 times on average and 11.7 at most, with the tree 18.1 at most.
    html = _article(8)
    extract(html, URL)
    gc.collect()
    tracemalloc.start()
    extract(html, URL)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 15 * len(html)


CHILD = """
import gc, os, sys
from feeder.cleaner.markup.extract import extract

def held():
    gc.collect()
    pages = int(open("/proc/self/statm").read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1000

count = int(sys.argv[1])
for number in range(count):
    if number == count // 4:
        before = held()
    text = f"Sentence {number} of an article, which has words enough to be one, so it is."
    extract(
        f"<html><head><title>Title {number}</title></head><body class='b{number}'><article>"
        f"<h1>Title {number}</h1><p class='byline c{number}'>By Ann Reed {number}</p>"
        + f"<p id='p{number}'>{text}</p><a href='/x/{number}'>A link {number}</a>" * 8
        + "</article></body></html>",
        f"https://site{number}.example/a/{number}",
    )
print(held() - before)
"""


def _growth(pages: int) -> float:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(pages)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_stays_over_ten_thousand_pages() -> None:
    pages = int(10_000 * SOAK)
    growth = _growth(pages)
    print(f"{pages} pages: {growth:+.0f} kB")
    assert growth < 0.6 * CACHES
