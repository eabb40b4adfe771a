"""What is known of the models of an arm themselves, in rows like those of metrics.csv."""

import pandas as pd

from truthserum.statistics.means import mean_interval

# Columns of models.csv: accuracies, and the shares of a model's training set that are poison.
FACTS = ("test_accuracy", "poison_accuracy", "poison_share", "target_share")


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
        rows += [
            {"mode": role, "measure": fact} | mean_interval(values)
            for role, values in known[fact].groupby(roles)
            if len(values) > 1
        ]
    columns = ["mode", "measure", "value", "low", "high", "models"]
    return (
        pd.DataFrame(rows, columns=columns)
        .rename(columns={"models": "positives"})
        .assign(attack="none", group="models", negatives=0, resolved=True)
    )
