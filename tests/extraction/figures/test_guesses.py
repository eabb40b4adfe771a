import json

from program import write_csv

import numpy as np
import pandas as pd
import pytest
from drawn import points, series

import draw
from truthserum import registry
from truthserum.extraction.figures import guesses
from truthserum.plots import style
from truthserum.plots.tables import Spec

BEFORE = [100.0, 20_000, 40_000, 60_000, 80_000, 900_000]


def spec_of(values, factor="poisons"):
    return Spec("guesses", factor, values, "full", "plain", "none")


@pytest.fixture
def spec():
    return spec_of((0, 4, 64))


@pytest.fixture
def table(spec, make_canaries):
    """Half as many guesses in each arm as in the one before; references in the last arm."""
    found = [[share * each for each in BEFORE] for share in (1, 0.5, 0.25)]
    return guesses.table(make_canaries(spec, found), spec)


def rows_of(table, measure, attack="plain"):
    found = table[(table["measure"] == measure) & (table["attack"] == attack)]
    return found.set_index("arm")


def test_table_holds_canaries_medians_and_quartiles(table):
    assert len(rows_of(table, "guesses")) == 3 * 6
    assert rows_of(table, "median_guesses")["value"].to_dict() == {0: 50_000, 4: 25_000, 64: 12_500}
    quartiles = [rows_of(table, name)["value"][0] for name in guesses.QUARTILES]
    assert quartiles == [25_000, 75_000]
    # Of a calibrated attack, what counts is all references and the arms that have them.
    assert rows_of(table, "median_guesses", "full")["value"].to_dict() == {64: 1_250}
    assert len(rows_of(table, "guesses", "full")) == 6


def test_it_does_not_matter_which_of_the_attacks_is_called_the_baseline(table, spec, make_canaries):
    found = [[share * each for each in BEFORE] for share in (1, 0.5, 0.25)]
    turned = Spec("guesses", "poisons", spec.values, "plain", "full", "none")
    pd.testing.assert_frame_equal(guesses.table(make_canaries(turned, found), turned), table)


def test_gains_are_over_the_victim_alone_in_the_reference_arm(table):
    gains = rows_of(table, "gain")
    assert gains["value"].to_dict() == {4: 2, 64: 4}
    # Canaries are drawn in pairs: what holds for each of them has no width.
    np.testing.assert_allclose(gains[["low", "high"]], [[2, 2], [4, 4]])
    assert rows_of(table, "gain", "full")["value"].to_dict() == {64: 40}
    # All six are easier, which happens by chance with 2 / 2^6.
    assert gains[["canaries", "easier", "p"]].to_numpy().tolist() == [[6, 6, 1 / 32]] * 2


def test_gains_are_over_canaries_that_both_arms_have(spec, make_canaries):
    found = [BEFORE, [each / 2 for each in BEFORE[:4]], [1.0] * 4]
    gains = rows_of(guesses.table(make_canaries(spec, found), spec), "gain")
    assert gains["value"][4] == 2
    assert gains["canaries"].tolist() == [4, 4]


def test_a_harm_is_told_from_a_gain(make_canaries):
    spec = spec_of((0, 4))
    found = [BEFORE, [*(2 * each for each in BEFORE[:5]), 1.0]]
    gain = rows_of(guesses.table(make_canaries(spec, found), spec), "gain").loc[4]
    assert gain["value"] == pytest.approx(5 / 6)
    assert (gain["easier"], gain["p"]) == (1, pytest.approx(14 / 64))


def test_every_row_and_the_axis_name_the_share_of_poison(table):
    assert table.groupby("arm")["poison_share"].unique().map(list).to_dict() == {
        0: [0],
        4: [0.25],
        64: [0.5],
    }
    for axes in guesses.draw(table).axes:
        names = [tick.get_text().split() for tick in axes.get_xticklabels()]
        assert names == [["0", "(0", "%)"], ["4", "(25", "%)"], ["64", "(50", "%)"]]
        assert axes.get_xlabel() == "poisons (share of poison)"


