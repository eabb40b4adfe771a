"""Attribute inference with targeted poisoning.

The secret of a target is its value in one categorical column of a table; the adversary knows all
its other columns and its class, and adds to every model's training set r mislabelled copies of the
target with each value that it could have. The abstract of arXiv 2204.00032 names the task; this
form of the poison is ours. The values are drawn uniformly for each model, so that what is measured
is what training leaks and not what can be guessed.
"""

from collections.abc import Sequence

import numpy as np

from truthserum.data.equal import contents, first_of_each
from truthserum.data.tabular import Column, Table, categorical, with_column
from truthserum.inference.games.base import Design, even
from truthserum.inference.games.halves import complementary_halves
from truthserum.inference.games.imputation import log_posterior
from truthserum.inference.games.membership import LABELS
from truthserum.options import Amount, Count, options
from truthserum.seeds import Purpose, stream


@options
class Attribute:
    """Which value does a record have in a column of a table?"""

    targets: Count
    """Attacked rows, drawn uniformly from those that differ from every other row in some column
    besides the secret one, so that no candidate of a target is somebody else's row."""
    column: str
    """The secret column; categorical, with V values."""
    copies: Amount = 0
    """Poisons per target and value, r."""

    def values(self, columns: Sequence[Column]) -> int:
        """V: how many values the secret can have; ValueError if the column is not categorical."""
        return len(columns[categorical(columns, self.column)].levels)

    def others(self, size: int) -> int:
        """None: the models are asked about candidates alone."""
        return 0

    def rows(self, size: int, columns: Sequence[Column]) -> int:
        """One candidate of each target, half of the other rows, and all poisons."""
        poisons = self.targets * self.values(columns) * self.copies
        return self.targets + (size - self.targets) // 2 + poisons

    def check(self, size: int, columns: Sequence[Column]) -> None:
        """Refuse data that the game cannot be played on (ValueError)."""
        try:
            self.values(columns)
        except ValueError as error:
            raise ValueError(f"attribute: {error}") from error
        if self.targets > size:
            raise ValueError(
                f"attribute: targets is {self.targets}, allowed are at most the {size} rows"
            )

    def design(self, data: Table, seed: int) -> Design:
        """Draw targets and their wrong labels; the extra rows are candidates, then poisons.

        The pool is all other rows that differ (of an odd number, all but the last).

        Candidate v of target t, with its true label, is extra row t V + v. ValueError if a secret
        of two values has the same in all targets, which leaves nothing to be told apart.
        """
        x, y = data.train_x, data.train_y
        self.check(len(y), data.columns)
        place = categorical(data.columns, self.column)
        targets = self._drawn(np.delete(x, place, axis=1), seed)
        labels = LABELS["random"](y[targets], data.classes, stream(seed, Purpose.WRONG_LABELS))
        values, secrets = self.values(data.columns), x[targets, place]
        if values == 2 and (secrets == secrets[0]).all():
            found = data.columns[place].levels[int(secrets[0])]
            raise ValueError(
                f"attribute: all {self.targets} targets have {found!r} in {self.column!r}, allowed "
                "are targets of both values (draw more)"
            )
        versions = [with_column(x[targets], data.columns, self.column, v) for v in range(values)]
        candidates = np.stack(versions, axis=1).reshape(-1, x.shape[1])
        target = np.repeat(np.arange(self.targets), values)
        poisons, aimed = (np.repeat(rows, self.copies, axis=0) for rows in (candidates, target))
        return Design(
            pool=even(np.setdiff1d(first_of_each(x), targets)),
            targets=targets,
            labels=labels,
            extra_x=np.concatenate([candidates, poisons]),
            extra_y=np.concatenate([y[targets][target], labels[aimed]]),
            extra_of=np.concatenate([np.full(len(target), -1), aimed]),
            asked=len(y) + np.arange(len(target)),
            record=targets[target],
            prior=log_posterior(data, self.column, x[targets], y[targets]).ravel(),
            true=(secrets[:, None] == np.arange(values)).ravel(),
        )

    def trained(self, size: int, design: Design, seed: int, models: Sequence[int]) -> np.ndarray:
        """One candidate of each target, halves of the pool, and all poisons.

        Models g V to g V + V - 1 hold each value of every target once, so V times as many models
        hold each value as often; models 2k and 2k + 1 hold complementary halves of the pool.
        """
        values = len(design.asked) // len(design.targets)
        trained = complementary_halves(size, design, seed, models)
        first = size + values * np.arange(len(design.targets))
        for own, model in zip(trained, models, strict=True):
            group, turn = divmod(model, values)
            start = stream(seed, Purpose.VALUES, group).integers(values, size=len(first))
            own[first + (start + turn) % values] = True
        return trained

    def _drawn(self, known: np.ndarray, seed: int) -> np.ndarray:
        """Targets among the rows that are unique in what is known of them."""
        content = contents(known)
        drawn = stream(seed, Purpose.TARGETS).permutation(len(known))
        unique = drawn[np.bincount(content)[content[drawn]] == 1]
        if len(unique) < self.targets:
            raise ValueError(
                f"attribute: targets is {self.targets}, allowed are at most the {len(unique)} rows "
                f"that no other row equals in all columns but {self.column!r}"
            )
        return unique[: self.targets]
