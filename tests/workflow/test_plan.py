"""What a run will take is told by arithmetic, and by what ran here."""

from dataclasses import fields

import pytest
import stored

from truthserum.findings.forecast import Asked, Pace, Seen, forecast
from truthserum.findings.intervals import Alike, intervals
from truthserum.work import Basis
from workflow.experiments import experiments
from workflow.plan import alike_in, asked_of, plan_settings, seen_in

TRAINING = 3000
TIMED = 5e9  # multiplications a second
# An experiment of each leak of which the work is known, and the models of known size; what is added
# may leave that open.
KNOWN = {
    "inference": "targeted",
    "extraction": "canary",
    "reconstruction": "informed_mnist",
    "closed_form": "glm_mnist",
}
MODELS = {"cnn", "glm", "gpt", "mlp", "pretrained", "wrn"}


@pytest.fixture
def planned(written, tmp_path):
    """planned(scale, results, **config): the settings of a plan."""

    def plan(scale, results=tmp_path, **changes):
        config = {**written, "scale": scale, **changes}
        return plan_settings(experiments(config), config, results, TRAINING)

    return plan


@pytest.fixture(scope="module")
def folder(finished):
    """The results of the first experiment that was run to its end."""
    return finished.folder / "results"


@pytest.mark.parametrize(
    ("scale", "least", "most"),
    [
        ("smoke", 0.05, 0.5),
        ("laptop", 0.3, 10),
        ("workstation", 10, 1000),
        ("paper", 1e4, 1e6),
    ],
)
def test_every_scale_has_a_plan(written, planned, scale, least, most):
    settings = planned(scale)
    assert settings["seen"] == []
    pace = Pace(scale, [], TIMED)
    plan = forecast([Asked(**each) for each in settings["experiments"]], pace, cores=2)
    *rows, total = plan.to_dict("records")
    known = {
        name
        for name, one in experiments({**written, "scale": scale}).items()
        if one.leak in KNOWN
        and all(set(arm.settings.get("model", {})) <= MODELS for arm in one.every.values())
    }
    assert known <= {row["experiment"] for row in rows if row["hours"] > 0}
    assert len(known) > 3 and all(row["jobs"] > 0 for row in rows)
    assert least < total["core_hours"] < most  # of what the scales are for


def test_an_experiment_is_the_sum_of_its_arms(written):
    config = {**written, "scale": "laptop", "experiments": "targeted"}
    one = experiments(config)["targeted"]
    found, arms = asked_of(one, TRAINING), list(one.every.values())
    assert found["models"] == 4 * 32 + 4 * 16
    assert found["jobs"] == {"design": 8, "train": 4 + 4, "observe": 8, "measure": 8}
    assert found["products"]["train"] == sum(arm.work.products["train"] for arm in arms)
    assert found["longest"]["train"] == max(
        arm.work.products["train"] / len(arm.shards) for arm in arms
    )
    assert found["bytes"] == sum(arm.work.bytes for arm in arms)
    assert found["memory"] == 5000
    assert found["records"] == 5000  # half of 8,000, and 8 copies of 125
    assert set(found) == {field.name for field in fields(Asked)}


def test_arms_that_rest_on_as_much_are_told_together(written):
    config = {**written, "scale": "laptop", "experiments": "targeted"}
    found = alike_in(experiments(config)["targeted"])
    assert [(row["arms"], row["models"]) for row in found] == [(4, 32), (4, 16)]
    rows = intervals([Alike(**row | {"basis": Basis(**row["basis"])}) for row in found])
    assert rows["negatives"].tolist() == [125 * 16, 125 * 8]


@pytest.mark.parametrize("name", KNOWN.values(), ids=KNOWN)
def test_every_leak_says_what_its_intervals_rest_on(planned, name):
    (row,) = [row for row in planned("smoke")["intervals"] if row["experiment"] == name]
    assert row["basis"]["measure"] in {"tpr", "mean_exposure", "beats_known", "recovered"}
    assert row["basis"]["units"] * row["basis"]["positives"] > 1


def test_what_ran_is_found_with_its_seconds(planned, folder):
    (seen,) = [planned("laptop", folder)["seen"]]
    assert {(row["experiment"], row["scale"]) for row in seen} == {("targeted", "smoke")}
    for row in seen:
        paths = list((folder / "smoke/targeted").glob(f"*/.benchmark/{row['stage']}*.tsv"))
        assert row["jobs"] == len(paths) == (4 if row["stage"] == "train" else 2)
        assert row["seconds"] == pytest.approx(
            sum(float(stored.rows(path)[0]["s"]) for path in paths)
        )


def test_the_forecast_is_near_what_it_took(planned, folder):
    settings = planned("smoke", folder, experiments="targeted")
    (asked,) = [Asked(**each) for each in settings["experiments"]]
    paths = (folder / "smoke/targeted").glob("copies-*/.benchmark/*.tsv")
    took = sum(float(stored.rows(path)[0]["s"]) for path in paths) / 3600
    own = Pace("smoke", [Seen(**row) for row in settings["seen"]], TIMED)
    assert asked.row(own, cores=2)["core_hours"] == pytest.approx(took)
    # By a speed that knows nothing of these jobs, on a machine that may be busy.
    assert took / 10 < asked.row(Pace("smoke", [], TIMED), cores=2)["core_hours"] < took * 10


def test_what_is_kept_and_decided_is_what_was_forecast(planned, folder):
    settings = planned("smoke", folder, experiments="targeted")
    (asked,), (alike,) = settings["experiments"], settings["intervals"]
    arm = folder / "smoke/targeted/copies-3"
    decided = {
        (int(row["positives"]), int(row["negatives"]))
        for row in stored.rows(arm / "metrics.csv")
        if row["group"] == "targets" and row["negatives"]
    }
    basis = alike["basis"]
    each = basis["positives"], basis["negatives"]
    assert decided == {tuple(basis["units"] * count for count in each)}
    assert asked["records"] == int(stored.rows(arm / "models.csv")[0]["rows"])
    kept = sum(
        path.stat().st_size
        for name in ("shard-*.safetensors", "signals.npz")
        for path in arm.parent.glob(f"*/{name}")
    )
    assert asked["bytes"] < kept < 2 * asked["bytes"]


def test_benchmarks_that_are_none_are_no_matter(planned, tmp_path):
    place = tmp_path / "smoke/targeted/copies-0/.benchmark"
    place.mkdir(parents=True)
    (place / "train-000.tsv").write_text("s\th:m:s\nNA\t-\n")
    (place / "observe.tsv").write_text("")
    assert planned("smoke", tmp_path)["seen"] == []


def test_scales_that_the_config_does_not_have_are_passed_over(written, tmp_path):
    (tmp_path / "paper/targeted/copies-0/.benchmark").mkdir(parents=True)
    (tmp_path / "paper/targeted/copies-0/.benchmark/train-000.tsv").write_text("s\n1\n")
    one = written["catalogue"]["targeted"]
    smoke = {**one, "scales": {"smoke": one["scales"]["smoke"]}}
    config = {**written, "catalogue": {"targeted": smoke}, "summaries": {}}
    assert seen_in(tmp_path, config) == []
