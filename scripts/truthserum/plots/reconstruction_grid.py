"""Reconstructions, seen: the best, the median and the worst, beside the nearest known image."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from truthserum.plots import pixels, style
from truthserum.plots.reconstruction import VIEW
from truthserum.plots.tables import Spec, Tables, select

NEEDS = ("images",)
ERRORS = {"original": None, "reconstruction": "mse", "oracle": "oracle_mse"}
NAMES = {"original": "target", "reconstruction": "reconstruction", "oracle": "nearest known"}
PLACE = ["row", "column", "channel"]
COLUMNS = ["factor", "arm", "rank", "image", "error", *PLACE, "pixel"]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Pixels of each target, its reconstruction and the oracle's image, with their MSE."""
    rows = select(tables["images"], attack=spec.attack, mode=spec.mode, group=VIEW)
    frames = [
        rows.assign(image=image, pixel=rows[image], error=rows[error] if error else 0.0)
        for image, error in ERRORS.items()
    ]
    return pd.concat(frames, ignore_index=True)[COLUMNS]


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """Rows: target, reconstruction, oracle. Columns: ranks of each arm."""
    shown = list(table[["arm", "rank"]].drop_duplicates().itertuples(index=False, name=None))
    # no narrower than a title
    figure = Figure(figsize=(max(4.6, 0.8 + 0.72 * len(shown)), 0.6 + 0.88 * len(ERRORS)))
    panels = figure.subplots(len(ERRORS), len(shown), squeeze=False)
    images = dict(iter(table.groupby(["arm", "rank", "image"], sort=False)))
    for (i, j), axes in np.ndenumerate(panels):
        image = list(ERRORS)[i]
        rows = images[*shown[j], image]
        pixels.show(axes, _image(rows))
        if ERRORS[image]:
            axes.set_xlabel(f"{rows['error'].iloc[0]:.4f}", fontsize=7, labelpad=1)
    factor = table["factor"].iloc[0]
    for axes, (arm, rank) in zip(panels[0], shown, strict=True):
        middle = f"{style.arm_label(factor, arm)}\n" if rank == "median" else "\n"
        axes.set_title(f"{middle}{rank}", fontsize=7)
    for axes, image in zip(panels[:, 0], ERRORS, strict=True):
        axes.set_ylabel(NAMES[image], fontsize=7)
    return figure


def _image(rows):
    """[H, W], or [H, W, 3] where there are colours."""
    rows = rows.sort_values(PLACE)
    image = rows["pixel"].to_numpy().reshape(rows[PLACE].max() + 1)
    return image.squeeze(2) if image.shape[2] == 1 else image
