import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

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
    assert lightness(style.ORANGE) - lightness(style.BLUE) > 20


@pytest.mark.parametrize(("value", "name"), [(8, "8"), (8.0, "8"), (0.05, "0.05"), ("x", "x")])
def test_arm_name_has_no_needless_digits(value, name):
    assert style.arm_name(value) == name


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


def test_style_ends_with_the_drawing():
    before = matplotlib.rcParams["pdf.fonttype"]
    inside = style.styled(lambda: matplotlib.rcParams["pdf.fonttype"])()
    assert inside == 42 != before
    assert matplotlib.rcParams["pdf.fonttype"] == before


def test_no_text_is_below_eight_points():
    assert all(
        value >= 8 for name, value in style.STYLE.items() if "size" in name and "marker" not in name
    )
