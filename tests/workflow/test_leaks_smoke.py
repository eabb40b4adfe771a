"""Every leak runs through the same rules, and runs once."""

import pytest
from bits import check_every_product
from stored import rows

from truthserum import registry
from workflow.experiments import experiments

CHOSEN = "[canary_alone,defended_targeted,informed_privacy,glm_mnist]"


@pytest.fixture(scope="module")
def kinds(pristine, tmp_path_factory):
    """A copy in which one experiment of each kind, and one with defences, has been run."""
    checkout = pristine.copy(tmp_path_factory.mktemp("kinds") / "checkout")
    checkout.make("--cores", "2", timeout=600, experiments=CHOSEN)
    return checkout


@pytest.fixture(scope="module")
def chosen(written):
    names = CHOSEN.strip("[]").split(",")
    return experiments({**written, "scale": "smoke", "experiments": names})


def test_each_is_of_another_leak(chosen):
    """One of each leak that the project came with; who adds a leak tests it where it is added."""
    assert len({one.leak for one in chosen.values()}) == len(chosen) == 4


def test_every_arm_has_the_tables_of_its_kind(kinds, chosen):
    for name, experiment in chosen.items():
        for arm in experiment.arms:
            folder = kinds.folder / "results" / "smoke" / name / arm
            for table in registry.load("columns", experiment.leak):
                assert (folder / f"{table}.csv").stat().st_size > 20, (name, arm, table)
            assert rows(folder / "metrics.csv")


def test_every_figure_is_drawn(kinds, chosen):
    for name, experiment in chosen.items():
        for figure in experiment.figures:
            path = kinds.folder / "figures" / "smoke" / name / figure
            assert rows(path.with_suffix(".csv"))
            assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    summary = rows(kinds.folder / "figures" / "smoke" / "figure_one.csv")
    assert {row["panel"] for row in summary} == {"canary extraction"}


def test_the_noise_is_that_of_the_epsilon_and_bounds_what_is_found(kinds):
    folder = kinds.folder / "results" / "smoke" / "informed_privacy" / "epsilon-10"
    bounds = rows(folder / "bounds.csv")
    assert all(abs(float(row["epsilon"]) - 10) < 0.01 for row in bounds)
    of_candidates = [row for row in bounds if row["prior"] == "candidates"]
    (tightest,) = [row for row in of_candidates if row["guarantee"] == "Gaussian f-DP"]
    for row in rows(folder / "prior.csv"):
        assert float(row["low"]) <= float(tightest["bound"])


def test_a_second_run_has_nothing_to_do(kinds):
    assert "Nothing to be done" in kinds.make("-n", experiments=CHOSEN)


def test_one_other_bit_of_any_product_is_refused_by_its_name(kinds, monkeypatch):
    check_every_product(
        kinds.folder,
        monkeypatch,
        *("canary_alone/poisons-8/shard-000.safetensors", "canaries.csv", "guesses.pdf"),
        *("informed_privacy/epsilon-10/shard-000.safetensors", "prior.csv", "bounds.csv"),
        *("glm_mnist/family-ridge/images.csv", "closed_form_grid.png"),
    )


def test_one_shard_of_a_language_model_is_made_again_alone(kinds, tmp_path):
    rerun = kinds.copy(tmp_path / "rerun")
    arm = rerun.folder / "results/smoke/canary_alone/poisons-8"
    figure = rerun.folder / "figures/smoke/canary_alone/guesses.pdf"
    # What stands between is made again only where what is wanted in the end is missing, too.
    for path in (figure, arm / "metrics.csv", arm / "signals.npz", *arm.glob("shard-000.*")):
        path.unlink()
    jobs = rerun.jobs(experiments=CHOSEN)
    assert jobs["train"] == jobs["observe"] == jobs["measure_extraction"] == 1
    assert "measure_reconstruction" not in jobs and "pretrain" not in jobs
