import numpy as np
import pandas as pd
import pytest
from halves import halves
from scipy.stats import norm

COLUMNS = {
    "metrics": {
        *("attack", "group", "mode", "measure", "value", "low", "high"),
        *("positives", "negatives", "resolved", "coarse"),
    },
    "roc": {
        *("attack", "group", "mode", "fpr", "tpr", "low", "high", "positives", "negatives"),
    },
    "targets": {"target", "label", "poison_label", "mode", "attack", "d_prime", "auc"},
    "shadows": {
        *("attack", "mode", "shadows", "measure", "value", "low", "high"),
        *("positives", "negatives", "resolved", "coarse"),
    },
    "scores": {"target", "mode", "model", "member", "signal"},
    "epsilon": {
        *("attack", "mode", "lower", "ceiling", "coins", "guesses", "correct", "models"),
        *("shadows", "delta", "upper"),
    },
}


def tables(folder):
    return {name: pd.read_csv(folder / f"{name}.csv") for name in COLUMNS}


def test_tables_of_the_arm(arm):
    found = tables(arm.folder)
    for name, columns in COLUMNS.items():
        assert set(found[name].columns) == columns
        assert set(found[name]["mode"]) == {"batch", "running"}
    assert set(found["metrics"]["group"]) == {"targets", "pool"}
    assert len(found["targets"]) == 10 * 2 * 2  # targets, attacks, modes
    assert set(found["shadows"]["shadows"]) == {0, 4, 6}
    assert len(found["scores"]) == 2 * 8 * 2  # shown targets, models, modes
    with np.load(arm.design) as design:
        targets = found["targets"].groupby(["attack", "mode"])
        for _, rows in targets:
            assert rows["target"].tolist() == design["targets"].tolist()
            assert rows["poison_label"].tolist() == design["labels"].tolist()


def test_again_with_the_same_bytes(arm, call, tmp_path):
    assert call("measure", arm.measuring(tmp_path)) is None
    for name in COLUMNS:
        again, first = (folder / f"{name}.csv" for folder in (tmp_path, arm.folder))
        assert again.read_bytes() == first.read_bytes()


def plant(
    path,
    distance,
    modes=("none",),
    models=24,
    points=120,
    targets=80,
    promised=(np.nan, np.nan),
):
    """Write signals N(distance, 1) of members and N(0, 1) of others."""
    rng = np.random.default_rng(17)
    member = halves(rng, models, points)
    at = rng.permutation(points)[:targets]
    arrays = {
        "member": member,
        "row": 10 + 2 * np.arange(points),
        "label": np.arange(points) % 10,
        "target": at,
        "poison_label": (at + 1) % 10,
        "prior": np.zeros(points),
        "true": np.ones(points, bool),
        "queries": np.array(["identity"]),
        "pool": np.array(4 * points),
        "promised": np.array(promised),
    }
    for mode in modes:
        noise = rng.standard_normal((models, points, 1))
        arrays[f"signals.{mode}"] = np.where(member[:, :, None], distance, 0) + noise
    np.savez(path, **arrays)


PLANTED = "modes", "models", "points", "targets", "promised"


@pytest.fixture
def planted(arm, call, tmp_path):
    """planted(distance): measure signals that are so far apart, with changed settings."""

    def run(distance, **changes):
        path = tmp_path / "signals.npz"
        plant(path, distance, **{key: changes.pop(key) for key in PLANTED if key in changes})
        settings, options = arm.measuring(tmp_path / "out", **{"draws": 100} | changes)
        return call("measure", (settings, options | {"input": path})) or tables(tmp_path / "out")

    return run


