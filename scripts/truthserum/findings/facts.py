"""What is known of the models of an arm themselves, in rows like those of metrics.csv."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

# Columns of models.csv: of accuracies, and of the shares of a model's training set that are poison.
FACTS = ("test_accuracy", "poison_share", "target_share")


def of_models(models: pd.DataFrame) -> pd.DataFrame:
    """The means of `FACTS` over the models of each role, with the columns of metrics.csv.

    models: the table models.csv of an arm, with or without a column `role` ("all", if without).
    Intervals are those of Student over the models, which share their test records. attack is
    "none", group "models", mode the role; `positives` counts the models. No rows for what is not in
    the table, or known of a single model.
    """
    rows = []
    for fact in FACTS:
        if fact not in models:
            continue
        known = models.dropna(subset=fact)
        roles = known["role"] if "role" in known else pd.Series("all", known.index)
        for role, values in known[fact].groupby(roles):
            count, mean = len(values), values.mean()
            if count > 1:
                half = stdtrit(count - 1, 0.975) * values.std() / np.sqrt(count)
                rows.append((role, fact, mean, mean - half, mean + half, count))
    columns = ["mode", "measure", "value", "low", "high", "positives"]
    return pd.DataFrame(rows, columns=columns).assign(
        attack="none", group="models", negatives=0, resolved=True
    )
