import importlib
import resource
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from truthserum.plots import style


def lightness(colour: str) -> float:
    """CIE L* of an sRGB colour."""
    encoded = np.array(to_rgb(colour))
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return 116 * np.cbrt(luminance) - 16


@pytest.mark.parametrize("count", [2, 5, 8])
def test_palette_darkens_in_even_steps_and_stands_out_from_white(count):
    values = [lightness(colour) for colour in style.palette(count)]
    steps = -np.diff(values)
    assert (steps > 0.5 * (values[0] - values[-1]) / (count - 1)).all()
    assert values[0] < 80


def test_palette_keeps_its_ends():
    assert style.palette(2) == [style.palette(6)[0], style.palette(6)[-1]]
    assert style.palette(1) == style.palette(6)[-1:]


def test_series_colours_differ_in_greyscale():
    assert lightness(style.ORANGE) - lightness(style.BLUE) > 15


@pytest.mark.parametrize(
    ("value", "name"), [(8, "8"), (8.0, "8"), (0.05, "0.05"), ("x", "x"), ("dp_8", "dp 8")]
)
def test_arm_name_has_no_needless_digits_and_no_underscores(value, name):
    assert style.arm_name(value) == name
    assert style.arm_label("poison_label", value) == f"poison label = {name}"


def test_an_arm_is_named_with_its_share_of_poison_where_that_is_known():
    table = pd.DataFrame({"arm": ["no_poison", "near", "near"], "factor": "variant"})
    assert style.arm_names(table) == {"no_poison": "no poison", "near": "near"}
    assert style.factor_name(table) == "variant"
    assert style.share_note(table) == ""
    known = table.assign(poison_share=[0, 0.1935, 0.1935])
    names = {arm: name.split() for arm, name in style.arm_names(known).items()}
    assert names == {"no_poison": ["no", "poison", "(0", "%)"], "near": ["near", "(19", "%)"]}
    assert style.factor_name(known) == "variant (share of poison)"
    assert style.share_note(known) == " (no poison)"
    assert style.share_note(known.tail(1)).split() == ["(19", "%", "poison)"]


def test_numbers_look_ordered_and_words_do_not():
    numbers = style.arm_looks(pd.DataFrame({"arm": [0, 0, 2, 8], "factor": "copies"}))
    assert [look["color"] for look in numbers.values()] == style.palette(3)
    assert {look["linestyle"] for look in numbers.values()} == {"-"}
    assert [look["label"] for look in numbers.values()] == [
        "copies = 0",
        "copies = 2",
        "copies = 8",
    ]
    named = pd.DataFrame({"arm": [f"word {index}" for index in range(12)], "factor": "variant"})
    words = style.arm_looks(named)
    assert {look["color"] for look in words.values()} == set(style.COLOURS)
    assert len({(look["color"], look["linestyle"]) for look in words.values()}) == 12


