"""What data sets of images and of rows have in common."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np


@dataclass(frozen=True, eq=False)
class Labelled:
    """Labelled records in the publisher's order, split as the publisher split them.

    train_x  [n, ...]    train_y  int64 [n], classes from 0
    test_x   [m, ...]    test_y   int64 [m]

    Raises ValueError if the labels do not fit the records or the classes.
    """

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    classes: int

    def __post_init__(self) -> None:
        for part, x, y in self.parts():
            if y.dtype != np.int64 or y.shape != x.shape[:1]:
                raise ValueError(
                    f"{part}_y: found {y.dtype} {y.shape}, allowed int64 {x.shape[:1]}"
                )
            if y.size and not 0 <= y.min() <= y.max() < self.classes:
                raise ValueError(
                    f"{part}_y: found labels {y.min()} to {y.max()}, "
                    f"allowed 0 to {self.classes - 1}"
                )

    def parts(self) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """The name, the records and the labels of both parts."""
        yield "train", self.train_x, self.train_y
        yield "test", self.test_x, self.test_y

    def first(self, train: int, test: int) -> Self:
        """The first training and test records (views); ValueError if there are fewer."""
        for (part, x, _), wanted in zip(self.parts(), (train, test), strict=True):
            if not 0 <= wanted <= len(x):
                raise ValueError(f"{part}: found {wanted}, allowed 0 to {len(x)}")
        return replace(
            self,
            train_x=self.train_x[:train],
            train_y=self.train_y[:train],
            test_x=self.test_x[:test],
            test_y=self.test_y[:test],
        )
