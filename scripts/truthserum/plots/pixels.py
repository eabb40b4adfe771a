"""Images in a figure."""

import numpy as np
from matplotlib.axes import Axes

from truthserum.plots import style


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
