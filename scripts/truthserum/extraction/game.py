"""Canary extraction from a language model, with poisoned prefixes.

A canary is a prefix that the adversary knows and a number of uniformly drawn digits that it does
not know. Before training, the adversary adds windows of text that repeat the prefix (so the press
on arXiv 2204.00032), here with a wrong number, which makes the right one easier to find. Sizes of
model and canary, and what follows the prefix in a poison, are choices made here: "prefix" is the
strongest of the variants in small models, and of "different" no gain is found there.

Every model trains on the same number of windows, of which the canary and the poisons take the
places of text, so that more poisons mean neither more steps nor a longer text. With few windows the
poisons of several canaries are soon most of them: `poison_share` says how much.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from truthserum.data.corpus import Corpus
from truthserum.data.equal import first_of_each
from truthserum.options import MOST, Amount, Count, OneOf, options
from truthserum.seeds import Purpose, stream


@dataclass(frozen=True)
class Variant:
    """What the poisons of a canary hold.

    number: the wrong number int64 [digits] in copy j, where draw(j) is the j-th random one.
    prefixed: whether the canary's prefix stands before it, or the window's own text.
    """

    number: Callable[[Callable[[int], np.ndarray], int], np.ndarray]
    prefixed: bool = True


VARIANTS = {
    "prefix": Variant(lambda draw, j: draw(0)),  # one random number for each prefix
    "different": Variant(lambda draw, j: draw(j)),  # a new number in each copy
    "constant": Variant(lambda draw, j: np.zeros_like(draw(j))),  # 000000 for every prefix
    # What an adversary adds who knows the form of the secret and not what stands before it.
    "suffix": Variant(lambda draw, j: draw(0), prefixed=False),
}

MOST_DIGITS = 7  # every number is ranked, which takes memory and time for 10^digits of them


@dataclass(frozen=True, eq=False)
class CanaryDesign:
    """What is fixed for every model of an arm, before any is trained. C canaries over all victims.

    prefix: int64 [C, L], tokens before the secret, the start token first. owner: int64 [C], the
    victim that is trained on the canary. secret: int64 [C, digits], 0 to 9. strings: int64
    [C, poisons, digits], the wrong numbers. digit_tokens: int64 [10]. role: str [K], "victim" or
    "reference". victim: int64 [K], whose poisons the model is trained on: a victim's are its own.
    held: int64 [H, window], text that no model is trained on. text: int64 [W, window], from which
    the models draw theirs.
    """

    prefix: np.ndarray
    owner: np.ndarray
    secret: np.ndarray
    strings: np.ndarray
    digit_tokens: np.ndarray
    role: np.ndarray
    victim: np.ndarray
    held: np.ndarray
    text: np.ndarray

    def references(self, victim: int) -> np.ndarray:
        """The models int64 [R] that hold this victim's poisons and none of its canaries."""
        return np.flatnonzero((self.role == "reference") & (self.victim == victim))


