"""The ledger from files: draws and models beside metrics, and numbers that need no training."""

from pathlib import Path

import program

import audited
import numpy as np
import pandas as pd
import pytest

SCRIPTS = Path(program.__file__).parent
RESOURCES = SCRIPTS.parent / "resources"
DRAWS = np.random.default_rng(1).uniform(0.1, 0.9, (1, 50))
CLAIMS = """
- claim: a ratio
  source: s
  at: {experiment: e, arm: 8, attack: a, group: g, mode: m, measure: auc}
  over: {arm: none}
  published: {low: 2, high: 3}
  error: unknown
  margin: {relative: 0, because: wide}
  setting: ours
- claim: an accuracy
  source: s
  at: {experiment: e, arm: 8, attack: none, group: models, mode: all, measure: test_accuracy}
  published: 0.8
  error: unknown
  margin: {absolute: 0.2, because: wide}
  setting: theirs
  scales: [smoke]
"""


@pytest.fixture
def derived(start, tmp_path):
    path = tmp_path / "derived.csv"
    start("derive", {}, "--numbers", RESOURCES / "derived.yaml", "--output", path)
    return path


def arm(folder, value, draws=None):
    folder.mkdir()
    row = {"attack": "a", "group": "g", "mode": "m", "measure": "auc", "value": value}
    row |= {"low": value / 2, "high": value * 2, "positives": 9, "negatives": 9, "resolved": True}
    pd.DataFrame([row]).to_csv(folder / "metrics.csv", index=False)
    pd.DataFrame({"test_accuracy": [0.7, 0.9]}).to_csv(folder / "models.csv", index=False)
    if draws is not None:
        np.savez(folder / "draws.npz", draws=draws)
    return folder / "metrics.csv"


@pytest.fixture
def written(start, derived, tmp_path):
    """The ledger of two arms with these draws, or none."""

    def write(draws, claims=None):
        claims = claims or tmp_path / "claims.yaml"
        if not claims.exists():
            claims.write_text(CLAIMS)
        metrics = [arm(tmp_path / name, value, draws) for name, value in (("8", 0.6), ("0", 0.3))]
        settings = {"scale": "smoke", "arms": [["e", 8], ["e", "none"]]}
        outputs = [tmp_path / f"ledger.{suffix}" for suffix in ("csv", "md", "html")]
        arguments = ["--claims", claims, "--metrics", *metrics, "--derived", derived]
        arguments += ["--page", *audited.PAGES]
        start("ledger", settings, *arguments, "--output", *outputs)
        return pd.read_csv(outputs[0]), outputs[1].read_text()

    return write


def test_the_arms_are_paired_by_the_draws_beside_their_metrics(written, tmp_path):
    table, text = written(DRAWS)
    # the same draws of both, of ratio 1, while the values are in ratio 2, which is not left out
    assert table["measured"].tolist()[0] == "2 [1, 2]"
    assert table["verdict"].tolist() == ["other setting", "undecided"]
    assert "| a ratio |" in text
    assert "<div>a ratio</div>" in (tmp_path / "ledger.html").read_text()


def test_without_draws_they_are_taken_for_independent(written):
    table, _ = written(None)
    assert (table["low"][0], table["high"][0]) == pytest.approx((2**-0.4142, 2**2.4142), rel=1e-3)


def test_draws_of_other_rows_are_refused(written):
    with pytest.raises(SystemExit, match=r"draws\.npz: found 2 rows, allowed"):
        written(np.zeros((2, 50)))


def test_the_numbers_that_need_no_training_agree_at_every_scale(written):
    table, _ = written(None, RESOURCES / "claims.yaml")
    rows = table[table["experiment"] == "derived"]
    assert len(rows) == 4
    assert set(rows["verdict"]) == {"agrees"}
    assert set(rows["value"].round(3)) == {35.082, 1.557, 7960, 1467610}
    assert set(table["verdict"]) == {"agrees", "not run"}
