import lzma
from pathlib import Path

import numpy as np
import pytest

from truthserum.data import text
from truthserum.data.catalogue import TEXT_SETS
from truthserum.data.files import DataError
from truthserum.data.load import load
from truthserum.data.manifests import manifest_of
from truthserum.data.sources import Sources
from truthserum.data.stored import read
from truthserum.data.text import Text

ROOT = Path(__file__).parents[2]
OFFLINE = Sources(ROOT / "resources", download=False)


@pytest.fixture(scope="module")
def enwiki():
    return load("enwiki", 72, 18, OFFLINE).data


def test_articles_start_at_their_headings():
    whole = "= One =\n\nText = text.\n== Section ==\nMore.\n= Two =\nÉté 12.\n"
    found = text.enwiki({text.ENWIKI: whole.encode()})
    assert found.train == ("= One =\n\nText = text.\n== Section ==\nMore.\n", "= Two =\nÉté 12.\n")
    assert found.test == ()


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(DataError, match="is not UTF-8"):
        text.enwiki({text.ENWIKI: b"= A =\n\xff"})


def test_the_embedded_text_is_whole(enwiki):
    loaded = load("enwiki", 1, 1, OFFLINE)
    assert loaded.source == "embedded"
    assert loaded.md5 == TEXT_SETS["enwiki"].full.md5
    assert (len(enwiki.train), len(enwiki.test)) == (72, 18)
    with lzma.open(ROOT / "resources" / "enwiki" / f"{text.ENWIKI}.xz", "rt") as file:
        assert "".join(enwiki.train + enwiki.test) == file.read()
    titles = [article.split("\n")[0] for article in enwiki.train + enwiki.test]
    assert titles[0] == "= Anarchism ="
    assert titles[-1] == "= Algorithm ="
    assert len(set(titles)) == 90


def test_an_altered_text_is_named(tmp_path):
    folder = tmp_path / "enwiki"
    folder.mkdir()
    (folder / text.ENWIKI).write_text("= Anarchism =\n\nSomething else.\n")
    with pytest.raises(DataError, match=rf"enwiki: {text.ENWIKI} has MD5 .*, allowed 7ae6"):
        load("enwiki", 1, 1, Sources(tmp_path))


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        (73, 1, "train: found 73, allowed 1 to 72 articles of enwiki"),
        (1, 19, "test: found 19, allowed 1 to 18 articles of enwiki"),
    ],
)
def test_refuses_more_than_there_are(train, test, message):
    with pytest.raises(ValueError, match=message):
        load("enwiki", train, test, OFFLINE)


def test_the_first_articles():
    whole = Text(("a", "b", "c"), ("d", "e"))
    assert whole.first(2, 1) == Text(("a", "b"), ("d",))
    with pytest.raises(ValueError, match="test: found 3, allowed 0 to 2"):
        whole.first(1, 3)


def test_an_empty_article_is_refused():
    with pytest.raises(ValueError, match="test: found article 1 empty"):
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


def test_what_ships_is_small_and_has_its_licence():
    files = list((ROOT / "resources" / "enwiki").iterdir())
    assert sorted(file.name for file in files) == ["LICENSE", f"{text.ENWIKI}.xz"]
    assert sum(file.stat().st_size for file in files) < 0.8e6


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
