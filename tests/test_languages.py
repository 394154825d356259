"""Language tags as strangers write them."""

from __future__ import annotations

import pytest

from feeder.languages import is_language, read_language


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"),
        (" pt_BR ", "pt-BR"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("de_DE.UTF-8", "de-DE"),
        ("", None),
        ("EN-gb", "en-gb"),
        ("iw", "he"),
        ("eng-US", "en-US"),
        ("gsw", "gsw"),
        ("qq", None),
        ("xx-YY", None),
        ("english", None),
        ("en-", None),
        ('en" onload="x', None),
    ],
)
def test_a_language_is_read_however_it_is_written(written: str, tag: str | None) -> None:
    assert read_language(written) == tag
    assert tag is None or is_language(tag)
