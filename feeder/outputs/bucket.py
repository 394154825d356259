"""One bucket of a store that speaks S3, asked within bounds; its refusals in words.

The one place outside of `fetch/` that talks HTTP: with the store that the configuration names, and
through a library whose requests nothing that a site said can steer.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from feeder.errors import PublishError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

    from feeder.config.settings import Secret

_ATTEMPTS = 3
_SILENT_FOR = 60.0
"""Seconds for which a store that could not be reached is not asked again: a round of a hundred
feeds waits for it once, and not a hundred times."""
_NO_STORE = "see whether `endpoint` is the address of an S3 store"
_FROM_NOWHERE = (None, None, None, None)
_NO_FILE = (None, None, os.devnull, None)
_SEALED = {
    "profile": _FROM_NOWHERE,
    "ca_bundle": _FROM_NOWHERE,
    "config_file": _NO_FILE,
    "credentials_file": _NO_FILE,
}
"""Session variables that would otherwise come from the environment or from the user's home."""


class _Words(NamedTuple):
    reason: str
    advice: str


_REGION = _Words(
    "the bucket lies elsewhere, and no redirect is followed",
    "set `region` and `endpoint` to where the bucket lies",
)
_DENIED = _Words(
    "access denied",
    "let the key read, write and delete objects in the bucket, and see that the bucket exists",
)
_FULL = _Words("the store has no room left", "free some space there, or raise the quota")
_BUSY = _Words("the store cannot do it now", "see to the store if it goes on")
_REFUSALS: Mapping[str, _Words] = {
    "NoSuchBucket": _Words("there is no such bucket", "make it, or correct `bucket`"),
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "InvalidAccessKeyId": _Words("the store does not know the key", "correct `access_key`"),
    "SignatureDoesNotMatch": _Words(
        "the secret does not belong to the key", "correct `secret_key`"
    ),
    "RequestTimeTooSkewed": _Words(
        "this machine's clock is not the store's", "set the clock, for example with NTP"
    ),
    "AccessControlListNotSupported": _Words("the bucket takes no ACLs", "leave out `acl`"),
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "PermanentRedirect": _REGION,
    "TemporaryRedirect": _REGION,
    "QuotaExceeded": _FULL,
    "QuotaExceededException": _FULL,
    "InsufficientCapacity": _FULL,
    "XMinioStorageFull": _FULL,
    "EntityTooLarge": _Words("too large for the store", "lower `max_bytes` of the feed"),
    "SlowDown": _BUSY,
    "ServiceUnavailable": _BUSY,
    "InternalError": _BUSY,
}
_STATUSES: Mapping[int, _Words] = {
    301: _REGION, 302: _REGION, 307: _REGION, 308: _REGION,
    401: _DENIED, 403: _DENIED,
    429: _BUSY, 500: _BUSY, 502: _BUSY, 503: _BUSY, 504: _BUSY,
    507: _FULL,
}  # fmt: skip


