"""Five leaks side by side: what was measured, beside what chance does, and why others were not."""

import audited
import numpy as np
import pytest

from truthserum.audit.report.leaks import leaks, of_leaks, picture
from truthserum.audit.result import read_audit

NAMES = ["membership", "membership, poisoned", "attribute", "canary", "reconstruction"]
MORE = {
    "attribute_right": (0.8, 0.7, 0.9),
    "attribute_control": (0.6, 0.5, 0.7),
    "reconstruction_exact": (1.0, 0.9, 1.0),
}
GUESS = {"attribute_guess": (0.7, 0.6, 0.8)}


@pytest.fixture
def found():
    """found(*names): the leaks of the example with these claims beside."""

    def made(*names, drop=()):
        written = audited.claims()
        written["claims"] = [one for one in written["claims"] if one["id"] not in drop]
        for name in names:
            ends = dict(zip(("value", "low", "high"), (MORE | GUESS)[name], strict=True))
            written["claims"].append({"id": name, **ends})
        written["audit"]["declared"] |= {"protect": "married"}
        return {one.name: one for one in leaks(read_audit(written, "claims.json"))}

    return made


def test_there_are_five_and_each_says_why_it_is_not_there(found):
    rows = found()
    assert list(rows) == NAMES
    assert not rows["attribute"].measured
    assert rows["attribute"].words.startswith("not tested")
    assert rows["reconstruction"].words.startswith("not tested")
    assert rows["canary"].words.startswith("does not apply")


def test_what_was_measured_stands_beside_its_control(found):
    rows = found(*MORE)
    assert (rows["attribute"].claim.value, rows["attribute"].beside) == (0.8, 0.6)
    assert "60" in rows["attribute"].words
    better = found(*MORE, *GUESS)["attribute"]
    assert better.beside == 0.7 and better.words.startswith("the other columns alone: 70")
    assert rows["attribute"].knows == "all of the record but married"
    assert (rows["reconstruction"].claim.value, rows["reconstruction"].beside) == (1, 0)
    table = of_leaks(list(rows.values()))
    assert [row[0].text for row in table.rows] == NAMES
    assert [row[0].strong for row in table.rows] == [bool(one.measured) for one in rows.values()]
    assert table.rows[3][2].text == "–"


LOWEST, NEXT = "tpr_at_fpr_0.001", "tpr_at_fpr_0.01"


@pytest.mark.parametrize(
    ("drop", "measure", "chance"),
    [
        ((), NEXT, 0.01),  # a few targets of poison do not resolve the lowest
        (("poisoned." + LOWEST, "poisoned." + NEXT), LOWEST, 0.001),
        (("poisoned." + NEXT,), "auc", 0.5),
        ((LOWEST, NEXT, "poisoned." + LOWEST, "poisoned." + NEXT), "auc", 0.5),
    ],
)
def test_with_and_without_poison_it_is_one_measure(found, drop, measure, chance):
    rows = found(drop=drop)
    assert rows["membership"].claim.id == measure
    assert rows["membership"].beside == chance
    poisoned = rows["membership, poisoned"].claim
    assert poisoned is None or poisoned.id == f"poisoned.{measure}"


@pytest.mark.parametrize("name", [LOWEST, "poisoned." + NEXT])
def test_where_answers_are_too_coarse_for_a_rate_it_is_which_of_two(name):
    written = audited.claims()
    coarse = {"value": 0.0, "low": 0.0, "reached": False}
    written["claims"] = [one | (coarse if one["id"] == name else {}) for one in written["claims"]]
    first, second, *_ = leaks(read_audit(written, "claims.json"))
    assert (first.claim.id, first.beside, second.claim.id) == ("auc", 0.5, "poisoned.auc")


def test_the_chart_has_what_was_measured(found, drawn_values, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "truthserum.audit.report.leaks.image", lambda figure, *texts: drawn.append((figure, texts))
    )
    picture(list(found(*MORE).values()))
    ((figure, (alt, _)),) = drawn
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == [name for name in NAMES if name != "canary"]
    assert "attribute: 80" in alt
    at = [x for line in figure.axes[0].lines for x in np.ravel(line.get_xdata())]
    for value in (0.8, 0.6, 1.0, 0.0):
        assert any(abs(x - value) < 1e-9 for x in at)
    assert picture(list(found().values())[2:]) is None
