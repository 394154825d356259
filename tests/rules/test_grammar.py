"""A rule file is read as Full-Text RSS reads it, and better where that drops lines silently."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.rules.grammar import MAX_LENGTH, read_rules
from feeder.rules.model import Example, Replacement, SiteRules, merged


def values(text: str, name: str) -> list[str]:
    return [rule.value for rule in getattr(read_rules(text), name)]


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("body: //div[@id='a']", "body", "//div[@id='a']"),
        ("body://div", "body", "//div"),
        ("  body  :  //div  ", "body", "//div"),
        ("\ufeffbody: //div", "body", "//div"),
        ("title: substring-before(//title, ': ')", "title", "substring-before(//title, ': ')"),
        ("author: //a", "author", "//a"),
        ("date: //time/@datetime", "date", "//time/@datetime"),
        ("strip: //nav", "strip", "//nav"),
        ("strip_attr: //img/@srcset", "strip", "//img/@srcset"),
        ("strip_id_or_class: a b", "strip_id_or_class", "a b"),
        ("strip_image_src: /ads/", "strip_image_src", "/ads/"),
        ("post_strip_attr: //*/@class", "post_strip_attr", "//*/@class"),
        ("native_ad_clue: //b", "native_ad_clue", "//b"),
        ("dissolve: //font", "dissolve", "//font"),
        ("src_lazy_load_attr: data-x", "src_lazy_load_attr", "data-x"),
        ("skip_id_or_class: keep", "skip_id_or_class", "keep"),
        ("single_page_link_in_feed: //b/a", "single_page_link_in_feed", "//b/a"),
    ],
)
def test_a_line_is_a_rule(line: str, name: str, value: str) -> None:
    assert values(line, name) == [value]


def test_lists_keep_their_order_and_the_file_they_are_from() -> None:
    rules = read_rules("body: //a\r\nstrip: //x\r\nbody: //b", "house/example.org.txt")
    assert [rule.value for rule in rules.body] == ["//a", "//b"]
    assert {rule.origin for rule in rules.body + rules.strip} == {"house/example.org.txt"}
    assert rules.origins == ("house/example.org.txt",)


@pytest.mark.parametrize(
    "line", ["# body: //a", "", "   ", "body", ": //a", "// a remark", "Body: //a", "titl: //h1"]
)
def test_what_is_no_rule_leaves_the_others_alone(line: str) -> None:
    rules = read_rules(f"{line}\nbody: //b")
    assert [rule.value for rule in rules.body] == ["//b"]
    assert not rules.title


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("titl: //h1", "titl is not known"),
        ("no colon here", "no rule: no colon here"),
        ("tidy: no", "tidy is not heeded"),
        ("parser: html5lib", "parser is not heeded"),
        ("footnotes: no", "footnotes is not heeded"),
        ("body:", "body without a value"),
        ("wrap_in(script): //a", "wrap_in(script): nothing can be wrapped in that"),
        ("move_into(): //a", "move_into wants a target and an expression"),
        ("test_contains: x", "test_contains before any test_url; not heeded"),
        ("if_page_contains: //a", "if_page_contains before any link; not heeded"),
        ("http_header(host): a.example", "http_header(host) may not be set by a rule"),
        ("http_header(authorization): x", "http_header(authorization) may not be set by a rule"),
        ("http_header(a b): x", "http_header(a b) is no header"),
        ("http_header(cookie): a\x00b", "http_header(cookie) is no header"),
    ],
)
def test_what_is_not_understood_or_not_heeded_is_noted(line: str, note: str) -> None:
    assert read_rules(line, "f.txt").notes == (f"f.txt: {note}",)


@pytest.mark.parametrize(
    ("value", "on"), [("yes", True), ("true", True), ("YES", True), ("no", False), ("1", False)]
)
@pytest.mark.parametrize(
    "name",
    "prune autodetect_on_failure autodetect_next_page skip_json_ld strip_comments"
    " insert_detected_image convert_double_br_tags requires_login inherit tidy footnotes".split(),
)
def test_a_switch_is_on_off_or_not_told(name: str, value: str, on: bool) -> None:
    assert getattr(read_rules(f"{name}: {value}"), name) is on
    assert getattr(read_rules(""), name) is None


@pytest.mark.parametrize(
    ("line", "find", "replace"),
    [
        ("replace_string(<noscript>): <div>", "<noscript>", "<div>"),
        ('replace_string("value":): "x":', '"value":', '"x":'),
        ("replace_string(f(x)): y", "f(x)", "y"),
        ("replace_string( a ):", " a ", ""),
        ("replace_string(src='//): src='https://", "src='//", "src='https://"),
    ],
)
def test_what_is_replaced_may_hold_anything(line: str, find: str, replace: str) -> None:
    assert read_rules(line).replacements == (Replacement(find, replace),)


def test_find_and_replace_pair_by_position() -> None:
    rules = read_rules("find_string: a\nfind_string: b\nreplace_string: 1\nreplace_string:")
    assert rules.replacements == (Replacement("a", "1"), Replacement("b", ""))


def test_where_they_do_not_pair_nothing_is_replaced() -> None:
    rules = read_rules("find_string: a\nreplace_string(b): c\nbody: //d")
    assert not rules.replacements
    assert rules.body
    assert rules.notes


def test_a_guard_belongs_to_the_last_link_to_a_whole_page_or_else_to_the_last_next_page() -> None:
    both = read_rules(
        "next_page_link: //n\nsingle_page_link: //a\nsingle_page_link: //b\nif_page_contains: //c"
    )
    assert [link.guard for link in both.single_page_link] == [None, "//c"]
    assert [link.guard for link in both.next_page_link] == [None]
    only_next = read_rules("next_page_link: //n\nif_page_contains: //c\nsingle_page_link: //a")
    assert [link.guard for link in only_next.next_page_link] == ["//c"]
    assert [link.guard for link in only_next.single_page_link] == [None]


def test_examples_hold_the_texts_that_follow_them() -> None:
    rules = read_rules(
        "test_url: https://a.example/1\ntest_contains: x\ntest_contains: y\ntest_url: https://b.example/"
    )
    assert rules.examples == (
        Example("https://a.example/1", ("x", "y")),
        Example("https://b.example/"),
    )


def test_logins_are_kept() -> None:
    rules = read_rules(
        "requires_login: yes\nlogin_uri: https://a.example/in\nlogin_username_field: u\n"
        "login_password_field: p\nlogin_extra_fields: a=b\nlogin_extra_fields: c=d\n"
        "not_logged_in_xpath: //form"
    )
    assert rules.requires_login
    assert rules.login_uri == "https://a.example/in"
    assert (rules.login_username_field, rules.login_password_field) == ("u", "p")
    assert rules.login_extra_fields == ("a=b", "c=d")
    assert rules.not_logged_in_xpath == "//form"


@pytest.mark.parametrize("tag", "blockquote i figure h2 b center em fieldset figcaption p".split())
def test_matches_can_be_wrapped_in_every_tag_that_files_use(tag: str) -> None:
    (wrap,) = read_rules(f"wrap_in({tag.upper()}): //a").wrap_in
    assert (wrap.target, wrap.rule.value) == (tag, "//a")


def test_a_target_may_hold_a_colon() -> None:
    (move,) = read_rules("move_into(//a[@href='x:y']): //b").move_into
    assert (move.target, move.rule.value) == ("//a[@href='x:y']", "//b")


def test_the_last_header_of_a_name_counts_whatever_its_case() -> None:
    rules = read_rules(
        "http_header(Cookie): a=1; b:2\nhttp_header(cookie): c\nhttp_header(Referer): https://x.example/"
    )
    assert rules.headers == {"cookie": "c", "referer": "https://x.example/"}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "facebookexternalhit/1.1",
        "twitterbot",
    ],
)
def test_no_crawler_is_impersonated_unless_that_is_asked_for(agent: str) -> None:
    line = f"http_header(User-Agent): {agent}"
    assert read_rules(line).headers == {}
    assert read_rules(line).notes
    assert read_rules(line, impersonate=True).headers == {"user-agent": agent}


@pytest.mark.parametrize("agent", ["curl/7.83.1", "PHP/8.4", "Mozilla/5.0 (X11) Firefox/140.0"])
def test_other_user_agents_are_sent(agent: str) -> None:
    assert read_rules(f"http_header(user-agent): {agent}").headers == {"user-agent": agent}


def test_a_file_of_unreasonable_length_is_not_read() -> None:
    rules = read_rules("body: //a\n" * (MAX_LENGTH // 10 + 1))
    assert rules.empty
    assert rules.notes


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    read_rules(text)


@given(
    st.lists(
        st.sampled_from(
            "body: //a|strip_id_or_class: x|replace_string(a): b|find_string: a|replace_string: b"
            "|http_header(cookie): x|prune: no|prune: yes|single_page_link: //a|wrap_in(p): //b"
            "|if_page_contains: //x|test_url: u|test_contains: c|parser: x".split("|")
        ),
        max_size=12,
    )
)
def test_rules_survive_a_worker_process(lines: list[str]) -> None:
    rules = read_rules("\n".join(lines), "f.txt")
    assert pickle.loads(pickle.dumps(rules)) == rules


def test_in_a_merge_lists_are_joined_and_single_values_are_the_nearest() -> None:
    near = read_rules(
        "body: //near\nprune: no\nhttp_header(cookie): near\nreplace_string(a): near", "near"
    )
    far = read_rules(
        "body: //far\nbody: //near\nprune: yes\nskip_json_ld: yes\nhttp_header(cookie): far\n"
        "http_header(referer): far\nreplace_string(a): far\nreplace_string(b): far",
        "far",
    )
    rules = merged([near, far])
    assert [(rule.value, rule.origin) for rule in rules.body] == [
        ("//near", "near"),
        ("//far", "far"),
    ]
    assert rules.prune is False
    assert rules.skip_json_ld is True
    assert rules.headers == {"cookie": "near", "referer": "far"}
    assert [(one.find, one.replace) for one in rules.replacements] == [("a", "near"), ("b", "far")]
    assert rules.origins == ("near", "far")


def test_merging_nothing_gives_no_rules() -> None:
    assert merged([]) == SiteRules()
    assert merged([]).empty


@pytest.mark.parametrize("text", ["", "# a\n", "test_url: https://a.example/", "titl: x"])
def test_a_file_that_could_change_nothing_is_empty(text: str) -> None:
    assert read_rules(text, "f.txt").empty
    assert not read_rules(text + "\nprune: no").empty
