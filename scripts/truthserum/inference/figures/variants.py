"""What named variants of an experiment, each with several options changed, do to the attack."""

import pandas as pd

from truthserum.inference.figures import measures
from truthserum.plots.tables import Spec, Tables

NEEDS = ("metrics",)
MEASURES = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "auc")

draw = measures.draw


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Two rates and the AUC of the attack on the targets, for each variant."""
    return measures.table(tables, spec, MEASURES)
