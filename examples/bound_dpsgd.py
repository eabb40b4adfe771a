"""What a run of DP-SGD promises: its epsilon, and how often anybody can tell a record among few.

PYTHONPATH=scripts python examples/bound_dpsgd.py

The bound holds for an adversary who knows all other records and sees every noisy step.
"""

import numpy as np

from truthserum.privacy.accounting import renyi_epsilon, tight_epsilon, trade_off
from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.privacy.priors import Finite

RECORDS, BATCH, EPOCHS, DELTA, CANDIDATES = 60_000, 256, 15, 1e-5, 8

run = DPSGD(
    noise_multiplier=1.1,
    steps=EPOCHS * RECORDS // BATCH,
    rate=BATCH / RECORDS,
    adjacency=Adjacency.ADD_REMOVE,
)
print(f"epsilon   {tight_epsilon(run, DELTA):.3f} at delta {DELTA:g}, for one record more or less")
print(f"Renyi     {renyi_epsilon(run, DELTA):.3f}, which most publications print")

blind = Finite(CANDIDATES).log_kappa()  # a guess that never saw the model
bound = trade_off(run, np.linspace(0, 4, 41)).log_success(blind)
print(f"blind     {np.exp(blind):.3f}, success of a guess among {CANDIDATES} candidates")
print(f"bound     {np.exp(bound):.3f}, success of the best attack")
