"""What furniture looks like in any language: bars, marks, numbers, names and dates.

Each function looks at a line and its neighbours and says what it would be in a run of furniture,
or None. Words decide in `readings.py`; here they only help.
"""

from __future__ import annotations

import re

from feeder.cleaner.scrape.lines import LONGEST_FOOTER, Line, names_a_site
from feeder.cleaner.scrape.phrases import NOTHING, phrases
from feeder.cleaner.scrape.sections import Level, Mode, Reading

LONGEST_NAME = 40
LONGEST_MEMBER = 80
_FEWEST_NETWORKS = 3
_MOST_TO_SHARE = 2  # words of "Share this" that is in no list; more announce a list
_LONGEST_TAGS = 100
_LONGEST_TAG = 3  # words
_STAR = re.compile(r"(?<=\s)\*(?=[\s.)]|$)")
_FEWEST_WORDS = 3  # of a note; fewer with an asterisk are the label of a field
NUMBERED = re.compile(r"\d")
_COMMENT_NUMBER = re.compile(r"#\d{1,5} +\S")
_SOURCES = frozenset({"source", "via"})


def footer(line: Line) -> Reading | None:
    if not line.may_be_footer:
        return None
    if line.is_copyright:
        return Reading("footer", True, 2, Level.SURE)
    if line.is_legal_bar:
        return Reading("footer", True, 1)
    if line.is_cookie_notice:
        return Reading("cookie-notice", False, 1)
    return None


def source(line: Line) -> Reading | None:
    if line.kinds.isdisjoint(_SOURCES) or not line.hit.found:
        return None
    if names_a_site(line.text):
        return Reading("source", True, 2, Level.FINAL)
    if "via" in line.kinds or len(line.hit.found[0]) > 60 or line.ends_sentence:
        return None
    return Reading("source", True, 2, Level.SURE)


def head_of_comment(line: Line, following: Line | None) -> Reading | None:
    """Who wrote a comment and when, in one line or in two."""
    if len(line.text) > 120:
        return None
    if line.date is not None and (marked := _marked_head(line, following)):
        return marked
    if line.is_date:
        return None
    dated_next = following is not None and following.is_date
    if "says" in line.kinds and len(line.text) <= 60 and line.date is None:
        if dated_next or line.text.endswith((":", "：")):
            return Reading("comments", dated_next, 1 + dated_next, enters=Mode.BODY)
        return None
    if line.date is not None and _who_and_when(line):
        return Reading("comments", True, 2, Level.SURE, Mode.BODY)
    if dated_next and not line.kinds and _nickname(line):
        return Reading("comments", False, 1, enters=Mode.BODY)
    return None


def _marked_head(line: Line, following: Line | None) -> Reading | None:
    """ "#3 Olena 2024-10-14, 17:12", "Olena • 14.10.2024": boards and Disqus in any language."""
    if line.date is None or len(line.text) - line.date.end > 2:
        return None
    who = line.text[: line.date.start].strip()
    if len(who) > LONGEST_NAME:
        return None
    if line.date.has_time and _COMMENT_NUMBER.match(who):
        said = following is not None and following.date is None  # else it is a timetable
        return Reading("comments", said, 2, Level.SURE, Mode.BODY)
    return Reading("comments", False, 1, enters=Mode.BODY) if who[-1:] in "•·" and who else None


def _who_and_when(line: Line) -> bool:
    """ "Olena said Oct 14, 2024 17:12": words of somebody speaking, then the date and no more."""
    if line.date is None or len(line.text) - line.date.end > 6 or line.date.start > 60:
        return False
    who = line.text[: line.date.start].rstrip(" ,|·—–-(")
    return any("says" in Line(written).kinds for written in (who, who.rstrip(":") + ":"))


def _nickname(line: Line) -> bool:
    return (
        len(line.text) <= LONGEST_NAME
        and not line.ends_sentence
        and len(line.text.split()) <= 5
        and not line.text.endswith(":")
    )


