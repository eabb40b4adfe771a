"""Products that are summed change by change; as part of training in test_informed.py."""

import pytest
import torch
from rounding import rounding

from truthserum.reconstruction.engine.products import (
    LEVELS,
    Differences,
    Float32,
    OneDnn,
    Recorder,
    _Sum,
    fastest,
)

SHAPES = (48, 20), (48, 20), (4, 48, 20)  # of pixels: rows and inputs, and those of each model


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


@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="torch without oneDNN")
def test_onednn_has_the_same_products_whatever_the_pixels_are():
    """The same of all steps, others in the next one, or of each model by itself."""
    generator = torch.Generator().manual_seed(6)
    same, other, own = (torch.rand(*shape, generator=generator) for shape in SHAPES)
    one, two = OneDnn(), Float32()
    for step, x in enumerate((same, same, other, own, same)):
        weight = torch.randn(4, 3, x.shape[-1], generator=generator)
        errors = torch.randn(4, 3, x.shape[-2], generator=generator)
        for found, expected in (
            (one.forward(step, weight, x), two.forward(step, weight, x)),
            (one.backward(step, errors, x), two.backward(step, errors, x)),
        ):
            assert found.shape == expected.shape
            bound = rounding() * x.shape[-2] * x.abs().max()
            torch.testing.assert_close(found, expected, rtol=0, atol=float(bound))


def test_a_device_without_onednn_takes_torchs_products(monkeypatch):
    assert fastest(torch.device("cuda")) is Float32
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    assert fastest(torch.device("cpu")) is Float32
