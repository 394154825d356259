"""Documents that nobody means well with, each small here and as large as a test asks for."""

from __future__ import annotations

import json
from collections.abc import Callable

WORDS = "This is a sentence with enough words that it may be an article, and another follows it."
STORY = "<h1>A headline that is here</h1>" + f"<p>{WORDS}</p>" * 12
END = f"<p>{WORDS}</p>"


def page(body: str, head: str = "") -> str:
    """A whole page with these for its contents."""
    return (
        f"<!doctype html><html><head><title>A headline that is here</title>{head}</head>"
        f"<body>{body}</body></html>"
    )


KINDS = (
    "<br>", "<p>", "<p>x", '<a href="/x">', '<img src="/x.jpg">', "<li>", "<li>x", "<td>", "<td>x",
    "<form>", "<textarea>", "<noscript>", "<h1>", "<h2>x</h2>", "<div class=comment>", "<time>",
    '<meta property="article:author" content="Ann Reed">', "<script type=application/ld+json>",
    "<select>", "<option>", "<table>", "<table><tr><td>x</table>", "<ul>", "<dl>", "<dt>x<dd>y",
    "<tr>", "<tbody>", "<figure>", "<figcaption>", "<pre>", "<code>", "<blockquote>", "<b>", "<q>",
    "<b>x</b><br>", "<span>", "<font>", '<iframe src="https://www.youtube.com/embed/x"></iframe>',
    "<object>", "<embed src=/x>", "<video>", "<audio>", "<picture>", '<source srcset="/x 1x">',
    "<svg>", "<math>", "<math alttext=x>x</math>", "<template>", "<article>", "<section>", "<main>",
    "<nav>", "<header>", "<footer>", "<aside>", "<details>", "<summary>", "<hr>", "<center>",
    '<base href="/x">', "<link rel=canonical href=/x>", "<title>", "<body>", "<html>", "<head>",
    "<style>", "<script>", "<input>", "<button>", "<label>", "<ruby>", "<rt>", "<sup>", "<caption>",
    "<o:p>", "<fb:like>", "<x-y>", "<frameset>", "<frame>", "<col>", "<plaintext>", "<xmp>",
    "<listing>", "<amp-img src=/x>", "<span itemprop=author itemscope>", "<div class=share-bar>",
    "<time itemprop=datePublished datetime=2020-01-01>x</time>", "<div class=related-posts>",
    '<span class="byline author">By Ann Reed', "<a href='#comment-1'>Reply</a>", "<div id=footer>",
    "<a rel=author href=/a>Ann Reed</a>", "<form id=commentform>", "<img src=/avatar.png>",
    "<span class=date>3 May 2024</span>", "<div class=navigation>", "<div class=newsletter-signup>",
    "[caption]<img src=/a.jpg>x[/caption]", "<div data-youtube-id=abc>", "x<br><br>", "</p>",
    "<div class=line>x</div>", "<figure><img src=/a.jpg><figcaption>x</figcaption></figure>",
    "<div class=comment><p>Nice one</p><a href='#comment-1'>Reply</a></div>", "</div></b></html>",
    "<div><a href=/x><img src=/a.jpg><h3>One story</h3></a></div>", "<span lang=de>x</span>",
    "<p>Share this:</p>", "<p>Tags: a, b</p>", "<a href=x><div>x</div></a>", "<li><a href=/x>x</a>",
    "<div><li>x</li>y</div>", "<img data-src=/a.jpg><noscript><img src=/a.jpg></noscript>",
    "<img src=/a.jpg><p class=caption>x</p>", "<div><h3>Leave a reply</h3><form><textarea></form>",
    "<![CDATA[x]]>", "<?x y?>", "<!-->-", "<!doctype html>", "<a <b='", "<", "&#", "&amp;",
)  # fmt: skip
"""What there can be very many of on a page, one behind the other or each in the one before."""


