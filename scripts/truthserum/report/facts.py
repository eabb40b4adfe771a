"""What is known of the models of an arm themselves, in rows like those of metrics.csv."""

import numpy as np
import pandas as pd
from scipy.stats import t


def of_models(models: pd.DataFrame) -> pd.DataFrame:
    """The mean test accuracy of the models of each role, with the columns of metrics.csv.

    models: the table models.csv of an arm, with or without a column `role` ("all", if without). Its
    interval is that of Student over the models, which share their test records. attack is "none",
    group "models", mode the role; `positives` counts the models. No rows for models that are not
    tested, or for one alone.
    """
    rows = []
    if "test_accuracy" in models:
        tested = models.dropna(subset="test_accuracy")
        roles = tested["role"] if "role" in tested else pd.Series("all", tested.index)
        for role, accuracy in tested["test_accuracy"].groupby(roles):
            count = len(accuracy)
            if count > 1:
                half = t.ppf(0.975, count - 1) * accuracy.std() / np.sqrt(count)
                mean = accuracy.mean()
                rows.append((role, mean, mean - half, mean + half, count))
    return pd.DataFrame(rows, columns=["mode", "value", "low", "high", "positives"]).assign(
        attack="none", group="models", measure="test_accuracy", negatives=0, resolved=True
    )
