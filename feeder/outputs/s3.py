"""Object storage that speaks S3: Amazon's, Cloudflare's, Backblaze's, MinIO, Garage, Ceph …

A store replaces an object whole, or not at all. What an object is made of is told by the hash that
it bears, so that nothing unchanged is sent again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr

from feeder.config.options import Duration, Flag, Options, WebUrl
from feeder.config.settings import Secret
from feeder.errors import PublishError
from feeder.models import Document
from feeder.outputs.bucket import Bucket
from feeder.outputs.codings import codings
from feeder.outputs.paths import FRESH, cache_control, checked

_HASH = "sha256"
"""The name of the metadata that tells the hash of the document, unpacked."""
_REMEMBERED = 100_000


def _bucket(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}", value) is None:
        raise ValueError('expected the name of a bucket such as "feeds"')
    if find_spec("botocore") is None:
        raise ValueError("botocore is not installed: pip install 'feeder[s3]'")
    return value


def _region(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", value) is None:
        raise ValueError('expected a region such as "eu-central-1"')
    return value


def _prefix(value: str) -> str:
    path = value.strip("/")
    try:
        return f"{checked(path)}/" if path else ""
    except PublishError:
        raise ValueError('expected a path in the bucket such as "news/feeds"') from None


def _timeout(value: timedelta) -> timedelta:
    if not 1 <= value.total_seconds() <= 300:
        raise ValueError("must be between one second and five minutes")
    return value


class S3(Options):
    """`[[output]]` of the kind "s3": documents as objects in a bucket."""

    bucket: Annotated[str, AfterValidator(_bucket)] = Field(description="its name")
    endpoint: WebUrl | None = Field(default=None, description="address of the store, if not AWS")
    region: Annotated[str, AfterValidator(_region)] = Field(
        default="us-east-1", description="where the bucket lies, as the store calls it"
    )
    prefix: Annotated[str, AfterValidator(_prefix)] = Field(
        default="", description="path in the bucket below which documents are put"
    )
    access_key: Secret = Field(description="the key's id")
    secret_key: Secret = Field(repr=False, description="the key itself")
    path_style: Flag | None = Field(
        default=None, description="bucket in the path, not the host name; set with an endpoint"
    )
    gzip: Flag = Field(default=False, description="objects are packed, and say so")
    max_age: Duration = Field(
        default=timedelta(seconds=FRESH), description="for which caches need not ask again"
    )
    acl: Literal["private", "public-read", "bucket-owner-full-control"] | None = Field(
        default=None, description="who may read, for stores that want it told"
    )
    timeout: Annotated[Duration, AfterValidator(_timeout)] = Field(
        default=timedelta(seconds=20), description="of an answer, which is tried for three times"
    )

    _seen: dict[str, str] = PrivateAttr(default_factory=dict)
    """The hashes of documents that this process put or saw there, by path."""

    def put(self, document: Document) -> bool:
        """Put it in place whole; False where the same bytes already lay there.

        Raises:
            PublishError: it could not be done. What lay there before still does.
        """
        path, body = document.path, document.body
        digest = sha256(body).hexdigest()
        with self._explained(path, "not published", "the old document stays"):
            # Looked for anew: another machine may have put a newer one there, and this one be back.
            self._seen.pop(path, None)
            if self._lies_there(path, len(body), digest):
                return False
            told = {"ContentType": document.media_type} if document.media_type else {}
            packed = codings()[0].pack(body) if self.gzip else body
            self._store.put(
                self._key(path), packed, Metadata={_HASH: digest}, **told, **self._headers(path)
            )
            self._remember(path, digest)
        return True

    def holds(self, path: str, size: int, sha256: str) -> bool:
        """Whether the object is this document. What this process put or saw is not asked for."""
        with suppress(PublishError):  # putting tells
            return self._seen.get(path) == sha256 or self._lies_there(path, size, sha256)
        return False

    def remove(self, path: str) -> bool:
        """Take the object at `path` away; False where there was none.

        Raises:
            PublishError: it could not be done.
        """
        key = self._key(path)
        self._seen.pop(path, None)
        with self._explained(path, "not removed", "readers are still given it"):
            was_there = self._store.head(key) is not None
            # Also where none was seen: who may not look at an object may yet remove it.
            self._store.delete(key)
        return was_there

    @cached_property
    def _store(self) -> Bucket:
        return Bucket(
            name=self.bucket,
            endpoint=self.endpoint,
            region=self.region,
            access_key=self.access_key,
            secret_key=self.secret_key,
            path_style=self.endpoint is not None if self.path_style is None else self.path_style,
            timeout=self.timeout.total_seconds(),
        )

    def _key(self, path: str) -> str:
        return f"{self.prefix}{checked(path)}"

    def _lies_there(self, path: str, size: int, digest: str) -> bool:
        told = self._store.head(self._key(path))
        same = told is not None and self._is_current(told, path, size, digest)
        if same:
            self._remember(path, digest)
        return same

    def _is_current(self, told: Mapping[str, Any], path: str, size: int, digest: str) -> bool:
        # Names of metadata come back in whatever case the store likes.
        metadata = {name.lower(): value for name, value in told.get("Metadata", {}).items()}
        wanted = self._headers(path)
        # A store that keeps no Cache-Control tells none: putting it again would help nobody.
        cached = told.get("CacheControl", wanted["CacheControl"]) == wanted["CacheControl"]
        coded = (told.get("ContentEncoding") or None) == wanted.get("ContentEncoding")
        sized = self.gzip or told.get("ContentLength") == size
        return metadata.get(_HASH) == digest and cached and coded and sized

    def _headers(self, path: str) -> dict[str, str]:
        seconds = int(self.max_age.total_seconds())
        told = {"CacheControl": cache_control(path, seconds)}
        if self.gzip:
            told["ContentEncoding"] = "gzip"
        return told | ({"ACL": self.acl} if self.acl else {})

    def _remember(self, path: str, digest: str) -> None:
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[path] = digest

    @contextmanager
    def _explained(self, path: str, what: str, left: str) -> Iterator[None]:
        try:
            yield
        except PublishError as error:
            message = f"{path}: {what} in the bucket {self.bucket}: {error.message}; {left}"
            advice = f"{error.advice}; the next run does what is due" if error.advice else ""
            raise PublishError(message, advice=advice) from None
