"""What a config may say of an audit, and the sentence of each refusal."""

from dataclasses import fields

import pytest

from truthserum.audit.doors.uses import DOORS, USED
from truthserum.audit.options import Audit
from truthserum.options import checked
from truthserum.sentences import OptionError

DATA = {"file": "loans.csv", "label": "default"}
COMMAND = ["Rscript", "train.R", "{train}", "{ask}", "{seed}", "{out}"]
SCORES = {"file": "p.csv", "label": "y"}

GOOD = {
    "function": {"data": DATA, "function": "loans:train", "mitigations": {"short": {"epochs": 2}}},
    "command": {"data": DATA, "command": COMMAND, "depends": ["train.R"], "protect": "sex"},
    "images": {"data": {"folder": "xrays"}, "function": "a.b:train"},
    "recipe": {"data": DATA, "model": {"mlp": {}}, "recipe": "dense", "defence": "dp_8"},
    "released": {"data": DATA, "model": {"glm": {}}, "released": "p.csv"},
    "regression": {"data": DATA, "model": {"glm": {"penalty": 0.1}}},
    "scores": {"scores": SCORES, "membership": "coins", "policy": "no_record"},
}

REFUSED = {
    "no door": ({"data": DATA}, "door: found none, allowed is exactly one of scores, function"),
    "two doors": (
        {"data": DATA, "function": "a:b", "command": COMMAND},
        "door: found function, command, allowed is exactly one",
    ),
    "no data": ({"function": "a:b"}, "data: found none with function, allowed is a section"),
    "no function": ({"data": DATA, "function": "loans"}, 'found "loans", allowed is module:func'),
    "placeholder": (
        {"data": DATA, "command": ["python", "{train}", "{seed}"]},
        "command: found no {ask}, {out}, allowed is one with {train}",
    ),
    "arrays for a command": (
        {"data": {"file": "a.NPZ"}, "command": COMMAND},
        r"found arrays \(.npz\), allowed are tables",
    ),
    "coins of trained": (
        {"data": DATA, "function": "a:b", "membership": "coins"},
        'membership: found "coins", allowed with scores only',
    ),
    "unit without words": (
        {"scores": {"file": "a.csv"}, "unit": " "},
        'unit: found " ", allowed is words',
    ),
    "shown images": (
        {"data": {"folder": "xrays"}, "function": "a:b", "show_records": True},
        r"show_records: found true with null, allowed with tables \(.csv, .parquet\)",
    ),
    "shown arrays": (
        {"scores": {"file": "a.npz"}, "show_records": True},
        'show_records: found true with "a.npz", allowed with tables',
    ),
    "two sources": (
        {"data": {"file": "a.csv", "folder": "b"}, "function": "a:b"},
        'file: found "a.csv" with folder "b", allowed is one of both',
    ),
    "label is dropped": (
        {"data": {**DATA, "drop": ["default"]}, "function": "a:b"},
        'label: found "default", which is also dropped',
    ),
    "draws that span no interval": (
        {"data": DATA, "function": "a:b", "draws": 19},
        "draws: found 19, allowed is 20 or more",
    ),
    "unknown key": ({"data": DATA, "functoin": "a:b"}, 'did you mean "function"'),
    "unknown kind": (
        {"data": {"file": "a.xlsx"}, "function": "a:b"},
        'found "a.xlsx", allowed are files .csv, .npz, .parquet',
    ),
    "no recipe": (
        {"data": DATA, "model": {"mlp": {}}},
        "recipe: found none with model mlp, allowed is a recipe",
    ),
    "recipe of a regression": (
        {"data": DATA, "model": {"glm": {}}, "recipe": "dense"},
        "recipe: found one with model glm, allowed is none",
    ),
    "recipe alone": (
        {"data": DATA, "function": "a:b", "recipe": "dense"},
        "recipe: found one with function, allowed is none",
    ),
    "other model": (
        {"data": DATA, "model": {"gpt": {}}, "recipe": "dense"},
        'model: found the key "gpt", allowed are cnn, glm, mlp, wrn',
    ),
    "protected images": (
        {"data": {"folder": "xrays"}, "function": "a:b", "protect": "sex"},
        'protect: found "sex", allowed for a table with which models are trained',
    ),
    "protected scores": ({"scores": SCORES, "protect": "sex"}, "allowed for a table with which"),
    "protected label": (
        {"data": DATA, "model": {"mlp": {}}, "recipe": "dense", "protect": "default"},
        'protect: found "default", which is the label, the subject or dropped',
    ),
    "member is label": ({"scores": {**SCORES, "member": "y"}}, 'member: found "y", which is also'),
    "member is group": (
        {"scores": {**SCORES, "member": "in", "groups": ["sex", "in"]}},
        'scores.member: found "in", which is also label or group',
    ),
    "defence of a user's model": (
        {"data": DATA, "function": "a:b", "defence": "dp_8"},
        'defence: found "dp_8" with function, which has no use for it, allowed with model',
    ),
    "labels of our model": (
        {"data": DATA, "model": {"glm": {}}, "output": "labels"},
        'output: found "labels" with model, which has no use for it, allowed with function, comm',
    ),
    "mitigated scores": (
        {"scores": SCORES, "mitigations": {"short": {"epochs": 2}}},
        'mitigations: found {"short": {"epochs": 2}} with scores, which has no use for it',
    ),
    "interpreter of a command": (
        {"data": DATA, "command": COMMAND, "python": "python3"},
        'python: found "python3" with command, which has no use for it, allowed with function',
    ),
    "number as text": (
        {"data": DATA, "function": "a:b", "mitigations": {"slow": {"rates": [0.1, "1e-3"]}}},
        'mitigations.slow: found the text "1e-3", allowed is a number with a point, such as 1.0e-3',
    ),
    "subject of images": (
        {"data": {"folder": "xrays", "subject": "patient"}, "function": "a:b"},
        'data.subject: found "patient" without a table, allowed with tables .*.csv, .parquet',
    ),
    "dropped from arrays": (
        {"data": {"file": "a.npz", "drop": ["age"]}, "function": "a:b"},
        'data.drop: found ."age". without a table',
    ),
    "groups of signals": (
        {"scores": {"file": "a.npz", "groups": ["sex"]}},
        'scores.groups: found ."sex". without a table',
    ),
    "groups that are called as classes are": (
        {"scores": {**SCORES, "groups": ["class"]}},
        'scores.groups: found "class", by which records are told apart in any case: by their y, al',
    ),
    "groups of records that are called so": (
        {"data": {**DATA, "groups": ["class"]}, "function": "a:b"},
        'data.groups: found "class", by which records are told apart',
    ),
    "released beside scores": (
        {"scores": SCORES, "released": "p.csv"},
        'released: found "p.csv", allowed is a table, with function, command and model',
    ),
    "released arrays": (
        {"data": DATA, "model": {"glm": {}}, "released": "p.npz"},
        'released: found "p.npz", allowed is a table, with',
    ),
    "odd models": ({"data": DATA, "function": "a:b", "models": 15}, "a multiple of 2"),
}


