"""The one in-memory form of an image data set."""

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar

import numpy as np

from truthserum.data.files import DataError, replacing


@dataclass(frozen=True, eq=False)
class Images:
    """Labelled images in the publisher's order, split as the publisher split them.

    train_x  uint8 [n, C, H, W], pixels 0 to 255     train_y  int64 [n], classes from 0
    test_x   uint8 [m, C, H, W]                      test_y   int64 [m]

    Raises ValueError if the arrays do not fit this description or each other.
    """

    columns: ClassVar[tuple] = ()  # unlike a table

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    classes: int

    def __post_init__(self) -> None:
        for part, x, y in (
            ("train", self.train_x, self.train_y),
            ("test", self.test_x, self.test_y),
        ):
            if x.dtype != np.uint8 or x.ndim != 4:
                raise ValueError(
                    f"{part}_x: found {x.dtype} with {x.ndim} axes, allowed uint8 [n, C, H, W]"
                )
            if y.dtype != np.int64 or y.shape != x.shape[:1]:
                raise ValueError(
                    f"{part}_y: found {y.dtype} {y.shape}, allowed int64 {x.shape[:1]}"
                )
            if y.size and not 0 <= y.min() <= y.max() < self.classes:
                raise ValueError(
                    f"{part}_y: found labels {y.min()} to {y.max()}, "
                    f"allowed 0 to {self.classes - 1}"
                )
        if self.train_x.shape[1:] != self.test_x.shape[1:]:
            raise ValueError(
                f"test_x: found images of shape {self.test_x.shape[1:]}, "
                f"allowed {self.train_x.shape[1:]} as in train_x"
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height, width."""
        return self.train_x.shape[1:]

    def first(self, train: int, test: int) -> "Images":
        """The first training and test images (views); ValueError if there are fewer."""
        for part, wanted, held in (
            ("train", train, len(self.train_x)),
            ("test", test, len(self.test_x)),
        ):
            if not 0 <= wanted <= held:
                raise ValueError(f"{part}: found {wanted}, allowed 0 to {held}")
        return Images(
            self.train_x[:train],
            self.train_y[:train],
            self.test_x[:test],
            self.test_y[:test],
            self.classes,
        )

    def save(self, path: Path) -> None:
        """Write an .npz, whole or not at all."""
        with replacing(path) as part, part.open("wb") as file:
            np.savez(file, **vars(self))

    @classmethod
    def load(cls, path: Path) -> "Images":
        """Read what `save` wrote; DataError naming the file if it is something else."""
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {field.name: file[field.name] for field in fields(cls)}
            return cls(**arrays | {"classes": int(arrays["classes"])})
        except (zipfile.BadZipFile, EOFError, KeyError, ValueError) as error:
            raise DataError(f"{path} is not a complete image file: {error}") from error
