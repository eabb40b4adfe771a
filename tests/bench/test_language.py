import json
import runpy
import sys
from pathlib import Path

import numpy as np
import torch
from rounding import RATIOS, rounding

import bench_language
from truthserum.bench import language
from truthserum.extraction.gpt import Gpt
from truthserum.extraction.recipe import Recipe
from truthserum.training.device import choose

torch.set_num_threads(1)


def test_the_stack_computes_what_its_models_do():
    """Clipping, decay and the falling rate included."""
    nets = [Gpt(layers=2, width=8, heads=2, context=10).build(20) for _ in range(3)]
    for k, net in enumerate(nets):
        net.reset(np.random.default_rng(k))
    stack = language.Stack(nets)
    windows = np.random.default_rng(0).integers(0, 20, (3, 12, 10))
    recipe = Recipe(epochs=2, batch=4, lr=0.03, clip=0.1, weight_decay=0.1)
    device = choose("cpu", "float32")
    language.singly(nets, windows, recipe, device)
    language.in_lockstep(stack, windows, recipe, device)
    for k, net in enumerate(nets):
        for name, value in net.named_parameters():
            if not name.endswith("attend.bias"):  # that of the keys has no gradient but noise
                found = stack.get_parameter(name.replace(".", "_"))[k]
                assert torch.allclose(found, value, atol=rounding(6, RATIOS)), name


def test_the_program_writes_what_it_measured(tmp_path, monkeypatch):
    settings = {
        "model": {"gpt": {"layers": 1, "width": 8, "heads": 2, "context": 10}},
        "recipe": {"epochs": 1, "batch": 4, "lr": 0.01},
        "vocabulary": 20,
        "windows": 8,
        "window": 10,
        "stack": 2,
        "precision": "float32",
    }
    program, output = Path(bench_language.__file__), tmp_path / "language.json"
    words = [str(program), "--settings", json.dumps(settings), "--output", str(output)]
    monkeypatch.setattr(sys, "argv", words)
    runpy.run_path(str(program), run_name="__main__")
    singly, stacked, ratio = json.loads(output.read_text())
    assert singly["name"] == "one at a time, float32"
    assert stacked["name"] == "stack of 2, float32"
    rates = zip(singly["values"], stacked["values"], ratio["values"], strict=True)
    assert all(abs(two / one - times) < 1e-9 * times for one, two, times in rates)
