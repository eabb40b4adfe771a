"""Read the one unknown record off the weights of a logistic regression, in closed form.

PYTHONPATH=scripts python examples/invert_regression.py

The adversary knows the weights, the penalty and all records but one (arXiv 2201.04845, Theorem 1).
"""

import numpy as np

from truthserum.closed_form.attack import reconstruct
from truthserum.models.glm import Glm, fit

RECORDS, FEATURES = 200, 10

rng = np.random.default_rng(0)
x = rng.random((RECORDS, FEATURES))  # [n, p]
y = (x[:, :1] + 0.3 * rng.normal(size=(RECORDS, 1)) > 0.5) * 1.0  # [n, 1]

glm = Glm("logistic", penalty=1.0)
theta = fit(glm, x, y).theta  # what is published: [p + 1, 1]

secret, *_ = x
found = reconstruct(glm, theta, x[1:], y[1:])  # from all the others

print(f"label     {found.y.item():.6f}, true {y[0].item():.0f}")
print(f"residual  {found.residual.item():.6f}")
print(f"error     {np.abs(found.x - secret).max():.1e}, the largest of {FEATURES} features")

rounded = reconstruct(glm, theta.round(3), x[1:], y[1:])
print(f"rounded   {np.abs(rounded.x - secret).max():.1e}, from weights of three decimals")