def many(kind: str, tags: int) -> str:
    """A page with about so many tags of a kind."""
    return page(STORY + kind * (tags // max(1, kind.count("<"))) + END)


ATTRIBUTES = (
    ("div", "class"), ("div", "style"), ("div", "id"), ("div", "itemprop"), ("div", "data-x"),
    ("a", "href"), ("a", "title"), ("a", "rel"), ("img", "src"), ("img", "srcset"), ("img", "alt"),
    ("img", "sizes"), ("img", "width"), ("time", "datetime"), ("p", "lang"), ("div", "role"),
    ("meta name=author", "content"), ("meta name=date", "content"), ("base", "href"),
    ("iframe", "src"), ("td", "colspan"), ("link rel=canonical", "href"),
)  # fmt: skip
VALUES = (
    "x", "x ", "/", "comment ", "a 1x,", "a-", "aB", "a:b;", "?a=b&", "%41", "(", " ", "1", "\n",
    "display:", "../", "http://", "ü", "\u00a0", "\\", "2020-01-01", "<", "url(",
)  # fmt: skip


def long_value(tag: str, name: str, value: str, characters: int) -> str:
    """A page with a very long value of an attribute, in its article."""
    value *= characters // len(value)
    return page(f'<article>{STORY}<{tag} {name}="{value}">word</{tag.split()[0]}>{END}</article>')


TEXTS = (
    "x", "x ", "a\n", ". ", "( ", '"', "- ", "1 ", "A ", "By ", "2020-01-01 ", "3 May ", "@",
    "www.", "http://", "漢", "ก", "字。", "\u202e", "\u0301", "\u200b", "|", " | ", "…", "İ", "ﷺ",
    "]",
    "[caption]", ":", "#", "Share ", "Reply ", "comments ", "&nbsp;", "&#x1F600;", "\t", "\r\n",
    "\x1e", "👨‍👩‍👧", "_", " ,", "x@", "Ann Reed, ", "{", "~~",
)  # fmt: skip
HOLDERS = (
    "p", "h1", "td", "li", "pre", "title", "span class=byline", "time", "code", "a href=/x", "b",
    "figcaption", "div class=author", "th", "textarea", "script type=application/ld+json",
)  # fmt: skip


def long_text(holder: str, text: str, characters: int) -> str:
    """A page with a very long text in an element."""
    times = min(characters // len(text), 90_000 if "&" in text else characters)
    return page(f"<article>{STORY}<{holder}>{text * times}</{holder.split()[0]}>{END}</article>")


def linked(data: object) -> str:
    """A page with JSON-LD."""
    text = data if isinstance(data, str) else json.dumps(data)
    return page(STORY + END, f"<script type=application/ld+json>{text}</script>")


def _references(number: int) -> object:
    """Each of eight objects has many names, all of which are the next object's."""
    chain = [
        {"@id": f"#{at}", "@type": "Article", "name": [{"@id": f"#{at + 1}"}] * number}
        for at in range(8)
    ]
    first = {"@type": "Article", "headline": "H", "author": [{"@id": "#0"}] * number}
    return {"@graph": [first, *chain]}


def _one_of_many_names(number: int) -> object:
    names = {"@id": "#0", "x": 1, "name": [f"abc {at}" for at in range(number)]}
    mine = {"@type": "Article", "headline": {"@id": "#0"}, "publisher": {"@id": "#0"}}
    return {"@graph": [*[mine] * number, names]}


LINKED: dict[str, Callable[[int], object]] = {
    "objects": lambda n: [{"@type": "Article", "headline": f"H {at}"} for at in range(n)],
    "a chain of references": lambda n: {
        "@graph": [
            {"@type": "Article", "@id": f"#{at}", "author": {"@id": f"#{at + 1}"}}
            for at in range(n)
        ]
    },
    "references that multiply": lambda n: _references(n // 50),
    "many references to many names": lambda n: _one_of_many_names(n // 5),
    "authors": lambda n: {"@type": "Article", "author": [{"name": f"Ann {at}"} for at in range(n)]},
    "keywords": lambda n: {"@type": "Article", "keywords": ",".join(map(str, range(n)))},
    "deep lists": lambda n: "[" * n + '"headline"' + "]" * n,
    "deep objects": lambda n: '{"author":' * n + "1" + "}" * n,
    "deep and never closed": lambda n: '{"@graph":["headline",' * n,
    "line ends": lambda n: '"headline"{' + "\n" * 20 * n + "/x",
    "spaces before a comment": lambda n: '"headline"{' + " \n" * 20 * n + "/x",
    "spaces first": lambda n: " " * 20 * n + "headline",
    "comments never closed": lambda n: '"headline"{' + "/*x " * 10 * n,
    "commas": lambda n: '"headline"{' + ", " * 20 * n,
    "backslashes": lambda n: '{"@type":"Article","headline":"' + "\\" * 10 * n + '"}',
    "a number without end": lambda n: '{"headline":"x","datePublished":' + "1" * 10 * n + "}",
    "no numbers": lambda n: '{"headline":NaN,"author":-Infinity,"datePublished":1e999}',
    "halves of characters": lambda n: {
        "@type": "Article", "headline": "\ud800 x", "author": "\udfff Ann\x00 Reed",
        "image": "https://a.example/\ud800.jpg", "url": "https://a.example/\ud800",
        "inLanguage": "\ud800", "keywords": "\ud800,b", "datePublished": "\ud8002020-01-01",
    },
}  # fmt: skip

_WRONG: tuple[object, ...] = (
    None, True, 0, -1.5, 10**400, "", "x", "\x00", [], {}, [[]], [None], [{}], {"@type": None},
    {"@type": [None, 1, {}]}, {"name": {"name": {"name": []}}}, {"@value": []}, {"@id": {}},
    {"@list": [1]}, {"@type": "Person", "name": [1, None, {"@value": "x"}]}, {"url": {"url": [{}]}},
    ["x", ["y", [{"name": "z"}]]],
)  # fmt: skip
_KEYS = (
    "@context @id @type @graph name headline author creator publisher datePublished dateModified"
    " dateCreated image thumbnailUrl url mainEntityOfPage mainEntity isPartOf inLanguage keywords"
    " articleSection description articleBody editor about itemListElement sameAs hasPart logo"
).split()


def wrong_types() -> list[str]:
    """Pages whose JSON-LD has a value of a wrong type under every key."""
    pages = []
    for value in _WRONG:
        every = dict.fromkeys(_KEYS, value)
        article = every | {"@type": "NewsArticle"}
        kinds = every | {"@type": ["NewsArticle", value]}
        graph = article | {"@graph": [article, value]}
        pages += [linked(one) for one in (value, every, article, kinds, graph, [value, article])]
    return pages
