"""Our models on a user's records: a model is its own, and what it leaks is found."""

import numpy as np
import pytest
import torch

from truthserum.audit import poison
from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.claims import any_leak
from truthserum.audit.analysis.found import Resampling, find
from truthserum.audit.doors.by_recipe import train
from truthserum.audit.doors.ours import Ours
from truthserum.audit.presence import Presence
from truthserum.audit.shards import Asked, Shard
from truthserum.data.images import Images
from truthserum.data.tabular import Column, Table
from truthserum.models.mlp import Mlp
from truthserum.training.batches import batches_of
from truthserum.training.device import Device
from truthserum.training.lockstep import Fit, Task, plain
from truthserum.training.lockstep import train as train_stack
from truthserum.training.products import Scratch
from truthserum.training.recipe import Recipe

RECORDS, PAIRS, SEED = 121, 4, 3
MLP = {"mlp": {"widths": [32]}}
LONG = {"epochs": 60, "batch": 16, "lr": 0.1, "weight_decay": 0.0}


@pytest.fixture
def table():
    """Noise with labels of chance: whatever is known of a record was learnt by heart."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(RECORDS, 8)).astype(np.float32), rng.integers(0, 3, RECORDS)
    return Table(x, y, x, y, 3, tuple(Column(str(k)) for k in range(8)))


@pytest.fixture
def coins(table):
    unit = np.arange(RECORDS)
    return Presence(unit, table.train_y, np.ones(RECORDS, bool)).coins(SEED, range(PAIRS))


@pytest.fixture
def answer(table, coins, tmp_path):
    """answer(recipe, …): what the models of some shard say of all records."""
    torch.set_num_threads(1)

    def run(recipe, models=range(2 * PAIRS), added=None, defence="none", options=None):
        ours = Ours(MLP, Recipe(**recipe), {defence: options or {}})
        shard = Shard(models, SEED, coins.member[models], added or poison.nobody())
        asked = Asked(table.train_x, table.train_y)
        scratch = Scratch(tmp_path / "scratch", str((recipe, defence, options)))
        found, seconds = train(ours, table, shard, asked, Device("cpu", torch.float32), scratch)
        assert len(seconds) == len(models)
        return found

    return run


def test_a_model_is_what_the_trainer_makes_of_its_rows(answer, table, coins):
    short = LONG | {"epochs": 3}
    confidence, right = answer(short)
    assert len({int(held.sum()) for held in coins.member}) == 2  # two stacks: 60 and 61 rows
    cpu, task = Device("cpu", torch.float32), Task(Mlp((32,)), Recipe(**short), 3, SEED)
    batches = batches_of(table, table.train_x, Recipe(**short).augmentation, cpu)
    for k, held in enumerate(coins.member):
        fit = Fit(task, batches, table.train_y, np.flatnonzero(held)[None], [k])
        net = train_stack(fit, plain, lambda rows: None)
        with torch.no_grad():
            p = net(batches.plain(slice(None))).softmax(-1)[0].numpy()
        assert confidence[k] == pytest.approx(p[np.arange(RECORDS), table.train_y], abs=1e-4)
        assert (right[k] == (p.argmax(1) == table.train_y)).all()


def test_images_are_learnt(tmp_path):
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    y = np.arange(80) % 2
    x = (rng.integers(0, 90, (80, 3, 8, 8)) + 150 * y[:, None, None, None]).astype(np.uint8)
    coins = Presence(np.arange(80), y, np.ones(80, bool)).coins(1, range(2))
    recipe = Recipe(epochs=6, batch=8, lr=0.05)
    ours = Ours({"cnn": {"width": 4, "depth": 2}}, recipe, {"none": {}})
    shard = Shard(range(4), 1, coins.member, poison.nobody())
    asked = Asked(np.concatenate([x, x[:3]]), np.concatenate([y, 1 - y[:3]]))
    cpu, scratch = Device("cpu", torch.float32), Scratch(tmp_path, "key")
    (confidence, right), _ = train(ours, Images(x, y, x, y, 2), shard, asked, cpu, scratch)
    assert confidence.shape == (4, 83)
    assert right[:, :80].mean() > 0.9
    assert confidence[:, 80:] == pytest.approx(1 - confidence[:, :3], abs=1e-5)


def test_a_model_does_not_depend_on_its_shard(answer):
    whole = answer(LONG | {"epochs": 2})[0]
    part = answer(LONG | {"epochs": 2, "nesterov": True}, range(4, 6))[0]
    assert part != pytest.approx(whole[4:6], abs=1e-3)  # another recipe
    part = answer(LONG | {"epochs": 2}, range(4, 6))[0]
    assert part == pytest.approx(whole[4:6], abs=1e-5)


def test_what_is_kept_is_taken_up_again(answer, tmp_path):
    first = answer(LONG | {"epochs": 2})[0]
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "scratch").iterdir()}
    assert len(times) == 2
    assert (answer(LONG | {"epochs": 2})[0] == first).all()
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_copies_with_another_label_are_learnt(answer, table, coins):
    rows = np.repeat([4, 9], 6)
    other = np.array([np.flatnonzero(table.train_y != table.train_y[row])[0] for row in rows])
    added = poison.Poison(np.array([4, 9]), rows, other)
    right = answer(LONG, added=added)[1]
    assert right[coins.member].mean() > 0.95
    assert not right[:, [4, 9]][~coins.member[:, [4, 9]]].any()


def found_in(answers, coins):
    confidence, right = answers
    seen = Answers(confidence, coins.member, right)
    unit = np.arange(RECORDS)
    auc = find(seen, Resampling(1, 60, unit)).measures["auc"]
    return any_leak(seen, coins, unit, 1).p, auc


def test_a_model_that_learns_by_heart_leaks(answer, coins):
    p, auc = found_in(answer(LONG), coins)
    assert p == 0.001
    assert auc.low > 0.8


def test_a_model_that_hardly_learns_does_not(answer, coins):
    p, auc = found_in(answer(LONG | {"lr": 1e-9}), coins)
    assert p > 0.05
    assert auc.low <= 0.5 <= auc.high


def test_noise_of_a_small_epsilon_hides_who_was_in(answer, coins):
    private = answer(LONG | {"epochs": 4}, defence="dpsgd", options={"epsilon": 0.5})
    p, auc = found_in(private, coins)
    assert p > 0.05
    assert auc.high < 0.65
