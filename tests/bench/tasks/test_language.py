import pytest
import torch

from truthserum.bench.tasks.language import Language

torch.set_num_threads(1)


def test_both_ways_are_timed_and_compared(measured):
    model = {"gpt": {"layers": 1, "width": 8, "heads": 2, "context": 10}}
    recipe = {"epochs": 1, "batch": 4, "lr": 0.01}
    found = measured(Language(model, recipe, vocabulary=20, windows=8, window=10, stack=2))
    singly, stacked = found["one at a time, float32"], found["stack of 2, float32"]
    ratios = [two / one for one, two in zip(singly, stacked, strict=True)]
    assert found["stack over one at a time"] == pytest.approx(ratios)
