"""The snippets for web servers, tried on the servers: what a reader is told of each document."""

from __future__ import annotations

import gzip
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.message import Message
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from feeder.app import load, open_app
from feeder.cli.webserver import served_folder
from feeder.errors import ConfigError
from feeder.models import Document
from feeder.outputs.directory import Directory
from feeder.rounds.once import refresh_once
from tests.outputs.s3_server import free_port

ARTICLE = "A headline of its own\n\nFirst words of an article that is long enough to be one. " * 9
LONG_AGO = 1_577_836_800  # 2020
HUB = "https://hub.example/a%20b?to=$me"
APACHE_MODULES = (
    "mpm_event", "authz_core", "alias", "dir", "headers", "mime", "rewrite", "unixd",
)  # fmt: skip
APACHE_BUILT_IN = {"unixd"}


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes


class Site(NamedTuple):
    """What lies in a public folder, as a server on loopback gives it out."""

    port: int
    base: str
    public: Path

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, self.base + path, headers={"Host": "localhost", **named})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def project(folder: Path, port: int, base: str) -> Path:
    """A folder with a feed that was renamed, one that was removed, and one for nobody."""
    (folder / "config/sources").mkdir(parents=True)
    (folder / "articles").mkdir()
    (folder / "articles/one.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "config/sources/desk.toml").write_text('kind = "files"\nroot = "articles"\n')
    own = '[[feed]]\nname = "hushed"\nprivate = true\n'
    first = f'[[feed]]\nname = "paper"\n[[feed]]\nname = "left"\n{own}'
    second = f'[[feed]]\nname = "news"\nformerly = ["paper"]\n{own}formerly = ["whispered"]\n'
    for feeds in (first.replace('"hushed"', '"whispered"'), second):
        head = f'public_url = "http://localhost:{port}{base}"\n[publish]\nhubs = ["{HUB}"]\n'
        formats = 'formats = ["atom", "json", "html"]\n'
        (folder / "config/feeder.toml").write_text(head + formats + feeds, encoding="utf-8")
        with open_app(load(folder / "config")) as app:
            report = refresh_once(app, force=True)
            assert not report.errors
    public = folder / "var/public"
    Directory(public).put(Document("news/archive/0001.atom", "", b"<feed>closed</feed>"))
    Directory(public).put(Document("index.html", "", b"<!doctype html><p>All feeds"))
    for path in public.glob("news.atom*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    (public / ".news.atom.01234567.part").write_text("half a feed", encoding="utf-8")
    return public


def printed(folder: Path, server: str) -> str:
    command = [
        sys.executable,
        "-m",
        "feeder",
        "webserver",
        server,
        "--config",
        str(folder / "config"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def nginx(folder: Path, snippet: Path, port: int) -> list[str]:
    """The command that runs it in the foreground."""
    (folder / "nginx.conf").write_text(
        f"user root;\ndaemon off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{ access_log off; include {snippet}; }}\n"
    )
    subprocess.run(["nginx", "-t", "-c", folder / "nginx.conf"], check=True, capture_output=True)
    return ["nginx", "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, snippet: Path, port: int) -> list[str]:
    text = snippet.read_text(encoding="utf-8")
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{text}", encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def apache(folder: Path, snippet: Path, port: int) -> list[str]:
    modules = [name for name in APACHE_MODULES if name not in APACHE_BUILT_IN]
    loaded = [f"LoadModule {n}_module /usr/lib/apache2/modules/mod_{n}.so" for n in modules]
    (folder / "apache.conf").write_text(
        "\n".join([
            f"ServerRoot {folder}", f"PidFile {folder}/apache.pid", "ErrorLog /dev/stderr",
            "ServerName localhost", f"Listen 127.0.0.1:{port}", *loaded,
            "User www-data", "Group www-data", "TypesConfig /etc/mime.types",
            "AddType application/x-gzip .gz", "<Directory />\nRequire all denied\n</Directory>",
            f"Include {snippet}", "",
        ])
    )  # fmt: skip
    return ["apache2", "-D", "FOREGROUND", "-f", str(folder / "apache.conf")]


COMMANDS = {"nginx": nginx, "caddy": caddy, "apache": apache}
PROGRAMS = {"nginx": "nginx", "caddy": "caddy", "apache": "apache2"}


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    log = folder / "log"
    home = {"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    with log.open("w") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told, env=home)
    try:
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(10)


BASES = ("/", "/my%20feeds/")


@pytest.fixture(scope="session")
def started() -> Iterator[Callable[[str, str], Site]]:
    """Each server over a project of its own, from when it is first wanted on: tests come in any
    order, and to start it anew for each of them takes longer than they do."""
    with ExitStack() as stack:

        @cache
        def start(server: str, base: str) -> Site:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="feeder-served-")))
            folder.chmod(0o755)  # for the user that the server becomes
            port = free_port()
            site = Site(port, base, project(folder, port, base))
            snippet = folder / f"{server}.txt"
            snippet.write_text(printed(folder, server), encoding="utf-8")
            stack.enter_context(running(COMMANDS[server](folder, snippet, port), folder, port))
            return site

        yield start


@pytest.fixture(params=[(server, base) for server in COMMANDS for base in BASES], ids="".join)
def site(request: pytest.FixtureRequest, started: Callable[[str, str], Site]) -> Site:
    server, base = request.param
    if shutil.which(PROGRAMS[server]) is None:
        pytest.skip(f"no {server} here")
    return started(server, base)


pytestmark = pytest.mark.slow
SUFFIXES = {"gzip": "gz", "br": "br"}
DAY = "public, max-age=900, stale-if-error=86400"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("news.atom", "application/atom+xml"),
        ("news.json", "application/feed+json"),
        ("news.html", "text/html; charset=utf-8"),
        ("feeds.opml", "text/x-opml"),
    ],
)
def test_a_document_comes_whole_with_its_type(site: Site, name: str, kind: str) -> None:
    answer = site.get(name)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == kind
    assert answer.body == (site.public / name).read_bytes()
    assert answer.headers["Cache-Control"] == DAY
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Encoding"] is None


def test_who_takes_gzip_is_given_the_packed_copy(site: Site) -> None:
    answer = site.get("news.atom", Accept_Encoding="deflate, gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "application/atom+xml"
    assert "accept-encoding" in answer.headers["Vary"].lower()
    assert answer.body == (site.public / "news.atom.gz").read_bytes()
    assert gzip.decompress(answer.body) == (site.public / "news.atom").read_bytes()


def test_the_smallest_copy_is_given_where_the_server_can(site: Site) -> None:
    answer = site.get("news.atom", Accept_Encoding="gzip, br")
    coding = answer.headers["Content-Encoding"]
    # Debian's nginx has Brotli in a module of its own.
    assert coding in ("gzip", "br")
    assert answer.body == (site.public / f"news.atom.{SUFFIXES[coding]}").read_bytes()


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_who_has_it_is_told_so(site: Site, coding: str) -> None:
    first = site.get("news.atom", Accept_Encoding=coding)
    validators = (
        {"If_Modified_Since": first.headers["Last-Modified"]},
        {"If_Modified_Since": "Fri, 01 Jan 2021 00:00:00 GMT"},
        {"If_None_Match": first.headers["ETag"]},
    )
    for told in validators:
        answer = site.get("news.atom", Accept_Encoding=coding, **told)
        assert (answer.status, answer.body) == (304, b"")


def test_a_document_names_its_hub_and_its_own_address(site: Site) -> None:
    link = site.get("news.atom").headers["Link"]
    own = f"http://localhost:{site.port}{site.base}news.atom"
    assert link == f'<https://hub.example/a%20b?to=%24me>; rel="hub", <{own}>; rel="self"'


def test_a_closed_page_of_the_history_is_cached_for_good(site: Site) -> None:
    answer = site.get("news/archive/0001.atom")
    assert answer.body == b"<feed>closed</feed>"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("suffix", ["atom", "json", "html"])
def test_a_renamed_feed_is_a_redirect_that_stays(site: Site, suffix: str) -> None:
    answer = site.get(f"paper.{suffix}")
    assert answer.status == 308
    own = f"http://localhost:{site.port}{site.base}news.{suffix}"
    assert answer.headers["Location"] == own


def test_a_removed_feed_is_gone(site: Site) -> None:
    for suffix in ("atom", "json", "html"):
        assert site.get(f"left.{suffix}", Accept_Encoding="gzip").status == 410


@pytest.mark.parametrize(
    "path", [".news.atom.01234567.part", "hushed.atom", "whispered.atom", "nothing"]
)
def test_what_is_not_for_readers_is_not_found(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 404
    assert "max-age" not in answer.headers.get("Cache-Control", "")


def test_the_folder_itself_is_the_list_of_feeds(site: Site) -> None:
    assert site.get("").body == (site.public / "index.html").read_bytes()


def test_a_private_feed_is_in_no_snippet(tmp_path: Path) -> None:
    project(tmp_path, 8080, "/my%20feeds/")
    for server in COMMANDS:
        text = printed(tmp_path, server)
        assert all(name in text for name in ("paper", "left", "news"))
        assert not any(name in text for name in ("hushed", "whispered"))
        assert printed(tmp_path, server) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('public = "a${b}"', "no web server takes the name"),
        (
            '[[output]]\nkind = "s3"\nbucket = "feeds"\naccess_key = "a"\nsecret_key = "b"',
            "none is a folder",
        ),
    ],
)
def test_what_no_server_could_give_out_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/feeder.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        served_folder(load(tmp_path / "config"))
