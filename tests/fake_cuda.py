"""A CUDA device that is not there: tensors with a shape, a type and a place, and no numbers.

What meets an array on the wrong device raises as on a real one. Autograd's backward pass needs a
real device and is replaced by gradients of zeros; what comes back to numpy is ones; a graph that is
captured is not replayed.
"""

from contextlib import ExitStack, contextmanager
from unittest import mock

import numpy as np
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode


def _convert(self, fn, recurse=True):
    """As `nn.Module._apply`, which cannot put fake tensors in place of others."""
    for module in self.modules():
        for name, value in module._parameters.items():
            if value is not None:
                module._parameters[name] = nn.Parameter(fn(value.detach()), value.requires_grad)
        for name, value in module._buffers.items():
            if value is not None:
                module._buffers[name] = fn(value)
    return self


def _leaves(loss):
    """The parameters that a loss was computed from."""
    waiting, seen = [loss.grad_fn], set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            yield node.variable
        waiting += [before for before, _ in node.next_functions]


def _backward(self, *_, **__):
    for leaf in _leaves(self):
        leaf.grad = torch.zeros_like(leaf)


def _grad(outputs, inputs, *_, **__):
    return tuple(torch.zeros_like(each) for each in inputs)


def _numpy(self, *_, **__):
    assert self.device.type == "cpu", f"found {self.device}, allowed is the CPU"
    assert self.dtype != torch.bfloat16
    return np.ones(tuple(self.shape), str(self.dtype).removeprefix("torch."))


def _nonzero(self, as_tuple):
    """As if nothing were zero."""
    assert as_tuple
    return torch.unravel_index(torch.arange(self.numel(), device=self.device), self.shape)


class _Generator(torch.Generator):
    """Of the CPU: one of CUDA needs a device."""

    def __new__(cls, device="cpu"):
        return super().__new__(cls, "cpu")


def _fused_sgd(parameters, gradients, buffers, **_):
    """In place of `torch._fused_sgd_`, which nobody has told what it does to shapes."""
    for parts in zip(parameters, gradients, buffers or parameters, strict=True):
        assert len({(part.device, part.dtype, part.shape) for part in parts}) == 1


@contextmanager
def fake_cuda():
    """Let the block compute on tensors that are none."""
    with ExitStack() as stack:
        for place, name, other in (
            (nn.Module, "_apply", _convert),
            (torch.Tensor, "backward", _backward),
            (torch.autograd, "grad", _grad),
            (torch, "_fused_sgd_", _fused_sgd),
            (torch, "Generator", _Generator),
            (torch.Tensor, "numpy", _numpy),
            (torch.Tensor, "nonzero", _nonzero),
            (FakeTensorMode, "__deepcopy__", lambda self, memo: self),
            (torch.Tensor, "item", lambda self: 1),
            (torch.Tensor, "__float__", lambda self: 1.0),
            (torch.Tensor, "__int__", lambda self: 1),
            (torch.Tensor, "__index__", lambda self: 1),
            (torch.Tensor, "__bool__", lambda self: False),
            (torch.Tensor, "tolist", lambda self: _numpy(self).tolist()),
        ):
            stack.enter_context(mock.patch.object(place, name, other, create=True))
        graphs = ("Stream", "stream", "current_stream", "synchronize", "CUDAGraph", "graph")
        stack.enter_context(
            mock.patch.multiple(torch.cuda, **{name: mock.MagicMock() for name in graphs})
        )
        stack.enter_context(FakeTensorMode())
        yield
