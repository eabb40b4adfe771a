"""What was made is believed; what is not what was made is named."""

import json
import os
import re
import shutil
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from truthserum.data.images import Images
from truthserum.data.stored import read
from truthserum.data.text import Text
from truthserum.storage.arrays import read_npz, write_npz
from truthserum.storage.files import DataError
from truthserum.storage.frames import read_csv
from truthserum.storage.manifests import begin, complaint, manifest_of, sha256_of, signing, verified

MINE = {"seed": 1, "code": "a"}


@pytest.fixture(autouse=True)
def job():
    begin(MINE)
    yield
    begin({})


def make(path, text="one\n2\n"):
    with signing(path) as part:
        part.write_text(text, "utf-8")
    return path


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_manifest_says_what_a_product_is_and_what_it_was_made_of(tmp_path):
    first = make(tmp_path / "first.csv", "abc")
    assert verified(first) == first
    second = make(tmp_path / "second.csv")
    record = json.loads(manifest_of(second).read_text("utf-8"))
    # FIPS 180-2, appendix B.1: the SHA-256 of "abc"
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert record["inputs"] == {str(first): known}
    assert record["settings"] == MINE
    assert manifest_of(second) == tmp_path / ".made" / "second.csv.json"


@pytest.mark.parametrize("kind", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused_unopened(tmp_path, kind):
    path = make(tmp_path / "one.csv")
    path.unlink()
    kind(path)
    said = f"{path}: found no file, allowed is one; delete {path} and run again"
    assert complaint(path, MINE, ()) == said
    with pytest.raises(DataError, match=said):
        verified(path)


@pytest.mark.parametrize("place", [Path, manifest_of])
def test_what_may_not_be_read_is_named_with_the_reason_and_not_to_be_deleted(tmp_path, place):
    path = make(tmp_path / "one.csv")
    unreadable = place(path)
    unreadable.unlink()
    unreadable.symlink_to("/proc/self/mem")  # which may be opened, and not be read, by root neither
    said = complaint(path, MINE, ()) or ""
    assert "cannot be read: " in said
    assert "delete" not in said


@pytest.mark.parametrize("text", ["", "[1]", "[" * 100_000, '{"sha256": 1}', "null"], ids=len)
def test_a_manifest_of_another_form_is_named(tmp_path, text):
    path = make(tmp_path / "one.csv")
    manifest_of(path).write_text(text, "utf-8")
    assert f"has a manifest {manifest_of(path)} that is cut short" in (
        complaint(path, MINE, ()) or ""
    )


@pytest.mark.parametrize("part", [{"settings": []}, {"inputs": []}, {"product": 1}], ids=str)
def test_a_manifest_with_a_part_of_another_form_is_named(tmp_path, part):
    path = make(tmp_path / "one.csv")
    record = json.loads(manifest_of(path).read_text("utf-8")) | part
    manifest_of(path).write_text(json.dumps(record), "utf-8")
    assert f"has a manifest {manifest_of(path)} that is cut short" in (
        complaint(path, MINE, ()) or ""
    )


def test_an_input_with_a_name_that_no_file_has_is_not_there(tmp_path):
    path = make(tmp_path / "one.csv")
    record = json.loads(manifest_of(path).read_text("utf-8"))
    record["inputs"] = {"x" * 5000: "", "nul\0": "", "x" * 254: ""}
    manifest_of(path).write_text(json.dumps(record), "utf-8")
    assert complaint(path, MINE, record["inputs"]) is None


def test_a_product_is_believed_wherever_all_results_go_together(tmp_path, monkeypatch):
    """And whether it is seen from where it was made, from within or from the root."""
    path, inner = Path("results", "arm", "one.csv"), Path("one.csv")
    for folder in (tmp_path / "here", tmp_path / "there"):
        if folder.name == "here":
            folder.mkdir()
            monkeypatch.chdir(folder)
            make(path)
        else:
            shutil.copytree(Path.cwd(), folder, copy_function=shutil.copyfile)
            monkeypatch.chdir(folder)
        for seen in (path, path.absolute()):
            assert verified(seen) == seen
            assert complaint(seen, MINE, ()) is None
    monkeypatch.chdir(path.parent)
    assert complaint(inner, MINE, ()) is None


def test_what_a_manifest_says_moves_no_terminals_cursor(tmp_path):
    path = make(tmp_path / "one.csv")
    record = json.loads(manifest_of(path).read_text("utf-8")) | {"product": "\x1b[2J\n\u202e"}
    manifest_of(path).write_text(json.dumps(record), "utf-8")
    said = f"{path}: found what was made as \\x1b[2J\\n\\u202e; delete {path} and run again"
    assert complaint(path, MINE, ()) == said


@pytest.mark.parametrize("place", ["other/one.csv", "arm/two.csv"])
def test_the_product_of_another_arm_is_not_believed_with_its_manifest(tmp_path, place):
    """Manifests of two arms may differ in nothing but which product they are of."""
    path, taken = make(tmp_path / "arm" / "one.csv"), tmp_path / place
    manifest_of(taken).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, taken)
    shutil.copy2(manifest_of(path), manifest_of(taken))
    sentence = f"{taken}: found what was made as {path}; delete {taken} and run again"
    assert complaint(taken, MINE, ()) == sentence
    with pytest.raises(DataError, match=re.escape(sentence)):
        verified(taken)


def test_a_manifest_that_is_a_pipe_is_none_of_ours(tmp_path):
    path = make(tmp_path / "one.csv")
    manifest_of(path).unlink()
    os.mkfifo(manifest_of(path))
    assert f"has a manifest {manifest_of(path)} that is cut short" in (
        complaint(path, MINE, ()) or ""
    )


