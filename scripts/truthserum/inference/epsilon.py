"""The table of epsilons from below and from above. docs/tables.md describes its columns."""

from collections.abc import Mapping
from dataclasses import asdict, fields

import numpy as np
import pandas as pd

from truthserum.inference.attacks.base import Attack, Evidence
from truthserum.inference.attacks.lower_bound import LowerBound, lower_bound

DELTA = 1e-5  # where nothing is promised, as it is where something is
COLUMNS = ["attack", *(field.name for field in fields(LowerBound)), "delta", "upper"]


def lower_bounds(
    evidence: Evidence, attacks: Mapping[str, Attack], pool: int, epsilon: float, delta: float
) -> pd.DataFrame:
    """What each attack proves of the epsilon of training, beside what is promised.

    evidence: on the targets, of models of which 2k and 2k + 1 hold complementary halves of `pool`
    points. epsilon, delta: promised where one record is replaced; not numbers if nothing is. No
    rows with fewer than four pairs of models.
    """
    delta = DELTA if np.isnan(delta) else delta
    found = {name: lower_bound(attack, evidence, pool, delta) for name, attack in attacks.items()}
    rows = [
        {"attack": name, **asdict(bound), "delta": delta, "upper": epsilon}
        for name, bound in found.items()
        if bound
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
