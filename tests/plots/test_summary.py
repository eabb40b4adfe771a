import dataclasses
import json

import pandas as pd
import pytest
from matplotlib.image import imread

import draw_summary
from truthserum.plots import roc, summary

SPEC = {
    "figure": "roc",
    "factor": "copies",
    "values": [0, 8],
    "attack": "lira",
    "baseline_attack": "threshold",
    "mode": "running",
}


def counts(axes, table):
    """A stand-in for a panel of another kind: points of two columns."""
    axes.plot(table["guesses"], table["share"], label="canaries")


@pytest.fixture
def panels(make_spec, make_tables):
    spec = make_spec("roc")
    table = roc.table(make_tables(spec), spec)
    other = pd.DataFrame({"guesses": [1, 10], "share": [0.1, 0.9]})
    return [
        summary.Panel("Membership", roc.panel, table),
        summary.Panel("Canary", counts, other),
    ]


def test_panels_are_lettered_and_have_legends_of_their_own(panels):
    figure = summary.draw(panels)
    first, below, second, last = figure.axes
    assert (first.get_title(), second.get_title()) == ("(a) Membership", "(b) Canary")
    legends = [
        [text.get_text() for text in cell.get_legend().get_texts()] for cell in (below, last)
    ]
    assert legends[0][:3] == ["copies = 0", "copies = 2", "copies = 8"]
    assert legends[1] == ["canaries"]
    assert first.get_legend() is None


def test_a_title_of_a_panel_is_no_formula(panels):
    summary.draw([dataclasses.replace(panels[0], title=r"$\foo$")]).draw_without_rendering()


def test_a_panel_draws_what_its_own_figure_draws(panels):
    joined, (alone,) = summary.draw(panels).axes[0], roc.draw(panels[0].table).axes
    for one, other in zip(joined.lines, alone.lines, strict=True):
        assert one.get_xydata().tolist() == other.get_xydata().tolist()
        assert one.get_label() == other.get_label()
    assert joined.get_xlabel() == alone.get_xlabel()


def test_legends_lie_below_the_frames_and_inside_the_figure(panels):
    figure = summary.draw(panels * 2)
    figure.draw_without_rendering()
    for axes, below in zip(figure.axes[::2], figure.axes[1::2], strict=True):
        legend = below.get_legend().get_window_extent()
        assert legend.y1 < axes.get_window_extent().y0
        assert legend.y0 >= figure.bbox.y0
        assert legend.x0 >= figure.bbox.x0


def test_the_table_of_all_panels_names_them(panels):
    table = summary.join(panels)
    assert table.groupby("panel").size().to_dict() == {
        "Membership": len(panels[0].table),
        "Canary": 2,
    }


@pytest.fixture
def call(write_arms, tmp_path):
    """Draw a summary of two panels, the second of which is changed."""

    def run(**changes):
        arms = list(map(str, write_arms(2)))
        panels = [["Membership", SPEC], ["Attribute", SPEC | {"values": [0, 16]} | changes]]
        words = ["--settings", json.dumps({"panels": panels}), "--arms", *arms, *arms]
        output = [tmp_path / f"one{suffix}" for suffix in (".pdf", ".png", ".csv")]
        draw_summary.main([*words, "--output", *map(str, output)])
        return output

    return run


def test_program_writes_the_figure_and_the_table_behind_it(call):
    pdf, png, csv = call()
    assert pdf.read_bytes().startswith(b"%PDF")
    assert imread(png).std() > 0.01
    table = pd.read_csv(csv)
    assert table["panel"].unique().tolist() == ["Membership", "Attribute"]  # as in the settings
    assert table.groupby("panel")["arm"].max().to_dict() == {"Membership": 8, "Attribute": 16}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"figure": "scores"}, "panels.Attribute.figure: found 'scores'"),
        ({"values": [0]}, "arms: found 4, must be one for each of 3 values"),
    ],
)
def test_bad_input_is_refused(call, changes, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        call(**changes)
    assert not list(tmp_path.glob("one*"))
