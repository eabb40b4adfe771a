"""A shard of a game: consecutive models, a stack at a time, in the way of a defence."""

import torch

from truthserum.training.resume import resumed


def train_shard(task, defence, batches, labels, game_rows, models, stack, scratch, progress):
    """Train `models`, `stack` at a time, in the way of a `inference.defences.base.Defence`.

    game_rows(models) gives the rows [K, n] of a stack. Returns (tensors with a leading model axis,
    seconds [K], kept bool [K, n]), kept being which of its rows each model was trained on in the
    end. Seconds are those of defence and training, as `resumed` counts them.
    """

    def images(chosen):
        return task.recipe.steps(game_rows(chosen).shape[1]) * task.recipe.batch * len(chosen)

    def train(chosen):
        rows = game_rows(chosen)
        net, kept = defence.train(task, batches, labels, rows, chosen, progress.advance)
        return net.state_dict() | {"kept": torch.from_numpy(kept)}

    stacks = [models[first : first + stack] for first in range(0, len(models), stack)]
    tensors, seconds = resumed(stacks, train, scratch, lambda each: progress.skip(images(each)))
    return tensors, seconds, tensors.pop("kept").numpy()
