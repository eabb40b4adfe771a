"""What of an image set decides how it is decoded."""

from collections.abc import Mapping
from dataclasses import dataclass

PARTS = {"train": ({"train": True},), "test": ({"train": False},)}


@dataclass(frozen=True)
class Published:
    """An image set that torchvision has.

    kind      the name of its class in `torchvision.datasets`
    shape     channels, height and width of an image
    classes   how many there are
    parts     of the training and of the test part: the options of the class for each dataset that
              it consists of, one after the other
    """

    kind: str
    shape: tuple[int, int, int]
    classes: int
    parts: Mapping[str, tuple[Mapping[str, object], ...]]
