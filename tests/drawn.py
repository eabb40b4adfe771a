"""What seaborn drew, found again on the axes."""

import numpy as np


def look(line):
    """What tells a series from others."""
    shown = (line.get_color(), line.get_marker(), line.get_linestyle(), line.get_markerfacecolor())
    return tuple(map(str, shown))


def series(axes):
    """The line of each series by its label, which seaborn gives to an empty copy for the legend."""
    labels = {look(line): line.get_label() for line in axes.lines if not len(line.get_xdata())}
    lines = [line for line in axes.lines if len(line.get_xdata()) and look(line) in labels]
    return {labels[look(line)]: line for line in lines}


def points(line):
    """[n, 2]: the places and values of a series; where it has none there is a gap."""
    return line.get_xydata()[np.isfinite(line.get_xydata()).all(1)]


def bars(axes, color):
    """[n, 2]: both ends of the intervals of one colour that lie along the y axis."""
    lines = [points(line) for line in axes.lines if line.get_color() == color]
    upright = [line for line in lines if len(line) == 2 and line[0, 0] == line[1, 0]]
    return np.array([line[:, 1] for line in upright])


def dots(axes):
    """[n, 2]: places and values of all that is scattered, before a swarm spreads it."""
    return np.concatenate([each.get_offsets() for each in axes.collections])
