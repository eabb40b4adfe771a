"""The smoke scale, from real data to figures: it runs, and only what must run runs again."""

import json
import os
import shutil

import numpy as np
import pytest
from stored import rows

ARMS = ["copies-0", "copies-3"]
FIGURES = {
    *("roc", "tpr", "differences", "attacks", "scores", "exposure", "shadows", "accuracy"),
    *("epsilon", "label_only"),
}
COLUMNS = {
    "metrics": {"attack", "group", "measure", "mode"},
    "roc": {"attack", "group", "fpr", "tpr", "low", "high", "positives", "negatives", "mode"},
    "targets": {"attack", "target", "label", "poison_label", "d_prime", "auc", "mode"},
    "shadows": {"attack", "shadows", "measure", "mode"},
    "scores": {"target", "model", "member", "signal", "mode"},
    "models": {"model", "test_accuracy", "train_accuracy", "poison_accuracy", "seconds"},
}
RESULTS = "results/smoke/targeted"
SIGNALS = f"{RESULTS}/copies-0/signals.npz"
SHARED = "experiments/_shared.yaml"
LOCKSTEP = "scripts/truthserum/training/lockstep.py"
ALL_FIGURES = {"draw_figure": len(FIGURES), "draw_summary": 1, "report_page": 1}
FOR_PEOPLE = {"compare_arms": 1, "write_statements": 1, "write_ledger": 1}
AFTER_SIGNALS = {"measure_inference": 2, "judge_labels": 1, **ALL_FIGURES, **FOR_PEOPLE}
AFTER_MEASURES = {rule: jobs for rule, jobs in AFTER_SIGNALS.items() if rule != "judge_labels"}
AFTER_TRAINING = {"observe": 2, **AFTER_SIGNALS}
ALL_BUT_DATA = {"design": 2, "train": 4, **AFTER_TRAINING}


def signals(checkout, name=SIGNALS):
    """The arrays of a signals file, by name."""
    with np.load(checkout.folder / name, allow_pickle=False) as file:
        return dict(file)


def settings(**values):
    """A change of the experiment's settings at smoke scale."""

    def change(config):
        config["catalogue"]["targeted"]["scales"]["smoke"].update(values)

    return change


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("table", COLUMNS)
def test_every_arm_has_its_tables(finished, arm, table):
    found = rows(finished.folder / RESULTS / arm / f"{table}.csv")
    assert len(found) >= 8
    assert COLUMNS[table] <= set(found[0])


def test_epsilon_is_bounded_from_below_in_every_arm(finished):
    for arm in ARMS:
        found = rows(finished.folder / RESULTS / arm / "epsilon.csv")
        assert len(found) == 6 * 2  # attacks, modes
        assert {(row["coins"], row["models"], row["shadows"]) for row in found} == {
            ("20", "1", "6")
        }
        assert all(float(row["lower"]) <= float(row["ceiling"]) for row in found)


def test_labels_are_judged_over_all_arms(finished):
    found = rows(finished.folder / RESULTS / "label_only.csv")
    assert {row["copies"] for row in found} == {"0", "3", "adaptive"}
    shares = [float(row["chosen"]) for row in found if row["chosen"]]
    assert sum(shares) == pytest.approx(3 * 2)  # measures, modes


def test_every_figure_is_drawn_with_its_table(finished):
    folder = finished.folder / "figures" / "smoke" / "targeted"
    assert {path.stem for path in folder.glob("[a-z]*")} == FIGURES
    for figure in FIGURES:
        assert rows(folder / f"{figure}.csv")
        png = (folder / f"{figure}.png").read_bytes()
        width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
        assert width >= 600
        assert height >= 400
        assert len(png) > 20_000
        assert (folder / f"{figure}.pdf").read_bytes().startswith(b"%PDF")


def test_the_ledger_is_written(finished):
    assert rows(finished.folder / "results" / "smoke" / "ledger.csv")
    assert (finished.folder / "results" / "smoke" / "ledger.md").stat().st_size > 100


