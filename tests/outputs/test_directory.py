"""What readers of the public directory see: whole documents, whatever happens to the writer."""

from __future__ import annotations

import errno
import fcntl
import gzip
import multiprocessing
import os
import resource
import shutil
import signal
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from feeder.errors import PublishError
from feeder.models import Document
from feeder.outputs import codings
from feeder.outputs.directory import Directory
from tests.tracing import durable_calls, needs_strace

# Other suites' threads may live in this process; the children here touch nothing of theirs.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")

OLD = b"<feed>" + b"old words " * 40_000 + b"</feed>"
NEW = b"<feed>" + b"new words, more of them " * 40_000 + b"</feed>"


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return tmp_path / "public"


def atom(body: bytes) -> Document:
    return Document("news.atom", "application/atom+xml", body)


def unpacked(public: Path) -> bytes:
    return gzip.decompress((public / "news.atom.gz").read_bytes())


def with_copies(*documents: str) -> list[str]:
    suffixes = ["", *(coding.suffix for coding in codings.codings())]
    return sorted(f"{name}{suffix}" for name in documents for suffix in suffixes)


WHOLE = with_copies("news.atom")


def copies(public: Path) -> list[bytes]:
    """What the packed copies that lie there unpack to, or are if they do not."""
    found = []
    for coding in codings.codings():
        path = public / f"news.atom{coding.suffix}"
        if path.exists():
            packed = path.read_bytes()
            found.append(next((b for b in (OLD, NEW) if coding.holds(packed, b)), packed))
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_document_lies_at_its_path_with_a_packed_copy(public: Path) -> None:
    assert Directory(public).put(Document("news/archive/0001.atom", "", OLD))
    folder = public / "news/archive"
    assert names(folder) == with_copies("0001.atom")
    assert (folder / "0001.atom").read_bytes() == OLD
    assert gzip.decompress((folder / "0001.atom.gz").read_bytes()) == OLD


def test_the_packed_copy_has_no_date_and_no_name_inside(public: Path) -> None:
    Directory(public).put(atom(OLD))
    packed = (public / "news.atom.gz").read_bytes()
    assert packed[3] == 0 and packed[4:8] == b"\0\0\0\0"  # RFC 1952: flags, modification time


def test_the_same_bytes_are_not_written_again(public: Path) -> None:
    Directory(public).put(atom(OLD))
    before = {name: (public / name).stat() for name in names(public)}
    assert not Directory(public).put(atom(OLD))
    after = {name: (public / name).stat() for name in names(public)}
    assert [(s.st_ino, s.st_mtime_ns) for s in before.values()] == [
        (s.st_ino, s.st_mtime_ns) for s in after.values()
    ]


@pytest.mark.parametrize("body", [NEW, OLD[:-1], OLD + b"\n", b""])
def test_other_bytes_are_written(public: Path, body: bytes) -> None:
    Directory(public).put(atom(OLD))
    assert Directory(public).put(atom(body))
    assert (public / "news.atom").read_bytes() == unpacked(public) == body


@pytest.mark.parametrize(
    "packed",
    [
        None,
        b"",
        gzip.compress(NEW, mtime=0),
        gzip.compress(OLD, mtime=0)[:-3],
        gzip.compress(OLD, mtime=0) + b"more",
        gzip.compress(OLD + b"!", mtime=0),
        b"no gzip at all",
    ],
    ids=["missing", "empty", "stale", "torn", "longer", "of more", "other"],
)
def test_a_packed_copy_that_is_not_right_is_made_anew(public: Path, packed: bytes | None) -> None:
    Directory(public).put(atom(OLD))
    modified = (public / "news.atom").stat().st_mtime_ns
    (public / "news.atom.gz").unlink()
    if packed is not None:
        (public / "news.atom.gz").write_bytes(packed)
    assert not Directory(public).put(atom(OLD)), "the document itself was as it should be"
    assert unpacked(public) == OLD
    assert (public / "news.atom").stat().st_mtime_ns == modified


def test_a_document_and_its_packed_copy_are_of_the_same_age(public: Path) -> None:
    Directory(public).put(atom(OLD))
    ages = {(public / name).stat().st_mtime_ns for name in names(public)}
    assert len(ages) == 1


