"""Compile the phrase table of the text cleaner: `python tools/make_phrases.py comment_phrases.tsv`.

Reads rows of locale, key, text and source; writes feeder/cleaner/scrape/data/comments.tsv: kinds
and a lower-cased pattern, places as `{}` (words) or `{#}` (a number), variants merged, sources
and locales left out. Spam and cookie notices are left out
whole: the cleaner knows them by key words.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

from feeder.cleaner.scrape.phrases import normalise

TARGET = Path(__file__).resolve().parent.parent / "feeder/cleaner/scrape/data/comments.tsv"

# What each key of the table is to the cleaner. Keys that are not here say nothing about furniture.
KINDS = {
    "note": "email_not_published email_never_shared required_marked save_my_name notify_comments "
    "notify_posts allowed_html awaiting_moderation logged_in_as isso_postbox_email "
    "isso_postbox_website isso_postbox_notification isso_postbox_text isso_comment_queued",
    "closed": "comments_closed comments_off",
    "login": "must_log_in bbp_login login_to_reply giscus_signInToComment giscus_signInWithGitHub "
    "ghost_this_post_is_for_subscribers_only",
    "form": "leave_reply leave_reply_to leave_comment leave_comment_on post_comment "
    "join_conversation giscus_writeAComment giscus_writeAReply ghost_comments",
    "cancel": "cancel_reply",
    "field": "label_comment label_email label_name label_website isso_postbox_author "
    "isso_postbox_preview isso_postbox_submit giscus_comment ghost_enter_your_email",
    "reply": "reply reply_to isso_comment_reply giscus_reply edit_link isso_comment_edit "
    "isso_comment_delete",
    "count": "n_comments n_responses one_comment one_response no_comments isso_num_comments "
    "isso_no_comments isso_comment_hidden",
    "thoughts": "n_thoughts one_thought",
    "says": "comment_says",
    "thread": "pingback older_comments newer_comments comment_navigation giscus_newest "
    "giscus_oldest giscus_loadMore giscus_loadingComments isso_atom_feed bbp_pagination",
    "share": "share_this ghost_share",
    "click": "share_click",
    "like": "like_this",
    "loading": "loading",
    "related": "related ghost_read_next",
    "nav": "previous_post next_post",
    "navlabel": "post_navigation older_posts",
    "tags": "tagged posted_in",
    "by": "posted_by",
    "on": "posted_on",
    "about": "author_archives view_all_posts",
    "appeared": "appeared_first",
    "powered": "powered_by theme_by ghost_powered_by_ghost giscus_poweredBy",
    "legal": "all_rights_reserved privacy_policy",
    "subscribe": "subscribe_blog ghost_subscribe ghost_upgrade_your_account",
    "search": "search ghost_sign_in",
    "sidebar": "recent",
    "more": "continue_reading read_more ghost_read_more",
    "skip": "skip_to_content",
}
KIND_OF = {key: kind for kind, keys in KINDS.items() for key in keys.split()}
COUNTING = {"n_comments", "n_responses", "n_thoughts", "isso_num_comments", "isso_comment_hidden"}
MARKUP = {"must_log_in", "required_marked", "bbp_login"}
PLACE = re.compile(r"%\d\$[sd]|%[sd]|\{\{.*?\}\}|(?<![\w%])%(?![sd%])")
# An article may say these in a line of their own; as furniture they were never seen alone.
AMBIGUOUS = {"x", "on", "of", "i", "a", "by", "in"}
# Fixed letters that a pattern with places must have: "{}:" would be any line.
FEWEST = 2


def pattern(key: str, text: str) -> str:
    """The phrase as the cleaner writes lines, with places; empty where nothing is left."""
    if key in MARKUP:
        return normalise(PLACE.sub("", text))
    number = key in COUNTING

    def place(match: re.Match[str]) -> str:
        counted = number and not match.group().startswith("%2")
        return "\ue000" if counted else "\ue001"

    made = normalise(PLACE.sub(place, text))
    return made.replace("\ue000", "{#}").replace("\ue001", "{}")


def fit(phrase: str) -> bool:
    """Whether the phrase says enough to be looked up, with at most two places."""
    fixed = re.sub(r"\{#?\}", "", phrase)
    letters = sum(char.isalpha() for char in fixed)
    places = phrase.count("{")
    if phrase in AMBIGUOUS or letters == 0 or places > 2 or "}{" in phrase:
        return False
    return not places or letters >= FEWEST


def compile_table(source: Path) -> dict[str, set[str]]:
    """Each pattern with its kinds."""
    table: dict[str, set[str]] = defaultdict(set)
    for row in source.read_text(encoding="utf-8").splitlines()[1:]:
        _, key, text, *_ = row.split("\t")
        if key in KIND_OF and fit(made := pattern(key, text)):
            table[made].add(KIND_OF[key])
    return table


def main() -> None:
    table = compile_table(Path(sys.argv[1]))
    rows = sorted(f"{','.join(sorted(kinds))}\t{made}" for made, kinds in table.items())
    TARGET.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(rows)} patterns, {TARGET.stat().st_size:,} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
