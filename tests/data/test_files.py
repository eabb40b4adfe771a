import gzip
import io
import lzma
import tarfile

import pytest

from truthserum.data.files import DataError, md5, read_tar, replacing, unpack


def tar(files, mode="w:gz"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, data in files.items():
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