@pytest.mark.parametrize("written", GOOD.values(), ids=GOOD)
def test_each_door_is_taken(written):
    audit = checked(Audit, written, "audits.one")
    (option,) = [option for option, door in DOORS.items() if door == audit.door]
    assert getattr(audit, option) is not None


def test_a_program_is_given_a_number_as_it_is_written():
    mitigations = {"slow": {"rate": "1e-3"}}
    audit = checked(Audit, {**GOOD["command"], "mitigations": mitigations}, "audits.one")
    assert audit.mitigations == mitigations


def test_what_a_door_has_no_use_for_are_options():
    assert USED.keys() <= {one.name for one in fields(Audit)}
    assert {door for doors in USED.values() for door in doors} <= DOORS.keys()


@pytest.mark.parametrize("written, sentence", REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_said_in_one_sentence(written, sentence):
    with pytest.raises(OptionError, match=sentence) as error:
        checked(Audit, written, "audits.one")
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("audits.one")


@pytest.mark.parametrize("suffix", [".pkl", ".pickle", ".joblib", ".pt", ".pth", ".sav", ".PKL"])
@pytest.mark.parametrize("door", ["data", "scores"])
def test_pickles_are_refused_unopened(suffix, door):
    written = {"scores": {"file": f"m{suffix}"}}
    if door == "data":
        written = {"data": {"file": f"m{suffix}"}, "function": "a:b"}
    with pytest.raises(OptionError, match="a pickle runs code when it is opened; write"):
        checked(Audit, written, "audits.one")
