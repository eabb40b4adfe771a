"""What a config says that its jobs would refuse, though it is right by itself, is told before."""

import copy
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import rehearse
from truthserum.sentences import OptionError
from workflow import rehearsals
from workflow.audits import plans
from workflow.experiments import experiments
from workflow.rehearsals import Rehearsals, steps_of

RECIPE = {"epochs": 8, "batch": 64, "lr": 0.1}
DEEP = {"model": {"cnn": {"width": 4, "depth": 5}}}  # the last block sees one pixel
NORMALISED = "found settings with which a job fails (Expected more than 1 value per channel"
DIVERGED = "diverged: its loss is not finite at step "
NO_MEASURE = (
    "recipe.lr: found 1000000.0, after 3 steps of which confidences are not finite, allowed"
)
# Experiment, what is other at smoke scale, and the sentence.
FAILING = [
    ("targeted", {"recipe": RECIPE | {"lr": 1e300}}, DIVERGED),
    ("targeted", {"recipe": RECIPE | {"lr": 1e6}}, NO_MEASURE),
    ("targeted", {"recipe": RECIPE | {"weight_decay": 1e300}}, DIVERGED),
    ("targeted", {**DEEP, "recipe": RECIPE | {"batch": 1}}, NORMALISED),
    ("targeted", {**DEEP, "observed_batch": 1}, NORMALISED),
    (
        "attribute_sex",
        {"game": {"attribute": {"targets": 2, "column": "sex"}}},
        "attribute: all 2 targets have 'Male' in 'sex', allowed are targets of both values",
    ),
    (
        "attribute_sex",
        {"game": {"attribute": {"targets": 600, "column": "sex"}}},
        "attribute: targets is 600, allowed are at most the 586 rows that no other row equals",
    ),
    (
        "untargeted_class",
        {"game": {"untargeted": {"pool": 300, "share": 0.1, "target_class": 10}}},
        "untargeted: target_class is 10, allowed are the classes of the points asked about",
    ),
    (
        "canary_alone",
        {"game": {"canary": {"canaries": 1, "digits": 3, "prefix": 6, "windows": 20000}}},
        "canary: canaries, held and windows are 20202 together, allowed are at most the ",
    ),
    ("canary_alone", {"recipe": {"epochs": 1, "batch": 8, "lr": 1e6}}, DIVERGED),
    (
        "glm_mnist",
        {"glm": {"penalty": 0.01, "classes": [4, 9], "pooling": 4, "targets": 300}},
        "targets: found 300, allowed are up to 124, the records of classes [4, 9]",
    ),
    ("informed_mnist", {"recipe": {"steps": 20, "lr": 1e30}}, DIVERGED),
    ("informed_privacy", {"recipe": {"steps": 20, "lr": 1e30}}, DIVERGED),
]
SHARED = [
    (
        "defended_targeted",
        {"defences": {"losses": {"losses": {"share": 0.9999}}}},
        "rows: found none to train on, allowed are one or more for each model",
    ),
    (
        "informed_mnist",
        {"reconstructors": {"network": {"network": {"lr": 1e300}}}},
        "found settings with which a job fails (value cannot be converted to type float without",
    ),
]
# What is wrong by arithmetic is refused when the config is read.
READ = [
    ("targeted", {"recipe": RECIPE | {"batch": 301}}, "recipe.batch: found 301, allowed are up to"),
    ("targeted", {"recipe": RECIPE | {"epochs": 1e12}}, "recipe.epochs: found what makes 5e+12 st"),
    (
        "canary",
        {"recipe": {"epochs": 4, "batch": 61, "lr": 0.003}},
        "recipe.batch: found 61, allowed are up to the 60 windows that a model trains on",
    ),
    ("targeted", {"sweep": [0, 100_000]}, "game: found what makes 2,000,300 rows to train on"),
    (
        "targeted",
        {"recipe": RECIPE | {"augmentation": {"crop": 28}}},
        "recipe.augmentation.crop: found 28, allowed are up to 27 for images of 28 x 28",
    ),
    (
        "targeted",
        {"model": {"cnn": {"depth": 20}}},
        "model.cnn.depth: found 20, allowed are up to 5",
    ),
    (
        "informed_mnist",
        {"model": {"cnn": {"depth": 20}}},
        "model.cnn.depth: found 20, allowed are up to 5",
    ),
]


