"""Images in a figure."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import style

SIDE, HEAD = 0.7, 0.6  # inches beside the images, and above a block of them


def show(axes: Axes, pixels: np.ndarray) -> None:
    """An image with pixels in [0, 1]: [H, W], 1 being black, or [H, W, 3] of red, green and blue.

    Values outside are clipped, undefined ones are orange.
    """
    axes.set_facecolor(style.ORANGE)
    finite = np.where(np.isfinite(pixels), pixels, np.nan)
    axes.imshow(finite, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set(visible=True, color="0.8", linewidth=0.5)


Shown = tuple[float | str, str]
"""An arm, and the rank of one of its reconstructions."""


def gallery(
    table: pd.DataFrame, kinds: Sequence[str], cell: tuple[float, float]
) -> tuple[Figure, dict[tuple[Shown, str], Axes]]:
    """A figure with a column for each arm and rank of a table, and a row for each kind of image.

    As many arms beside each other as a page holds, the others below them. Returns the axes by what
    they show. kinds: their names; cell: inches of one image, with the text under it.
    """
    arms = {arm: list(rows["rank"].unique()) for arm, rows in table.groupby("arm", sort=False)}
    ranks, (width, height) = max(map(len, arms.values())), cell
    most = max(1, int((style.WIDTH - SIDE) / (ranks * width)))
    rows = -(-len(arms) // most)
    beside = -(-len(arms) // rows)
    size = SIDE + width * ranks * beside, rows * (HEAD + height * len(kinds))
    figure = Figure(figsize=(max(4.6, size[0]), size[1]))  # no narrower than a title
    grid = figure.subplots(rows * len(kinds), ranks * beside, squeeze=False)
    found: dict[tuple[tuple[Any, str], str], Axes] = {}
    for place, (arm, names) in enumerate(arms.items()):
        row, column = len(kinds) * (place // beside), ranks * (place % beside)
        for i, rank in enumerate(names):
            below = grid[row : row + len(kinds), column + i]
            found |= {((arm, rank), kind): axes for kind, axes in zip(kinds, below, strict=True)}
            # An arm needs no name where it is the only one.
            name = style.arm_label(table["factor"].iloc[0], arm) if i == 1 else ""
            below[0].set_title(f"{name}\n{rank}" if len(arms) > 1 else rank, fontsize=7)
        if column == 0:
            for kind, axes in zip(kinds, grid[row:, 0], strict=False):
                axes.set_ylabel(kind, fontsize=7)
    shown = set(found.values())
    for axes in grid.flat:
        if axes not in shown:
            axes.remove()
    return figure, found