@pytest.mark.parametrize("count", [1, 3, 7])
@pytest.mark.parametrize("width", [3.6, 7.2])
def test_a_legend_is_inside_its_figure_and_wastes_no_row(count, width):
    figure = Figure(figsize=(width, 3), layout="constrained")
    axes = figure.subplots()
    for index in range(count):
        axes.plot([], [], label=f"a somewhat longer name {index}")
    style.legend_below(figure, unresolved=True, behind="4,000 positives")
    (legend,) = figure.legends
    figure.draw_without_rendering()
    box = legend.get_window_extent()
    assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
    assert len(legend.get_texts()) == count + 1
    assert legend.get_title().get_text() == "behind each estimate: 4,000 positives"
    rows = -(-(count + 1) // legend._ncols)
    if rows > 1:  # with a row less it would not have fitted
        entries = -(-(count + 1) // (rows - 1))
        assert entries * box.width / legend._ncols > 0.9 * figure.bbox.width


@pytest.mark.parametrize(("count", "shape"), [(1, (1, 1)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3))])
def test_panels_are_wrapped_to_the_width_of_a_page(count, shape):
    figure, panels = style.panels(count, 2.4, 2.0, sharey=True)
    grid = panels[0].get_gridspec()
    assert (grid.nrows, grid.ncols) == shape
    assert panels == figure.axes and len(panels) == count
    assert figure.get_figwidth() <= style.WIDTH


def test_counted_names_what_it_counts():
    rows = pd.DataFrame({"positives": [4000, 3000], "negatives": [20, 20], "models": [None, 8]})
    assert style.counted(rows) == "3,000 to 4,000 positives, 20 negatives"
    assert style.counted(rows, models="models") == "8 models"
    assert style.counted(rows.assign(models=1), models="models") == "1 model"


@pytest.mark.parametrize(("count", "slanted"), [(3, False), (16, True)])
def test_names_are_slanted_only_where_they_have_no_room(count, slanted):
    figure = Figure(figsize=(style.WIDTH, 3), layout="constrained")
    axes = figure.subplots()
    names = [f"batches_unknown_{index}" for index in range(count)]
    style.arms_on_axis(axes, pd.DataFrame({"arm": names, "factor": "variant"}))
    label = axes.get_xticklabels()[0]
    assert (label.get_rotation() > 0) == slanted
    assert label.get_text().split() == ["batches", "unknown", "0"]


def test_percent_labels_decades_without_powers():
    axes = Figure().subplots()
    axes.set_yscale("log")
    axes.set_ylim(1e-4, 1)
    style.percent(axes.yaxis)
    axes.figure.draw_without_rendering()
    shown = {text.get_text() for text in axes.get_yticklabels()}
    assert {"0.01 %", "0.1 %", "1 %", "10 %", "100 %"} <= shown
    assert not any(text.get_text() for text in axes.get_yticklabels(minor=True))


def test_count_range():
    assert style.count_range(pd.Series([4000, 4000])) == "4,000"
    assert style.count_range(pd.Series([4000, 3000])) == "3,000 to 4,000"


def test_words_are_not_joined():
    assert style.joining_line(pd.Series([0, 2])) == "-"
    assert style.joining_line(pd.Series(["next", "random"])) == "none"


@pytest.mark.parametrize("text", ["axes.label", "xtick.label", "ytick.label", "legend.font"])
def test_no_text_is_below_eight_points(text):
    assert matplotlib.rcParams[f"{text}size"] >= 8


def test_the_theme_embeds_fonts_and_has_a_palette_for_colour_blind_readers():
    assert matplotlib.rcParams["pdf.fonttype"] == 42
    cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
    assert [to_hex(colour) for colour in cycle[:6]] == style.COLOURS


def test_what_a_matplotlibrc_or_a_list_of_fonts_says_changes_no_figure():
    before, own = dict(matplotlib.rcParams), fontManager.findfont("DejaVu Sans")
    assert Path(own).is_relative_to(Path(matplotlib.get_data_path()).resolve())
    matplotlib.rcParams.update({"lines.dash_capstyle": "round", "axes.titlepad": 40})
    fontManager.ttflist[:] = [
        replace(font, fname="/elsewhere.ttf")
        for font in fontManager.ttflist
        if font.name == "DejaVu Sans"
    ]
    importlib.reload(style)
    assert dict(matplotlib.rcParams) == before
    assert fontManager.findfont("DejaVu Sans") == own


def test_a_figure_for_which_there_is_no_room_is_named_with_the_reason(tmp_path):
    _, most = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    figure = Figure()
    figure.text(0, 0, "text", family="DejaVu Sans")
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, most))
        with pytest.raises(OSError, match=r"figure\.pdf cannot be written: File too large"):
            style.save(figure, tmp_path / "figure.pdf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(tmp_path.iterdir())


def test_long_names_of_arms_are_in_short_lines_and_slanted_on_an_axis():
    name = "a_net_of_ten_layers_with_a_name_that_is_long"
    lines = style.arm_name(name).split("\n")
    assert " ".join(lines) == name.replace("_", " ")
    assert max(map(len, lines)) <= style.LETTERS
    axes = Figure(figsize=(6, 3)).subplots()
    style.arms_on_axis(axes, pd.DataFrame({"arm": ["none", name], "factor": "model"}))
    assert [each.get_rotation() for each in axes.get_xticklabels()] == [40, 40]
