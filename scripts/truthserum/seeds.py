"""Everything random, from one seed.

Each random thing has its own stream, spawned from (seed, purpose, index): model i's secrets,
initial weights, batch order and augmentation depend on (experiment seed, i) alone, never on how
many models, shards, stacks or cores there are (numpy.random.SeedSequence, `spawn_key`).
"""

import zlib
from enum import IntEnum
from typing import SupportsInt

import numpy as np


class Purpose(IntEnum):
    """What a stream is for. The numbers are part of the results: never renumber."""

    TARGETS = 0
    WRONG_LABELS = 1
    SECRETS = 2
    WEIGHTS = 3
    ORDER = 4
    AUGMENTATION = 5
    POISONS = 6
    BOOTSTRAP = 7
    VALUES = 8
    NOISE = 9
    CANARIES = 10
    TEXT = 11
    RECONSTRUCTOR = 12
    PRIOR = 13


def experiment_seed(seed: int, experiment: str) -> int:
    """The 64-bit seed of one experiment: its name mixed into the configured seed.

    All arms and all scales of an experiment share it, so that they are compared pairwise.
    """
    words = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(experiment.encode()),))
    return int(words.generate_state(1, np.uint64)[0])


def audit_seed(seed: int) -> int:
    """That of an audit, of the configured seed alone.

    Audits of the same data throw the same coins, whatever they are called, and are compared
    pairwise.
    """
    return experiment_seed(seed, "audit")


def stream(seed: int, purpose: Purpose, *index: SupportsInt) -> np.random.Generator:
    """An independent generator for `purpose` and the integers of `index`."""
    key = (int(purpose), *(int(i) for i in index))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
