"""Whatever stands in a configuration, it loads or it is told what is wrong."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from feeder.config.loading import load_settings
from feeder.config.settings import FeederFile, FeedSettings, FetchSettings, SourceSettings
from feeder.errors import ConfigError
from tests.config.kinds import Shelf, find, write

ODD = st.sampled_from(
    ["", "a", "..", "../..", "/", "~", "~nobody-of-this-name/x", "*", "[", "a\\u0000b", "0s",
     "1m", "* * * * *", "5 MB", "http://[", "http://a:99999/", "\\uFFFF", "http://\\u202E/", "en",
     "UTC", ".", "postgresql://", "é" * 300, "auto", "files", "shelf", "directory", "atom"]
).map('"{}"'.format)  # fmt: skip
SCALARS = ODD | st.sampled_from(
    ["0", "-1", "1_000_000_000_000_000_000_000", "1e400", "nan", "true", "1979-05-27", "07:32:00"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]")
        | st.sampled_from(["a", "name", "env", "title", "remove"]).flatmap(
            lambda key: inner.map(lambda value: f"{{{key} = {value}}}")
        )
    ),
    max_leaves=4,
)


def tables(*keys: str) -> st.SearchStrategy[str]:
    """Some of the keys with any values."""
    known = st.sampled_from([*keys, "odd", '"a.b"'])
    return st.dictionaries(known, VALUES, max_size=4).map(
        lambda table: "".join(f"{key} = {value}\n" for key, value in table.items())
    )


MAIN = st.tuples(
    tables(*FeederFile.model_fields),
    tables(*FetchSettings.model_fields).map("[fetch]\n".__add__) | st.just(""),
    tables(*FeedSettings.model_fields).map("[[feed]]\n".__add__) | st.just(""),
    tables("kind", "path", "name", "options").map("[[output]]\n".__add__) | st.just(""),
).map("".join)
SOURCES = tables(*SourceSettings.model_fields, *Shelf.model_fields)


@given(MAIN, SOURCES)
def test_any_values_are_settings_or_faults(main: str, source: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = write(Path(folder), {"feeder.toml": main, "sources/a.toml": source})
        try:
            settings = load_settings(config, {}, find)
        except ConfigError as error:
            assert error.faults
            assert all(fault.message for fault in error.faults)
        else:
            assert settings.state.is_absolute()
            assert settings.warnings is not None
