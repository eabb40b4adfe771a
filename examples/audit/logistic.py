"""A train function as an audit takes it: logistic regression of a table with text columns."""

import numpy as np
import pandas as pd


def train(x, y, seed, *, penalty=0.01, steps=8):
    """Fit by Newton's method, without chance; returns predict(x) -> probabilities [n, 2]."""
    columns = encoded(x).columns

    def features(rows):
        numbers = encoded(rows).reindex(columns=columns, fill_value=0).to_numpy(float)
        return np.column_stack([np.ones(len(rows)), (numbers - centre) / scale])

    numbers = encoded(x).to_numpy(float)
    centre, scale = numbers.mean(axis=0), numbers.std(axis=0) + 1e-6
    design, weights = features(x), np.zeros(len(columns) + 1)
    for _ in range(steps):
        p = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (p - y) + penalty * weights
        curve = (design * (p * (1 - p))[:, None]).T @ design + penalty * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)

    def predict(rows):
        p = 1 / (1 + np.exp(-np.clip(features(rows) @ weights, -30, 30)))
        return np.column_stack([1 - p, p])

    return predict


def encoded(rows):
    """Numbers as they are, words as indicators."""
    return pd.get_dummies(rows, dummy_na=True)
