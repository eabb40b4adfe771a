import numpy as np
import torch
from rounding import RATIOS, rounding

from truthserum.bench import language
from truthserum.extraction.models.gpt import Gpt
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
