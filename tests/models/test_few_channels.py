"""A convolution of one model with few channels, whose kernel has one pixel and a stride.

Left to oneDNN, its backward pass writes beyond its workspace (uxlfoundation/oneDNN#6035): below 8
channels in AVX2, and below 16 in AVX-512 where an image is passed over in parts. This ends the
process sooner or later; so it is one of its own, of a size at which it is sooner.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import truthserum

PROGRAM = """
import sys
import torch
from truthserum.models.layers import Conv

torch.set_num_threads(1)
inputs, side = map(int, sys.argv[1:])
generator = torch.Generator().manual_seed(0)
layer = Conv(1, inputs, 8, 1, stride=2)
layer.weight.data = torch.randn(layer.weight.shape, generator=generator)
x = torch.randn(4, inputs, side, side, generator=generator)
images = x.contiguous(memory_format=torch.channels_last).requires_grad_()
for _ in range(10):
    layer.weight.grad = images.grad = None
    layer(images).square().sum().backward()

exact, weight = x.double().requires_grad_(), layer.weight.detach().double().requires_grad_()
product = torch.einsum("bihw,oi->bohw", exact[:, :, ::2, ::2], weight[0, :, :, 0, 0])
product.square().sum().backward()
for found, expected in ((layer.weight.grad, weight.grad), (images.grad, exact.grad)):
    assert (found - expected).abs().max() < 1e-5 * expected.abs().max()
"""


@pytest.mark.parametrize(
    ("instructions", "inputs", "side"), [("AVX2", 2, 64), ("AVX2", 4, 8), ("AVX512_CORE", 12, 64)]
)
def test_the_backward_pass_stays_within_its_memory(instructions, inputs, side):
    library = Path(truthserum.__file__).parents[1]
    told = {"ONEDNN_MAX_CPU_ISA": instructions, "PYTHONPATH": str(library)}
    words = [sys.executable, "-c", PROGRAM, str(inputs), str(side)]
    done = subprocess.run(words, env=os.environ | told, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"ended with {done.returncode}\n{done.stdout}{done.stderr}"
