"""Documents in a bucket: what a real S3 server has of them, and what its refusals are called."""

from __future__ import annotations

import gzip
import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from feeder.errors import PublishError
from feeder.models import Document
from feeder.outputs.s3 import S3
from tests.outputs.s3_server import KEY, SECRET, Answering, cut_off, free_port, rclone, refusal

pytestmark = pytest.mark.slow  # a new client takes .2 s

BODY = b"<feed>" + b"words " * 4_000 + b"</feed>"
FEED = Document("news.atom", "application/atom+xml", BODY)
CLOSED = Document("news/archive/0001.atom", "application/atom+xml", BODY)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a real server, and the folder of its buckets."""
    folder = tmp_path_factory.mktemp("store")
    with rclone(folder) as address:
        yield address, folder


@pytest.fixture
def bucket(store: tuple[str, Path], request: pytest.FixtureRequest) -> Path:
    """A bucket of the test's own, as a folder."""
    name = sha256(request.node.name.encode()).hexdigest()[:16]
    folder = store[1] / name
    folder.mkdir()
    return folder


@pytest.fixture
def output(store: tuple[str, Path], bucket: Path) -> S3:
    return s3(endpoint=store[0], bucket=bucket.name)


def s3(**options: Any) -> S3:
    keys = {"access_key": KEY, "secret_key": SECRET, "bucket": "feeds"}
    return S3.model_validate({**keys, **options})


def another(output: S3, **options: Any) -> S3:
    """The output as another process has it."""
    given = output.model_dump(include={"endpoint", "bucket", "prefix", "gzip", "max_age"})
    given["max_age"] = f"{int(given['max_age'].total_seconds())}s"
    return s3(**{**given, **options})


def told(output: S3, path: str) -> dict[str, Any]:
    """What the server tells of an object, asked with botocore itself."""
    from botocore.session import Session

    client = Session().create_client(
        "s3",
        region_name="us-east-1",
        endpoint_url=output.endpoint,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )
    answer: dict[str, Any] = client.get_object(Bucket=output.bucket, Key=path)
    answer["Bytes"] = answer["Body"].read()
    client.close()
    return answer


def written(bucket: Path, path: str) -> int:
    return (bucket / path).stat().st_mtime_ns


def holds(output: S3, document: Document) -> bool:
    body = document.body
    return output.holds(document.path, len(body), sha256(body).hexdigest())


def test_an_object_has_the_bytes_and_says_what_they_are(output: S3) -> None:
    assert output.put(FEED)
    found = told(output, "news.atom")
    assert found["Bytes"] == BODY
    assert found["ContentType"] == "application/atom+xml"
    assert found["CacheControl"] == "public, max-age=900, stale-if-error=86400"
    assert "ContentEncoding" not in found


def test_a_closed_page_of_the_history_is_cached_for_good(output: S3) -> None:
    assert output.put(CLOSED)
    assert told(output, CLOSED.path)["CacheControl"] == "public, max-age=31536000, immutable"


def test_a_packed_object_says_so(output: S3) -> None:
    packed = another(output, gzip=True)
    assert packed.put(FEED)
    found = told(output, "news.atom")
    assert gzip.decompress(found["Bytes"]) == BODY
    assert found["ContentEncoding"] == "gzip"
    assert holds(another(packed), FEED)


@pytest.mark.parametrize("again", ["the same process", "another process"])
def test_what_lies_there_is_not_sent_again(output: S3, bucket: Path, again: str) -> None:
    output.put(FEED)
    moment = written(bucket, "news.atom")
    later = output if again == "the same process" else another(output)
    assert not later.put(FEED)
    assert holds(later, FEED)
    assert written(bucket, "news.atom") == moment


def test_what_this_process_put_there_is_not_asked_for() -> None:
    with Answering(headers={"ETag": '"x"'}).serving() as server:
        output = s3(endpoint=server.url)
        assert output.put(FEED)
        for _ in range(100):
            assert holds(output, FEED)
        assert [method for method, _ in server.asked] == ["HEAD", "PUT"]


def test_what_another_machine_put_there_meanwhile_is_replaced(output: S3) -> None:
    newer = Document("news.atom", FEED.media_type, b"<feed>newer</feed>")
    output.put(FEED)
    another(output).put(newer)
    assert output.put(FEED)
    assert told(output, "news.atom")["Bytes"] == BODY


def test_a_changed_document_replaces_the_object(output: S3) -> None:
    output.put(FEED)
    newer = Document("news.atom", FEED.media_type, b"<feed>newer</feed>")
    assert not holds(output, newer)
    assert output.put(newer)
    assert told(output, "news.atom")["Bytes"] == newer.body


def test_what_somebody_else_put_there_is_replaced(output: S3, bucket: Path) -> None:
    output.put(FEED)
    (bucket / "news.atom").write_bytes(b"somebody else's")
    assert not holds(another(output), FEED)
    assert another(output).put(FEED)
    assert told(output, "news.atom")["Bytes"] == BODY


@pytest.mark.parametrize("options", [{"gzip": True}, {"max_age": "1h"}])
def test_an_object_is_put_anew_as_its_output_is_set(output: S3, options: dict[str, Any]) -> None:
    output.put(FEED)
    changed = another(output, **options)
    assert not holds(changed, FEED)
    assert changed.put(FEED)
    assert holds(another(changed), FEED)


def test_objects_lie_below_the_prefix(output: S3, bucket: Path) -> None:
    another(output, prefix="/papers/feeds/").put(CLOSED)
    assert (bucket / "papers/feeds/news/archive/0001.atom").read_bytes() == BODY