def test_the_models_learn_and_leak(finished):
    # Not what the paper found, but that numbers are about something: chance is 0.1 and 0.5.
    for arm in ARMS:
        models = rows(finished.folder / RESULTS / arm / "models.csv")
        assert np.mean([float(row["test_accuracy"]) for row in models]) > 0.5
    kept = signals(finished, f"{RESULTS}/copies-3/signals.npz")
    member = kept["member"][:, kept["target"]]
    seen = kept["signals.running"].mean(2)[:, kept["target"]]
    assert seen[member].mean() > seen[~member].mean() + 1


def test_nothing_but_the_products_is_left(finished):
    hidden = (finished.folder / "results").rglob(".*")
    assert {path.name for path in hidden} == {".benchmark", ".made"}


IDLE_EDITS = [
    (LOCKSTEP, "import torch\n", "import torch  # the engine\n"),
    ("scripts/truthserum/extraction/models/gpt.py", "width: Count = 128", "width: Count = 64"),
    ("experiments/targeted.yaml", "stack: 4}", "stack: 2}"),  # how fast, not what
]


def test_comments_another_architecture_and_speed_run_nothing_again(rerun):
    for edit in IDLE_EDITS:
        rerun.edit(*edit)
    assert "Nothing to be done" in rerun.make("-n")


EDITS = {
    "the trainer": (
        "scripts/truthserum/training/losses.py",
        ".mean(1)",
        ".mean(1) * 2",
        {"train": 4, **AFTER_TRAINING},
    ),
    "the architecture": (
        "scripts/truthserum/models/cnn.py",
        "depth: Count = 3",
        "depth: Count = 2",
        {"train": 4, **AFTER_TRAINING},
    ),
    "the game": (
        "scripts/truthserum/inference/games/membership.py",
        "shift: int = 4",
        "shift: int = 2",
        ALL_BUT_DATA,
    ),
    "a measure": (
        "scripts/truthserum/statistics/measures.py",
        "def measure(",
        "ANSWER = 42\n\n\ndef measure(",
        AFTER_MEASURES,
    ),
    "an accountant": (
        "scripts/truthserum/privacy/accounting.py",
        "TOLERANCE = 1e-6",
        "TOLERANCE = 1e-7",
        {"derive_numbers": 1, "write_ledger": 1, "report_page": 1},
    ),
    "a caption": ("figures/captions/roc.rst", "ROC curves", "Curves", {"report_page": 1}),
    "a colour": ("scripts/truthserum/plots/style.py", "colorblind", "deep", ALL_FIGURES),
    "two settings, swapped": (
        SHARED,
        "fast: {epochs: 10, batch: 64,",
        "fast: {epochs: 64, batch: 8,",
        {"train": 4, **AFTER_TRAINING},
    ),
    "the title": (
        "experiments/targeted.yaml",
        "title: Membership inference with targeted poisoning\n",
        "title: Truth serum\n",
        ALL_FIGURES,
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "expected"), EDITS.values(), ids=EDITS)
def test_an_edit_runs_again_what_depends_on_it(rerun, name, old, new, expected):
    rerun.edit(name, old, new)
    assert rerun.jobs() == expected


def test_a_deleted_figure_alone_is_drawn_again(rerun):
    folder = rerun.folder / "figures" / "smoke" / "targeted"
    (folder / "roc.png").unlink()
    before = {path: path.stat().st_mtime_ns for path in folder.glob("[a-z]*")}
    assert rerun.done("--cores", "1") == {"draw_figure": 1, "report_page": 1}
    after = {path: path.stat().st_mtime_ns for path in folder.glob("[a-z]*")}
    assert {path.stem for path in after if after[path] != before.get(path)} == {"roc"}


def test_growth_leaves_the_first_models_as_they_were(finished, rerun):
    rerun.configure(settings(models=16))
    assert rerun.done("--cores", "2", SIGNALS) == {"train": 2, "observe": 1}
    before, after = signals(finished), signals(rerun)
    for name, values in before.items():
        per_model = name == "member" or name.startswith(("signals.", "label."))
        found = after[name][: len(values)] if per_model else after[name]
        assert found.tobytes() == values.tobytes(), name
    assert len(after["member"]) == 16


