"""Products that are summed change by change; as part of training in test_informed.py."""

import torch
from rounding import rounding

from truthserum.reconstruction.engine.products import LEVELS, Differences, Float32, Recorder, _Sum


def test_rounding_to_bfloat16_adds_up_to_the_rounding_of_the_last_change():
    generator = torch.Generator().manual_seed(4)
    pixels = torch.randint(0, 256, (30, 12), generator=generator).float()
    total, factor, start = _Sum(pixels), torch.zeros(2, 5, 30), torch.zeros(1)
    for size in (1.0, 0.1, 0.01, 0.001):
        change = torch.randn(2, 5, 30, generator=generator) * size
        factor, moved = factor + change, torch.empty(2, 5, 30)
        product = total.follow(factor, start, torch.zeros(1, 5, 12), moved)
        assert torch.equal(moved, moved.bfloat16().float())
        exact = factor.double() @ pixels.double() / LEVELS
        # half of the last of 8 bits, of a change and of what the one before has left
        bound = 2**-8 * 1.1 * change.double().abs() @ pixels.double() / LEVELS + 1e-5
        assert ((product - exact).abs() <= bound).all()
    assert (product - exact).abs().max() > 0


def test_a_model_as_recorded_has_the_recorded_products():
    """And one that differs in a step gets that much more, in both directions."""
    generator = torch.Generator().manual_seed(5)
    x = torch.randint(0, 256, (16, 6), generator=generator) / LEVELS
    steps = [
        (torch.randn(1, 3, 6, generator=generator), torch.randn(1, 3, 16, generator=generator))
        for _ in range(4)
    ]
    recorder = Recorder()
    for step, (weight, errors) in enumerate(steps):
        recorder.forward(step, weight, x)
        recorder.backward(step, errors, x)
    stack, plain = Differences(recorder)(), Float32()
    more = torch.tensor([0.0, 0.5])[:, None, None]  # the second of two models is elsewhere
    for step, (weight, errors) in enumerate(steps):
        for found, expected in (
            (stack.forward(step, weight + more, x), plain.forward(step, weight + more, x)),
            (stack.backward(step, errors + more, x), plain.backward(step, errors + more, x)),
        ):
            torch.testing.assert_close(found, expected, rtol=rounding(), atol=rounding())