@dataclass(frozen=True)
class Bucket:
    """A bucket, and who may write to it. Nothing is imported or asked before the first request.

    Several threads may ask at once. `endpoint` is None for AWS.
    """

    name: str
    endpoint: str | None
    region: str
    access_key: Secret
    secret_key: Secret
    path_style: bool
    timeout: float
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)
    _made: list[Any] = field(default_factory=list, init=False, repr=False)
    _silent: list[tuple[float, PublishError]] = field(default_factory=list, init=False, repr=False)

    def head(self, key: str) -> Mapping[str, Any] | None:
        """What the store tells of an object; None where it is not there, or may not be seen.

        An answer without a body cannot say why it is none, and who may not list a bucket is told
        403 of what is not there. Putting or deleting brings the reason to light.

        Raises:
            PublishError: the store cannot be asked.
        """
        with self._asking() as client:
            from botocore.exceptions import ClientError

            try:
                told: Mapping[str, Any] = client.head_object(Bucket=self.name, Key=key)
            except ClientError:
                return None
            return told

    def put(self, key: str, body: bytes, **headers: Any) -> None:
        """Put an object in place whole; until then the old one is given out.

        Raises:
            PublishError: the store did not take it.
        """
        with self._asking() as client:
            told = client.put_object(Bucket=self.name, Key=key, Body=body, **headers)
        if not told.get("ETag"):
            message = f"{self._where} took it, and does not say what it has now"
            raise PublishError(message, advice=_NO_STORE)

    def delete(self, key: str) -> None:
        """Take an object away. That there is none is no error.

        Raises:
            PublishError: the store did not do it.
        """
        with self._asking() as client:
            client.delete_object(Bucket=self.name, Key=key)

    @property
    def _where(self) -> str:
        return self.endpoint or f"S3 in {self.region}"

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        """The client. What its requests raise is told in words."""
        if self._silent and time.monotonic() < self._silent[0][0]:
            told = self._silent[0][1]
            raise PublishError(told.message, advice=told.advice)
        client = self._client()
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        try:
            yield client
        except ClientError as error:
            if _status(error) in (400, 401, 403):
                self._made.clear()  # the key may be another one by now
            raise _refused(error) from None
        except (BotoCoreError, ResponseParserError) as error:
            told = self._unreachable(error)
            self._silent[:] = [(time.monotonic() + _SILENT_FOR, told)]
            raise told from None

    def _client(self) -> Any:
        with self._lock:
            if not self._made:
                self._made.append(self._connected())
            return self._made[0]

    def _connected(self) -> Any:
        keys = _read("access_key", self.access_key), _read("secret_key", self.secret_key)
        try:
            # 46 MB and a quarter of a second.
            from botocore.session import Session
        except ImportError:
            message, advice = "botocore is not installed", "pip install 'feeder[s3]'"
            raise PublishError(message, advice=advice) from None
        client = Session(_SEALED).create_client(
            "s3",
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=keys[0],
            aws_secret_access_key=keys[1],
            config=self._manner(),
        )
        client.meta.events.register("before-parameter-build.s3", _stay)
        return client

    def _manner(self) -> Any:
        from botocore.config import Config

        return Config(
            connect_timeout=min(10.0, self.timeout),
            read_timeout=self.timeout,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            proxies={},  # none out of the environment
            defaults_mode="legacy",
            ignore_configured_endpoint_urls=True,
            # Stores other than AWS's refuse checksums that are no MD5; the signature has a SHA-256.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={
                "addressing_style": "path" if self.path_style else "virtual",
                "payload_signing_enabled": True,
            },
        )

    def _unreachable(self, error: Exception) -> PublishError:
        """Told by its class: its text holds the address, and what else nobody knows."""
        from botocore import exceptions

        name = self._where
        if isinstance(error, exceptions.SSLError):
            return PublishError(f"the certificate of {name} does not hold", advice="see to it")
        if isinstance(error, exceptions.ConnectTimeoutError | exceptions.ReadTimeoutError):
            return PublishError(f"{name} does not answer", advice="see whether the store is up")
        if isinstance(error, exceptions.EndpointConnectionError):
            advice = "see whether the store is up, and `endpoint` is right"
            return PublishError(f"{name} cannot be reached", advice=advice)
        if isinstance(error, exceptions.ConnectionClosedError):
            return PublishError(f"the connection to {name} broke off", advice="see to the network")
        message = f"{name} gave no answer that could be read ({type(error).__name__})"
        return PublishError(message, advice=_NO_STORE)


def _stay(context: dict[str, Any], **_: Any) -> None:
    """Mark a request as redirected once, which is what botocore allows: otherwise it asks for the
    bucket's region, and of a store that answers every question by a redirect without end."""
    context.setdefault("s3_redirect", {})["redirected"] = True


def _read(key: str, secret: Secret) -> str:
    try:
        value = secret.read()
    except ValueError as error:
        raise PublishError(
            f"{key}: {error}", advice="mend it; the next run reads it again"
        ) from None
    if re.fullmatch(r"[!-~]+", value) is None:
        message = f"{key}: is empty, or holds a space or characters that are not ASCII"
        raise PublishError(message, advice="mend it; the next run reads it again")
    return value


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _refused(error: ClientError) -> PublishError:
    """By the code alone: what else a store writes may repeat what was sent."""
    code, status = str(error.response.get("Error", {}).get("Code", "")), _status(error)
    words = _REFUSALS.get(code) or _STATUSES.get(status)
    told = f"{code}, " if re.fullmatch("[A-Za-z]{1,64}", code) else ""
    if words is None:
        words = _Words("the store refused it", "its manual says what the code means")
    return PublishError(f"{words.reason} ({told}HTTP {status})", advice=words.advice)
