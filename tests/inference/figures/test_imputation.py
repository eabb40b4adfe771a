import numpy as np
from drawn import series

from truthserum.inference.figures import imputation


def test_table_compares_what_adversaries_know_on_true_values(make_spec, make_tables):
    spec = make_spec("imputation")
    table = imputation.table(make_tables(spec), spec)
    assert len(table) == 3 * 2 * 3  # adversaries, rates, arms
    attacks = dict(zip(table["knows"], table["attack"], strict=True))
    assert attacks == {
        "columns and model": "lira_imputation",
        "model": "lira",
        "columns": "imputation",
    }


def test_a_line_for_each_adversary(make_spec, make_tables):
    spec = make_spec("imputation")
    _, right = imputation.draw(imputation.table(make_tables(spec), spec)).axes
    lines = {tuple(label.split("\n")): line for label, line in series(right).items()}
    assert {counts for _, counts in lines} == {"(400 positives, 500 negatives)"}
    rates = {name: line.get_ydata() for (name, _), line in lines.items()}
    np.testing.assert_allclose(rates["knows columns and model"], [0.6, 0.7, 0.8])
    np.testing.assert_allclose(rates["knows model"], [0.2, 0.3, 0.4])
    np.testing.assert_allclose(rates["knows columns"], [0.3, 0.3, 0.3])


def test_unresolved_is_a_cross_and_never_a_number(
    make_spec, make_tables, drawn_values, unresolved_value
):
    spec = make_spec("imputation")
    figure = imputation.draw(imputation.table(make_tables(spec), spec))
    assert not np.isclose(drawn_values(figure), unresolved_value).any()
    places = [line.get_xdata()[0] for line in series(figure.axes[1]).values()]
    assert len(set(places)) == 3  # side by side
    crosses = [line for line in figure.axes[0].lines if line.get_marker() == "x"]
    assert len(crosses) == 3
