import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from truthserum.data.files import DataError
from truthserum.training import shard
from truthserum.training.batches import ImageBatches
from truthserum.training.lockstep import Task, plain, train
from truthserum.training.progress import Progress
from truthserum.training.recipe import Recipe
from truthserum.training.shard import Scratch, content_of, key_of, load_models, train_shard

MODELS = range(2, 8)


@pytest.fixture
def scratch(tmp_path):
    return Scratch(tmp_path / ".shard-0", key="right")


@pytest.fixture
def tensors():
    return {"weight": torch.arange(6.0).view(2, 3), "seconds": torch.ones(2, dtype=torch.float64)}


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

        def train(self, task, batches, labels, rows, models, advance):
            if models[0] == self.fail_at:
                raise InterruptedError
            self.trained.append(list(models))
            return train(task, batches, labels, rows, models, plain, advance), rows < 30

    def run(stack, fail_at=None):
        defence, run.progress = Halving(fail_at), Progress("shard", 6 * 24)
        tensors, seconds, kept = train_shard(
            task, defence, batches, y, make_rows, MODELS, stack, scratch, run.progress
        )
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
            assert torch.allclose(tensors[name][k], value[0], rtol=0, atol=1e-5)


def test_an_interrupted_shard_goes_on_where_it_stopped(make, scratch):
    with pytest.raises(InterruptedError):
        make(2, fail_at=6)
    resumed, _, trained = make(2)
    assert trained == [[6, 7]]
    scratch.clear()
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


def test_scratch_gives_back_what_was_kept(scratch, tensors):
    assert scratch.load(range(2)) is None
    scratch.save(range(2), tensors)
    found = scratch.load(range(2))
    assert set(found) == set(tensors)
    assert all(torch.equal(found[name], value) for name, value in tensors.items())


def test_scratch_of_another_key_is_not_taken_up(scratch, tensors):
    Scratch(scratch.folder, key="wrong").save(range(2), tensors)
    assert scratch.load(range(2)) is None


def test_a_file_without_a_key_is_not_taken_up(scratch, tensors):
    scratch.folder.mkdir()
    save_file(tensors, scratch.path(range(2)))
    assert scratch.load(range(2)) is None


@pytest.mark.parametrize("kept", [0, 5, 40, -1])
def test_a_truncated_stack_is_not_taken_up(scratch, tensors, kept):
    scratch.save(range(2), tensors)
    path = scratch.path(range(2))
    path.write_bytes(path.read_bytes()[:kept])
    assert scratch.load(range(2)) is None


def test_scratch_is_cleared_with_what_a_kill_left(scratch, tensors):
    scratch.save(range(2), tensors)
    (scratch.folder / ".models-00002-00003.safetensors.1.part").write_bytes(b"half")
    scratch.clear()
    assert not scratch.folder.exists()
    scratch.clear()  # nothing was kept: nothing to do


def test_keys(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    settings = {"lr": 0.1, "model": {"cnn": {}}}
    key = key_of(settings, content_of(one, two))
    assert key == key_of(dict(reversed(settings.items())), content_of(one, two))
    others = [
        key_of({**settings, "lr": 0.2}, content_of(one, two)),
        key_of({"rate": 0.1, "model": {"cnn": {}}}, content_of(one, two)),
        key_of(settings, content_of(two, one)),
        key_of(settings, content_of(one)),
    ]
    assert len({key, *others}) == 5


def test_models_come_one_by_one(tmp_path):
    path = tmp_path / "shard.safetensors"
    weights = torch.arange(12.0).view(3, 2, 2)
    save_file({"weight": weights}, path)
    found = list(load_models(path, range(5, 8)))
    assert [model for model, _ in found] == [5, 6, 7]
    assert torch.equal(torch.cat([tensors["weight"] for _, tensors in found]), weights)


@pytest.mark.parametrize("kept", [0, 30, -4])
def test_a_truncated_shard_is_an_error_that_names_it(tmp_path, kept):
    path = tmp_path / "shard.safetensors"
    save_file({"weight": torch.zeros(3, 2)}, path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DataError, match=r"shard\.safetensors is cut short or altered"):
        list(load_models(path, range(3)))


def test_provenance_is_json(cpu):
    record = json.loads(json.dumps(shard.provenance(cpu)))
    assert record["precision"] == "float32"
    assert record["threads"] == torch.get_num_threads()
    assert record["versions"]["torch"] == str(torch.__version__)
    assert record["versions"]["numpy"] == np.__version__
    assert 0.05 < record["peak_gigabytes"] < 64
