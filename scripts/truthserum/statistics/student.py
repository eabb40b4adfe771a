"""The mean of what independent models gave, with Student's interval."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit


def mean_interval(values: pd.Series) -> dict[str, float]:
    """The mean of n `models`, with its 95 % interval: value, low, high; not a number for one."""
    count, mean = len(values), values.mean()
    half = stdtrit(count - 1, 0.975) * values.std() / np.sqrt(count)
    return {"value": mean, "low": mean - half, "high": mean + half, "models": count}
