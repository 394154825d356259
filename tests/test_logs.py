"""Whatever a site wrote, one event is one line and steers no terminal."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.logs import LogFormat, configure, logger, printable

HOSTILE = "news\x1b[2J\nlevel=error event=forged\u2028\u202e\x9b31m"


@pytest.mark.parametrize("form", ["plain", "json"])
def test_one_event_is_one_line(form: LogFormat) -> None:
    stream = io.StringIO()
    configure(form, stream)
    logger().warning("refreshed", source=HOSTILE, new=3)
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert not set(line[:-1]) & set("\x1b\x9b\u2028\u202e")


def test_json_lines_are_json() -> None:
    stream = io.StringIO()
    configure("json", stream)
    logger().info("refreshed", source="news", new=3)
    event = json.loads(stream.getvalue())
    assert (event["event"], event["source"], event["new"]) == ("refreshed", "news", 3)
    assert event["at"].endswith("Z")


@given(st.text())
def test_printable_text_can_be_printed(text: str) -> None:
    shown = printable(text)
    shown.encode()
    assert "\n" not in shown
    assert printable(shown) == shown