@pytest.fixture
def unfolded(written):
    """unfolded(name, settings, **shared): the Rehearsals of one experiment, changed at smoke scale.

    shared: what is other in sections by a name.
    """

    def unfold(name, settings, **shared):
        config = {**copy.deepcopy(written), "scale": "smoke", "experiments": name}
        config["catalogue"][name]["scales"]["smoke"].update(settings)
        for section, entries in shared.items():
            for entry, changes in entries.items():
                config[section][entry] = {**config[section][entry], **changes}
        return Rehearsals(steps_of(experiments(config), config), Path("nowhere"))

    return unfold


def found(made):
    """What is wrong with each arm of an experiment that is tried."""
    data, (asked,) = partial(rehearse.data_of, made.results), made.steps.values()
    return [rehearse.tried(**each, data=data) for each in asked.values()]


@pytest.mark.parametrize(("name", "settings", "sentence"), FAILING)
def test_what_a_job_would_refuse_is_told(unfolded, name, settings, sentence):
    wrong = list(filter(None, found(unfolded(name, settings))))
    assert wrong and all(sentence in each and "\n" not in each for each in wrong)


LITTLE = """
import json, sys
from types import SimpleNamespace
import psutil, rehearse
psutil.virtual_memory = lambda: SimpleNamespace(available=2**30)
rehearse.main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="others do not hold to such a limit")
def test_what_memory_does_not_hold_is_told_before_the_system_kills(unfolded, root):
    wide = {"model": {"mlp": {"widths": [300_000], "activation": "elu"}}}
    (asked,) = unfolded("informed_mnist", wide).steps.values()
    run = subprocess.run(
        [sys.executable, "-c", LITTLE, "--results", "nowhere"],
        input=json.dumps(asked),
        env=os.environ | {"PYTHONPATH": str(root / "scripts")},
        capture_output=True,
        text=True,
    )
    (sentence,) = json.loads(run.stdout).values()
    assert "need more memory than is free here" in sentence and "rehearse: false" in sentence


@pytest.mark.parametrize(("name", "shared", "sentence"), SHARED)
def test_what_is_wrong_with_a_part_that_others_share(unfolded, name, shared, sentence):
    (wrong,) = filter(None, found(unfolded(name, {}, **shared)))
    assert sentence in wrong


@pytest.mark.parametrize("name", ["targeted", "canary_alone", "glm_mnist", "informed_privacy"])
def test_what_a_job_does_is_no_matter(unfolded, name):
    assert set(found(unfolded(name, {}))) == {None}


AUDIT = {
    "data": {"file": "examples/audit/adult.csv", "label": "income"},
    "model": {"mlp": {"widths": [8]}},
    "recipe": {"epochs": 3, "batch": 32, "lr": 0.1},
    "mitigations": {"faster": {"recipe.lr": 1e30}, "other": {"model": {"glm": {}}}},
}


def test_the_arms_of_an_audit_of_our_model_are_tried_on_its_own_records(root, monkeypatch):
    monkeypatch.chdir(root)
    (plan,) = plans({"mine": AUDIT}).values()
    steps = plan.first_steps()
    data = partial(rehearse.data_of, Path("nowhere"))
    wrong = {arm: rehearse.tried(**asked, data=data) for arm, asked in steps.items()}
    assert wrong.pop("clean") is None
    assert list(wrong) == ["faster"] and DIVERGED in wrong["faster"]
    with pytest.raises(OptionError, match=r"^audits.mine \(clean\): lr: found 1, allowed is 2"):
        found = {rehearsals.key_of(asked): "lr: found 1, allowed is 2" for asked in steps.values()}
        Rehearsals({"audits.mine": steps}, Path("nowhere"), found).require("audits.mine")


@pytest.mark.parametrize(("name", "settings", "sentence"), READ)
def test_what_arithmetic_tells_is_refused_on_reading(unfolded, name, settings, sentence):
    with pytest.raises(OptionError) as caught:
        unfolded(name, settings)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("name", "figure", "sentence"),
    [
        ("targeted", "imputation", '"imputation", allowed with the game attribute alone'),
        ("attribute_sex", "epsilon", '"epsilon" with 8 models, allowed with a game of memb'),
        ("untargeted", "epsilon", '"epsilon" with 6 models, allowed with a game of member'),
        ("informed_mnist", "reconstruction_radius", "allowed where there are radii"),
    ],
)
def test_a_figure_of_what_is_not_measured_is_refused_on_reading(unfolded, name, figure, sentence):
    with pytest.raises(OptionError, match=rf"^catalogue.{name}.figures: found .*{sentence}"):
        unfolded(name, {}, catalogue={name: {"figures": [figure]}})


@pytest.fixture
def answered(monkeypatch):
    """answered(wrong): programs are stood in for, that find this of everything; what was asked."""

    def stand_in(wrong):
        asked = []

        def tried(waiting, results):
            asked.append(waiting)
            return dict.fromkeys(waiting, wrong)

        monkeypatch.setattr(rehearsals, "tried", tried)
        return asked

    return stand_in


def test_what_passed_is_not_tried_again(unfolded, answered, tmp_path):
    asked = answered(None)
    for copies in ([0, 3], [0, 3], [0, 4], [0, 3]):
        made = unfolded("targeted", {"sweep": copies})
        made.results = tmp_path
        made.require("catalogue.targeted")
        made.require("catalogue.targeted")
    assert [len(each) for each in asked] == [2, 1]  # the third config has one arm that is new


def test_the_network_of_a_language_model_and_the_records_of_an_audit_decide_what_is_tried(
    unfolded, root, tmp_path, monkeypatch
):
    seen = []
    monkeypatch.setattr(rehearsals, "code_of", lambda program, asked: seen.append(asked["model"]))
    (steps,) = unfolded("canary_alone", {}).steps.values()
    rehearsals.key_of(next(iter(steps.values())))
    assert list(map(list, seen)) == [["gpt"]]
    keys = []
    for rows in (300, 200):
        lines = (root / AUDIT["data"]["file"]).read_text("utf-8").splitlines(keepends=True)
        (tmp_path / "mine.csv").write_text("".join(lines[:rows]), "utf-8")
        data = {**AUDIT["data"], "file": str(tmp_path / "mine.csv")}
        (plan,) = plans({"mine": {**AUDIT, "data": data}}).values()
        keys.append(rehearsals.key_of(plan.first_steps()["clean"]))
    assert len(set(keys)) == 2


def test_what_failed_is_tried_again(unfolded, answered, tmp_path):
    asked = answered("lr: found 1, allowed is 2")
    for _ in range(2):
        made = unfolded("targeted", {})
        made.results = tmp_path
        with pytest.raises(OptionError, match=r"^catalogue.targeted \(copies-0\): lr: found 1, al"):
            made.require("catalogue.targeted")
    assert len(asked) == 2


@pytest.mark.parametrize("harm", [os.mkfifo, lambda path: path.write_text("[" * 100_000)])
def test_what_is_no_list_of_what_passed_is_none(unfolded, answered, tmp_path, harm):
    asked = answered(None)
    made = unfolded("targeted", {})
    made.results = tmp_path
    made.memory.parent.mkdir()
    harm(made.memory)
    made.require("catalogue.targeted")
    assert len(asked) == 1


def test_results_that_cannot_be_written_are_no_matter(unfolded, answered, tmp_path):
    (tmp_path / "file").touch()
    asked = answered(None)
    made = unfolded("targeted", {})
    made.results = tmp_path / "file"
    made.require("catalogue.targeted")
    assert len(asked) == 1 and not made.found.keys() - asked[0].keys()


def test_of_several_amounts_the_least_and_the_most_are_tried(unfolded):
    (few,) = unfolded("targeted", {"sweep": [4, 0, 3, 8, 16]}).steps.values()
    assert list(few) == ["copies-0", "copies-16"]
    (named,) = unfolded("defended_targeted", {}).steps.values()
    assert list(named) == ["defence-none", "defence-losses", "defence-dp_8"]


def test_a_run_is_refused_before_its_first_job_but_can_be_planned(checkout):
    checkout.edit("experiments/glm_mnist.yaml", "targets: 20}", "targets: 300}")
    how = {"experiments": "glm_mnist", "rehearse": True}
    refused = checkout.snakemake("-n", **how).stdout.splitlines()[-1]
    assert refused.startswith("catalogue.glm_mnist (family-ridge): targets: found 300, allowed are")
    assert checkout.jobs("plan", **how) == {"time_stack": 1, "plan": 1}
