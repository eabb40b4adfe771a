"""The table of label-only decisions over the arms of an experiment, which sweeps copies.

docs/tables.md describes its columns.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from truthserum.inference.attacks.label_only import adaptive
from truthserum.seeds import Purpose, stream
from truthserum.statistics.paired import difference
from truthserum.statistics.scales import angle
from truthserum.statistics.verdicts import NAMES, verdicts
from truthserum.storage.arrays import under

ADAPTIVE = "adaptive"


def label_only(
    copies: Sequence[int], arms: Sequence[Mapping[str, np.ndarray]], seed: int, draws: int
) -> pd.DataFrame:
    """Rates of each number of copies and of the adaptive choice, in every mode.

    copies: ascending; arms: what is seen of the models of each, the arrays of `signals.npz`. The
    draws are the same for all. ValueError unless the arms have the same models, targets and
    secrets, and the copies ascend.
    """
    if list(copies) != sorted(set(copies)):
        raise ValueError(f"copies: found {list(copies)}, allowed are ascending numbers")
    for count, arm in zip(copies, arms, strict=True):
        for key in ("member", "target", "label"):
            if not np.array_equal(arm[key], arms[0][key]):
                raise ValueError(
                    f"{key} (copies {count}): found another than with {copies[0]} copies, allowed "
                    "is the same in all arms"
                )
    modes = sorted(under(arms[0], "label"))
    frames = [_of_mode(copies, arms, mode, seed, draws).assign(mode=mode) for mode in modes]
    return pd.concat(frames, ignore_index=True)


def _of_mode(
    copies: Sequence[int],
    arms: Sequence[Mapping[str, np.ndarray]],
    mode: str,
    seed: int,
    draws: int,
) -> pd.DataFrame:
    at = arms[0]["target"]
    member, label = arms[0]["member"][:, at], arms[0]["label"][at]
    signals = np.array([arm[f"signals.{mode}"][:, at, 0] for arm in arms])
    accepted = np.array([arm[f"label.{mode}"][:, at] == label for arm in arms])
    needed, chosen = adaptive(signals, accepted, member)

    def found(said: np.ndarray) -> dict:
        return verdicts(said, member, stream(seed, Purpose.BOOTSTRAP), draws)

    best = found(chosen)
    rows = []
    for index, (count, fixed) in enumerate(
        [*zip(copies, map(found, accepted), strict=True), (ADAPTIVE, best)]
    ):
        for name in NAMES:
            gain = difference(best[name], fixed[name], angle)
            rows.append(
                {
                    "copies": count,
                    "measure": name,
                    **fixed[name].ends,
                    "gain": gain.value,
                    "gain_low": gain.low,
                    "gain_high": gain.high,
                    "chosen": (needed == index).mean() if count != ADAPTIVE else np.nan,
                    "positives": int(member.sum()),
                    "negatives": int((~member).sum()),
                }
            )
    return pd.DataFrame(rows)
