"""Small tables of one experiment with three arms, as the earlier stages write them."""

import numpy as np
import pandas as pd
import pytest

from truthserum.extraction import tables
from truthserum.plots.tables import Spec, join_arms

pytest_plugins = ["parallel"]

ATTACKS, MODES = ("lira", "threshold"), ("batch", "running")
UNRESOLVED = 0.777  # a number no figure may show
COUNTS = {"positives": 400, "negatives": 500}
SHARES = {"poison_share": (0.0, 0.08, 0.19), "target_share": (0.0, 0.002, 0.008)}


def roc(arm: int) -> pd.DataFrame:
    rows = []
    for attack in ATTACKS:
        for group in ("targets", "pool"):
            for mode in MODES:
                band = (0.1, 0.9) if (attack, group) == ("lira", "targets") else (None, None)
                for fpr, tpr in ((0.0, 0.02 * (arm + 1)), (0.1, 0.2 + 0.2 * arm), (1.0, 1.0)):
                    rows.append((attack, group, mode, fpr, tpr, *band, *COUNTS.values()))
    columns = ["attack", "group", "mode", "fpr", "tpr", "low", "high", *COUNTS]
    return pd.DataFrame(rows, columns=columns)


def metrics(arm: int) -> pd.DataFrame:
    rows = []
    for attack in ATTACKS:
        for group in ("targets", "pool"):
            for mode in MODES:
                for measure, value, resolved in (
                    ("tpr_at_fpr_0.001", UNRESOLVED, False),
                    ("tpr_at_fpr_0.01", 0.1 + 0.3 * arm, True),
                    ("fpr_at_tpr_0.5", (0.3, 0.02, 0.0)[arm], True),
                    ("auc", 0.9, True),
                    ("balanced_accuracy", 0.8, True),
                    ("fpr_at_tpr_0.1", 0.05, True),
                    ("precision_at_tpr_0.1", 0.7, True),
                    ("precision_at_tpr_0.5", 0.6 + 0.1 * arm, True),
                ):
                    interval = (0.5 * value, 1.1 * value + 0.01)
                    rows.append((attack, group, mode, measure, value, *interval, resolved))
    # On true values: what both columns and model say, the model alone, the columns alone.
    for attack, value in (("lira_imputation", 0.6), ("lira", 0.2), ("imputation", 0.3)):
        rate = value + 0.1 * arm * (attack != "imputation")
        for mode in MODES:
            at = (attack, "true_value", mode)
            rows.append((*at, "tpr_at_fpr_0.001", UNRESOLVED, 0.7, 0.8, False))
            rows.append((*at, "tpr_at_fpr_0.01", rate, rate - 0.1, rate + 0.1, True))
    columns = ["attack", "group", "mode", "measure", "value", "low", "high", "resolved"]
    return pd.DataFrame(rows, columns=columns).assign(**COUNTS)


def targets(arm: int) -> pd.DataFrame:
    ids = np.arange(40)
    frames = [
        pd.DataFrame({"target": ids, "label": ids % 10, "poison_label": 0, "mode": mode})
        for mode in MODES
    ]
    frame = pd.concat(frames, ignore_index=True)
    # Before the poison, d' falls with the id.
    return frame.assign(attack="lira", d_prime=(40.0 - frame["target"]) + 10 * arm, auc=0.5)


def shadows(arm: int) -> pd.DataFrame:
    rows = [
        ("threshold" if count == 0 else "lira", mode, count, measure, 0.1 * arm + 0.01 * count)
        for mode in MODES
        for count in (0, 2, 4)
        for measure in ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "auc")
    ]
    rows.append(("threshold", "running", 2, "tpr_at_fpr_0.01", 0.5))
    frame = pd.DataFrame(rows, columns=["attack", "mode", "shadows", "measure", "value"])
    frame["resolved"] = (frame["measure"] != "tpr_at_fpr_0.001") | (frame["shadows"] > 0)
    frame.loc[~frame["resolved"], "value"] = UNRESOLVED
    return frame.assign(low=frame["value"] - 0.01, high=frame["value"] + 0.01, **COUNTS)


def scores(arm: int) -> pd.DataFrame:
    rows = [
        (target, mode, model, model % 2, target + arm * (model % 2) + 0.1 * model)
        for target in (5, 3, 9, 1, 7)
        for mode in MODES
        for model in range(8)
    ]
    return pd.DataFrame(rows, columns=["target", "mode", "model", "member", "signal"])


