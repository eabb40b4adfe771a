"""Reading a user's data, and the sentence of each refusal."""

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from truthserum.audit.data.own import groups_of, read
from truthserum.audit.options import Data
from truthserum.storage.files import DataError


@pytest.fixture
def table():
    """120 rows of three classes, with text, missing values and two equal rows."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "id": [f"n{k}" for k in range(120)],
            "age": rng.normal(40, 9, 120),
            "job": rng.choice(["clerk", "nurse", None], 120),
            "sex": rng.choice(["f", "m"], 120),
            "person": rng.integers(0, 70, 120),
            "risk": rng.choice(["high", "low", "none"], 120),
        }
    )
    frame.loc[1, ["age", "job", "sex"]] = frame.loc[0, ["age", "job", "sex"]]
    return frame


@pytest.fixture
def written(tmp_path):
    """written(table): the file that a table is in."""

    def write(frame, name="own.csv"):
        frame.to_csv(tmp_path / name, index=False)
        return str(tmp_path / name)

    return write


def options(file, **more):
    return Data(**{"file": file, "label": "risk", "drop": ("id",), "subject": "person", **more})


def test_a_table_is_known_by_classes_contents_and_subjects(table, written):
    own = read(options(written(table)), "probabilities")
    assert own.classes == ("high", "low", "none")
    assert (np.array(own.classes)[own.label] == table["risk"]).all()
    assert own.content[0] == own.content[1]
    assert len(np.unique(own.content)) == 119
    for one, other in [(0, 5), (3, 80)]:
        same = table["person"][one] == table["person"][other]
        assert (own.subject[one] == own.subject[other]) == same


def test_a_subject_is_the_same_in_whatever_white_space_and_accents(table, written):
    table["person"] = [f"Zo\u00e9 {k}" for k in range(120)]
    table.loc[1:2, "person"] = ["Zoe\u0301 0 ", "zo\u00e9 0"]
    subject = read(options(written(table)), "probabilities").subject
    assert subject[0] == subject[1] != subject[2]


def test_equal_is_what_training_is_given(table, written):
    table["age"], table["job"], table["sex"] = np.arange(120) // 2 / 7, "clerk", "f"
    data = options(written(table), drop=("id", "person"), subject=None)
    content = read(data, "probabilities").content  # what is dropped tells nothing apart
    assert len(np.unique(content)) == 60 and (content[::2] == content[1::2]).all()


def test_groups_are_text_and_say_what_is_missing(table, written):
    found = groups_of(Path(written(table)), ["sex", "job"])
    assert set(found["sex"]) == {"f", "m"}
    assert (found["job"] == "missing").sum() == table["job"].isna().sum()


def test_groups_may_have_any_name(tmp_path):
    (tmp_path / "own.csv").write_text("file,group.a,y\n" + "1,b,c\n" * 3)
    found = groups_of(tmp_path / "own.csv", ["file", "group.a"])
    assert {name: of.tolist() for name, of in found.items()} == {
        "file": ["1"] * 3,
        "group.a": ["b"] * 3,
    }


def missing_label(frame):
    frame.loc[3, "risk"] = None


def one_class(frame):
    frame["risk"] = "low"


def rare_class(frame):
    frame["risk"] = np.where(np.arange(120) // 2 == 1, "rare", "low")


def class_of_three_people(frame):
    frame["person"] = np.arange(120) // 2
    frame["risk"] = np.where(np.arange(120) // 6 == 1, "rare", "low")


def class_of_equal_rows(frame):
    rare = np.arange(120) % 8 == 3
    frame["person"] = np.arange(120)
    frame["risk"] = np.where(rare, "rare", "low")
    frame.loc[rare, ["age", "job", "sex"]] = 40, "clerk", "f"


def rare_classes(frame):
    frame["risk"] = np.r_[np.arange(24) // 2, np.full(96, 40)].astype(int)
    frame["risk"] = "K" + frame["risk"].astype(str)


def commas(frame):
    frame["price"] = [f"{1000 + k // 2:,}.50" if k % 2 else f"{k},5" for k in range(120)]


def numbered(frame):
    frame["number"] = np.random.default_rng(0).permutation(120) + 5000


def measured(frame):
    frame["risk"] = np.arange(120) / 7


REFUSED = {
    "label": (lambda frame: None, {"label": "rsk"}, 'no column "rsk" .did you mean "risk"'),
    "drop": (lambda frame: None, {"drop": ("idd",)}, 'data.drop: found no column "idd"'),
    "subject": (lambda frame: None, {"subject": "who"}, 'data.subject: found no column "who"'),
    "identifier": (lambda frame: None, {"drop": ()}, '"id", which looks like an identifier: list'),
    "number": (numbered, {}, '"number", which looks like an identifier: list it under drop'),
    "missing label": (missing_label, {}, "found 1 rows without a label, .*record 3, allowed"),
    "one class": (one_class, {}, "found one class, low, allowed are at least two"),
    "amounts": (
        measured,
        {},
        r"120 of 120 .* 0\.0 \(1\), .* and 115 more, .* say `output: signal`",
    ),
    "rare class": (rare_class, {}, r"1 of 2 classes with fewer records, rare \(2\), allowed"),
    "class of three people": (class_of_three_people, {}, r"fewer records, rare \(3\), allowed"),
    "class of equal rows": (class_of_equal_rows, {}, r"fewer records, rare \(1\), allowed"),
    "rare classes": (
        rare_classes,
        {},
        r"12 of 13 .* K2 \(2\) and 7 more, .* 4 of each \(.*once\)$",
    ),
    "commas": (commas, {}, 'found "0,5" in the column "price", allowed are numbers such as 0.25'),
    "no features": (
        lambda frame: None,
        {"drop": ("id", "age", "job", "sex")},
        "found no column beside the label",
    ),
}


@pytest.mark.parametrize("change, more, sentence", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_audited_is_said(table, written, change, more, sentence):
    change(table)
    with pytest.raises(DataError, match=sentence) as error:
        read(options(written(table), **more), "probabilities")
    assert "\n" not in str(error.value)


def test_few_rows_are_refused(table, written):
    with pytest.raises(DataError, match="found 90 records, allowed are at least 100"):
        read(options(written(table[30:])), "probabilities")


def test_few_that_are_in_or_out_by_themselves_are_refused(table, written):
    table["person"] = np.arange(120) % 19
    with pytest.raises(DataError, match="found 19 records that are in or out by themselves"):
        read(options(written(table.drop(index=1))), "probabilities")


FORMATS = ["%d.%m.%Y", "%Y-%m-%d %H:%M", "%m/%d/%y", "%d %B %Y", "%b %d, %Y", "%Y-%m-%dT%H:%M:%SZ"]


@pytest.mark.parametrize("form", FORMATS)
def test_dates_are_no_identifier(table, written, form):
    table["born"] = pd.date_range("1950-01-01", periods=120, freq="91D").strftime(form)
    assert len(read(options(written(table)), "probabilities").label) == 120


WHO = {
    "name": lambda k: f"{NAMES[k % 11]} {NAMES[k // 11]}son",
    "three names": lambda k: f"{NAMES[k % 11]} van der {NAMES[k // 11]}",
    "small letters": lambda k: f"{NAMES[k % 11]} {NAMES[k // 11]}son".lower(),
    "other letters": lambda k: f"Élodie {'ÀÉÎ'[k % 3]}{chr(97 + k % 26)}{chr(97 + k // 26)}",
    "surname first": lambda k: f"{NAMES[k // 11]}son, {NAMES[k % 11]} M.",
    "phone": lambda k: f"+49 170 {4_000_000 + 7 * k}",
    "phone in pairs": lambda k: f"06 12 34 {k // 100:02d} {k % 100:02d}",
    "phone with dots": lambda k: f"01.02.03.{k // 100:02d}.{k % 100:02d}",
    "phone with signs": lambda k: f"(555) 01{k // 100}-{k % 100:04d}",
    "insurance": lambda k: f"123-45-{6000 + k}",
    "account": lambda k: f"DE89 3704 0044 0532 {k:04d} 00",
    "address": lambda k: f"{k} Main Street, Springfield",
    "mail": lambda k: f"{NAMES[k % 11]}.{k}@example.org",
}
NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ida", "Jon", "Kim"]


@pytest.mark.parametrize("value", WHO.values(), ids=WHO)
def test_who_somebody_is_is_an_identifier(table, written, value):
    table["who"] = [value(k) for k in range(120)]
    with pytest.raises(DataError, match='"who", which looks like an identifier: list it under'):
        read(options(written(table)), "probabilities")


CALLED = {"id": True, "case_id": True, "CaseID": True, "caseId": True, "Id": True, "paid": False}


@pytest.mark.parametrize("gap", [999, None])
@pytest.mark.parametrize("name, refused", CALLED.items())
def test_whole_numbers_that_are_called_an_id_are_one(table, written, name, refused, gap):
    """With gaps, as of some of the rows of a larger table."""
    table[name] = np.random.default_rng(0).permutation(400)[:120]
    table.loc[7, name] = gap
    data = options(written(table), drop=() if name == "id" else ("id",))
    with pytest.raises(DataError, match="looks like") if refused else nullcontext():
        read(data, "probabilities")
    table[name] = 7  # and are no longer all different
    assert len(read(options(written(table), drop=data.drop), "probabilities").label) == 120


def test_what_only_looks_like_an_identifier_is_kept_where_that_is_said(table, written):
    table["query"] = [f"weather {chr(97 + k % 26)}{chr(97 + k // 26)}" for k in range(120)]
    with pytest.raises(DataError, match=r'"query", which looks .*, or under keep if it is none'):
        read(options(written(table)), "probabilities")
    assert len(read(options(written(table), keep=["query"]), "probabilities").label) == 120
    with pytest.raises(DataError, match=r"data\.keep"):
        read(options(written(table), keep=["queries"]), "probabilities")


def test_categories_of_several_words_are_no_identifier(table, written):
    kinds = [f"{one} {other}" for one in NAMES for other in NAMES[:9]]  # 99 of 120 rows
    table["job"] = [kinds[k % len(kinds)] for k in range(120)]
    assert len(read(options(written(table)), "probabilities").label) == 120


def test_text_that_is_no_word_is_no_identifier(table, written):
    table["note"] = [f"patient {k} was well" for k in range(120)]
    table["title"] = [f"The Long and Winding Road, Part {k}" for k in range(120)]
    assert len(read(options(written(table)), "probabilities").label) == 120


def test_too_many_groups_are_refused(table, written):
    with pytest.raises(DataError, match='different values of "age", allowed are at most 20'):
        groups_of(Path(written(table)), ["age"])


def test_what_is_no_table_is_refused(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(DataError, match="found the byte 0xff"):
        read(options(str(tmp_path / "a.csv")), "probabilities")


def test_labels_that_are_bytes_are_named_by_what_they_spell(tmp_path):
    y = np.array(["müde".encode(), b"wach"])[np.arange(120) % 2]
    np.savez(tmp_path / "a.npz", x=np.arange(240).reshape(120, 2), y=y)
    assert read(Data(file=str(tmp_path / "a.npz")), "probabilities").classes == ("müde", "wach")


def test_arrays_are_read_and_objects_are_not(tmp_path):
    x, y = np.random.default_rng(0).normal(size=(120, 3)), np.arange(120) % 2
    np.savez(tmp_path / "a.npz", x=x, y=y)
    own = read(Data(file=str(tmp_path / "a.npz")), "probabilities")
    assert own.classes == ("0", "1")
    assert (own.label == y).all()
    np.savez(tmp_path / "b.npz", x=x.astype(object), y=y)
    np.savez(tmp_path / "c.npz", x=x[:-1], y=y)
    np.savez(tmp_path / "d.npz", x=x, y=np.array(1))
    np.savez(tmp_path / "e.npz", x=x[:, :0], y=y)
    shapes = ((name, "allowed are x .n") for name in "cde")
    for name, sentence in (("b", "without pickled objects"), *shapes):
        with pytest.raises(DataError, match=sentence):
            read(Data(file=str(tmp_path / f"{name}.npz")), "probabilities")


def test_a_target_that_is_no_class_is_one_stratum(tmp_path):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "a.npz", x=rng.normal(size=(120, 3)), y=rng.normal(size=120))
    assert read(Data(file=str(tmp_path / "a.npz")), "signal").classes == ("all",)
