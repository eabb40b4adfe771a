"""Which records are equal: membership is of content, not of row numbers.

A game in which two equal rows play counts a point as a non-member that a model was trained on. So
each content plays once, as its first row, and the rows that repeat it are in no training set. What
is equal is decided on the features alone: a row with the same features and another label is another
record, but it is also what a mislabelled copy of the first one would be, which every model trains
on. Rows of a test part that equal training rows stay, since they count for the accuracy only.
"""

import math

import numpy as np


def contents(x: np.ndarray) -> np.ndarray:
    """Numbers that are the same for rows of x [n, ...] with the same values, and else differ: [n].

    0.0 and -0.0 are the same value, and so are all that are no number, as 0/0 and a missing one.
    """
    values = x + x.dtype.type(0)  # makes 0.0 of -0.0
    if values.dtype.kind in "fc":
        values[np.isnan(values)] = np.nan
    flat = np.ascontiguousarray(values.reshape(len(x), math.prod(x.shape[1:])))
    whole = flat.view(f"V{flat.shape[1] * flat.itemsize}")[:, 0]
    return np.unique(whole, return_inverse=True)[1]


def first_of_each(x: np.ndarray) -> np.ndarray:
    """The rows of x [n, ...] that equal no earlier row, ascending, int64 [distinct]."""
    return np.sort(np.unique(contents(x), return_index=True)[1])
