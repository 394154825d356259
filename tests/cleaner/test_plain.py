"""The text of an article, as a reader sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.cleaner.plain import text_of
from feeder.cleaner.sanitize import sanitise
from feeder.text import fold


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<h2>Head</h2>\n<p>One\n  line</p>", "Head\n\nOne line"),
        ("<p>a<br>b<br/>c</p>", "a\nb\nc"),
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", "a\nb\n\nc"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a b\n1 2"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "a\nb"),
        ("<p>“a” &amp; b &lt;i&gt; caf&eacute;&nbsp;!</p>", "“a” & b <i> café !"),
        ('<p><a href="https://e.example/">in</a>side</p>', "inside"),
        ("<p>a</p><pre>x = 1\n  y = &lt;2&gt;\n</pre><p>b</p>", "a\n\nx = 1\n  y = <2>\n\nb"),
        ("<div><div><p>a</p></div></div><p></p><p>b</p>", "a\n\nb"),
        ("", ""),
    ],
)
def test_text_of(html: str, text: str) -> None:
    assert text_of(html) == text


@given(st.lists(st.text(st.characters(exclude_categories=["C"]), min_size=1), max_size=6))
def test_no_word_is_lost_between_text_and_html(paragraphs: list[str]) -> None:
    escaped = (p.replace("&", "&amp;").replace("<", "&lt;") for p in paragraphs)
    text = text_of(sanitise("".join(f"<p>{p}</p>" for p in escaped)))
    assert text == "\n\n".join(filter(None, map(fold, paragraphs)))


@given(
    st.text(
        st.sampled_from("a \t\r\x0b\x1c\x85\xa0\u2003\u2009\u200a\u200b\u2028\u2060\u3000\ufeff")
    )
)
def test_white_space_is_what_fold_takes_for_it(text: str) -> None:
    assert text_of(f"<p>{text}</p>") == fold(text)


def test_every_white_character_is_known() -> None:
    for code in range(0x110000):
        if chr(code).isspace():
            assert text_of(f"<p>a{chr(code)}b</p>") == "a b", hex(code)
