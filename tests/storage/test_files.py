import errno
import gzip
import io
import lzma
import os
import platform
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from truthserum.storage.files import BLOCK, DataError, md5, read_tar, replacing, scratch, unpack

SCRIPTS = str(Path(__file__).resolve().parents[2] / "scripts")


def tar(content, mode="w:gz"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def test_md5_of_an_empty_file(tmp_path):
    (tmp_path / "empty").touch()
    assert md5(tmp_path / "empty") == "d41d8cd98f00b204e9800998ecf8427e"  # RFC 1321, appendix A.5


def test_a_folder_may_mix_packings(tmp_path):
    (tmp_path / "plain").write_bytes(b"one")
    (tmp_path / "zipped.gz").write_bytes(gzip.compress(b"two"))
    (tmp_path / "small.xz").write_bytes(lzma.compress(b"three"))
    unpack(tmp_path, ["plain", "zipped", "small"], tmp_path / "out")
    found = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert found == {"plain": b"one", "zipped": b"two", "small": b"three"}


def test_a_folder_without_the_file_is_named(tmp_path):
    with pytest.raises(DataError, match=f"{tmp_path} has no absent"):
        unpack(tmp_path, ["absent"], tmp_path / "out")


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
@pytest.mark.parametrize("harm", [lambda data: data[:-9], lambda data: b"junk" + data])
def test_a_broken_packed_file_is_named(tmp_path, suffix, pack, harm):
    path = tmp_path / f"file{suffix}"
    path.write_bytes(harm(pack(bytes(range(256)))))
    with pytest.raises(DataError, match=rf"file\{suffix} is cut short or altered"):
        unpack(tmp_path, ["file"], tmp_path / "out")


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_no_more_is_unpacked_than_a_set_may_hold(tmp_path, suffix, pack):
    path = tmp_path / f"file{suffix}"
    path.write_bytes(pack(bytes(5 * BLOCK)))
    unpack(tmp_path, ["file"], tmp_path / "out", most=5 * BLOCK)
    with pytest.raises(DataError, match=rf"file\{suffix}: found more than the 4,194,304 bytes"):
        unpack(tmp_path, ["file"], tmp_path / "again", most=4 * BLOCK)
    assert (tmp_path / "again" / "file").stat().st_size <= 4 * BLOCK


def test_a_sparse_file_is_refused_by_its_stated_size(tmp_path):
    with (tmp_path / "file").open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(DataError, match="file: found more than the 1,000 bytes that are allowed"):
        unpack(tmp_path, ["file"], tmp_path / "out", most=1000)
    assert not list((tmp_path / "out").iterdir())


def test_a_full_disk_is_not_taken_for_a_broken_file(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "file").symlink_to("/dev/full")
    (tmp_path / "file").write_bytes(bytes(BLOCK))
    with pytest.raises(OSError, match="No space left") as raised:
        unpack(tmp_path, ["file"], tmp_path / "out")
    assert raised.value.errno == errno.ENOSPC


def test_a_full_temporary_folder_is_named():
    said = r"^/\S+ cannot be written: No space left on device; TMPDIR may name another folder$"
    with pytest.raises(OSError, match=said), scratch() as folder:
        (folder / "file").symlink_to("/dev/full")
        (folder / "file").write_bytes(bytes(BLOCK))
    assert not folder.exists()
    with pytest.raises(FileNotFoundError, match="absent"), scratch() as folder:
        (folder / "absent").read_bytes()


def test_what_lacks_while_a_file_is_written_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"), replacing(tmp_path / "product"):
        (tmp_path / "absent").read_bytes()


def test_a_tar_is_read_by_the_last_part_of_the_path():
    assert read_tar("t", tar({"top/a.bin": b"1", "../b.bin": b"2"})) == {
        "a.bin": b"1",
        "b.bin": b"2",
    }


def test_a_tar_that_is_cut_short_is_named():
    data = tar({"a": bytes(range(256)) * 99})
    with pytest.raises(DataError, match=r"x\.tar is cut short or altered"):
        read_tar("x.tar", data[: len(data) // 2])


def test_a_failed_write_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(OSError, match="disk full"), replacing(path) as part:
        part.write_text("half")
        raise OSError("disk full")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_is_told_of_the_file_and_not_of_its_temporary_name(tmp_path):
    (tmp_path / "folder").write_text("a file")
    path = tmp_path / "folder" / "signals.npz"
    with pytest.raises(OSError) as caught, replacing(path):
        pass
    assert str(caught.value).startswith(f"{path} cannot be written: ")


def test_nothing_takes_the_place_of_a_device_or_a_pipe(tmp_path):
    """As root, --output /dev/null would make a file of it for everybody."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(OSError, match="found no file in its place"), replacing(path):
        pass
    assert path.is_fifo()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux to be somebody else")
def test_a_folder_that_nobody_may_write_to_is_one_sentence(tmp_path):
    path = tmp_path / "results" / "signals.npz"
    path.parent.mkdir()
    path.parent.chmod(0o555)
    before = os.geteuid()
    try:
        if not before:
            os.seteuid(65534)
        with pytest.raises(OSError) as caught, replacing(path):
            pass
    finally:
        os.seteuid(before)
        path.parent.chmod(0o755)
    assert str(caught.value) == f"{path} cannot be written: Permission denied"


@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o002, 0o664), (0o022, 0o644)])
def test_files_have_the_permissions_of_the_umask(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        with replacing(tmp_path / "file") as part:
            part.unlink()  # as a writer does that makes a private file of its own
            os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


KILLED = """
import os, signal, sys
from pathlib import Path
from truthserum.storage.files import replacing
with replacing(Path(sys.argv[1])) as part:
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_writer_left_is_gone_with_the_next_write(tmp_path):
    path, other = tmp_path / "[file]", tmp_path / "[file] two"
    for written in (path, path, other):
        command = [sys.executable, "-c", KILLED, str(written)]
        subprocess.run(command, env=os.environ | {"PYTHONPATH": SCRIPTS})
    assert len(list(tmp_path.iterdir())) == 2  # the second write has swept what the first left
    alive = path.with_name(f".{path.name}.{platform.node()[:40]}.{os.getppid()}.part")
    alive.touch()  # a process that lives is left alone
    with replacing(path) as part:
        part.write_text("whole", "utf-8")
    left = set(tmp_path.iterdir()) - {path, alive}
    assert [found.name.startswith(".[file] two.") for found in left] == [True]
