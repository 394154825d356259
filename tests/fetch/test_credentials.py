"""A source's credentials, from the configuration, the environment and files; and their silence."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from feeder.config.loading import load_settings
from feeder.errors import ConfigError
from feeder.fetch.credentials import Credentials, credentials_of

HEAD = "kind = 'files'\nroot = '.'\n"


def read(folder: Path, text: str) -> Credentials:
    """What the file of a source gives."""
    (folder / "config/sources").mkdir(parents=True)
    (folder / "config/feeder.toml").write_text("")
    (folder / "config/sources/a.toml").write_text(HEAD + text, encoding="utf-8")
    (source,) = load_settings(folder / "config", {}).sources
    return credentials_of(source)


def test_they_are_read_from_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "from the environment")
    (tmp_path / "password").write_text("naïve:pass\r\n", encoding="utf-8")
    text = (
        "[headers]\nX-Key = { env = 'KEY' }\nX-Other = 'plain'\n"
        "[auth]\nusername = 'reader'\n"
        f"password = {{ file = '{tmp_path}/password' }}\n"
        "[cookies]\nsession = 'abc'\n"
    )
    credentials = read(tmp_path, text)
    assert credentials == Credentials(
        {"X-Key": "from the environment", "X-Other": "plain"},
        ("reader", "naïve:pass"),
        {"session": "abc"},
    )
    sent = credentials.as_headers()
    assert sent["authorization"] == "Basic cmVhZGVyOm5hw692ZTpwYXNz"
    assert sent["cookie"] == "session=abc"


def test_none_of_them_is_in_a_repr_and_all_can_go_to_a_worker() -> None:
    credentials = Credentials({"X-Key": "hunter2"}, ("reader", "hunter2"), {"a": "hunter2"})
    assert "hunter2" not in repr(credentials)
    assert pickle.loads(pickle.dumps(credentials)) == credentials


FAULTS: dict[str, tuple[str, str]] = {
    "[headers]\nX-Key = { env = 'NOT_THERE_7' }": ("headers.X-Key", "NOT_THERE_7"),
    "[headers]\nX-Key = { file = '/nowhere/key' }": ("headers.X-Key", "no such file"),
    "[headers]\nX-Key = { file = '/' }": ("headers.X-Key", "directory"),
    '[headers]\nX-Key = "hunter2\\r\\nHost: evil"': ("headers.X-Key", "line break"),
    '[headers]\nX-Key = "hunter2\\u0000"': ("headers.X-Key", "line break"),
    "[headers]\nX-Key = 'hunter2ключ'": ("headers.X-Key", "ASCII"),
    "[headers]\n'X Key' = 'hunter2'": ("headers.X Key", "name of a header"),
    "[headers]\nHost = 'hunter2'": ("headers.Host", "sends itself"),
    "[headers]\nTransfer-Encoding = 'hunter2'": ("headers.Transfer-Encoding", "sends itself"),
    "[headers]\nCookie = 'a=hunter2'": ("headers.Cookie", "sends itself"),
    "[cookies]\nsession = 'hunter2; Path=/'": ("cookies.session", "semicolon"),
    "[cookies]\n'a=b' = 'hunter2'": ("cookies.a=b", "name of a cookie"),
    "[auth]\nusername = 'a:b'\npassword = 'hunter2'": ("auth.username", "colon"),
    '[auth]\nusername = "a"\npassword = "hunter2\\n"': ("auth.password", "line break"),
}


@pytest.mark.parametrize("text", FAULTS)
def test_what_cannot_be_had_or_sent_is_a_fault_at_its_place_without_its_value(
    tmp_path: Path, text: str
) -> None:
    key, what = FAULTS[text]
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    (fault,) = caught.value.faults
    assert fault.key.replace('"', "") == key
    assert what in fault.message
    assert fault.line is not None
    assert "hunter2" not in str(caught.value)


def test_bytes_of_a_file_or_the_environment_that_are_no_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfehunter2")
    monkeypatch.setenv("KEY", "hunter2\udcff")
    texts: dict[str, Any] = {
        "file": f"[headers]\nX-Key = {{ file = '{tmp_path}/key' }}",
        "env": "[headers]\nX-Key = { env = 'KEY' }",
        "password": "[auth]\nusername = 'a'\npassword = { env = 'KEY' }",
    }
    for name, text in texts.items():
        (tmp_path / name).mkdir()
        with pytest.raises(ConfigError) as caught:
            read(tmp_path / name, text)
        assert "hunter2" not in str(caught.value)
