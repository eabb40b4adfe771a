"""What the other columns say of a secret one, to somebody who has seen no model."""

import numpy as np

from truthserum.data.tabular import Encoding, Table, categorical
from truthserum.models.glm import Glm, fit

# Of the weights, beside the sum of the losses: keeps values finite that the public rows lack.
PENALTY = 1.0
TOLERANCE = 1e-3  # of the gradient of that sum


def log_posterior(table: Table, name: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Log probability of each of the V levels of a column, given all others and the class.

    By multinomial logistic regression on the public rows, the test part of the table. x: rows
    float32 [n, C], of which column `name` is ignored; y: int64 [n]. Returns float64 [n, V].

    Raises ValueError if the column is not categorical.
    """
    levels = len(table.columns[categorical(table.columns, name)].levels)
    encoding = Encoding.of(table)
    secret = np.r_[encoding.slices[name]]

    def known(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
        features = np.delete(encoding.encode(rows).astype(np.float64), secret, axis=1)
        return np.column_stack([features, np.eye(table.classes)[labels]])

    glm = Glm("multinomial", PENALTY)
    values = encoding.encode(table.test_x)[:, secret].argmax(axis=1)
    public = known(table.test_x, table.test_y)
    theta = fit(glm, public, glm.encode(values, levels), TOLERANCE).theta
    return np.log(np.maximum(glm.mean(theta, known(x, y)), np.finfo(float).tiny))
