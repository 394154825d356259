"""An article is in the elements that say what its parts are, and no word of it is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeder.cleaner.markup.shape.structure import shape_structure
from feeder.cleaner.markup.writing import written
from feeder.cleaner.plain import text_of
from feeder.cleaner.sanitize import sanitise
from tests.cleaner.trees import after, seconds, work_on

_LONG = "A sentence of a column that lays out a page, as they were written then. " * 5


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ("a<br><br>b<br>c<br><br><br>d", "<p>a</p><p>b<br>c</p><p>d</p>"),
        ("<br>a<br><br><br>", "<p>a</p>"),
        ("a<br> <br>b", "<p>a</p><p>b</p>"),
        ("<p>a<br><br>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a<br>b</p>", "<p>a<br>b</p>"),
        ("<p>one<br>two<br><br>three<br>four</p>", "<p>one<br>two</p><p>three<br>four</p>"),
        ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
        ("<div>a<div>b</div>c <b>d</b><p>e</p></div>", "<p>a</p><p>b</p><p>c <b>d</b></p><p>e</p>"),
        ("<div><div><div>a</div></div></div>", "<p>a</p>"),
        ("<section><header><h2>a</h2></header><p>b</p></section>", "<h2>a</h2><p>b</p>"),
        ("<address>a<br>b</address>", "<p>a<br>b</p>"),
        ("a <b>b</b> c", "<p>a <b>b</b> c</p>"),
        ("a<script>x</script> b<style>y</style> c", "<p>a b c</p>"),
        ("<blockquote>a</blockquote>", "<blockquote>a</blockquote>"),
        ("<blockquote>a<br><br>b</blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        ("<blockquote>a<p>b</p>c</blockquote>",
         "<blockquote><p>a</p><p>b</p><p>c</p></blockquote>"),
        ("<details><summary>a</summary>b<p>c</p></details>",
         "<details><summary>a</summary><p>b</p><p>c</p></details>"),
        ('<div dir="rtl">a<p>b</p></div>', '<div dir="rtl"><p>a</p><p>b</p></div>'),
        ('<div dir="auto">a<p>b</p></div>', "<p>a</p><p>b</p>"),
        ("<p>a<img src=b.jpg><br><br>c</p>", '<p>a<img src="b.jpg"></p><p>c</p>'),
        # Blocks where there may be none.
        ("<p><font>a<p>b</p></font>c</p>", "<p>a</p><p>b</p><p>c</p>"),
        ("<b><p>a</p><p>b</p></b>", "<p>a</p><p>b</p>"),
        ("<span><div>a</div>b</span>", "<p>a</p><p>b</p>"),
        ("<h2><div>a</div><div>b</div></h2>", "<h2>a<br>b</h2>"),
        ("<h2><div>a</div></h2>", "<h2>a</h2>"),
        ("<h2>a<div>b</div>c</h2>", "<h2>a<br>b<br>c</h2>"),
        ("<tr><td>a</td><td>b</td></tr>", "<p>a</p><p>b</p>"),
        ('<a href="x"><div><h3>a</h3></div></a>', '<h3><a href="x">a</a></h3>'),
        ('<a href="x"><p>a</p></a>', '<p><a href="x">a</a></p>'),
        ('<a href="x">a<p>b</p></a>', '<a href="x"><p>a</p><p>b</p></a>'),
        ("<my-story><my-line>a</my-line><p>b</p></my-story>", "<p>a</p><p>b</p>"),
        # Elements of old, and elements that say nothing.
        ("<center><font size=2>a <big>b</big></font></center>", "<p>a b</p>"),
        ("<p><tt>a</tt> <strike>b</strike> <acronym title=x>c</acronym></p>",
         '<p><code>a</code> <s>b</s> <abbr title="x">c</abbr></p>'),
        ("<p>a <span>b</span> <span lang=fr>c</span></p>", '<p>a b <span lang="fr">c</span></p>'),
        ("<p>a<wbr>b<embed src=x>c<source>d</p>", "<p>abcd</p>"),
        ("<fieldset><legend>a</legend>b</fieldset>", "<p>a</p><p>b</p>"),
        # What shows nothing.
        ("<p>&nbsp;</p><p><span>&#8203;</span></p><h2><br></h2>a<ul><li></li></ul>", "<p>a</p>"),
        ("<p>a<b> </b>b</p>", "<p>a b</p>"),
        ("<ul><li>a<p></p>b</li></ul>", "<ul><li>a<br>b</li></ul>"),
        ("<p><gpt-ad></gpt-ad></p>a", "<p>a</p>"),
        ("<hr>a<hr><hr>b<hr>", "<p>a</p><hr><p>b</p>"),
        ("<figure></figure><blockquote><p></p></blockquote>a", "<p>a</p>"),
        # Headings.
        ("<h1>a</h1><h2>b</h2><h6>c</h6>", "<h2>a</h2><h3>b</h3><h6>c</h6>"),
        ("<h2>a</h2><h4>b</h4>", "<h2>a</h2><h4>b</h4>"),
        # Lists.
        ("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>",
         "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<ul><li>a<br><br>b</li></ul>", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("<ol start=3><li><div>a</div><div>b</div></li></ol>",
         '<ol start="3"><li><p>a</p><p>b</p></li></ol>'),
        ("<li>a</li><li>b</li><p>c</p>", "<ul><li>a</li><li>b</li></ul><p>c</p>"),
        ("<menu><li>a</li></menu>", "<ul><li>a</li></ul>"),
        ("<dl><dt><b>a</b></dt><dd>b</dd></dl>", "<dl><dt><b>a</b></dt><dd>b</dd></dl>"),
        # Formulas.
        ('<p>a <math alttext="x^2"><mi>x</mi></math> b</p>', "<p>a x^2 b</p>"),
        ('<p><span><math alttext="x"><mi>x</mi></math></span><img src=x.svg alt=x></p>',
         '<p><img src="x.svg" alt="x"></p>'),
        ("<p><span><math><mi>x</mi><annotation>x^2</annotation></math></span>"
         '<span aria-hidden="true">x2</span></p>', "<p>x^2</p>"),
        # Forms.
        (f"<form><p>{_LONG}</p><input></form>", f"<p>{_LONG}</p>"),
        ("<form><label>Name</label><input></form>a", "<p>a</p>"),
    ],
)  # fmt: skip
def test_what_is_left(markup: str, left: str) -> None:
    assert re.sub(r"\s+(?=<p>|\Z)|(?<=</p>)\s+", "", after(shape_structure, markup)) == left


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>",
         "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"),
        ("<table><tr><td><p>a</p></td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
         "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"),
        ("<table><tr><td>a<br><br>b</td><td>c</td></tr><tr><td>1</td><td>2</td></tr></table>",
         "<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr><tr><td>1</td><td>2</td></tr></table>"),
        ("<table><tr><td><p>a</p><p>b</p></td></tr></table>", "<p>a</p><p>b</p>"),
        ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", "<p>a</p><p>b</p>"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "<p>a</p><p>b</p>"),
        ("<table role=presentation><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
         "<p>a</p><p>b</p><p>c</p>"),
        ("<table><tr><td>a</td><td><table><tr><td>b</td></tr></table></td></tr>"
         "<tr><td>c</td><td>d</td></tr></table>",
         "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"),
        (f"<table><tr><td>menu</td><td><p>{_LONG}</p><p>{_LONG}</p><p>{_LONG}</p></td></tr>"
         "<tr><td>x</td><td>y</td></tr></table>",
         f"<p>menu</p><p>{_LONG}</p><p>{_LONG}</p><p>{_LONG}</p><p>x</p><p>y</p>"),
        ("<table><caption>a</caption><tr><td>b</td><td>c</td></tr><tr><td>d</td></tr></table>",
         "<table><caption>a</caption><tr><td>b</td><td>c</td></tr><tr><td>d</td></tr></table>"),
        ("<table><tr><td> </td></tr></table>a", "<p>a</p>"),
        ("<table><td>a</td><td>b</td></table>", "<p>a</p><p>b</p>"),
    ],
)  # fmt: skip
def test_tables_of_data_stay_and_tables_for_layout_go(markup: str, left: str) -> None:
    assert after(shape_structure, markup) == left


@pytest.mark.parametrize(
    ("markup", "code"),
    [
        ("<pre>  x\n   y\n</pre>", "  x\n   y\n"),
        ("<pre>\n\nx</pre>", "x"),
        ("<pre><code><span class=k>if</span> <span>x</span>:\n    y</code></pre>", "if x:\n    y"),
        ("<pre><code><span class=line>a</span><span class=line>b</span></code></pre>", "a\nb"),
        ("<pre><code><span class=line>a</span>\n<span class=line>b</span></code></pre>", "a\nb"),
        ("<pre><span class=line>a</span><br><span class=line>b</span></pre>", "a\nb"),
        ("<pre><code>a</code><code>b</code></pre>", "a\nb"),
        ("<pre><div class=token-line>a</div><div class=token-line>b</div></pre>", "a\nb\n"),
        ("<pre>a<div>b</div>c</pre>", "a\nb\nc"),
        ("<pre><ol><li>a</li><li>b</li></ol></pre>", "a\nb\n"),
        ("<pre><span class=line><span class=ln>1</span>a\n</span>"
         "<span class=line><span class=ln>2</span>b\n</span></pre>", "a\nb\n"),
        ("<pre>x = <span class=mi>1</span></pre>", "x = 1"),
        # Numbers in a column beside the code: Hexo, Rouge, Chroma, SyntaxHighlighter, GitHub, …
        ("<figure class=highlight><table><tr><td class=gutter><pre><span>1</span><br><span>2</span>"
         "</pre></td><td class=code><pre><span class=line>a</span><br><span class=line>b</span>"
         "</pre></td></tr></table></figure>", "a\nb"),
        ("<div><table><tr><td class=lntd><pre><code><span class=lnt>1\n</span></code></pre></td>"
         "<td class=lntd><pre>a\n</pre></td></tr></table></div>", "a\n"),
        ("<table><tr><td><div>1</div><div>2</div></td><td class=code><div class=container>"
         "<div class=line><code>a</code></div><div class=line><code>b</code></div></div></td></tr>"
         "</table>", "a\nb\n"),
        ("<table><tr><td class=blob-num data-line-number=1></td><td class=blob-code>a</td></tr>"
         "<tr><td class=blob-num data-line-number=2></td><td class=blob-code>b</td></tr></table>",
         "a\nb\n"),
        ("<pre><code><table><tr><td class=hljs-ln-numbers data-line-number=1></td><td>a</td></tr>"
         "<tr><td class=hljs-ln-numbers data-line-number=2></td><td>b</td></tr></table>", "a\nb\n"),
        ("<xmp>a</xmp>", "a"),
    ],
)  # fmt: skip
def test_a_listing_is_one_pre_without_numbers(markup: str, code: str) -> None:
    work = work_on(markup)
    shape_structure(work)
    listings = list(work.body.iter("pre"))
    assert len(listings) == 1 or not any(listing.text for listing in listings[:-1])
    for line_end in list(listings[-1].iter("br")):
        line_end.text = "\n"
    assert "".join(listings[-1].itertext()) == code
    assert not list(work.body.iter("table", "td", "span"))


def test_numbers_beside_code_in_a_table_of_data_stay() -> None:
    rows = "".join(f"<tr><td>{n}</td><td><code>op{n}</code></td></tr>" for n in (1, 2))
    assert after(shape_structure, f"<table>{rows}</table>") == f"<table>{rows}</table>"


_FIGURE = '<figure><img src="a.jpg"><figcaption>c</figcaption></figure>'


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        (_FIGURE, _FIGURE),
        ("<div><img src=a.jpg><p class=caption>c</p></div>", _FIGURE),
        ("<div class=image><img src=a.jpg><span class=image-caption>c</span></div>", _FIGURE),
        ("<div><div><img src=a.jpg></div><div class=Image_caption__x8>c</div></div>", _FIGURE),
        ("<img src=a.jpg><p class=wp-caption-text>c</p><p>b</p>", f"{_FIGURE}<p>b</p>"),
        ("<dl class=wp-caption><dt><img src=a.jpg></dt><dd class=caption>c</dd></dl>", _FIGURE),
        ('[caption id="x" width="3"]<img src=a.jpg> c[/caption]<p>b</p>', f"{_FIGURE}<p>b</p>"),
        ("<p>a [caption]<img src=a.jpg> c[/caption] b</p>", f"<p>a </p>{_FIGURE}<p> b</p>"),
        ("<figure><div><img src=a.jpg></div><figcaption><p>c</p></figcaption></figure>", _FIGURE),
        ("<figure><a href=x><img src=a.jpg></a></figure>",
         '<figure><a href="x"><img src="a.jpg"></a></figure>'),
        ("<figure><pre>x</pre></figure>", "<pre>x</pre>"),
        ("<figure><figcaption>c</figcaption></figure>", "<p>c</p>"),
        (f"<figure>{_FIGURE}{_FIGURE}<figcaption>d</figcaption></figure>",
         f"{_FIGURE}{_FIGURE}<p>d</p>"),
        ("<figure><blockquote>q</blockquote><figcaption>c</figcaption></figure>",
         "<figure><blockquote>q</blockquote><figcaption>c</figcaption></figure>"),
        ("<p class=caption>c</p><p>b</p>", "<p>c</p><p>b</p>"),
        (f"<img src=a.jpg><div class=caption>{_LONG * 4}</div>",
         f'<p><img src="a.jpg"></p><p>{_LONG * 4}</p>'),
    ],
)  # fmt: skip
def test_pictures_and_captions_are_figures(markup: str, left: str) -> None:
    assert after(shape_structure, markup) == left


@pytest.mark.parametrize("tag", ["ul", "table", "p", "blockquote", "td", "figure", "article"])
def test_whatever_was_chosen_for_the_article_is_whole(tag: str) -> None:
    inner = {"ul": "<li>a</li>", "table": "<tr><th>a</th><td>b</td></tr><tr><td>c</td></tr>"}
    work = work_on(f"<table><tr><td>{inner.get(tag, 'a')}</td></tr></table>" if tag == "td" else
                   f"<{tag}>{inner.get(tag, 'a')}</{tag}>")  # fmt: skip
    chosen = next(work.body.iter(tag))
    work.body = chosen
    shape_structure(work)
    assert work.body.tag in ("div", "article")
    assert "".join(work.body.itertext()).replace("\n", "") == {"table": "abc"}.get(tag, "a")
    if tag in ("ul", "table", "blockquote"):
        assert work.body[0].tag == tag


_PIECES = st.sampled_from(
    [f"<{tag}>" for tag in "p div span b a h1 h2 ul li dl dt dd table tr td th pre figure".split()]
    + [f"<{tag}>" for tag in "figcaption blockquote details center font article x-y".split()]
    + [f"</{tag}>" for tag in "p div span b a h2 ul li table td pre figure article".split()]
    + ["<br>", "<br><br>", "<hr>", "<img src='https://e.example/a.jpg'>", " ", "\n", "&nbsp;"]
    + ['<p class="caption">', '<td class="gutter">', '<span class="line">', '<a href="/x">']
)
_WORDS = st.integers(0, 99).map(lambda number: f"w{number}.")


@given(st.lists(_PIECES | _WORDS, max_size=40).map("".join))
@example("<li><p>w0.</li>w0.")
def test_no_words_run_together(markup: str) -> None:
    before = text_of(sanitise(written(work_on(markup).body))).split()
    after_it = text_of(sanitise(after(shape_structure, markup))).split()
    assert sorted("".join(after_it)) == sorted("".join(before))
    assert max(map(len, after_it), default=0) <= max(map(len, before), default=0)


@given(st.lists(_PIECES | _WORDS.map(lambda word: f"{word} "), max_size=40).map("".join))
def test_no_word_is_lost_or_moved_and_nothing_nests_where_it_may_not(markup: str) -> None:
    work = work_on(markup)
    words = "".join(work.body.itertext()).split()
    shape_structure(work)
    assert "".join(work.body.itertext()).split() == words
    html = written(work.body)
    # An HTML5 parser moves words that stand between the cells of a table.
    assert sorted(text_of(sanitise(html)).split()) == sorted(words)
    assert not re.search(r"<p>\s*</p>|<p>\s*<(?:p|div|ul|h2)\b", html)


@pytest.mark.slow
@pytest.mark.parametrize(
    "many",
    [
        "<p>x" + "<br>" * 100_000,
        "x<br><br>" * 30_000,
        "<p>" + "<span>x" * 2_000 + "</span>" * 2_000,
        "<p>" + "<span>x</span> " * 50_000,
        "<p></p>x" * 50_000,
        "<p>" + "<b></b>x" * 100_000,
        "<div>" * 2_000 + "x",
        "x<div>" * 2_000,
        "<b><i>" * 900 + "x<p>y</p>" * 20_000,
        "<table><tr><td>" * 600 + "x",
        "<table><tr><td>x</td></tr></table>" * 10_000,
        "<ul><li>x" * 900,
        "<pre>" + "<div class=line>x</div>" * 30_000,
        "<pre>" + "<div>" * 2_000 + "x",
        "<div>" + "<img src=a.jpg><p class=caption>x</p>" * 20_000,
        "<figure>" * 1_000 + "<img src=x>" * 5_000,
        "<math>" * 1_000 + "<mi>x</mi>" * 5_000,
        "<summary>" * 1_000 + "<p>x</p>" * 10_000,
        "[caption " * 50_000 + "<img src=a>",
        '<p class="' + "caption " * 100_000 + '">x</p>',
    ],
    ids=lambda many: many[:24],
)
def test_no_bomb_takes_long(many: str) -> None:
    assert seconds(shape_structure, many) < 2
