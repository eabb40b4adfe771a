"""The first layer's products with the fixed set: nearly all of the work."""

import torch


class Float32:
    """Both products of K models with the fixed set in float32: one product each.

    Where x is [N, U], the same for all models, [K, w, U] and [K, w, N] count as matrices of K w
    rows; where it is [K, N, U], each model has a product of its own.
    """

    dtype = torch.float32

    def forward(self, step, weight, x, out):
        """Write into `out` [K, w, N] the outputs of the weights [K, w, U]."""
        torch.matmul(weight, x.mT, out=out)

    def backward(self, step, errors, x, out):
        """Add to `out` [K, w, U] the gradient from the errors [K, w, N], which may be lost."""
        if x.ndim == 2:
            out.flatten(0, 1).addmm_(errors.flatten(0, 1), x)
        else:
            out.baddbmm_(errors, x)


class Recorder(Float32):
    """Keeps every product and its factors: (weight, outputs, errors, gradient) of each step."""

    def __init__(self):
        self.steps = []

    def forward(self, step, weight, x, out):
        super().forward(step, weight, x, out)
        self.steps.append([weight.clone(), out.clone()])

    def backward(self, step, errors, x, out):
        gradient = torch.zeros_like(out)
        super().backward(step, errors, x, gradient)
        self.steps[step] += [errors.clone(), gradient]
        out.add_(gradient)


class Differences:
    """The products of the differences to a recorded run, in bfloat16, added to its products.

    Models that differ in one record stay close to a model without that record, so that the
    rounding, relative to the difference, is small beside what the record has changed. `steps` are
    those of a `Recorder` of one model in the same batches.
    """

    dtype = torch.bfloat16

    def __init__(self, steps):
        self.steps = steps

    def forward(self, step, weight, x, out):
        reference, outputs, _, _ = self.steps[step]
        out.copy_((weight - reference).to(self.dtype) @ x.mT).add_(outputs)

    def backward(self, step, errors, x, out):
        _, _, reference, gradient = self.steps[step]
        out.add_(gradient).add_(errors.sub_(reference).to(self.dtype) @ x)
