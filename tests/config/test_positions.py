"""Keys are found where tomllib found them, however the file is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeder.config.positions import KeyPath, find_positions

TRICKY = '''\
# [not.a.table]
title = "a \\" ] # = quote"   # comment
  indented.dotted . "quoted key" = 1
multi = """
[inside] = 'no key'
"""""
literal = \'\'\'
x = 1 \\\'\'\'
when = 1979-05-27 07:32:00Z
list = [ 1, # one ]
  "two", { three = 3, "f.our" = [4] },
]
[table]
key = 'it is # not = a comment'
[[feed]]
name = "first"
[feed.extra]
deep = true
[[feed]]
name = "second"
[[feed.sub]]
a = 1
[[feed.sub]]
a = 2
[ "sp ace" . 'x' ]
"" = 0
'''


def paths(value: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    """Every way into what tomllib read."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield (*at, key)
        yield from paths(inner, (*at, key))


@pytest.mark.parametrize(
    ("key", "line", "column"),
    [
        (("title",), 2, 1),
        (("indented", "dotted", "quoted key"), 3, 21),
        (("indented",), 3, 3),
        (("multi",), 4, 1),
        (("literal",), 7, 1),
        (("when",), 9, 1),
        (("list", 1), 11, 3),
        (("list", 2, "three"), 11, 12),
        (("list", 2, "f.our", 0), 11, 34),
        (("table", "key"), 14, 1),
        (("feed", 0), 15, 3),
        (("feed", 0, "extra", "deep"), 18, 1),
        (("feed", 1, "name"), 20, 1),
        (("feed", 1, "sub", 1, "a"), 24, 1),
        (("sp ace", "x"), 25, 14),
        (("sp ace", "x", ""), 26, 1),
    ],
)
def test_a_key_stands_where_a_person_sees_it(key: KeyPath, line: int, column: int) -> None:
    assert find_positions(TRICKY)[key] == (line, column)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_nothing_is_found_that_tomllib_does_not_read(newline: str) -> None:
    text = TRICKY.replace("\n", newline)
    assert set(find_positions(text)) == set(paths(tomllib.loads(text)))


# Texts for keys and strings: what TOML uses itself is what could lead astray.
TEXTS = st.text(st.sampled_from("ab-_ .#=[]{},'\"\\\n\té字"), max_size=6)


def basic(text: str) -> str:
    for raw, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(raw, escaped)
    return f'"{text}"'


def strings(text: str) -> st.SearchStrategy[str]:
    """The ways of writing a string."""
    ways = [basic(text), '"""\n' + basic(text)[1:-1].replace("\\n", "\n") + '"""']
    if "'" not in text:
        ways.append(f"'''{text}'''")
        ways.extend([f"'{text}'"] if "\n" not in text else [])
    return st.sampled_from(ways)


VALUES: st.SearchStrategy[str] = st.recursive(
    st.one_of(
        TEXTS.flatmap(strings),
        st.sampled_from(["0", "-1.5e3", "true", "inf", "1979-05-27 07:32:00", "07:32:00.5"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[ # ]\n" + " ,\n".join(items) + "]"),
        st.dictionaries(TEXTS, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{basic(k)} = {v}" for k, v in table.items()) + "}"
        ),
    ),
    max_leaves=6,
)
KEYS = st.lists(TEXTS, min_size=1, max_size=3).map(lambda parts: " . ".join(map(basic, parts)))
LINES = st.one_of(
    st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}  # = ["),
    KEYS.map(lambda key: f"[{key}]"),
    KEYS.map(lambda key: f" [[ {key} ]]"),
    st.sampled_from(["", "# comment = 1", "\t"]),
)


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_every_key_of_any_document_is_found_and_no_other(text: str) -> None:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        find_positions(text)  # no TOML: nothing is promised but that it ends
        return
    found = find_positions(text)
    assert set(found) == set(paths(read))
    lines = text.split("\n")
    for line, column in found.values():
        assert lines[line - 1][column - 1 : column].strip(), "a position is never in white space"


@given(st.text(st.sampled_from("ab=.[]{}\"'\\#,\n 1"), max_size=40))
@example("[[[[" * 2000)
@example("a = " + "[" * 5000)
def test_text_that_is_no_toml_hurts_nothing(text: str) -> None:
    find_positions(text)
