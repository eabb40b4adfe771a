import numpy as np
import pytest
from halves import halves

from truthserum.inference.label_only import label_only

MODELS, POINTS = 12, 30


@pytest.fixture
def arms():
    """What is seen with 0 and 4 copies: with 4, models without the target answer wrongly."""
    rng = np.random.default_rng(0)
    member = halves(rng, MODELS, POINTS)
    target, label = np.arange(10, 30), np.arange(POINTS) % 10
    common = {"member": member, "target": target, "label": label}
    frail = np.arange(POINTS) >= 20  # targets that copies make wrong in all models
    wrong = (label + 1) % 10
    poisoned = np.where(member & ~frail, label, wrong)
    # Without copies the frail are right in models that hold them alone, the others in all.
    clean = np.where(member | ~frail, label, wrong)

    def arm(given):
        confidence = np.where(given == label, 5.0, -5.0)
        return common | {"signals.none": confidence[..., None], "label.none": given}

    return [arm(clean), arm(poisoned)]


def test_the_adaptive_choice_is_right_where_each_number_is_wrong(arms):
    frame = label_only([0, 4], arms, seed=1, draws=50)
    rows = frame.set_index(["copies", "measure"])
    assert len(frame) == 9
    assert (frame["mode"] == "none").all()
    accuracy = rows.xs("balanced_accuracy", level="measure")
    assert accuracy["value"].to_dict() == pytest.approx({0: 0.75, 4: 0.75, "adaptive": 1}, abs=0.05)
    assert accuracy.loc["adaptive", "value"] == 1
    assert (accuracy["gain"] == accuracy.loc["adaptive", "value"] - accuracy["value"]).all()
    assert (accuracy.loc[[0, 4], "gain_low"] > 0).all()
    assert accuracy["chosen"].tolist()[:2] == [0.5, 0.5]
    assert np.isnan(accuracy["chosen"].iloc[2])
    counts = frame[["positives", "negatives"]].drop_duplicates()
    assert counts.to_numpy().tolist() == [[MODELS * 10, MODELS * 10]]
    assert rows.loc[(4, "true_positive_rate"), "value"] == pytest.approx(0.5, abs=0.1)


def test_what_is_no_sweep_of_one_game_is_refused(arms):
    with pytest.raises(ValueError, match=r"copies: found \[4, 0\], allowed are ascending numbers"):
        label_only([4, 0], arms, 1, 20)
    other = arms[1] | {"member": ~arms[1]["member"]}
    with pytest.raises(ValueError, match=r"member \(copies 4\): found another than with 0 copies"):
        label_only([0, 4], [arms[0], other], 1, 20)