@pytest.mark.parametrize("distance", [0.0, 1.5])
def test_a_known_leak_is_measured(planted, distance):
    """Signals d deviations apart: AUC is Phi(d / sqrt 2); no leak: one half."""
    found = planted(distance)
    metrics, shadows = found["metrics"], found["shadows"]
    area = norm.cdf(distance / np.sqrt(2))
    rows = metrics[(metrics["attack"] == "threshold") & (metrics["measure"] == "auc")]
    assert len(rows) == 2
    assert ((rows["low"] <= area) & (area <= rows["high"])).all()
    # 24 models estimate each point's Gaussians well enough to lose little
    lira = metrics[(metrics["attack"] == "lira") & (metrics["measure"] == "auc")]
    assert (abs(lira["value"] - area) < 0.06).all()
    assert found["targets"]["d_prime"].mean() == pytest.approx(distance, abs=0.1)
    assert found["targets"]["auc"].mean() == pytest.approx(area, abs=0.06)
    zero = shadows[(shadows["shadows"] == 0) & (shadows["measure"] == "auc")]
    assert ((zero["low"] <= area) & (area <= zero["high"])).all()


def test_epsilon_from_below_beside_the_promise(planted):
    found = planted(6.0)["epsilon"].set_index("attack")
    assert found["upper"].isna().all()
    assert (found["delta"] == 1e-5).all()
    assert (found["coins"] == 6 * 80).all()
    assert (found["shadows"] == 12).all()
    assert (found["lower"] > 3).all()
    assert (found["lower"] < found["ceiling"]).all()
    private = planted(0.0, promised=(2.0, 1e-4))["epsilon"]
    assert (private["delta"] == 1e-4).all()
    assert (private["upper"] == 2).all()
    assert (private["lower"] < 0.5).all()


def test_two_modes_are_two_sets_of_rows(planted):
    found = planted(1.0, modes=("batch", "running"))
    for name, table in found.items():
        sizes = table.groupby("mode").size()
        assert set(sizes.index) == {"batch", "running"}
        if name != "roc":
            assert sizes["batch"] == sizes["running"]


def test_no_untargeted_points(planted):
    found = planted(1.0, points=40, targets=40)
    assert set(found["metrics"]["group"]) == {"targets"}
    assert set(found["roc"]["group"]) == {"targets"}


def test_no_shadow_counts(planted):
    assert set(planted(1.0, shadow_groups=[])["shadows"]["shadows"]) == {0}


def test_only_the_threshold(planted):
    found = planted(1.0, attacks={"threshold": {"threshold": {}}}, shadow_groups=[4])
    assert set(found["shadows"]["shadows"]) == {0}
    assert set(found["metrics"]["attack"]) == {"threshold"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shadow_groups": [5]}, "measure: count: found 5, allowed multiples of 2 from 4 to 24"),
        ({"attacks": {"a": {"lira": {"mode": "both"}}}}, 'measure: attack.lira.mode: found "both"'),
        ({"attacks": {"a": {"rmia": {}}}, "points": 80}, "measure: population: found no points"),
        ({"draws": 0}, "measure: draws: found 0, allowed at least 1"),
    ],
)
def test_a_users_error_is_one_line(planted, tmp_path, changes, message):
    error = planted(1.0, **changes)
    assert error.startswith(message)
    assert "\n" not in error
    assert not (tmp_path / "out").exists()


def test_infinite_signals_are_refused(planted):
    assert "infinite or undefined values" in planted(np.inf)


def test_truncated_signals_are_named(arm, call, tmp_path):
    cut = tmp_path / "signals.npz"
    cut.write_bytes(arm.signals.read_bytes()[:-50])
    settings, options = arm.measuring(tmp_path / "out")
    error = call("measure", (settings, options | {"input": cut}))
    assert error.startswith(f"measure: {cut} is not a complete signals file")


def test_a_thousand_models_of_fifty_thousand_points_fit_in_four_gigabytes(arm, peak, tmp_path):
    """Peak memory grows with models x points: how it grows says what such an arm takes."""
    attacks = {"lira": {"lira": {"variance": "shrunk"}}}

    def held(models, points):
        path = tmp_path / "signals.npz"
        plant(path, 1.0, ("batch", "running"), models, points, targets=50)
        settings, options = arm.measuring(tmp_path / "out", attacks=attacks, draws=2)
        return peak("measure", (settings | {"shadow_groups": [64]}, options | {"input": path}))

    little, models, points = held(128, 500), 128, 20_000
    growth = (held(models, points) - little) / (models * points)
    assert little + growth * 1024 * 50_000 < 4e9