def navigation(line: Line, following: Line | None) -> Reading | None:
    """ "Previous: …" opens a run only with "Next: …" below it; articles say "next" too."""
    if not _navigates(line):
        return None
    pair = following is not None and _navigates(following)
    alone = "nav" in line.exact  # the headline stands in the next line
    return Reading("post-navigation", pair, 1, enters=Mode.LIST if alone else Mode.RUN)


def _navigates(line: Line) -> bool:
    if "nav" in line.exact or _points(line.text):
        return True
    return "nav" in (line.label | line.hit.kinds) and line.is_headline


def _points(text: str) -> bool:
    """ "← An older headline", "A newer one →"."""
    if len(text) < 4 or (text[0] in "«‹" and text[-1] in "»›"):
        return False
    return text[0] in "←«‹⟵" or text[-1] in "→»›⟶"


def starred(line: Line) -> Reading | None:
    """ "Required fields are marked *", "Name *" in any language: an asterisk by itself."""
    if (
        "*" not in line.text
        or line.text[0] == "*"
        or len(line.text) > LONGEST_FOOTER
        or len(_STAR.findall(line.text)) != 1
    ):
        return None
    note = len(line.text.split()) > _FEWEST_WORDS
    return Reading("comment-form", True, 1 + note, Level.SURE if note else Level.WEAK)


def shares(line: Line, following: Line | None) -> Reading | None:
    """ "Bunu paylaş: Facebook X", or the label alone above the names of networks."""
    words = line.key.split()
    known = phrases().whole
    if len(words) > 2 and all("network" in known.get(word, NOTHING) for word in words[-2:]):
        return Reading("share", len(line.text) <= 2 * LONGEST_NAME, 2)
    above = following is not None and "network" in following.exact
    if above and len(words) <= _MOST_TO_SHARE and not line.ends_sentence:
        return Reading("share", True, 1)
    return None


def numbered(line: Line, following: Line | None, beyond: list[Line]) -> Reading | None:
    """ "11 Коментара" in any language: a number, a word or two, and then the first comment."""
    if len(line.text) > 30 or not NUMBERED.search(line.text) or line.ends_sentence:
        return None
    if following is None or len(line.text.split()) > 4 or line.is_date:
        return None
    first = head_of_comment(following, beyond[0] if beyond else None)
    return Reading("comments", False, 1, enters=Mode.THREAD) if first else None


def networks(lines: list[Line], index: int) -> Reading | None:
    """Names of networks, each in a line of its own: from three on no list of an article, which
    would be announced by a colon."""
    if "network" not in lines[index].kinds or index == 0:
        return None
    run = lines[index : index + _FEWEST_NETWORKS]
    bar = len(run) == _FEWEST_NETWORKS and all("network" in line.exact for line in run)
    before = lines[index - 1]
    opener = bar and before.ends_sentence and not before.text.endswith("…")
    return Reading("share", True, 2) if opener else None


def boxed_author(lines: list[Line], index: int, link: int) -> Reading | None:
    """A name, what the person does, "View all posts by …" at `link`: the lines above it that
    begin with the name."""
    line, hit = lines[index], lines[link].hit
    person = hit.found[0] if hit.found else line.key if link - index > 1 else ""
    sure = len(person) <= LONGEST_NAME and (link - index > 1 or " " in person)
    if person and sure and all(one.key.startswith(person) for one in lines[index:link]):
        return Reading("author-box", True, 2, enters=Mode.BIO)
    return None


def labelled_tags(lines: list[Line], index: int) -> Reading | None:
    """ "Tags harbour, council": the label without a colon says less, but right below the last
    sentence a list is not more prose."""
    line = lines[index]
    if "tags" not in line.label or len(line.text) > _LONGEST_TAGS or line.ends_sentence:
        return None
    tags = line.after_label.replace("،", ",").replace("、", ",").split(",")
    listed = len(tags) > 1 and all(0 < len(tag.split()) <= _LONGEST_TAG for tag in tags)
    day = line.key.startswith("tag ") or NUMBERED.search(line.after_label)  # German "Tag": a day
    below = index > 0 and lines[index - 1].ends_sentence
    return Reading("tags", listed and below and not day, 1)
