"""Membership inference by LiRA, from two arrays: what each model says, and what it was trained on.

PYTHONPATH=scripts python examples/lira.py

Models 2k and 2k + 1 hold complementary halves of the points, and a model's own pair is never among
its shadow models. The signals are made up: members have a higher logit-scaled confidence.
"""

import numpy as np

from truthserum.inference.attacks.base import Evidence
from truthserum.inference.attacks.lira import Lira
from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.measures import measure

MODELS, POINTS, GAP = 32, 400, 1.5

rng = np.random.default_rng(0)
half = rng.random((MODELS // 2, POINTS)) < 0.5
member = np.stack([half, ~half], axis=1).reshape(MODELS, POINTS)  # [M, P]
hardness = rng.normal(size=POINTS)  # some points are hard to fit for every model
signals = hardness + GAP * member + rng.normal(size=(MODELS, POINTS))  # [M, P]

evidence = Evidence.without_population(signals[..., None], member)  # one query: [M, P, 1]
scores = Lira(variance="shrunk", centre="mean").score(evidence)  # [M, P]

units, blocks = pairs(MODELS), np.arange(POINTS)  # what the bootstrap draws
for found in measure(scores, member, rng, units=units, blocks=blocks, levels=(0.01,)):
    print(f"{found.name:22} {found}")  # the value and its 95 % interval
