"""Reconstructions, seen: the best, the median and the worst, beside the nearest known image."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from truthserum.plots import pixels
from truthserum.plots.tables import Spec, Tables, select
from truthserum.reconstruction.figures.shared import VIEW

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


def draw(table: pd.DataFrame) -> Figure:
    """Rows: target, reconstruction, oracle. Columns: ranks of each arm."""
    figure, panels = pixels.gallery(table, list(NAMES.values()), (0.76, 0.9))
    images = dict(iter(table.groupby(["arm", "rank", "image"], sort=False)))
    for image, name in NAMES.items():
        for shown in table[["arm", "rank"]].drop_duplicates().itertuples(index=False, name=None):
            rows, axes = images[*shown, image], panels[shown, name]
            pixels.show(axes, _image(rows))
            if ERRORS[image]:
                axes.set_xlabel(f"MSE {rows['error'].iloc[0]:.4f}", fontsize=7, labelpad=1)
    return figure


def _image(rows: pd.DataFrame) -> np.ndarray:
    """[H, W], or [H, W, 3] where there are colours."""
    rows = rows.sort_values(PLACE)
    image = rows["pixel"].to_numpy().reshape(rows[PLACE].max() + 1)
    return image.squeeze(2) if image.shape[2] == 1 else image
