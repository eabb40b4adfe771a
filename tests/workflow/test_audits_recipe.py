"""Audits of our own models: arms, shards, and what is made again."""

import json
import re
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import yaml

from truthserum.sentences import OptionError
from workflow.audits import plans
from workflow.catalogue import complete

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = "examples/audit/recipe.yaml"


@pytest.fixture
def planned(monkeypatch):
    """planned(**changes): the plan of the example with other keys."""
    monkeypatch.chdir(ROOT)
    shared = complete({})
    known = {"recipe": shared["recipes"], "defence": shared["defences"]}
    section = yaml.safe_load(Path(EXAMPLE).read_text(encoding="utf-8"))["audits"]["adult_mlp"]
    return lambda **changes: plans({"one": deepcopy(section) | changes}, known)["one"]


def test_names_stand_for_recipes_and_defences(planned):
    plan = planned(recipe="dense")
    assert plan.written["recipe"]["epochs"] == 20
    assert plan.ours["shorter"]["recipe"] == plan.ours["clean"]["recipe"] | {"epochs": 10}
    assert plan.ours["dp_8"]["defence"] == {"dpsgd": {"epsilon": 8}}
    assert plan.ours["dp_8"]["recipe"] == plan.ours["clean"]["recipe"]


def test_shards_share_the_models_of_an_arm_out(planned):
    plan = planned(models=20)
    assert plan.parts("clean") == [{"models": [0, 8]}, {"models": [8, 16]}, {"models": [16, 20]}]
    assert plan.parts("dp_8") == [{"models": [0, 8]}, {"models": [8, 10]}]


def test_more_jobs_than_can_be_planned_are_refused(planned):
    arms = len(planned().arms)
    assert planned(models=2000).jobs < 50_000
    said = rf"one\.models: found 1,000,000, with {arms} arms [0-9,]+ jobs, allowed are up to 50,000"
    with pytest.raises(OptionError, match=said):
        planned(models=1_000_000)


def test_settings_that_no_argument_of_a_program_holds_are_refused(planned):
    """All models were trained, and then the job that measures them could not be started."""
    columns = [f"column_{k:08d}" for k in range(1200)]
    with pytest.raises(OptionError, match=r"one: found some \d{3},\d{3} letters of settings for 6"):
        planned(data={"file": "examples/audit/adult.csv", "label": "income", "drop": columns})
    with pytest.raises(
        OptionError, match=r"one: found some .* letters of settings for .* jobs, all"
    ):
        planned(models=60_000)


def test_as_many_models_are_trained_without_the_exposed(planned):
    plan = planned()
    assert plan.arms["without_exposed"] == plan.arms["clean"]
    settings, clean = plan.arm_settings("without_exposed"), plan.arm_settings("clean")
    assert {key for key in clean if settings[key] != clean[key]} == {"arm"}
    assert plan.exposed_settings()["arms"] == {"clean": clean}
    assert "without_exposed" not in planned(without_exposed=False).arms


ALL = {"read", "clean", "poisoned", "shorter", "dp_8", "without_exposed", "protected", "measure"}
CHANGES = {
    "policy": ({"policy": "no_record"}, set()),
    "recipe": ({"recipe": {"epochs": 39, "batch": 32, "lr": 0.1}}, ALL - {"shorter"}),
    "same recipe": ({"recipe": {"lr": 0.1, "batch": 32, "epochs": 40}}, set()),
    "mitigation": (
        {"mitigations": {"shorter": {"recipe.epochs": 9}, "dp_8": {"defence": "dp_8"}}},
        {"shorter", "measure"},
    ),
    "protected": ({"protect": "age"}, {"protected", "measure"}),
    "data": ({"data": {"file": "examples/audit/adult.csv", "label": "race"}}, {*ALL, "prepare"}),
}


@pytest.mark.parametrize("change, expected", CHANGES.values(), ids=CHANGES)
def test_only_what_an_option_decides_is_made_again(planned, change, expected):
    def settings(plan):
        arms = {arm: plan.arm_settings(arm) for arm in plan.arms}
        prepare, measure = plan.prepare_settings(), plan.measure_settings()
        return {"read": plan.read_settings(), "prepare": prepare, "measure": measure, **arms}

    before, after = settings(planned()), settings(planned(**change))
    assert {job for job, known in before.items() if after[job] != known} == expected


