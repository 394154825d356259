"""The rule files in an archive (`.tar.gz`) that somebody else made, within bounds.

Nothing is unpacked to a disk here: of each member only the last part of its name counts, and only
where it is one that a rule file has; links and whatever is no plain file are passed over.
"""

from __future__ import annotations

import tarfile
from io import BytesIO
from pathlib import PurePosixPath
from typing import Self

from feeder.errors import LayoutError
from feeder.fetch.unpacking import CorruptError, Gunzip, OverflowedError
from feeder.rules.grammar import MAX_LENGTH
from feeder.rules.rulebook import is_rule_file

MOST_BYTES = 64_000_000
"""Of all files together, unpacked: the public collection has 3 MB."""
MOST_MEMBERS = 20_000
"""Ten times what the public collection has."""
_LARGEST = 4 * MAX_LENGTH
_LARGEST_HEADER = 8_192
"""Bytes that say more of the next member, such as a long name. tarfile searches them with patterns
whose time grows with the square (CVE-2024-6232): 60 MB would take days."""
_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_LICENCE = "LICENSE.txt"
_ADVICE = "the rules that were there stay; look whether it is the address of a .tar.gz"


def rule_files(body: bytes) -> dict[str, bytes]:
    """The rule files at the top of an archive, or in its one folder, by name.

    Raises:
        LayoutError: it is no such archive, or damaged, too large, or without a rule file.
    """
    unpacker = Gunzip(MOST_BYTES)
    try:
        raw = unpacker.feed(body)
        unpacker.finish()
        with tarfile.open(fileobj=BytesIO(raw), mode="r:", tarinfo=_Member) as archive:
            found = _files(archive)
    except OverflowedError:
        raise LayoutError(
            f"the archive unpacks to more than {MOST_BYTES:,} bytes", advice=_ADVICE
        ) from None
    except RecursionError:
        message = "the archive has headers of headers without end"
        raise LayoutError(message, advice=_ADVICE) from None
    except (CorruptError, tarfile.TarError, EOFError, ValueError, OSError) as error:
        message = f"it is no .tar.gz archive, or a damaged one: {error}"
        raise LayoutError(message, advice=_ADVICE) from error
    if not any(name != _LICENCE for name in found):
        raise LayoutError("there is no rule file in the archive", advice=_ADVICE)
    return found


class _Member(tarfile.TarInfo):
    """A member whose headers are no longer than anybody needs."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        member = super().frombuf(buf, encoding, errors)
        if member.type in _HEADERS and member.size > _LARGEST_HEADER:
            raise tarfile.ReadError(f"a header of {member.size:,} bytes")
        return member


def _files(archive: tarfile.TarFile) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for count, member in enumerate(archive):
        if count >= MOST_MEMBERS:
            raise LayoutError(f"the archive has over {MOST_MEMBERS:,} members", advice=_ADVICE)
        path = PurePosixPath(member.name)
        is_plain = member.isreg() and not member.issparse()
        if not is_plain or len(path.parts) > 2 or not (
            is_rule_file(path.name) or path.name == _LICENCE
        ):  # fmt: skip
            continue
        if member.size > _LARGEST:
            raise LayoutError(f"{path.name} in it has over {_LARGEST:,} bytes", advice=_ADVICE)
        file = archive.extractfile(member)
        if file is not None:
            found.setdefault(path.name, file.read(_LARGEST))
    return found
