import lzma
import re
from pathlib import Path

import numpy as np
import pytest

from truthserum.data import text
from truthserum.data.catalogue import TEXT_SETS
from truthserum.data.load import load
from truthserum.data.sources import Sources
from truthserum.data.stored import read
from truthserum.data.text import Text
from truthserum.storage.files import DataError
from truthserum.storage.manifests import manifest_of

ROOT = Path(__file__).parents[2]
ENWIKI = "enwiki_sample_90articles.txt"
OFFLINE = Sources(ROOT / "resources", download=False)


@pytest.fixture(scope="module")
def enwiki():
    return load("enwiki", 72, 18, OFFLINE).data


HEADING = re.compile("^(?:= [^=\n]+ =\n)", re.MULTILINE)


def written(tmp_path, content):
    path = tmp_path / "mine.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("before", ["", "A preface.\n\n"])
def test_documents_start_at_their_headings(tmp_path, before):
    whole = f"{before}= One =\n\nText = text.\n== Section ==\nMore.\n= Two =\nÉté 12.\n"
    for encoding in ("utf-8", "utf-8-sig"):
        found = text.cut(written(tmp_path, whole.encode(encoding)), HEADING, 1, 1)
        assert found.train == (f"{before}= One =\n\nText = text.\n== Section ==\nMore.\n",)
        assert found.test == ("= Two =\nÉté 12.\n",)


@pytest.mark.parametrize("train", [0, 2])
def test_another_number_of_documents_than_is_said_is_refused(tmp_path, train):
    path, most = written(tmp_path, b"= A =\n= B =\n"), train + 1
    with pytest.raises(DataError, match=rf"mine\.txt: found 2 headings, allowed are {most}: one"):
        text.cut(path, HEADING, train, 1)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"mine\.txt is not UTF-8"):
        text.cut(written(tmp_path, b"= A =\n\xff"), HEADING, 1, 1)


def test_the_embedded_text_is_whole(enwiki):
    loaded = load("enwiki", 1, 1, OFFLINE)
    assert loaded.source == "embedded"
    assert loaded.md5 == TEXT_SETS["enwiki"].full.md5
    assert (len(enwiki.train), len(enwiki.test)) == (72, 18)
    with lzma.open(ROOT / "resources" / "enwiki" / f"{ENWIKI}.xz", "rt") as file:
        assert "".join(enwiki.train + enwiki.test) == file.read()
    titles = [article.split("\n")[0] for article in enwiki.train + enwiki.test]
    assert titles[0] == "= Anarchism ="
    assert titles[-1] == "= Algorithm ="
    assert len(set(titles)) == 90


def test_an_altered_text_is_named(tmp_path):
    folder = tmp_path / "enwiki"
    folder.mkdir()
    (folder / ENWIKI).write_text("= Anarchism =\n\nSomething else.\n")
    with pytest.raises(DataError, match=rf"enwiki: {ENWIKI} has MD5 .*, allowed 7ae6"):
        load("enwiki", 1, 1, Sources(tmp_path))


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        (73, 1, "train: found 73, allowed 1 to 72 documents of enwiki"),
        (1, 19, "test: found 19, allowed 1 to 18 documents of enwiki"),
    ],
)
def test_refuses_more_than_there_are(train, test, message):
    with pytest.raises(ValueError, match=message):
        load("enwiki", train, test, OFFLINE)


def test_the_first_documents():
    whole = Text(("a", "b", "c"), ("d", "e"))
    assert whole.first(2, 1) == Text(("a", "b"), ("d",))
    with pytest.raises(ValueError, match="test: found 3, allowed 0 to 2"):
        whole.first(1, 3)


def test_an_empty_document_is_refused():
    with pytest.raises(ValueError, match="test: found document 1 empty"):
        Text(("a",), ("b", ""))


@pytest.mark.parametrize("whole", [Text(("été", "12\n"), ("日本",)), Text(("a",), ())])
def test_a_text_comes_back_as_it_was(tmp_path, whole):
    whole.save(tmp_path / "text.npz")
    assert read(tmp_path / "text.npz") == whole


def test_a_file_that_is_cut_short_is_named(tmp_path):
    path = tmp_path / "text.npz"
    Text(("a" * 1000,), ("b",)).save(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match=r"text\.npz is cut short or altered"):
        read(path)
    manifest_of(path).unlink()
    with pytest.raises(DataError, match=r"text\.npz is not a complete"):
        read(path)


def test_a_text_whose_bytes_are_cut_is_named(tmp_path):
    path = tmp_path / "text.npz"
    arrays = {"train_bytes": np.frombuffer("é".encode()[:1], np.uint8), "train_ends": np.array([1])}
    np.savez(path, **arrays, test_bytes=np.empty(0, np.uint8), test_ends=np.empty(0, np.int64))
    with pytest.raises(DataError, match=r"text\.npz is not a complete text file"):
        Text.load(path)


@pytest.mark.parametrize("name", TEXT_SETS)
def test_what_ships_is_small_and_has_its_licence(name):
    files = list((ROOT / "resources" / name).iterdir())
    (text,) = TEXT_SETS[name].full.md5
    assert sorted(file.name for file in files) == ["LICENSE", f"{text}.xz"]
    assert sum(file.stat().st_size for file in files) < 1.2e6


def test_the_chapters_of_the_novels():
    known = TEXT_SETS["austen"].full
    novels = load("austen", known.train, known.test, OFFLINE).data
    assert novels.train[0].startswith("EMMA\n\nBy Jane Austen")
    assert novels.train[-1].endswith("SENSE AND SENSIBILITY\n\nby Jane Austen\n\n(1811)\n\n\n\n\n")
    assert "Dashwood" in novels.test[0] and not any("Dashwood" in each for each in novels.train)
    assert min(map(len, novels.train + novels.test)) > 3000


def test_the_program_writes_a_text(prepare, enwiki):
    path, manifest = prepare("enwiki", 3, 2)
    written = Text.load(path)
    assert written == enwiki.first(3, 2)
    assert manifest == {
        "set": "enwiki",
        "source": "embedded",
        "md5": dict(TEXT_SETS["enwiki"].full.md5),
        "train": 3,
        "test": 2,
        "characters": sum(map(len, written.train + written.test)),
    }
