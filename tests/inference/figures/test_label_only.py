import numpy as np
import pandas as pd
import pytest
from drawn import points, series

from truthserum.inference.figures import label_only
from truthserum.plots import style

RATES = {"true_positive_rate": 0.9, "false_positive_rate": 0.3, "balanced_accuracy": 0.8}


@pytest.fixture
def table(make_spec, make_tables):
    spec = make_spec("label_only", (0, 2, 8), "copies")
    rows = [
        (copies, mode, measure, value)
        for copies in ("0", "2", "8", "adaptive")
        for mode in ("batch", "running")
        for measure, value in RATES.items()
    ]
    across = pd.DataFrame(rows, columns=["copies", "mode", "measure", "value"])
    across = across.assign(low=across["value"] - 0.1, high=across["value"] + 0.05)
    chosen = across["copies"].map({"0": 0.1, "2": 0.2, "8": 0.7})
    across = across.assign(chosen=chosen, gain=0, gain_low=0, gain_high=0)
    across = across.assign(positives=400, negatives=500)
    return label_only.table(make_tables(spec) | {"label_only": across}, spec)


LIRA = style.ATTACKS["lira"]


def test_table_has_labels_and_the_attack_with_confidences(table):
    assert set(table["attack"]) == {"label", "lira"}
    counts = table.groupby("attack").size()
    assert counts.to_dict() == {"label": 12, "lira": 3}
    assert list(table["arm"].unique()) == ["0", "2", "8", "adaptive"]


def test_draw_has_accuracy_rates_and_choices(table):
    figure = label_only.draw(table)
    above, middle, below = figure.axes
    lines = series(above) | series(middle)
    assert {"top label", LIRA, "members called so", "others called members"} <= set(lines)
    np.testing.assert_allclose(lines["top label"].get_ydata(), [0.8] * 4)
    assert len(points(lines[LIRA])) == 3
    np.testing.assert_allclose([bar.get_height() for bar in below.patches], [0.1, 0.2, 0.7])
    ticks = [tick.get_text() for tick in below.get_xticklabels()]
    assert ticks == ["0", "2", "8", "adaptive"]