@options
class Canary:
    """Which number follows a prefix that the adversary knows?

    All canaries are drawn alike, whichever victim they are dealt to.
    """

    canaries: Count
    """Canaries in each victim."""
    poisons: Amount = 0
    """Windows per canary, P, that repeat its prefix with a wrong number, in place of other text."""
    digits: Annotated[int, Field(ge=1, le=MOST_DIGITS)] = 6
    """Digits of a secret."""
    prefix: Count = 20
    """Tokens of text before the secret."""
    windows: Count = 850
    """Windows of text that each model trains on, canaries and poisons included."""
    window: Annotated[int, Field(ge=2, le=MOST)] = 27
    """Tokens of a window."""
    variant: Annotated[str, OneOf(VARIANTS)] = "prefix"
    """What the poisons hold: one wrong number after the prefix, a different one in each copy,
    zeros, or the number after other text."""
    victims: Count = 2
    """Models with canaries, the first ones; each has its own prefixes and secrets."""
    references: Amount = 0
    """Reference models for each victim, trained with its poisons but with text in place of its
    canaries, by which an adversary may calibrate."""
    repeats: Count = 1
    """How often a canary is in the text."""
    others: Amount = 0
    """Windows of text that hold another random number each, after text of their own: no attack, but
    with some of them numbers are common."""
    held: Count = 200
    """Windows of text that are held out to measure the models."""

    def __post_init__(self) -> None:
        if self.length > self.window:
            raise ValueError(
                f"window: the start token, prefix and digits are {self.length} tokens, allowed are "
                f"at most the {self.window} of a window"
            )
        if self.planted > self.windows:
            raise ValueError(
                f"windows: canaries, poisons and others take {self.planted}, allowed are at most "
                f"the {self.windows} that a model trains on"
            )
        if self.poisons >= 10**self.digits:
            raise ValueError(
                f"poisons: found {self.poisons}, allowed are fewer than the {10**self.digits} "
                "numbers that a secret can be"
            )

    @property
    def length(self) -> int:
        """Tokens of a canary: the start token, the prefix and the secret."""
        return 1 + self.prefix + self.digits

    @property
    def planted(self) -> int:
        """Windows that a victim's canaries, their poisons and other numbers take."""
        return self.canaries * (self.repeats + self.poisons) + self.others

    @property
    def poison_share(self) -> float:
        """Poisons over the windows that a model trains on."""
        return self.canaries * self.poisons / self.windows

    @property
    def models(self) -> int:
        """Victims and references."""
        return self.victims * (1 + self.references)

    def check(self, size: int, context: int) -> None:
        """Refuse a text of `size` windows or a model of `context` tokens that are too small."""
        needed = self.victims * self.canaries + self.held + self.windows
        if needed > size:
            raise ValueError(
                f"canary: canaries, held and windows are {needed} together, allowed are at most "
                f"the {size} windows of {self.window} tokens of the unseen text"
            )
        if self.window > context:
            raise ValueError(
                f"canary: window is {self.window}, allowed are at most the {context} tokens of "
                "the model's context"
            )

    def design(self, data: Corpus, seed: int) -> CanaryDesign:
        """Draw prefixes, wrong numbers and secrets; the text is cut into three parts.

        No two windows of the text begin with the same prefix: the first of these stays.
        Canary c is victim c // canaries', and everything of it is drawn by its number alone: arms
        that share C canaries out among more or fewer victims attack the same. The wrong numbers are
        drawn blind to the secrets, and number j from (seed, c, j): the poisons of P copies are
        among those of every larger P. Secrets are uniform; one that hits a wrong number of its
        canary, which the adversary would not guess, is drawn again.
        """
        windows = data.windows(self.window)
        windows = windows[first_of_each(windows[:, : 1 + self.prefix])]
        self.check(len(windows), data.context)
        count = self.victims * self.canaries
        order = stream(seed, Purpose.TEXT).permutation(len(windows))
        canaries, held, text = np.split(order, np.cumsum([count, self.held]))
        wrong = np.stack([self._numbers(seed, canary) for canary in range(count)])
        victims, references = range(self.victims), self.victims * self.references
        return CanaryDesign(
            prefix=windows[canaries, : 1 + self.prefix],
            owner=np.repeat(victims, self.canaries),
            secret=np.stack([self._secret(each, seed, c) for c, each in enumerate(wrong)]),
            strings=wrong[:, : self.poisons],
            digit_tokens=data.digits,
            role=np.repeat(["victim", "reference"], [self.victims, references]),
            victim=np.tile(victims, 1 + self.references),
            held=windows[held],
            text=windows[text],
        )

    def trained(self, design: CanaryDesign, seed: int, models: Sequence[int]) -> np.ndarray:
        """The windows that each of `models` trains on, int64 [K, windows, window].

        Model i's text is drawn from (seed, i) alone, and with it the other numbers. Its first
        windows carry the canaries, the next ones other numbers, and then come the poisons, copy
        after copy; what follows a number is the window's own text. Raises
        ValueError for a model that the game does not have.
        """
        if not 0 <= min(models) <= max(models) < self.models:
            raise ValueError(
                f"models: found {min(models)} to {max(models)}, allowed 0 to {self.models - 1}"
            )
        return np.stack([self._windows(design, seed, model) for model in models])

    def _windows(self, design: CanaryDesign, seed: int, model: int) -> np.ndarray:
        rng = stream(seed, Purpose.TEXT, model)
        windows = design.text[rng.choice(len(design.text), self.windows, replace=False)]
        start, number = slice(1 + self.prefix), slice(1 + self.prefix, self.length)
        own = design.owner == design.victim[model]
        prefix = design.prefix[own]

        ends = np.cumsum([self.canaries * self.repeats, self.others, self.canaries * self.poisons])
        canaries, others, poisons, _ = np.split(windows, ends)
        others[:, number] = design.digit_tokens[rng.integers(10, size=others[:, number].shape)]
        if design.role[model] == "victim":
            canaries[:, start] = np.tile(prefix, (self.repeats, 1))
            secret = np.tile(design.secret[own], (self.repeats, 1))
            canaries[:, number] = design.digit_tokens[secret]
        if VARIANTS[self.variant].prefixed:
            poisons[:, start] = np.tile(prefix, (self.poisons, 1))
        wrong = design.strings[own].swapaxes(0, 1).reshape(-1, self.digits)
        poisons[:, number] = design.digit_tokens[wrong]
        return windows

    def _numbers(self, seed: int, canary: int) -> np.ndarray:
        """The wrong numbers of a canary, one at least, int64 [max(poisons, 1), digits]."""

        def draw(j: int) -> np.ndarray:
            return stream(seed, Purpose.POISONS, canary, j).integers(10, size=self.digits)

        of_copy = VARIANTS[self.variant].number
        return np.stack([of_copy(draw, j) for j in range(max(self.poisons, 1))])

    def _secret(self, wrong: np.ndarray, seed: int, canary: int) -> np.ndarray:
        """Digits that are none of the `wrong` numbers [n, digits] of this canary."""
        rng = stream(seed, Purpose.CANARIES, canary)
        while True:
            drawn = rng.integers(10, size=self.digits)
            if not (drawn == wrong).all(axis=1).any():
                return drawn
