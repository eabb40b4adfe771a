import pytest

from truthserum.data.catalogue import IMAGE_SETS
from truthserum.data.image_sets import PATH, described, image_set
from truthserum.data.vision import opened
from truthserum.sentences import OptionError
from truthserum.storage.files import DataError
from truthserum.storage.written import section

ENTRY = {"class": "USPS", "shape": [1, 16, 16], "classes": 10, "train": 7291, "test": 2007}


def without(key):
    return {name: value for name, value in ENTRY.items() if name != key}


def test_an_entry_of_five_keys_is_a_set():
    known = image_set("usps", ENTRY)
    assert (known.kind, known.shape, known.classes) == ("USPS", (1, 16, 16), 10)
    assert (known.full.train, known.full.test) == (7291, 2007)
    assert known.parts == {"train": ({"train": True},), "test": ({"train": False},)}
    assert known.origin == "usps" and not known.copies


def test_the_file_of_the_project_is_what_the_catalogue_knows():
    assert described(section(PATH)) == IMAGE_SETS
    digits = IMAGE_SETS["emnist_digits"]
    assert digits.parts["test"] == ({"split": "digits", "train": False},)
    assert digits.origin == IMAGE_SETS["mnist"].origin == "NIST digits"
    assert IMAGE_SETS["mnist"].embedded.train == 14_000


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (3, "usps: found 3, allowed is a section of keys"),
        (without("class"), 'usps: the key "class" is missing, found are shape, classes, '),
        (without("test"), 'usps: the key "test" is missing, found are '),
        (ENTRY | {"class": "U-SPS"}, 'usps.class: found "U-SPS", allowed is the name of a class'),
        (ENTRY | {"train": "7291"}, 'usps.train: found the text "7291", allowed is a whole number'),
        (ENTRY | {"train": -5}, "usps.train: found -5, allowed is 1 or more"),
        (ENTRY | {"test": float("nan")}, "usps.test: found NaN, allowed is a whole number"),
        (ENTRY | {"classes": "ten"}, 'usps.classes: found the text "ten", allowed is a whole'),
        (ENTRY | {"shape": [16, 16]}, "usps.shape: found [16, 16], allowed is a list of 3"),
        (ENTRY | {"shape": [1, 16, 0]}, "usps.shape.2: found 0, allowed is 1 or more"),
        (ENTRY | {"clases": 10}, 'usps: found the key "clases", allowed are archive, classes, '),
        (
            ENTRY | {"files": {"a": "0f"}},
            'usps.files.a: found "0f", allowed is an MD5 of 32 digits',
        ),
        (ENTRY | {"embedded": {"train": 1, "test": 1}}, 'usps.embedded: the key "md5" is missing'),
        (
            ENTRY | {"parts": {"train": [], "test": [{}]}},
            "usps.parts.train: found [], allowed is a",
        ),
        (ENTRY | {"md5": "0" * 32}, 'usps: found the key "md5", allowed are archive, '),
        (
            ENTRY | {"class": "ImageFolder", "shape": [2, 8, 8]},
            "usps.shape: found 2 channels, allowed are 1 and 3",
        ),
        (
            ENTRY | {"class": "ImageFolder", "files": {}},
            'usps: found the key "files", allowed are ',
        ),
    ],
)
def test_what_is_no_entry_is_one_sentence(entry, sentence):
    with pytest.raises(OptionError) as error:
        described({"usps": entry})
    assert str(error.value).startswith(f"image_sets.yaml: {sentence}")


def test_a_class_that_torchvision_has_not_is_named(tmp_path):
    known = image_set("usps", ENTRY | {"class": "UPSP"})
    with pytest.raises(DataError, match=r'class: found "UPSP", .*did you mean "USPS"'):
        opened(known, "train", tmp_path)
