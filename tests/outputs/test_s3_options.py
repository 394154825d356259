"""What can be set of a bucket, what is wrong with it, and that no secret shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from feeder import plugins
from feeder.app import open_app
from feeder.config.loading import load_settings
from feeder.errors import ConfigError, PublishError
from feeder.models import Document
from feeder.outputs.s3 import S3

KEY = "keyname"
SECRET = "the-secret-of-the-key"
FEED = Document("news.atom", "application/atom+xml", b"<feed/>")
GOOD = f"""
[[output]]
kind = "s3"
bucket = "feeds"
endpoint = "http://127.0.0.1:1/"
access_key = "{KEY}"
secret_key = {{ value = "{SECRET}" }}
"""


def s3(**options: Any) -> S3:
    keys = {"access_key": KEY, "secret_key": SECRET, "bucket": "feeds"}
    return S3.model_validate({**keys, **options})


def configured(folder: Path, text: str) -> Path:
    (folder / "config").mkdir()
    (folder / "config/feeder.toml").write_text(text, encoding="utf-8")
    return folder / "config"


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ({"env": "FEEDER_NO_SUCH_NAME"}, "there is no environment variable FEEDER_NO_SUCH_NAME"),
        ({"file": "/no/such/file"}, "/no/such/file cannot be read"),
        ({"value": f"{SECRET}\r\nHost: elsewhere"}, "secret_key: is empty, or holds a space"),
    ],
)
def test_a_secret_that_cannot_be_had_is_named(secret: dict[str, str], message: str) -> None:
    with pytest.raises(PublishError) as caught:
        s3(endpoint="http://127.0.0.1:1/", secret_key=secret).put(FEED)
    assert message in caught.value.message
    assert SECRET not in repr(caught.value)


def test_its_options_show_no_secret() -> None:
    shown = repr(s3(endpoint="http://127.0.0.1:1/"))
    assert KEY not in shown
    assert SECRET not in shown


def test_a_configured_bucket_is_an_output(tmp_path: Path) -> None:
    settings = load_settings(configured(tmp_path, GOOD), {}, plugins.find)
    with open_app(settings) as app:
        (output,) = app.outputs
    assert isinstance(output, S3)
    assert (output.bucket, output.region) == ("feeds", "us-east-1")


@pytest.mark.parametrize(
    ("line", "key", "message"),
    [
        ("bukket = 1", "bukket", "unknown key; did you mean 'bucket'?"),
        ("prefix = '../x'", "prefix", "expected a path in the bucket"),
        ("region = 'a.b/'", "region", "expected a region"),
        ("timeout = '0s'", "timeout", "must be"),
        ("max_age = 'soon'", "max_age", "expected"),
        ("acl = 'all'", "acl", "expected"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(
    tmp_path: Path, line: str, key: str, message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(configured(tmp_path, GOOD + line), {}, plugins.find)
    (fault,) = caught.value.faults
    assert fault.key.endswith(key)
    assert message in fault.message
    assert SECRET not in str(caught.value)


def test_a_missing_library_is_told_when_the_configuration_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeder.outputs.s3.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'feeder\[s3\]'"):
        load_settings(configured(tmp_path, GOOD), {}, plugins.find)


def test_to_read_it_imports_no_client(tmp_path: Path) -> None:
    configured(tmp_path, GOOD)
    read = "import sys; from feeder.app import load; from pathlib import Path;"
    told = f"{read} load(Path({str(tmp_path / 'config')!r})); print('botocore' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("name", ["", "../feeds", "a/b", "-feeds", "feeds?x"])
def test_the_name_of_a_bucket_is_no_path(name: str) -> None:
    with pytest.raises(ValueError, match="expected the name of a bucket"):
        s3(bucket=name)


def test_a_bucket_stands_beside_a_folder(tmp_path: Path) -> None:
    settings = load_settings(configured(tmp_path, f"{GOOD}\n[[output]]\n"), {}, plugins.find)
    assert [output.kind for output in settings.outputs] == ["s3", "directory"]
    assert settings.folders == (tmp_path / "var/public",)