REFUSED = {
    "name": ({"recipe": "densee"}, r'audits.one.recipe: found "densee"'),
    "table": ({"model": {"cnn": {}}}, 'model: found "cnn", allowed for a table are glm, mlp'),
    "defended regression": (
        {"model": {"glm": {}}, "recipe": None, "defence": "dp_8", "mitigations": {}},
        'audits.one.defence: found "dpsgd", allowed for a glm is none',
    ),
    "augmented": (
        {"recipe": "workstation", "mitigations": {}},
        "recipe.augmentation: found one, allowed for a table is none",
    ),
    "mitigation": (
        {"mitigations": {"less": {"epochs": 3}}},
        'audits.one.mitigations.less: found "epochs", allowed are model, recipe, defence',
    ),
    "option": (
        {"mitigations": {"less": {"recipe.epoch": 3}}},
        'audits.one.mitigations.less.recipe: found the key "epoch", allowed',
    ),
    "delta": (
        {"defence": {"dpsgd": {"epsilon": 1, "delta": 0.1}}, "mitigations": {}},
        "audits.one.dpsgd: delta is 0.1, allowed is below 1 / 500 rows",
    ),
    "batch": (
        {"mitigations": {"larger": {"recipe.batch": 501}}},
        "mitigations.larger.recipe.batch: found 501, allowed are up to the 500 rows that a model",
    ),
    "steps": (
        {"mitigations": {"longer": {"recipe.epochs": 1.0e12}}},
        "mitigations.longer.recipe.epochs: found what makes 1.6e.13 steps of each model, allowed",
    ),
}


@pytest.mark.parametrize("change, sentence", REFUSED.values(), ids=REFUSED)
def test_what_our_trainer_does_not_take_is_said_before_anything_runs(planned, change, sentence):
    with pytest.raises(OptionError, match=sentence) as error:
        planned(**change)
    assert "\n" not in str(error.value)


def test_a_crop_is_compared_with_the_size_of_the_images(planned, tmp_path):
    for k in range(128):
        (tmp_path / "images" / "ab"[k % 2]).mkdir(parents=True, exist_ok=True)
        (tmp_path / "images" / "ab"[k % 2] / f"{k}.png").touch()

    def cropped(by):
        recipe = {"epochs": 1, "batch": 32, "lr": 0.1, "augmentation": {"crop": by}}
        data = {"folder": str(tmp_path / "images"), "size": 16}
        model = {"cnn": {"width": 4}}
        return planned(data=data, model=model, recipe=recipe, protect=None, mitigations={})

    assert cropped(15).rows == 128
    with pytest.raises(OptionError, match="crop: found 16, allowed are up to 15 for images of 16"):
        cropped(16)


DEFENCES = ("copies", "conflicts", "losses")


@pytest.fixture(scope="session")
def audited(pristine, tmp_path_factory):
    """A copy in which the example has been run with eight short models, and with defences alone."""
    checkout = pristine.copy(tmp_path_factory.mktemp("audited") / "checkout")
    path = checkout.folder / EXAMPLE
    config = yaml.safe_load(path.read_text())
    config["audits"]["adult_mlp"] |= {
        "recipe": {"epochs": 3, "batch": 32, "lr": 0.1},
        "models": 8,
        "poison": 0,
        "mitigations": {f"with_{name}": {"defence": name} for name in DEFENCES},
        "draws": 40,
    }
    path.write_text(yaml.safe_dump(config))
    checkout.make("audit", "--configfile", EXAMPLE, "--cores", "2", timeout=600)
    return checkout


