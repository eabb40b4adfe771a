import math
from dataclasses import replace

import pytest
import torch
from rounding import rounding

from truthserum.inference.defences.base import Undefended
from truthserum.inference.defences.dpsgd import DpSgd
from truthserum.inference.defences.losses import Losses
from truthserum.inference.shard import train_shard
from truthserum.training import midway
from truthserum.training.batches import ImageBatches
from truthserum.training.lockstep import Fit, Task, plain, train
from truthserum.training.products import Scratch
from truthserum.training.progress import Progress
from truthserum.training.recipe import Augmentation, Recipe

MODELS = range(2, 8)


@pytest.fixture
def scratch(tmp_path):
    return Scratch(tmp_path / ".shard-0", key="right")


@pytest.fixture
def make(fit, images, make_rows, cpu, scratch):
    """make(stack): a shard of six models, and which stacks it has trained."""
    x, y = images
    task = Task(fit.architectures["cnn"], Recipe(epochs=1, batch=8, lr=0.05), fit.classes, fit.seed)
    batches = ImageBatches(x, task.recipe.augmentation, cpu)

    class Halving:
        """Keeps the rows in the first half of the 60, and notes whom it trains."""

        def __init__(self, fail_at):
            self.fail_at, self.trained = fail_at, []

        def train(self, fit, advance):
            if fit.models[0] == self.fail_at:
                raise InterruptedError
            self.trained.append(list(fit.models))
            return train(fit, plain, advance), fit.rows < 30

    def fit_of(models):
        return Fit(task, batches, y, make_rows(models), models)

    def run(stack, fail_at=None):
        defence, run.progress = Halving(fail_at), Progress("shard", 6 * 24)
        tensors, seconds, kept = train_shard(fit_of, defence, MODELS, stack, scratch, run.progress)
        assert (kept == (make_rows(MODELS) < 30)).all()
        return tensors, seconds, defence.trained

    return run


@pytest.mark.parametrize("stack", [1, 4, 6, 100])
def test_a_shard_holds_its_models_in_order_however_stacked(make, fit, make_rows, stack):
    tensors, seconds, trained = make(stack)
    assert [model for part in trained for model in part] == list(MODELS)
    assert max(map(len, trained)) == min(stack, 6)
    assert len(seconds) == 6
    assert min(seconds) > 0
    for k, model in enumerate(MODELS):
        alone = fit([model], "cnn", epochs=1, augmentation=Recipe(1, 8, 0.1).augmentation)
        assert set(tensors) == set(alone.state_dict())
        for name, value in alone.state_dict().items():
            assert torch.allclose(tensors[name][k], value[0], rtol=0, atol=rounding(steps=3))


def test_an_interrupted_shard_goes_on_where_it_stopped(make, scratch):
    with pytest.raises(InterruptedError):
        make(2, fail_at=6)
    resumed, _, trained = make(2)
    assert trained == [[6, 7]]
    for path in scratch.folder.iterdir():
        path.unlink()
    whole, _, trained = make(2)
    assert trained == [[2, 3], [4, 5], [6, 7]]
    assert all(torch.equal(resumed[name], value) for name, value in whole.items())


def test_only_what_lacks_is_trained(make, scratch):
    whole, first_seconds, _ = make(2)
    scratch.path(range(4, 6)).unlink()
    resumed, seconds, trained = make(2)
    assert trained == [[4, 5]]
    assert all(torch.equal(resumed[name], value) for name, value in whole.items())
    kept = [0, 1, 4, 5]
    assert [seconds[k] for k in kept] == [first_seconds[k] for k in kept]
    assert make.progress.done == make.progress.total
    assert make.progress.skipped == 4 * 24


def test_another_stack_size_trains_anew(make):
    make(2)
    _, _, trained = make(3)
    assert trained == [[2, 3, 4], [5, 6, 7]]


class Killed(Exception):
    """What ends a training in the middle of a step here."""


class Watched(Progress):
    """Ends the run once so many records are done."""

    def __init__(self, total, limit):
        super().__init__("stack", total)
        self.limit = limit

    def advance(self, amount):
        super().advance(amount)
        if self.done >= self.limit:
            raise Killed


WAYS = {
    "plain cnn": ("cnn", Undefended(), {"augmentation": Augmentation(flip=True, crop=2)}),
    "plain wrn": ("wrn", Undefended(), {}),
    "no momentum": ("mlp", Undefended(), {"momentum": 0.0, "nesterov": False}),
    "filtered": ("cnn", Losses(share=0.2, first=1.0), {}),
    "private": ("mlp", DpSgd(epsilon=8.0, delta=1e-3), {}),
}


@pytest.mark.parametrize("architecture, defence, changes", WAYS.values(), ids=WAYS)
def test_a_stack_that_is_killed_goes_on_to_the_same_bits(
    fit, images, make_rows, cpu, scratch, monkeypatch, architecture, defence, changes
):
    """Kept after each step here; killed twice, the second time after it has gone on."""
    monkeypatch.setattr(midway, "EVERY", 0.0)
    recipe = Recipe(epochs=4, batch=8, lr=0.05, **changes)
    task = Task(fit.architectures[architecture], recipe, fit.classes, fit.seed)
    batches, models = ImageBatches(images[0], recipe.augmentation, cpu), range(2, 5)

    def fit_of(chosen):
        return Fit(task, batches, images[1], make_rows(chosen), chosen)

    def run(scratch, limit=math.inf):
        progress = Watched(fit_of(models).work, limit)
        return *train_shard(fit_of, defence, models, 3, scratch, progress), progress

    whole, _, kept, progress = run(replace(scratch, folder=scratch.folder / "other"))
    step = 8 * len(models)
    for limit in (2 * step, 5 * step):
        with pytest.raises(Killed):
            run(scratch, limit)
    again, seconds, kept_again, resumed = run(scratch)
    assert set(again) == set(whole) and (kept == kept_again).all()
    assert all(torch.equal(again[name], value) for name, value in whole.items())
    assert resumed.skipped == 4 * step and progress.skipped == 0
    assert resumed.done == resumed.total and min(seconds) > 0
