import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

from truthserum.closed_form import tables


@pytest.fixture
def judged():
    """Ten records in two precisions; half of the second fail, two for want of a residual."""
    good = pd.DataFrame({"residual": 0.1, "max_error": np.linspace(1, 2, 10) * 1e-12})
    bad = good.assign(max_error=np.arange(10) * 1e-3, residual=[1e-5] * 2 + [0.5] * 8)
    frame = pd.concat([good.assign(mode="float64"), bad.assign(mode="3 decimals")])
    hit = frame["max_error"] < 5e-3
    return frame.assign(recovered=hit, label_correct=True, attack="closed_form", group="free_sum")


def test_metrics_are_shares_with_exact_intervals_and_one_worst_case(judged):
    table = tables.metrics(judged).set_index(["mode", "measure"])
    row = table.loc[("3 decimals", "recovered")]
    assert (row["value"], row["positives"], row["negatives"]) == (0.5, 10, 0)
    assert row["low"] == pytest.approx(beta.ppf(0.025, 5, 6))
    assert row["high"] == pytest.approx(beta.ppf(0.975, 6, 5))
    assert table.loc[("float64", "label_correct"), "value"] == 1
    worst = table.loc[("3 decimals", "worst_resolvable_error")]
    assert worst["value"] == worst["low"] == worst["high"] == pytest.approx(9e-3)
    assert worst["positives"] == 8


def test_no_resolvable_record_is_unresolved(judged):
    table = tables.metrics(judged.assign(residual=1e-9))
    rows = table[table["measure"] == "worst_resolvable_error"]
    assert not rows["resolved"].any() and rows["value"].isna().all()


def test_images_have_every_pixel_of_the_ranked_records():
    x = np.arange(18.0).reshape(3, 6)
    found = {"float64": x + 0.1, "3 decimals": x + 1}
    frame = pd.DataFrame({"mse": [2.0, 1.0, 3.0], "residual": 0.5, "max_error": [4.0, 5.0, 6.0]})
    judged = {"float64": frame, "3 decimals": frame[::-1].reset_index(drop=True)}
    table = tables.images(found, judged, x, (2, 3))
    assert len(table) == 3 * 2 * 6
    worst = table[(table["rank"] == "worst") & (table["published"] == "float64")]
    assert worst["original"].tolist() == x[2].tolist()
    assert worst["reconstruction"].tolist() == (x[2] + 0.1).tolist()
    assert set(worst["max_error"]) == {6.0}
    assert worst["row"].tolist() == [0, 0, 0, 1, 1, 1]
    assert worst["column"].tolist() == [0, 1, 2] * 2
