"""A step is tried on pages, through the library."""

import feeder

SAID = "The tide does not ask the clock what time it is"


def article(quote: str) -> feeder.Article:
    return feeder.extract(
        f"<p>“{SAID},” she says, and winds it up again.</p>{quote}<p>It ticks.</p>"
    )


def test_a_pull_quote_goes_and_is_on_record() -> None:
    cleaned = article(f"<blockquote><p>{SAID}</p></blockquote>")
    assert cleaned.text.count(SAID) == 1
    assert ("pull-quotes", "stands in a paragraph too") in [
        (d.step, d.rule) for d in cleaned.dropped
    ]


def test_a_quote_of_somebody_else_stays() -> None:
    assert (
        "A clock asks nobody"
        in article("<blockquote>A clock asks nobody anything.</blockquote>").text
    )


def test_what_is_short_stays() -> None:
    assert "<blockquote>" in article("<blockquote>The tide</blockquote>").html