def test_cores_and_shards_do_not_count(finished, rerun):
    for path in (rerun.folder / RESULTS / "copies-0").glob("s*"):
        path.unlink()
    rerun.configure(settings(machine={"models_per_shard": 8, "stack": 4}))
    rerun.make("--cores", "1", SIGNALS)
    found = signals(rerun)
    for name, values in signals(finished).items():
        assert found[name].tobytes() == values.tobytes(), name


def test_a_stale_shard_is_not_believed(rerun):
    # Without its memory Snakemake goes by time alone; the manifests do not.
    for path in sorted((rerun.folder / ".snakemake" / "metadata").iterdir()):
        path.unlink()
    rerun.edit(SHARED, "fast: {epochs: 10,", "fast: {epochs: 11,")
    for name in (SIGNALS, f"{RESULTS}/copies-0/models.csv"):
        (rerun.folder / name).unlink()
    run = rerun.snakemake("--cores", "1", SIGNALS)
    assert run.returncode == 1
    assert f"{RESULTS}/copies-0/shard-000.safetensors was made with other recipe" in run.stdout
    assert "Traceback" not in run.stdout


def test_results_of_other_settings_are_not_believed_where_time_alone_is_to_count(rerun):
    rerun.configure(lambda config: config.update(seed=7))
    run = rerun.snakemake("-n", "--rerun-triggers", "mtime")
    assert run.returncode == 1 and "Traceback" not in run.stdout
    assert ".csv was made with other seed than asked for now" in run.stdout


def test_results_of_other_data_are_not_believed_where_these_are_older(rerun):
    """What a job reads Snakemake alone remembers."""
    rerun.configure(settings(data={"set": "mnist", "train": 600, "test": 200}))
    rerun.make("--cores", "1", "results/smoke/data/mnist-600-200.npz")
    again = rerun.jobs(SIGNALS)
    assert again["train"] == 2
    for path in sorted((rerun.folder / ".snakemake" / "metadata").iterdir()):
        path.unlink()
    assert rerun.jobs(SIGNALS) == again  # these data are younger than models of others
    os.utime(rerun.folder / "results/smoke/data/mnist-600-200.npz", ns=(1, 1))
    run = rerun.snakemake("-n", SIGNALS)
    assert run.returncode == 1 and "Traceback" not in run.stdout
    assert ".npz was made of results/smoke/data/fashion_mnist-600-200.npz, which is" in run.stdout


def test_a_shard_says_how_it_was_made(finished):
    for arm in ARMS:
        for path in sorted((finished.folder / RESULTS / arm).glob("shard-*.json")):
            manifest = json.loads(path.read_text())
            assert manifest["settings"]["game"]["membership"]["copies"] == int(arm[-1])
            first, stop = manifest["settings"]["models"]
            assert len(manifest["seconds"]) == stop - first
            assert manifest["peak_gigabytes"] > 0


@pytest.mark.parametrize("what", ["content", "arm"])
@pytest.mark.parametrize("product", ["design.npz", "metrics.csv"])
def test_what_took_the_place_of_a_finished_product_is_refused_before_anything_runs(
    rerun, what, product
):
    """Of another arm, with its manifest or without: of tables, manifests differ in the name."""
    folder = rerun.folder / RESULTS
    for name in [product, f".made/{product}.json"][: 1 + (what == "arm")]:
        shutil.copyfile(folder / "copies-0" / name, folder / "copies-3" / name)
    run = rerun.snakemake("-n")
    assert run.returncode == 1 and "Traceback" not in run.stdout
    because = {
        "content": " is cut short or altered",
        "arm": f": found what was made as {RESULTS}/copies-0/{product}",
    }
    assert f"{RESULTS}/copies-3/{product}{because[what]}" in run.stdout