def test_a_batch_is_compared_with_the_records_of_arrays(planned, tmp_path):
    arrays = {"data": {"file": str(tmp_path / "a.npz")}, "defence": "dp_8", "mitigations": {}}
    of_arrays = {**arrays, "protect": None, "recipe": {"epochs": 1, "batch": 4000, "lr": 0.1}}
    np.savez(tmp_path / "a.npz", x=np.zeros((8000, 1)), y=np.zeros(8000))
    assert planned(**of_arrays).rows == 8000
    np.savez(tmp_path / "a.npz", x=np.zeros((7000, 1)), y=np.zeros(7000))
    with pytest.raises(OptionError, match="batch: found 4000, allowed are up to the 3500 rows"):
        planned(**of_arrays)


def test_an_audit_of_our_model_runs_to_its_end(audited):
    folder = audited.folder / "results/audit/adult_mlp"
    found = json.loads((folder / "claims.json").read_text())
    assert found["audit"]["door"] == "recipe"
    assert found["cost"]["arms"]["clean"]["trainings"] == 8
    claims = {claim["id"]: claim for claim in found["claims"]}
    assert claims["attribute_right"]["asked"] == 1000
    assert claims["attribute_control"]["value"] > 0.3  # of six values
    assert not claims["without_exposed.newly_named"]["resolved"]  # eight models name nobody
    assert found["cost"]["arms"]["without_exposed"]["trainings"] == 0
    assert {one["id"] for one in found["not_tested"]} >= {"poisoned", "reconstruction"}
    assert "Five leaks" in (folder / "report.html").read_text("utf-8")
    assert not list(folder.glob("*/.shard-*"))  # of finished stacks nothing is left


def test_of_a_regression_all_leaks_are_measured(pristine, tmp_path):
    checkout = pristine.copy(tmp_path / "checkout")
    checkout.edit("examples/audit/glm.yaml", "models: 30", "models: 8\n    draws: 40\n    #")
    checkout.make("audit", "--configfile", "examples/audit/glm.yaml", "--cores", "2", timeout=600)
    folder = checkout.folder / "results/audit/glm"
    found = json.loads((folder / "audit.json").read_text())
    claims = {claim["id"]: claim for claim in found["claims"]}
    for name in ("auc", "poisoned.auc", "attribute_right", "reconstruction_exact"):
        assert claims[name]["value"] > 0.5
    untested = {one["id"] for one in found["not_tested"]}
    assert untested.isdisjoint({"poisoned", "attribute", "reconstruction", "model_files"})
    assert "weights" in untested


def test_defences_are_tried_without_poison_and_the_page_says_what_they_do_not_do(audited):
    folder = audited.folder / "results/audit/adult_mlp"
    found = json.loads((folder / "claims.json").read_text())
    rows = {row["id"]: row for row in found["mitigations"] if row["kind"] == "training"}
    assert {name: row["defence"] for name, row in rows.items()} == {
        f"with_{name}": name for name in DEFENCES
    }
    for row in rows.values():
        claims = {claim["id"]: claim for claim in row["claims"]}
        assert claims[f"{row['id']}.auc"]["resolved"]
        assert claims[f"{row['id']}.accuracy"]["value"] > 0.5
    # Who is dropped for a high loss is answered worse than before.
    (lost,) = [one for one in rows["with_losses"]["claims"] if "on_members" in one["id"]]
    (held,) = [one for one in rows["with_losses"]["before"] if "on_members" in one["id"]]
    assert lost["value"] < held["value"]
    page = " ".join((folder / "report.html").read_text("utf-8").split())
    assert page.count("Measured here on models without poison.") == len(DEFENCES)
    assert len(re.findall("It (does not protect|protects neither)", page)) == len(DEFENCES)


def test_nothing_is_run_again_and_an_edited_recipe_and_cell_train_all(audited, tmp_path):
    def jobs(checkout):
        return checkout.jobs("audit", "--configfile", EXAMPLE)

    assert jobs(audited) == {}
    checkout = audited.copy(tmp_path / "checkout")
    checkout.edit(EXAMPLE, "epochs: 3", "epochs: 4")
    checkout.edit("examples/audit/adult.csv", "39,State-gov", "40,State-gov")
    again = jobs(checkout)
    assert again["audit_recipe"] == 3 + len(DEFENCES)
    assert again["audit_prepare"] == 1