@pytest.mark.parametrize("harm", ["bit", "other", "longer"])
def test_an_altered_product_is_named_with_what_to_delete(tmp_path, harm):
    path = make(tmp_path / "one.csv")
    if harm == "bit":
        flip(path)
    elif harm == "other":
        shutil.copyfile(make(tmp_path / "other" / "one.csv", "another"), path)
    else:
        path.write_text(path.read_text("utf-8") + "3\n", "utf-8")
    said = f"{path} is cut short or altered.*; delete {path} and run again"
    with pytest.raises(DataError, match=said):
        verified(path)
    assert complaint(path, MINE, ()).startswith(f"{path} is cut short or altered")


def test_a_product_of_other_settings_is_named_with_the_settings(tmp_path):
    path = make(tmp_path / "one.csv")
    assert complaint(path, MINE, ()) is None
    expected = f"{path} was made with other code and models than asked for now; delete {path} and"
    assert complaint(path, {"seed": 1, "code": "b", "models": 4}, ()).startswith(expected)


def test_a_product_of_another_input_is_named_unless_that_is_younger(tmp_path):
    source, path = make(tmp_path / "source.csv", "one"), tmp_path / "one.csv"
    verified(source)
    make(path)
    assert complaint(path, MINE, [str(source)]) is None
    make(source, "two")
    os.utime(source, ns=(1, 1))
    assert complaint(path, MINE, [str(source)]).startswith(
        f"{path} was made of another {source} than lies there"
    )
    os.utime(source)
    assert complaint(path, MINE, [str(source)]) is None  # Snakemake makes it again
    source.unlink()
    assert complaint(path, MINE, [str(source)]) is None


def test_a_product_of_inputs_that_are_not_asked_for_is_named(tmp_path):
    """What is asked for may have more: what is no product is in no manifest."""
    source, path = make(tmp_path / "data" / "one.csv"), tmp_path / "two.csv"
    verified(source)
    make(path)
    for asked in ([str(source), "own.csv"], ["data/one.csv"]):
        assert complaint(path, MINE, asked) is None
    other = make(tmp_path / "data" / "two.csv")
    os.utime(other, ns=(1, 1))
    for asked in ([], [str(other)]):
        said = f"{path} was made of {source}, which is not asked for now; delete {path} and run"
        assert complaint(path, MINE, asked).startswith(said)
    for young in (other.touch, other.unlink):
        young()
        assert complaint(path, MINE, [str(other)]) is None  # Snakemake makes it again


def test_what_a_job_has_kept_of_its_own_work_need_not_be_asked_for(tmp_path):
    path = tmp_path / "pair-000.npz"
    verified(make(tmp_path / ".pair-000" / "model-0.npz"))
    make(path)
    assert complaint(path, MINE, ()) is None


def test_a_product_of_tomorrow_is_refused_before_anything_is_made_of_it(tmp_path):
    path = make(tmp_path / "one.csv")
    now = path.stat().st_mtime
    os.utime(path, (now, now + 30))  # as a file server does whose clock is ahead
    assert complaint(path, MINE, ()) is None
    os.utime(path, (now, now + 86400))
    date = datetime.fromtimestamp(now + 86400).isoformat(" ", "seconds")
    assert complaint(path, MINE, ()).startswith(
        f"{path}: found the date {date}, allowed are dates up to now; set this machine's clock"
    )


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"sha256": 1}', "half of it"])
def test_a_product_without_a_manifest_is_one_that_nobody_knows(tmp_path, content):
    path = make(tmp_path / "one.csv")
    if content is None:
        manifest_of(path).unlink()
        assert verified(path) == path  # a file of the user's own
        has = f"no {manifest_of(path)}"
    else:
        manifest_of(path).write_text(content, "utf-8")
        has = f"a manifest {manifest_of(path)} that is cut short or altered"
        with pytest.raises(DataError, match=f"{path} has {has}"):
            verified(path)
    assert f"{path} has {has}, so nobody knows what it is; delete" in complaint(path, MINE, ())


def test_the_time_of_a_file_alone_makes_it_no_other(tmp_path):
    path = make(tmp_path / "one.csv")
    path.touch()
    assert complaint(path, MINE, ()) is None


def test_a_failed_write_leaves_product_and_manifest_alone(tmp_path):
    path = make(tmp_path / "one.csv")
    with pytest.raises(OSError, match="full"), signing(path) as part:
        part.write_text("half", "utf-8")
        raise OSError("full")
    assert complaint(path, MINE, ()) is None


def test_a_file_that_changes_is_hashed_again(tmp_path):
    path = make(tmp_path / "one.csv")
    before = sha256_of(path)
    path.write_text("longer than it was before", "utf-8")
    assert sha256_of(path) != before


IMAGES = Images(
    np.zeros((2, 1, 2, 2), np.uint8),
    np.zeros(2, np.int64),
    np.ones((1, 1, 2, 2), np.uint8),
    np.zeros(1, np.int64),
    1,
)


def write_table(path):
    with signing(path) as part:
        pd.DataFrame({"a": [1, 2]}).to_csv(part, index=False)


@pytest.mark.parametrize(
    ("name", "write", "load"),
    [
        ("a.npz", lambda path: write_npz(path, {"a": np.arange(9)}), read_npz),
        ("i.npz", IMAGES.save, read),
        ("t.npz", Text(("one",) * 9, ("two",)).save, read),
        ("m.csv", write_table, read_csv),
    ],
)
def test_every_reader_checks(tmp_path, name, write, load):
    path = tmp_path / name
    write(path)
    load(path)
    flip(path)
    with pytest.raises(DataError, match=f"{name} is cut short or altered"):
        load(path)
