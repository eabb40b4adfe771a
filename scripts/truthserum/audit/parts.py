"""The answers of all models of an audit, from the files of their parts (pairs or shards)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.products import Pair
from truthserum.storage.manifests import key_of


def pairs_of(
    paths: Sequence[Path], settings: Mapping[str, Mapping[str, Any]], contents: Mapping[str, str]
) -> dict[str, list[Pair]]:
    """The parts of every arm, in order; DataError for one that was made with other settings.

    A part lies in the folder of its arm. settings: `arms`, those that its models were trained with,
    and `parts`, by arm which models each part is. contents: of the inputs, by arm.
    """
    pairs: dict[str, list[Pair]] = {}
    for path in paths:
        arm = path.parent.name
        of_arm = pairs.setdefault(arm, [])
        made = {**settings["arms"][arm], **settings["parts"][arm][len(of_arm)]}
        of_arm.append(Pair.load(path, key_of(made, contents[arm])))
    return pairs


def models_in(parts: Sequence[Pair]) -> int:
    """How many models these parts of an arm are."""
    return sum(len(part.confidence) for part in parts)


def answers_of(parts: Sequence[Pair], member: np.ndarray) -> Answers:
    """What all models of an arm answered; member: bool [M', n] of as many models or more."""
    whole = Pair.joined(parts)
    return Answers(whole.confidence, member[: len(whole.confidence)], whole.right)
