import numpy as np
import pandas as pd
import pytest
from drawn import points, series

from truthserum.extraction.figures import gains
from truthserum.plots.tables import Spec

GAINS = {"prefix": (0.25, -1, 1.5), "zeros": (3.0, 2.0, 4.0), "bare": (0.5, 0.1, 0.9)}


@pytest.fixture
def table(make_canaries):
    """Two arms with poison, and one without that something else is changed in.

    The differences stand in another order, and those of other measures and attacks beside them.
    """
    spec = Spec("gains", "variant", ("none", "bare", "zeros", "prefix"), "full", "half", "none")
    tables = make_canaries(spec, [[2.0, 4.0, 8.0], [8.0] * 3, [1.0] * 3, [4.0, 2.0, 1.0]])
    bare = tables["canaries"]["arm"] == "bare"
    tables["canaries"].loc[bare, "poison_share"] = 0.0
    rows = [
        {"arm": arm, "reference": "none", "attack": attack, "measure": measure}
        | {"value": 9.0, "difference": value, "low": low, "high": high, "p": 0.5}
        for arm, (value, low, high) in GAINS.items()
        for attack in ("plain", "full")
        for measure in ("mean_exposure", "median_guesses")
    ]
    return gains.table(tables | {"differences": pd.DataFrame(rows)}, spec)


def test_table_has_both_exposures_and_the_paired_gain_of_what_has_more_poison(table):
    assert list(table["arm"]) == ["zeros", "prefix"] * 3
    values = table.pivot(index="arm", columns="measure", values="value")
    # 10^6 numbers: 2, 4 and 8 guesses are 17.93 bits on average, 1, 2 and 4 one more, 1 two more.
    before = np.log2(10**6) - 2
    np.testing.assert_allclose(values["without"], before)
    np.testing.assert_allclose(values["with"][["zeros", "prefix"]], [before + 2, before + 1])
    np.testing.assert_allclose(values["gain"][["zeros", "prefix"]], [3, 0.25])
    gain = table[table["measure"] == "gain"]
    np.testing.assert_allclose(gain[["low", "high"]], [[2, 4], [-1, 1.5]])
    assert table["p"].notna().sum() == 2


def test_a_gain_that_is_told_from_none_is_filled(table):
    left, right = gains.draw(table).axes
    without, with_poison = (points(line)[:, 0] for line in series(left).values())
    np.testing.assert_allclose(without, np.log2(10**6) - 2)
    np.testing.assert_allclose(with_poison - without, [2, 1])
    filled, hollow = series(right).values()
    assert hollow.get_markerfacecolor() == "white" != filled.get_markerfacecolor()
    np.testing.assert_allclose([points(filled)[0], points(hollow)[0]], [[3, 0], [0.25, 1]])
    assert [each.get_text() for each in left.get_yticklabels()] == ["zeros", "prefix"]


def test_where_no_arm_has_more_poison_a_sentence_says_so(table):
    figure = gains.draw(table.iloc[:0])
    assert [text.get_text() for text in figure.texts] == [
        "no arm has more poison than its reference"
    ]