@pytest.mark.parametrize("umask", [0o077, 0o777, 0o000])
def test_everybody_may_read_whatever_the_umask(public: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        Directory(public).put(Document("news/news.atom", "", OLD))
    finally:
        os.umask(before)
    for folder in (public, public / "news"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    for name in names(public / "news"):
        assert stat.S_IMODE((public / "news" / name).stat().st_mode) == 0o644


@pytest.mark.parametrize(
    "path", ["/etc/feed", "../feed", "a/../../feed", "a//b", "./a", ".hidden", "", "a/", "a\0b"]
)
def test_a_path_that_could_lead_elsewhere_is_refused(public: Path, path: str) -> None:
    with pytest.raises(PublishError, match="no path for a document"):
        Directory(public).put(Document(path, "", OLD))
    assert not public.exists()


def test_a_link_in_its_place_is_replaced_and_not_written_through(
    public: Path, tmp_path: Path
) -> None:
    public.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(OLD)
    for name in ("news.atom", "news.atom.gz"):
        (public / name).symlink_to(elsewhere)
    assert Directory(public).put(atom(OLD)), "what a link shows is not what lies here"
    assert elsewhere.read_bytes() == OLD
    assert not (public / "news.atom").is_symlink()
    assert not (public / "news.atom.gz").is_symlink()


def test_a_pipe_in_its_place_keeps_nobody_waiting(public: Path) -> None:
    public.mkdir()
    os.mkfifo(public / "news.atom")
    assert Directory(public).put(atom(OLD))
    assert (public / "news.atom").read_bytes() == OLD


def test_what_a_killed_run_left_is_removed(public: Path) -> None:
    public.mkdir()
    (public / ".other.atom.0123abcd.part").write_bytes(OLD[:100])
    (public / ".well-known").write_text("not ours")
    (public / "a.part").write_text("not ours")
    Directory(public).put(atom(OLD))
    assert names(public) == [".well-known", "a.part", *WHOLE]


def test_what_another_process_is_writing_is_not_removed(public: Path) -> None:
    public.mkdir()
    with (public / ".other.atom.0123abcd.part").open("wb") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_EX)
        Directory(public).put(atom(OLD))
    assert names(public) == [".other.atom.0123abcd.part", *WHOLE]


# Failures -----------------------------------------------------------------------------------


def forked(work: Callable[[], None]) -> int:
    """The exit code of a child that did `work`; negative where a signal ended it."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(30)
    assert child.exitcode is not None
    return child.exitcode


def assert_untouched(public: Path) -> None:
    assert names(public) == WHOLE
    assert (public / "news.atom").read_bytes() == unpacked(public) == OLD


def test_a_full_disk_leaves_the_old_document_and_is_named(public: Path) -> None:
    Directory(public).put(atom(OLD))

    def write_with_little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        with pytest.raises(PublishError, match=r"news\.atom: not published: File too large") as e:
            Directory(public).put(atom(NEW))
        assert "ulimit" in e.value.advice

    assert forked(write_with_little_room) == 0
    assert_untouched(public)
    assert Directory(public).put(atom(NEW)), "healed by the next run"
    assert (public / "news.atom").read_bytes() == unpacked(public) == NEW


@pytest.mark.parametrize(
    ("call", "number", "advice"),
    [
        ("write", errno.ENOSPC, "free some space"),
        ("write", errno.EDQUOT, "quota"),
        ("fsync", errno.EIO, "public directory"),
        ("replace", errno.EROFS, "read-only"),
        ("open", errno.EACCES, "write to the public directory"),
    ],
)
def test_a_failing_system_call_leaves_the_old_document(
    public: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, advice: str
) -> None:
    Directory(public).put(atom(OLD))
    plain = (public / "news.atom").read_bytes()

    def fail(*args: object, **kwargs: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched, pytest.raises(PublishError) as raised:
        patched.setattr(os, call, fail)
        Directory(public).put(atom(NEW))
    assert advice in raised.value.advice
    assert str(public) not in raised.value.message
    assert (public / "news.atom").read_bytes() == plain
    assert [name for name in names(public) if name.endswith(".part")] == []
    assert Directory(public).put(atom(NEW))
    assert unpacked(public) == NEW


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(public: Path) -> None:
    Directory(public).put(atom(OLD))
    public.chmod(0o555)
    try:
        with pytest.raises(PublishError, match="Permission denied"):
            Directory(public).put(atom(NEW))
    finally:
        public.chmod(0o755)
    assert_untouched(public)


def test_a_vanished_folder_is_made_again(public: Path) -> None:
    output = Directory(public)
    output.put(atom(OLD))
    shutil.rmtree(public)
    assert output.put(atom(OLD))
    assert_untouched(public)


def test_a_file_where_the_folder_should_be_is_named(public: Path) -> None:
    public.write_text("not a folder")
    with pytest.raises(PublishError, match=r"news\.atom: not published") as raised:
        Directory(public).put(atom(OLD))
    assert "no folder" in raised.value.advice
    assert public.read_text() == "not a folder"


def test_a_folder_where_the_document_should_be_is_named(public: Path) -> None:
    (public / "news.atom").mkdir(parents=True)
    with pytest.raises(PublishError) as raised:
        Directory(public).put(atom(OLD))
    assert "a folder lies where the document should be" in raised.value.advice


# Kills --------------------------------------------------------------------------------------

NAMED_POINTS = ("write", "fchmod", "fsync", "utime", "unlink", "replace", "close")


@contextmanager
def killed_at(call: str, nth: int, *, after: bool) -> Iterator[None]:
    """Kill this process before or after its `nth` use of a call of `os`."""
    original = getattr(os, call)
    uses = count(1)

    def wrapped(*args: object, **kwargs: object) -> object:
        last = next(uses) == nth
        if last and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(os, call, wrapped)
    yield
    setattr(os, call, original)


@pytest.mark.parametrize("call", NAMED_POINTS)
def test_a_kill_anywhere_leaves_a_whole_document_and_the_next_run_heals(
    public: Path, call: str
) -> None:
    kills = 0
    for nth in count(1):
        codes = [kill_and_heal(public, call, nth, after=after) for after in (False, True)]
        kills += codes.count(-signal.SIGKILL)
        if 0 in codes:
            break
    assert kills >= 2, f"{call} was never reached"


def kill_and_heal(public: Path, call: str, nth: int, *, after: bool) -> int:
    Directory(public).put(atom(OLD))

    def put() -> None:
        with killed_at(call, nth, after=after):
            Directory(public).put(atom(NEW))

    code = forked(put)
    assert_no_step_back(public)
    Directory(public).put(atom(NEW))
    assert names(public) == WHOLE
    assert (public / "news.atom").read_bytes() == unpacked(public) == NEW
    return code


def assert_no_step_back(public: Path) -> None:
    """Both whole, and never one old and one new: who has seen one could be given the other."""
    plain = (public / "news.atom").read_bytes()
    assert plain in (OLD, NEW)
    assert set(copies(public)) <= {plain}


def test_a_reader_who_looks_all_the_time_sees_whole_documents_only(public: Path) -> None:
    bodies = [b"%d " % number * 30_000 for number in range(40)]
    output = Directory(public)
    output.put(atom(bodies[0]))

    def write_on() -> None:
        for body in bodies[1:]:
            output.put(atom(body))

    writer = multiprocessing.get_context("fork").Process(target=write_on)
    writer.start()
    seen = 0
    while writer.is_alive():
        for read in (given_plain, given_packed):
            now = bodies.index(read(public))
            assert now >= seen, "an older document than one seen before"
            seen = now
    writer.join()
    assert writer.exitcode == 0
    assert unpacked(public) == bodies[-1]


def given_plain(public: Path) -> bytes:
    return (public / "news.atom").read_bytes()


def given_packed(public: Path) -> bytes:
    """As a server with static packed copies does: the plain document where there is none."""
    try:
        return unpacked(public)
    except FileNotFoundError:
        return given_plain(public)


def test_two_processes_can_put_different_documents_at_once(public: Path) -> None:
    def put_many(name: str) -> None:
        for number in range(25):
            Directory(public).put(Document(name, "", b"%d " % number * 9_000))

    names_ = ("a.atom", "b.atom", "c.atom")
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=put_many, args=(name,)) for name in names_]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert names(public) == with_copies(*names_)


@needs_strace
def test_everything_is_on_disk_before_it_is_moved_and_the_move_after(public: Path) -> None:
    Directory(public).put(atom(OLD))
    script = (
        "import sys; from pathlib import Path; "
        "from feeder.models import Document; from feeder.outputs.directory import Directory; "
        "Directory(Path(sys.argv[1])).put(Document('news.atom', '', b'<feed/>'))"
    )
    assert durable_calls(script, public) == [
        "fsync .news.atom.*.part",
        "fsync .news.atom.gz.*.part",
        "fsync .news.atom.br.*.part",
        "fsync .news.atom.zst.*.part",
        "unlink news.atom.gz",
        "unlink news.atom.br",
        "unlink news.atom.zst",
        "rename news.atom",
        "rename news.atom.gz",
        "rename news.atom.br",
        "rename news.atom.zst",
        "fsync public",
    ]


# Packed copies, what is remembered, and what is removed ------------------------------------


@pytest.mark.parametrize("coding", codings.codings(), ids=lambda coding: str(coding.suffix))
def test_each_packed_copy_is_deterministic_and_made_anew_where_it_is_wrong(
    public: Path, coding: codings.Coding
) -> None:
    output = Directory(public)
    output.put(atom(OLD))
    copy = public / f"news.atom{coding.suffix}"
    right = copy.read_bytes()
    assert coding.holds(right, OLD)
    for wrong in (
        None,
        b"",
        right[:-3],
        right + b"more",
        coding.pack(NEW),
        coding.pack(OLD + b"!"),
    ):
        copy.unlink()
        if wrong is not None:
            copy.write_bytes(wrong)
        assert not output.holds("news.atom", len(OLD), sha256(OLD).hexdigest())
        assert not output.put(atom(OLD)), "the document itself was as it should be"
        assert copy.read_bytes() == right
    assert names(public) == WHOLE


def test_a_copy_that_nobody_here_can_unpack_goes_away(public: Path) -> None:
    gzip_only = [coding for coding in codings.codings() if coding.suffix == ".gz"]
    Directory(public).put(atom(OLD))
    without = Directory(public, gzip_only)
    assert not without.holds("news.atom", len(OLD), sha256(OLD).hexdigest())
    without.put(atom(NEW))
    assert names(public) == ["news.atom", "news.atom.gz"]


def test_what_was_looked_into_is_not_read_again_until_something_moves(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = Directory(public)
    output.put(atom(OLD))
    digest = sha256(OLD).hexdigest()
    time.sleep(0.05)  # until its time stamps tell any later change
    assert output.holds("news.atom", len(OLD), digest)
    with monkeypatch.context() as patched:
        patched.setattr("feeder.outputs.files.read", None)
        assert output.holds("news.atom", len(OLD), digest)
    changed = OLD[:-1] + b"!"
    before = (public / "news.atom").stat()
    (public / "news.atom").write_bytes(changed)
    os.utime(public / "news.atom", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not output.holds("news.atom", len(OLD), digest), "same size, same date, other bytes"


def test_what_is_removed_is_gone_with_all_its_copies_and_empty_folders(public: Path) -> None:
    output = Directory(public)
    output.put(atom(OLD))
    output.put(Document("news/archive/0001.atom", "", OLD))
    (public / "news.atom.unrelated").write_text("not ours")
    assert output.remove("news.atom")
    assert output.remove("news/archive/0001.atom")
    assert names(public) == ["news.atom.unrelated"]
    assert not output.remove("news.atom")
    assert not output.remove("news/archive/0001.atom")
    assert not Directory(public / "nowhere").remove("news.atom")
    with pytest.raises(PublishError, match="no path for a document"):
        output.remove("../news.atom")


def test_what_cannot_be_removed_is_named(public: Path) -> None:
    (public / "news.atom").mkdir(parents=True)
    with pytest.raises(PublishError, match=r"news\.atom: not removed"):
        Directory(public).remove("news.atom")
