"""Multiplications a core-second of one process that trains: what plans fall back on."""

import time

import numpy as np

from truthserum.bench.stacked import training
from truthserum.data.images import Images
from truthserum.models.cnn import Cnn
from truthserum.models.size import size_of
from truthserum.training.device import choose
from truthserum.training.lockstep import Task
from truthserum.training.recipe import Recipe
from truthserum.work import BACKWARD

ARCHITECTURE, SHAPE, CLASSES = Cnn(width=16), (1, 28, 28), 10
RECORDS, STACK = 2048, 8


def multiplications(precision: str, records: int = RECORDS) -> float:
    """Of the laptop scale's network, each second of the processor: a stack on made-up images."""
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (records, *SHAPE), dtype=np.uint8), np.arange(records) % CLASSES
    data = Images(x, y, x[:1], y[:1], CLASSES)
    task = Task(ARCHITECTURE, Recipe(epochs=1, batch=64, lr=0.1), CLASSES, seed=0)
    work = training(0, task, data, STACK, choose("cpu", precision))
    work()  # what is made once is made
    start = time.process_time()
    seen = work()
    size = size_of(ARCHITECTURE, SHAPE, CLASSES)
    assert size is not None
    return BACKWARD * size.products * seen / (time.process_time() - start)
