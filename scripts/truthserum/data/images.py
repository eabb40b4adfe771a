"""The one in-memory form of an image data set."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar

import numpy as np

from truthserum.data.labelled import Labelled
from truthserum.storage.arrays import arrays_in, write_npz


@dataclass(frozen=True, eq=False)
class Images(Labelled):
    """Labelled images: train_x uint8 [n, C, H, W] and test_x uint8 [m, C, H, W], 0 to 255.

    Raises ValueError if the arrays do not fit this description or each other.
    """

    columns: ClassVar[tuple] = ()  # unlike a table

    def __post_init__(self) -> None:
        for part, x, _ in self.parts():
            if x.dtype != np.uint8 or x.ndim != 4:
                raise ValueError(
                    f"{part}_x: found {x.dtype} with {x.ndim} axes, allowed uint8 [n, C, H, W]"
                )
        super().__post_init__()
        if self.train_x.shape[1:] != self.test_x.shape[1:]:
            raise ValueError(
                f"test_x: found images of shape {self.test_x.shape[1:]}, "
                f"allowed {self.train_x.shape[1:]} as in train_x"
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height, width."""
        return self.train_x.shape[1:]

    def save(self, path: Path) -> None:
        """Write an .npz, whole or not at all."""
        write_npz(path, vars(self))

    @classmethod
    def load(cls, path: Path) -> "Images":
        """Read what `save` wrote; DataError naming the file if it is something else."""
        with arrays_in(path, "image") as file:
            arrays = {field.name: file[field.name] for field in fields(cls)}
            return cls(**arrays | {"classes": int(arrays["classes"])})
