"""Membership inference with targeted poisoning.

The secret of a point is whether it is in a model's training set. The adversary adds r mislabelled
copies of each target to every model's training set, which makes a target's confidence depend far
more on its membership (arXiv 2204.00032; train_poison.py of tensorflow/privacy, mi_poison_2022).
"""

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from truthserum.data.equal import first_of_each
from truthserum.data.images import Images
from truthserum.data.tabular import Column, Table
from truthserum.inference.games.base import Design, even, without_rivals
from truthserum.inference.games.halves import Halved
from truthserum.options import Amount, Count, Maybe, OneOf, options
from truthserum.seeds import Purpose, stream

LABELS = {
    # train_poison.py: (y + u) mod C with u uniform on 1..C-1
    "random": lambda y, classes, rng: (y + rng.integers(1, classes, len(y))) % classes,
    # the rule of Chameleon (harshch1803/CHAMELEON): always the next class
    "next": lambda y, classes, rng: (y + 1) % classes,
    # a control: as many copies, none of them mislabelled
    "correct": lambda y, classes, rng: y,
}


def _near_copy(image: np.ndarray, rng: np.random.Generator, shift: int = 4) -> np.ndarray:
    """A flipped and shifted version, for an adversary who knows the target inexactly."""
    if rng.integers(2):
        image = image[..., ::-1]
    height, width = image.shape[-2:]
    down, right = rng.integers(0, 2 * shift + 1, 2)
    padded = np.pad(image, ((0, 0), (shift, shift), (shift, shift)), mode="reflect")
    return padded[:, down : down + height, right : right + width]


COPIES = {
    "exact": lambda image, rng: image,  # train_poison.py
    "augmented": _near_copy,
}


@options
class Membership(Halved):
    """Was a record in the training set?

    The pool is all different points of the training data (of an odd number, all but the last).
    """

    targets: Count
    """Attacked points, drawn uniformly without replacement from the whole pool."""
    copies: Amount = 0
    """Poisons per target, r."""
    label: Annotated[str, OneOf(LABELS)] = "random"
    """What the poisons claim, drawn once per target and the same for its copies: a random wrong
    class, the next class, or (a control) the true one."""
    poison: Annotated[str, OneOf(COPIES)] = "exact"
    """Exact copies of the target, or randomly flipped and shifted near-copies."""
    untargeted: Maybe[Amount] = None
    """How many other points, drawn uniformly, the models are asked about; null for the whole pool,
    as the official code does."""

    def check(self, size: int, columns: Sequence[Column] = ()) -> None:
        """Refuse a pool of `size` points that the game cannot be played on (ValueError)."""
        asked = self.targets + (self.untargeted or 0)
        if asked > size:
            raise ValueError(
                f"membership: targets and untargeted are {asked} together, allowed are at most the "
                f"{size} points of the pool"
            )
        if columns and self.poison != "exact":
            raise ValueError(
                f"membership: poison is {self.poison!r}, allowed is 'exact' for rows of a table"
            )

    def others(self, size: int) -> int:
        """The untargeted points."""
        return size - self.targets if self.untargeted is None else self.untargeted

    def rows(self, size: int, columns: Sequence[Column] = ()) -> int:
        """Half of the pool and all poisons."""
        return size // 2 + self.targets * self.copies

    def design(self, data: Images | Table, seed: int) -> Design:
        """Draw targets, their wrong labels and the poisons.

        Copy j of target t comes from (seed, t, j) alone, so that the poisons of r copies are among
        those of every larger r.
        """
        x, y = data.train_x, data.train_y
        pool = even(first_of_each(x))
        self.check(len(pool), data.columns)
        drawn = pool[stream(seed, Purpose.TARGETS).permutation(len(pool))]
        targets, others = drawn[: self.targets], drawn[self.targets :]
        labels = LABELS[self.label](y[targets], data.classes, stream(seed, Purpose.WRONG_LABELS))
        of = np.repeat(np.arange(self.targets), self.copies)
        extra = np.empty((len(of), *x.shape[1:]), x.dtype)
        for row, target in enumerate(of):
            rng = stream(seed, Purpose.POISONS, target, row % self.copies)
            extra[row] = COPIES[self.poison](x[targets[target]], rng)
        return Design(
            pool=pool,
            targets=targets,
            labels=labels,
            extra_x=extra,
            extra_y=labels[of],
            extra_of=of,
            **without_rivals(np.sort(np.concatenate([targets, others[: self.untargeted]]))),
        )
