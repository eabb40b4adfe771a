"""One figure of panels from several experiments, each drawn as in the experiment's own figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator
from matplotlib.transforms import blended_transform_factory

# Inches of a panel, of which three fill two columns of a paper; of its frame; of a legend's line.
WIDTH, HEIGHT, FRAME, LINE = 2.35, 3.05, 2.15, 0.15


@dataclass(frozen=True)
class Panel:
    """A table, and the function `panel` of a figure module, which draws it on given axes."""

    title: str
    panel: Callable[[Axes, pd.DataFrame], None]
    table: pd.DataFrame


def join(panels: Sequence[Panel]) -> pd.DataFrame:
    """The tables of all panels as one, by column `panel`."""
    return pd.concat([each.table.assign(panel=each.title) for each in panels], ignore_index=True)


def draw(panels: Sequence[Panel]) -> Figure:
    """The panels from left to right, lettered, each with its legend below it."""
    figure = Figure()
    grid = figure.add_gridspec(2, len(panels))
    legends = []
    for place, each in enumerate(panels):
        axes, below = (figure.add_subplot(grid[row, place]) for row in (0, 1))
        each.panel(axes, each.table)
        axes.set_title(f"({chr(ord('a') + place)}) {each.title}", parse_math=False)
        axes.set_xlabel(axes.get_xlabel().replace(" (", "\n("))  # no wider than its panel
        if axes.get_xscale() == "log":
            locator = axes.xaxis.get_major_locator()
            assert isinstance(locator, LogLocator)
            locator.set_params(numticks=4)  # every second decade has room
        handles, labels = axes.get_legend_handles_labels()
        below.set_axis_off()
        # Each begins at its share of the page: axes begin where their labels end.
        corner = blended_transform_factory(figure.transFigure, below.transAxes)
        where = {"bbox_to_anchor": (place / len(panels) + 0.01, 1), "bbox_transform": corner}
        legend = below.legend(
            handles, labels, loc="upper left", borderaxespad=0, labelspacing=0.3, **where
        )
        legend.set_in_layout(False)  # it has a cell for itself, and may hang over its sides
        legends.append(sum(1 + label.count("\n") for label in labels))
    height = LINE * (1 + max(legends))
    grid.set_height_ratios([FRAME, height])
    figure.set_size_inches(max(3.5, WIDTH * len(panels)), HEIGHT + height)
    return figure