def models(arm: int) -> pd.DataFrame:
    frame = pd.DataFrame({"model": range(4), "test_accuracy": [0.90, 0.91, 0.92, 0.93]})
    frame["test_accuracy"] -= 0.1 * arm
    fitted = 0.25 * arm if arm else np.nan
    frame = frame.assign(train_accuracy=0.99, poison_accuracy=fitted, seconds=3.0)
    poisons = 0.5 if arm else np.nan
    frame = frame.assign(rows=1000, **{name: of[arm] for name, of in SHARES.items()})
    return frame.assign(
        dropped_targets=0.1 * arm, dropped_poisons=poisons, dropped_others=[0.0, 0.0, 0.02, 0.02]
    )


def epsilon(arm: int) -> pd.DataFrame:
    rows = [
        (attack, mode, factor * (3.0, 0.3, 0.0)[arm], (np.nan, 11.0, 1.9)[arm])
        for attack, factor in zip(ATTACKS, (1, 0.5), strict=True)
        for mode in MODES
    ]
    frame = pd.DataFrame(rows, columns=["attack", "mode", "lower", "upper"])
    counts = {"coins": 450, "guesses": 90, "correct": 80, "models": 6, "shadows": 12}
    return frame.assign(ceiling=4.9, delta=1e-5, **counts)


MAKERS = {
    maker.__name__: maker for maker in (epsilon, metrics, models, roc, scores, shadows, targets)
}


@pytest.fixture
def make_spec():
    """Spec of a figure over the given arms."""

    def make(figure: str, values: tuple = (0, 2, 8), factor: str = "copies") -> Spec:
        return Spec(figure, factor, values, "lira", "threshold", "running")

    return make


@pytest.fixture
def make_tables():
    """All tables, joined over the arms of a spec."""

    def make(spec: Spec) -> dict[str, pd.DataFrame]:
        arms = range(len(spec.values))
        return {name: join_arms([maker(i) for i in arms], spec) for name, maker in MAKERS.items()}

    return make


@pytest.fixture
def write_arms(tmp_path):
    """Folders with the CSV files of the arms, as the program reads them."""

    def write(count: int, mode: str = "running") -> list:
        folders = [tmp_path / f"arm-{i}" for i in range(count)]
        for i, folder in enumerate(folders):
            folder.mkdir()
            for name, maker in MAKERS.items():
                frame = maker(i)
                if "mode" in frame:
                    frame["mode"] = frame["mode"].replace("running", mode)
                frame.to_csv(folder / f"{name}.csv", index=False)
        return folders

    return write


@pytest.fixture
def drawn_values():
    """All y values, in data coordinates, of the lines and bars of a figure."""

    def values(figure) -> np.ndarray:
        found = []
        for axes in figure.axes:
            lines = [line for line in axes.lines if line.get_transform() == axes.transData]
            found += [np.asarray(line.get_ydata(), dtype=float) for line in lines]
            for bars in axes.collections:
                found += [path.vertices[:, 1] for path in bars.get_paths()]
        return np.concatenate(found)

    return values


@pytest.fixture
def unresolved_value() -> float:
    return UNRESOLVED


@pytest.fixture
def make_canaries():
    """Joined tables of a canary experiment, in which the last arms alone have references.

    guesses: for each arm, those of its canaries; with references, a tenth or more by calibration.
    """

    def make(spec: Spec, guesses: list[list[float]], with_references: int = 1) -> dict:
        arms = []
        for index, found in enumerate(guesses):
            attacks = [("plain", 0, 1.0)]
            if index >= len(guesses) - with_references:
                attacks += [("full", 1, 0.5), ("full", 2, 0.1)]
            names, references, factors = zip(*attacks, strict=True)
            signals = {
                "guesses": np.maximum(1, np.outer(found, factors)),
                "ties": np.zeros((len(found), len(attacks)), int),
                "attack": np.array(names),
                "references": np.array(references),
                "model": np.arange(len(found)) % 2,
                "canary": np.arange(len(found)),
                "log_likelihood": np.zeros((len(found), 3)),
                "candidates": np.array(10**6),
                "poison_share": np.array(0.25 * index),
            }
            canaries = tables.canaries(signals)
            metrics, _ = tables.metrics(canaries, np.random.default_rng(0), 20)
            roles = ["victim", "victim", "reference"]
            costs = pd.DataFrame({"model": range(3), "role": roles, "base_held_loss": 4.5})
            costs["poison_share"] = 0.25 * index
            costs["held_loss"] = 5 + index + 0.1 * costs["model"]
            arms.append({"canaries": canaries, "metrics": metrics, "models": costs})
        return {name: join_arms([arm[name] for arm in arms], spec) for name in arms[0]}

    return make
