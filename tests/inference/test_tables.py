import numpy as np
import pandas as pd
import pytest
from halves import halves
from scipy.stats import norm

from truthserum.inference import tables
from truthserum.inference.attacks.base import Evidence, grouped
from truthserum.inference.attacks.lira import Lira
from truthserum.inference.attacks.rivals import Rivals
from truthserum.inference.attacks.threshold import Threshold
from truthserum.statistics.roc import roc

ATTACKS = {"lira": Lira(variance="pooled"), "threshold": Threshold()}
MEASURES = [
    *("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "fpr_at_tpr_0.1", "fpr_at_tpr_0.5"),
    *("auc", "balanced_accuracy", "precision_at_tpr_0.1", "precision_at_tpr_0.5"),
]


@pytest.fixture
def make_study():
    """Signals of complementary pairs: N(distance, 1) where a member, N(0, 1) where not."""

    def make(distance=1.0, models=16, points=30, others=50, attacks=ATTACKS, draws=100):
        rng = np.random.default_rng(4)
        member = halves(rng, models, points + others)
        signals = (distance * member + rng.standard_normal(member.shape))[:, :, None]
        population = signals[:, points:], member[:, points:]
        evidence = {"targets": Evidence(signals[:, :points], member[:, :points], *population)}
        if others:
            evidence["pool"] = Evidence(*population, *population)
        rivals = Rivals(np.arange(points), np.zeros(points), np.ones(points, bool))
        targets = pd.DataFrame({"target": rivals.record})
        return tables.Study(evidence, attacks, rivals, targets, 0, draws)

    return make


def test_metrics_have_every_measure_of_every_attack_on_every_group(make_study):
    frame = tables.judged(make_study())["metrics"]
    assert list(frame.columns) == [
        *("measure", "value", "low", "high", "positives", "negatives"),
        *("resolved", "coarse", "draws", "attack", "group"),
    ]
    rows = set(zip(frame["attack"], frame["group"], frame["measure"], strict=True))
    assert len(rows) == len(frame) == 2 * 2 * len(MEASURES)
    assert {measure for *_, measure in rows} == set(MEASURES)
    targets = frame[frame["group"] == "targets"]
    assert (targets["positives"] + targets["negatives"] == 16 * 30).all()


@pytest.mark.parametrize("distance", [0.0, 1.0, 2.0])
def test_the_area_of_a_known_leak_is_inside_its_interval(make_study, distance):
    frame = tables.judged(make_study(distance, models=32, points=80))["metrics"]
    rows = frame[(frame["measure"] == "auc") & (frame["attack"] == "threshold")]
    expected = norm.cdf(distance / np.sqrt(2))
    assert len(rows) == 2
    assert ((rows["low"] <= expected) & (expected <= rows["high"])).all()
    assert (rows["high"] - rows["low"] < 0.12).all()


def test_curves_end_at_one_and_band_the_targets_only(make_study):
    frame = tables.judged(make_study())["roc"]
    for (_, group), rows in frame.groupby(["attack", "group"]):
        assert rows[["fpr", "tpr"]].iloc[-1].tolist() == [1, 1]
        assert (rows["fpr"].diff().dropna() > 0).all()
        assert (rows["tpr"].diff().dropna() >= 0).all()
        banded = rows["low"].notna() & rows["high"].notna()
        assert (banded == ((rows["fpr"] > 0) & (group == "targets"))).all()
    targets = frame[(frame["group"] == "targets") & (frame["fpr"] > 0)]
    assert (targets["low"] <= targets["high"]).all()


def test_a_curve_by_hand(make_study):
    """Four models, one target; the scores are the signals."""
    signals = np.array([3.0, 2.0, 1.0, 0.0]).reshape(4, 1, 1)
    member = np.array([[True], [False], [True], [False]])
    seen = Evidence.without_population(signals, member)
    alone = Rivals(np.arange(1), np.zeros(1), np.ones(1, bool))
    targets = pd.DataFrame({"target": [0]})
    study = tables.Study({"targets": seen}, {"a": Threshold()}, alone, targets, 0, 20)
    frame = tables.judged(study)["roc"]
    assert frame[["fpr", "tpr"]].to_numpy().tolist() == [[0, 0.5], [0.5, 1], [1, 1]]
    assert (frame[["positives", "negatives"]] == 2).all(axis=None)


def test_shadow_counts(make_study):
    frame = tables.by_shadows(make_study(), [6, 16])
    lira = frame[frame["attack"] == "lira"]
    assert set(lira["shadows"]) == {0, 4, 14}
    assert (lira.groupby("shadows")["measure"].nunique() == len(MEASURES)).all()
    assert set(frame.loc[frame["attack"] == "threshold", "shadows"]) == {0}


def test_no_shadow_models_are_the_global_threshold(make_study):
    study = make_study()
    frame = tables.by_shadows(study, [])
    whole = tables.judged(study)["metrics"]
    expected = whole[(whole["attack"] == "threshold") & (whole["group"] == "targets")]
    for name in ATTACKS:
        rows = frame[frame["attack"] == name]
        assert rows["measure"].tolist() == expected["measure"].tolist()
        pd.testing.assert_series_equal(rows["value"], expected["value"], check_index=False)


def test_all_shadow_models_are_the_attack_itself(make_study):
    study = make_study()
    frame = tables.by_shadows(study, [16])
    whole = tables.judged(study)["metrics"]
    expected = whole[(whole["attack"] == "lira") & (whole["group"] == "targets")]
    found = frame[frame["shadows"] == 14]
    pd.testing.assert_series_equal(found["value"], expected["value"], check_index=False)


def test_the_threshold_alone_has_no_shadow_models(make_study):
    study = make_study(attacks={"threshold": Threshold()})
    frame = tables.by_shadows(study, [4])
    assert set(frame["shadows"]) == {0}


def test_exposure_by_hand():
    """Two targets under four models: one told apart by 2 deviations, one not at all."""
    member = np.array([[True, True], [True, True], [False, False], [False, False]])
    signals = np.array([[4.0, 1.0], [2.0, -1.0], [2.0, 1.0], [0.0, -1.0]])[:, :, None]
    seen = Evidence.without_population(signals, member)
    count = signals.shape[1]
    alone = Rivals(np.arange(count), np.zeros(count), np.ones(count, bool))
    evidence = {"targets": seen, "pool": seen}
    targets = pd.DataFrame({"target": [70, 20]})
    study = tables.Study(evidence, {"a": Threshold()}, alone, targets, 0, draws=10)
    frame = tables.judged(study)["targets"]
    assert frame["target"].tolist() == [70, 20]
    assert frame["attack"].tolist() == ["a", "a"]
    # means 3 and 1, variances 2 and 2; of the four pairs three are right and one a tie
    assert frame["d_prime"].tolist() == pytest.approx([np.sqrt(2), 0])
    assert frame["auc"].tolist() == pytest.approx([3.5 / 4, 0.5])


def test_confidences_by_hand():
    member = np.array([[True, False, True], [False, True, False]])
    signals = np.arange(12.0).reshape(2, 3, 2)
    seen = Evidence.without_population(signals, member)
    frame = tables.confidences(seen, np.array([50, 40, 30]), shown=2)
    assert frame.to_dict("list") == {
        "target": [50, 40, 50, 40],
        "model": [0, 0, 1, 1],
        "member": [1, 0, 0, 1],
        "signal": [0.5, 2.5, 6.5, 8.5],
    }


def test_fewer_targets_than_asked_to_show():
    seen = Evidence.without_population(np.zeros((2, 1, 1)), np.array([[True], [False]]))
    assert len(tables.confidences(seen, np.array([5]), shown=4)) == 2


@pytest.fixture
def candidates():
    """24 models, 10 targets of V values: signals N(3, 1) for the value trained on, else N(0, 1)."""

    def make(values):
        rng = np.random.default_rng(8)
        start = rng.integers(values, size=(24 // values, 10)).repeat(values, axis=0)
        secret = (start + np.arange(24)[:, None]) % values
        member = (secret[:, :, None] == np.arange(values)).reshape(24, -1)
        signals = (3 * member + rng.standard_normal(member.shape))[:, :, None]
        true = (np.arange(10)[:, None] % values == np.arange(values)).ravel()
        prior = np.log(np.where(true, 0.9, 0.1 / (values - 1)))
        rivals = Rivals(np.arange(10).repeat(values), prior, true)
        evidence = {"targets": Evidence.without_population(signals, member, grouped(values))}
        targets = pd.DataFrame({"target": rivals.record})
        return tables.Study(evidence, ATTACKS, rivals, targets, 0, 20)

    return make


@pytest.mark.parametrize(("values", "counted"), [(2, 1), (3, 3), (6, 6)])
def test_values_have_two_evaluations(candidates, values, counted):
    study = candidates(values)
    frame = tables.judged(study)["metrics"]
    assert set(zip(frame["group"], frame["attack"], strict=True)) == {
        *(("targets", name) for name in ATTACKS),
        *(("true_value", name) for name in ATTACKS),
        *(("true_value", f"{name}_imputation") for name in ATTACKS),
        ("true_value", "imputation"),
    }
    uniform, true = (frame[frame["group"] == group] for group in ("targets", "true_value"))
    assert set(uniform["positives"] + uniform["negatives"]) == {24 * 10 * counted}
    assert set(uniform["positives"]) == {24 * 10 * counted // values}
    with_models = true[true["attack"] != "imputation"]
    assert set(with_models["positives"] + with_models["negatives"]) == {24 // values * 10 * counted}
    areas = uniform.loc[uniform["measure"] == "auc", "value"]
    assert (areas > 0.9).all()


def test_values_of_a_target_are_resampled_together(candidates):
    for _, group, decided in candidates(3).decisions():
        if group == "targets":
            assert (decided.blocks == 3 * np.arange(10).repeat(3)).all()
            assert (decided.units == np.arange(24) // 2).all()
    _, _, decided = next(candidates(2).decisions())
    assert (decided.blocks == np.arange(10)).all()


def test_without_models_the_prior_decides(candidates):
    """The prior favours the true value of every target; each is one decision, not one a model."""
    frame = tables.judged(candidates(3))["metrics"]
    rows = frame[(frame["attack"] == "imputation") & (frame["measure"] == "auc")]
    assert rows["value"].tolist() == [1.0]
    assert (rows["positives"].item(), rows["negatives"].item()) == (10, 20)


def test_targets_of_two_values_have_one_row(candidates):
    for values, rows in ((2, 10), (3, 30)):
        found = tables.judged(candidates(values))["targets"]
        assert found.groupby("attack").size().tolist() == [rows] * len(ATTACKS)


def test_groups_are_consecutive_and_blind_to_each_other(game):
    evidence = game(14, 5, population=3)
    scores, member = tables.few_shadows(evidence, Lira(), 4)
    np.testing.assert_array_equal(member, evidence.member[:12])
    for start in (0, 4, 8):
        alone = Lira().score(evidence.select(np.arange(start, start + 4)))
        np.testing.assert_array_equal(scores[start : start + 4], alone)


@pytest.mark.parametrize("count", [4, 6, 12])
def test_an_attack_without_shadow_models_does_not_care(count, game):
    evidence = game(12, 5)
    scores, _ = tables.few_shadows(evidence, Threshold(), count)
    np.testing.assert_array_equal(scores, Threshold().score(evidence))


def test_more_shadow_models_help(game):
    evidence = game(64, 300, separation=1.5)
    few, some, many = (
        roc(*tables.few_shadows(evidence, Lira(), count)).auc() for count in (4, 16, 64)
    )
    assert few < some < many


@pytest.mark.parametrize("count", [2, 5, 14])
def test_group_sizes_that_cannot_be_are_refused(count, game):
    with pytest.raises(ValueError, match=f"count: found {count}, allowed multiples of 2 from 4"):
        tables.few_shadows(game(12, 5), Threshold(), count)
