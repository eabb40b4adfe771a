import pytest

from truthserum.data.catalogue import TEXT_SETS
from truthserum.data.text_sets import PATH, described
from truthserum.sentences import OptionError
from truthserum.storage.written import section

MD5 = "0f" * 16
ENTRY = {"file": "mine.txt", "md5": MD5, "heading": r"Letter \d+\n", "train": 60, "test": 20}


def without(key):
    return {name: value for name, value in ENTRY.items() if name != key}


def test_an_entry_of_five_keys_is_a_set():
    known = described({"mine": ENTRY})["mine"]
    assert (known.name, known.full.train, known.full.test) == ("mine", 60, 20)
    assert known.full.md5 == {"mine.txt": MD5} and known.embedded == known.full
    found = known.starts.findall("Letter 1\nSee Letter 2\nLetter 3\n")
    assert found == ["Letter 1\n", "Letter 3\n"]


@pytest.mark.parametrize(
    ("key", "other"),
    [("file", "b.txt"), ("md5", "1e" * 16), ("heading", "Page"), ("train", 59), ("test", 21)],
)
def test_what_decides_how_the_file_is_cut_counts(key, other):
    (known,), (changed,) = (
        described({"mine": ENTRY | more}).values() for more in ({}, {key: other})
    )
    assert known.meaning != changed.meaning


def test_the_file_of_the_project_is_what_the_catalogue_knows():
    assert described(section(PATH)) == TEXT_SETS


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (3, "mine: found 3, allowed is a section of keys"),
        (without("md5"), 'mine: the key "md5" is missing, found are file, heading, '),
        (ENTRY | {"md5": "0f"}, 'mine.md5: found "0f", allowed is an MD5 of 32 digits'),
        (ENTRY | {"file": "../a"}, 'mine.file: found "../a", allowed is the name of a file, of '),
        (ENTRY | {"file": "a\n"}, 'mine.file: found "a\\n", allowed is the name of a file, of '),
        (ENTRY | {"heading": "(a"}, 'mine.heading: found "(a", allowed is a regular expression ('),
        (ENTRY | {"heading": "(?i)a"}, 'mine.heading: found "(?i)a", allowed is a regular '),
        (ENTRY | {"heading": 3}, "mine.heading: found 3, allowed is text"),
        (ENTRY | {"train": 0}, "mine.train: found 0, allowed is 1 or more"),
        (ENTRY | {"test": True}, "mine.test: found true, allowed is a whole number"),
        (ENTRY | {"headings": "a"}, 'mine: found the key "headings", allowed are file, heading, '),
    ],
)
def test_what_is_no_entry_is_one_sentence(entry, sentence):
    with pytest.raises(OptionError) as error:
        described({"mine": entry})
    assert str(error.value).startswith(f"text_sets.yaml: {sentence}")
