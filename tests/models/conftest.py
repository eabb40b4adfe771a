"""The oracles of the stacks: the networks one model each, with torch's own layers."""

from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from truthserum.models.cnn import Cnn
from truthserum.models.layers import Layer, initialise
from truthserum.models.mlp import Mlp
from truthserum.models.wrn import WideResNet

torch.set_num_threads(1)
CLASSES = 5


class Same(nn.Conv2d):
    """A convolution with the padding that the formula of "SAME" gives for the image at hand."""

    def forward(self, x):
        kernel, stride, edges = self.kernel_size[0], self.stride[0], []
        for side in (x.shape[3], x.shape[2]):
            total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
            edges += [total // 2, total - total // 2]
        return super().forward(F.pad(x, edges))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.norm_1 = nn.BatchNorm2d(inputs)
        self.conv_1 = Same(inputs, outputs, 3, stride, bias=False)
        self.norm_2 = nn.BatchNorm2d(outputs)
        self.conv_2 = Same(outputs, outputs, 3, bias=False)
        same = inputs == outputs and stride == 1
        self.projection = None if same else Same(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        activated = self.norm_1(x).relu()
        y = self.conv_2(self.norm_2(self.conv_1(activated)).relu())
        return y + (x if self.projection is None else self.projection(activated))


class PixelsThenChannels(nn.Module):
    """[B, C, H, W] -> [B, H * W * C], the order of a stack's head."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def plain_mlp(architecture, shape):
    sizes = [int(np.prod(shape)), *architecture.widths]
    layers = [nn.Flatten()]
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], CLASSES))


def plain_cnn(architecture, shape):
    channels, height, width = shape
    layers = []
    for block in range(architecture.depth):
        outputs = architecture.width * 2**block
        biased = not architecture.normalise
        layers.append(nn.Conv2d(channels, outputs, 3, stride=2, padding=1, bias=biased))
        layers += [] if biased else [nn.BatchNorm2d(outputs)]
        layers.append(nn.ELU() if architecture.activation == "elu" else nn.ReLU())
        channels, height, width = outputs, (height + 1) // 2, (width + 1) // 2
    head = nn.Linear(height * width * channels, CLASSES)
    return nn.Sequential(*layers, PixelsThenChannels(), head)


def plain_wrn(architecture, shape):
    inputs = architecture.stem
    layers = [Same(shape[0], inputs, 3, bias=False)]
    for group in range(3):
        outputs = architecture.stem * architecture.width * 2**group
        for block in range((architecture.depth - 4) // 6):
            layers.append(Block(inputs, outputs, 2 if group > 0 and block == 0 else 1))
            inputs = outputs
    pooled = [nn.BatchNorm2d(inputs), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, *pooled, nn.Linear(inputs, CLASSES))


CASES = {
    "mlp": (Mlp((7, 6)), plain_mlp, (2, 4, 4)),
    "cnn": (Cnn(width=4, depth=3), plain_cnn, (2, 10, 9)),
    "biased": (Cnn(width=4, depth=3, activation="elu", normalise=False), plain_cnn, (2, 10, 9)),
    "wrn": (WideResNet(depth=10, width=1, stem=4), plain_wrn, (3, 8, 8)),
}


def tensors(net):
    """The parameters and running statistics of the layers of a net, in order."""
    for layer in net.modules():
        if isinstance(layer, (Layer, nn.Conv2d, nn.Linear, nn.BatchNorm2d)):
            yield from layer.parameters(recurse=False)
            yield from (b for b in layer.buffers(recurse=False) if b.ndim)  # torch counts batches


def as_ours(tensor):
    """A tensor of a plain net, in the layout of a stack: torch keeps dense kernels transposed."""
    return tensor.T if tensor.ndim == 2 else tensor


class Pair:
    """A stack of three models, and three plain networks with the same weights."""

    models = 3

    def __init__(self, architecture, plain, shape):
        self.shape = shape
        self.stack = architecture.build(self.models, shape, CLASSES)
        initialise(self.stack, [np.random.default_rng(k) for k in range(self.models)])
        self.plain = [plain(architecture, shape) for _ in range(self.models)]
        for k, net in enumerate(self.plain):
            for ours, theirs in zip(tensors(self.stack), tensors(net), strict=True):
                as_ours(theirs.data).copy_(ours[k])

    def batches(self, count, size=6):
        """Images [count, K, B, C, H, W] and labels [count, K, B]."""
        rng = torch.Generator().manual_seed(1)
        x = torch.randn((count, self.models, size, *self.shape), generator=rng)
        return x, torch.randint(CLASSES, (count, self.models, size), generator=rng)

    def both(self, read):
        """[(tensor of the stack for model k, the same of the plain net)] of what `read` returns."""
        return [
            (read(ours)[k], as_ours(read(theirs)))
            for k, net in enumerate(self.plain)
            for ours, theirs in zip(tensors(self.stack), tensors(net), strict=True)
        ]


@pytest.fixture(params=CASES)
def pair(request):
    return Pair(*CASES[request.param])