def test_a_removed_object_is_gone_and_can_come_back(output: S3, bucket: Path) -> None:
    output.put(FEED)
    assert output.remove("news.atom")
    assert not (bucket / "news.atom").exists()
    assert not output.remove("news.atom")
    assert not holds(output, FEED)
    assert output.put(FEED)
    assert (bucket / "news.atom").read_bytes() == BODY


@pytest.mark.parametrize("path", ["../other/news.atom", "/news.atom", "a//b", ".news.atom"])
def test_no_path_leads_out_of_the_bucket(output: S3, path: str) -> None:
    with pytest.raises(PublishError, match="no path for a document"):
        output.put(Document(path, "", BODY))


@pytest.mark.parametrize(
    ("options", "message", "advice"),
    [
        ({"bucket": "missing"}, "there is no such bucket (NoSuchBucket, HTTP 404)", "`bucket`"),
        ({"access_key": "nobody"}, "the store does not know the key", "`access_key`"),
        ({"secret_key": "wrong"}, "the secret does not belong to the key", "`secret_key`"),
    ],
)
def test_a_real_servers_refusals_are_named(
    output: S3, options: dict[str, Any], message: str, advice: str
) -> None:
    output.put(FEED)
    with pytest.raises(PublishError) as caught:
        another(output, **options).put(Document("news.atom", "", b"newer"))
    assert message in caught.value.message
    assert "the old document stays" in caught.value.message
    assert advice in caught.value.advice
    assert told(output, "news.atom")["Bytes"] == BODY


def test_a_key_that_was_mended_is_read_again(output: S3, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("wrong\n", encoding="utf-8")
    mended = another(output, secret_key={"file": str(key)})
    with pytest.raises(PublishError, match="does not belong to the key"):
        mended.put(FEED)
    key.write_text(f"{SECRET}\n", encoding="utf-8")
    assert mended.put(FEED)


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (403, "AccessDenied", "access denied"),
        (403, "RequestTimeTooSkewed", "clock"),
        (400, "AuthorizationHeaderMalformed", "the bucket lies elsewhere"),
        (301, "PermanentRedirect", "the bucket lies elsewhere"),
        (507, "XMinioStorageFull", "no room left"),
        (507, "", "no room left"),
        (400, "AccessControlListNotSupported", "takes no ACLs"),
        (418, "ImATeapot", "the store refused it (ImATeapot, HTTP 418)"),
        (418, "<b>\x1b[31m" + SECRET, "the store refused it (HTTP 418)"),
    ],
)
def test_refusals_are_named_without_what_the_store_repeats(
    status: int, code: str, message: str
) -> None:
    with (
        Answering(status, refusal(code)).serving() as server,
        pytest.raises(PublishError) as caught,
    ):
        s3(endpoint=server.url).put(FEED)
    assert message in caught.value.message
    assert caught.value.advice
    assert not [each for each in (SECRET, KEY) if each in repr(caught.value) + caught.value.advice]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with Answering().serving() as other:
        headers = {"Location": f"{other.url}elsewhere", "x-amz-bucket-region": "eu-west-1"}
        with Answering(status, headers=headers).serving() as server:
            output = s3(endpoint=server.url)
            with pytest.raises(PublishError, match="lies elsewhere"):
                output.put(FEED)
            with suppress(PublishError):
                output.remove("news.atom")
        assert other.asked == []


def test_a_web_page_in_place_of_a_store_is_no_store() -> None:
    with Answering(200).serving() as server:
        output = s3(endpoint=server.url)
        with pytest.raises(PublishError, match="does not say what it has now"):
            output.put(FEED)
        assert not holds(output, FEED)


def test_a_silent_store_is_waited_for_once() -> None:
    with Answering(silent=threading.Event()).serving() as server:
        output = s3(endpoint=server.url, timeout="1s")
        begun = time.monotonic()
        with pytest.raises(PublishError, match="does not answer"):
            output.put(FEED)
        assert time.monotonic() - begun < 10
        asked = len(server.asked)
        assert asked <= 3
        for _ in range(100):
            assert not holds(output, FEED)
            with pytest.raises(PublishError, match="does not answer"):
                output.put(FEED)
        assert len(server.asked) == asked


@pytest.mark.parametrize("after", [100, 2_000, 150_000])
def test_a_broken_off_upload_leaves_the_old_object_whole(
    output: S3, bucket: Path, after: int
) -> None:
    output.put(FEED)
    newer = Document("news.atom", FEED.media_type, random.Random(1).randbytes(200_000))
    with cut_off(str(output.endpoint), after) as line:
        with pytest.raises(PublishError, match="broke off"):
            another(output, endpoint=line).put(newer)
        assert (bucket / "news.atom").read_bytes() == BODY
    assert another(output).put(newer)
    assert (bucket / "news.atom").read_bytes() == newer.body


def test_a_store_that_is_not_there_is_named() -> None:
    with pytest.raises(PublishError, match="cannot be reached"):
        s3(endpoint=f"http://127.0.0.1:{free_port()}/").put(FEED)


def test_the_environment_has_no_say(
    output: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/"
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, nowhere)
    for name in ("AWS_PROFILE", "AWS_CA_BUNDLE", "AWS_DEFAULTS_MODE", "AWS_MAX_ATTEMPTS"):
        monkeypatch.setenv(name, "no-such-thing")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    (tmp_path / "config").write_text("[default]\nregion = mars\ns3 =\n  addressing_style = no\n")
    assert output.put(FEED)