def test_draw_shows_medians_quartiles_and_chance(table):
    left, right = guesses.draw(table).axes
    lines = {line.get_label(): line for line in left.lines} | series(left)
    np.testing.assert_allclose(lines["victim alone"].get_ydata(), [50_000, 25_000, 12_500])
    np.testing.assert_allclose(points(lines["calibrated"])[:, 1], [1_250])
    assert set(lines["chance"].get_ydata()) == {500_000.5}
    quartiles = next(line for line in left.lines if line.get_linewidth() == 6)
    np.testing.assert_allclose(quartiles.get_ydata(), [25_000, 75_000])
    np.testing.assert_allclose(points(series(right)["victim alone"])[:, 1], [2, 4])
    assert (left.get_yscale(), right.get_yscale()) == ("log", "log")
    assert "poisons = 0" in right.get_ylabel()
    assert {"one of 6 canaries", "95 % interval of the median"} <= set(lines)
    assert right.lines[-1].get_label() == "no gain" and set(right.lines[-1].get_ydata()) == {1}


def test_chance_is_that_of_each_arm(table):
    table.loc[table["arm"] == table["arm"].iloc[0], "candidates"] = 10
    left, _ = guesses.draw(table).axes
    (chance,) = [line for line in left.lines if line.get_label() == "chance"]
    levels = dict(zip(chance.get_xdata()[1:], chance.get_ydata()[1:], strict=True))
    assert levels == {0.5: 5.5, 1.5: 500_000.5, 2.5: 500_000.5}
    assert left.get_ylim()[1] == 1.5e6


def test_an_attack_keeps_its_colour_in_both_panels(table):
    left, right = guesses.draw(table).axes
    colours = [
        {name: line.get_color() for name, line in series(axes).items() if name[0] != "_"}
        for axes in (left, right)
    ]
    assert colours[0] == colours[1]
    assert len(set(colours[0].values())) == 2


def test_words_have_markers_and_no_lines(make_canaries):
    spec = spec_of(("prefix", "suffix"), "variant")
    table = guesses.table(make_canaries(spec, [BEFORE, BEFORE]), spec)
    left, _ = guesses.draw(table).axes
    marked = [line for line in left.lines if str(line.get_marker()) in "os"]
    assert {line.get_linestyle() for line in marked} == {"None"}
    assert [tick.get_text() for tick in left.get_xticklabels()] == [
        "prefix\n(0\N{NO-BREAK SPACE}%)",
        "suffix\n(25\N{NO-BREAK SPACE}%)",
    ]


def test_one_arm_without_references_has_nothing_to_compare(make_canaries):
    spec = spec_of((64,))
    table = guesses.table(make_canaries(spec, [BEFORE], with_references=0), spec)
    (axes,) = guesses.draw(table).axes
    assert axes.get_ylabel() == "guesses until the secret is found"


def test_an_arm_without_the_plain_attack_is_refused(spec, make_canaries):
    tables = make_canaries(spec, [BEFORE] * 3)
    canaries = tables["canaries"]
    tables["canaries"] = canaries[(canaries["arm"] != 64) | (canaries["attack"] != "plain")]
    with pytest.raises(ValueError, match=r"attack \(arm 64\)"):
        guesses.table(tables, spec)


@pytest.mark.parametrize("figure", ["guesses", "extraction", "canary_cost"])
@pytest.mark.parametrize("values", [(0, 64), ("prefix", "suffix")])
def test_drawn_from_the_stored_table_a_figure_is_the_same(figure, values, make_canaries, tmp_path):
    tables = make_canaries(spec_of(values), [BEFORE, BEFORE[::2]])
    for name, frame in tables.items():
        for arm, rows in frame.groupby("arm"):
            write_csv(tmp_path / str(arm) / f"{name}.csv", rows.drop(columns=["arm", "factor"]))
    settings = vars(spec_of(values)) | {"figure": figure}
    output = [tmp_path / f"figure{suffix}" for suffix in draw.SUFFIXES]
    words = [
        "--settings",
        json.dumps(settings),
        "--arms",
        *(str(tmp_path / str(v)) for v in values),
    ]
    draw.main([*words, "--output", *map(str, output)])
    stored = pd.read_csv(output[2], keep_default_na=False, na_values=[""])
    again = tmp_path / "again.pdf"
    style.save(registry.load("figure", figure).draw(stored), again)
    assert again.read_bytes() == output[0].read_bytes()
