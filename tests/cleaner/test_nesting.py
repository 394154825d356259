"""Markup that a parser reads as it is written is told from markup that it would mend."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.cleaner.nesting import nests_plainly
from feeder.cleaner.sanitize import sanitise


@pytest.mark.parametrize(
    "html",
    [
        "",
        "words &amp; words",
        '<p>One <b>two <i>three</i></b><br><img src="x" alt=""></p><hr>',
        "<p title='\"'>x</p>",
        "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>",
        "<dl><dt>a</dt><dd><p>b</p></dd></dl>",
        "<table> <tr>\n<td>a<table><tr><td>b</td></tr></table></td> <th></th></tr></table>",
        "<b><p>x</p></b><a><h2>x</h2><p>y</p></a>",
        "<details><summary>a</summary><pre>&lt;b&gt;\n</pre></details>",
        '<video src="x" controls></video><blockquote><p>x</p></blockquote>',
    ],
)
def test_what_stands_where_it_may_stand(html: str) -> None:
    assert nests_plainly(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<p>b</p></p>",
        "<p>a<div>b</div></p>",
        "<p>a<ul><li>b</li></ul></p>",
        "<h1>a<h2>b</h2></h1>",
        "<a>x<a>y</a></a>",
        "<b>x<i>y<b>z</b></i></b>",
        "<b>x<i>y</b>z</i>",
        "<li>x</li>",
        "<ul><li>a<div><li>b</li></div></li></ul>",
        "<dl><div><dt>x</dt></div></dl>",
        "<td>x</td>",
        "<table>x<tr><td>y</td></tr></table>",
        "<table><p>x</p></table>",
        "<table><tr><td>x</td>&nbsp;</tr></table>",
        "<table><td>x</td></table>",
        "<pre>\n\nx</pre>",
        "<pre>&#10;&#10;x</pre>",
        "<pre>&NewLine;&NewLine;x</pre>",
        "<br></br>",
        "<p>x",
        "x</p>",
        "<P>x</P>",
        "<p class=x>y</p>",
        "<p title='<'>y</p>",
        "<p>a < b</p>",
        "<!-- x -->",
        "<svg></svg>",
        "<form>x</form>",
        "<script>x</script>",
        "<ruby>x<rt>y</rt></ruby>",
        "<p " + 'a="b" ' * 60 + ">x</p>",
        "<div>" * 80 + "</div>" * 80,
    ],
)
def test_what_a_parser_may_move_or_nobody_looked_into(html: str) -> None:
    assert not nests_plainly(html)


_TEXT = st.sampled_from(["x", "a &amp; b", "\n", " ", "&nbsp;", "&lt;p&gt;", "\n\n", "&#8;"])
_VOID = st.sampled_from(
    ["<br>", "<hr>", '<img src="https://e.example/i.png">', '<img src="x" width="1">', "<source>"]
)
_OPENED = st.sampled_from(
    [
        *"p h1 h2 div section blockquote pre ul ol li dl dt dd table tbody tr td th".split(),
        *"caption b i em a code span q small figure figcaption details summary video cite".split(),
        'a href="https://e.example/" title="x"',
        'a title="x" href="javascript:1"',
        'td colspan="2" class="x"',
        'pre lang="x"',
    ]
)


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def close(tag: str, pieces: list[str]) -> str:
        return f"<{tag}>{''.join(pieces)}</{tag.split()[0]}>"

    rows = st.lists(inner, max_size=3).map(
        lambda cells: f"<table><tr><td>{'</td><td>'.join(cells)}</td></tr></table>"
    )
    items = st.lists(inner, max_size=3).map(
        lambda each: f"<ul><li>{'</li><li>'.join(each)}</li></ul>"
    )
    return st.builds(close, _OPENED, st.lists(inner, max_size=4)) | rows | items


_TREES = st.lists(st.recursive(_TEXT | _VOID, _wrapped, max_leaves=12), max_size=5).map("".join)


@given(_TREES)
def test_what_is_nested_plainly_rests_after_one_pass(html: str) -> None:
    once = sanitise(html)
    # A comment is nothing but a reason to go the long way round.
    assert once == sanitise(f"{html}<!-- -->")
    assert sanitise(once) == once


def test_a_link_that_loses_its_address_rests_all_the_same() -> None:
    clean = sanitise('<p><a href="javascript:x" title="t">x</a></p>')
    assert clean == '<p><a title="t" rel="noopener noreferrer">x</a></p>'
    assert sanitise(clean) == clean
