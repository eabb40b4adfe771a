"""Whether a reconstruction tells its target from the targets of other models, as a ROC curve."""

import pandas as pd

from truthserum.plots import roc
from truthserum.plots.tables import Spec, Tables, select
from truthserum.reconstruction.figures.shared import VIEW, named

NEEDS = ("roc",)

draw, panel = roc.draw, roc.panel


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Points of the curves: the attack in each arm, and the baseline in the reference arm."""
    rows = select(tables["roc"], mode=spec.mode, group=VIEW)
    arms = select(rows, attack=spec.attack).assign(curve="arm")
    reference = rows[(rows["arm"] == spec.reference) & (rows["attack"] == spec.baseline_attack)]
    reference = named(reference.assign(curve="baseline"), spec.baseline_attack)
    return pd.concat([arms, reference], ignore_index=True)[roc.COLUMNS]
