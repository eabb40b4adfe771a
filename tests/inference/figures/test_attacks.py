import numpy as np
from drawn import series

from truthserum.inference.figures import attacks
from truthserum.plots import style


def test_table_has_every_attack_at_both_ends_of_the_sweep(make_spec, make_tables):
    spec = make_spec("attacks")
    tables = make_tables(spec)
    table = attacks.table(tables, spec)
    assert set(table["arm"]) == {spec.reference, spec.strongest}
    metrics = tables["metrics"]
    assert set(table["attack"]) == set(metrics.loc[metrics["group"] == "targets", "attack"])
    assert set(table["measure"]) == set(attacks.MEASURES)
    assert not table.duplicated(["arm", "attack", "measure"]).any()


def test_draw_puts_estimates_beside_their_attack(
    make_spec, make_tables, drawn_values, unresolved_value
):
    spec = make_spec("attacks")
    table = attacks.table(make_tables(spec), spec)
    figure = attacks.draw(table)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    known = list(table["attack"].unique())
    assert names == [style.ATTACKS[name] for name in known]
    for axes, measure in zip(figure.axes, attacks.MEASURES, strict=True):
        for label, line in series(axes).items():
            arm = float(label.split(" ")[2])
            rows = table[(table["measure"] == measure) & (table["arm"] == arm)]
            np.testing.assert_allclose(line.get_xdata(), rows.set_index("attack")["value"][known])
            assert np.rint(line.get_ydata()).tolist() == list(range(len(known)))
    assert "positives" in figure.legends[0].get_title().get_text()
    assert not np.isclose(drawn_values(figure), unresolved_value).any()
