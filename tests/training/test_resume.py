import pytest
import torch

from truthserum.sentences import DeviceError
from truthserum.training.midway import BEFORE
from truthserum.training.products import Scratch
from truthserum.training.resume import resumed

STACKS = [range(2, 4), range(4, 6), range(6, 7)]


@pytest.fixture
def scratch(tmp_path):
    return Scratch(tmp_path / ".shard", key="right")


def run(scratch, fail_at=None):
    trained, skipped = [], []

    def train(models):
        if models[0] == fail_at:
            raise InterruptedError
        trained.append(models)
        return {"weight": torch.tensor([float(i) for i in models]).expand(3, -1).T}

    return *resumed(STACKS, train, scratch, skipped.append), trained, skipped


def test_models_are_joined_in_their_order(scratch):
    tensors, seconds, trained, skipped = run(scratch)
    assert tensors["weight"].tolist() == [[i] * 3 for i in map(float, range(2, 7))]
    assert set(tensors) == {"weight"}
    assert len(seconds) == 5
    assert min(seconds) >= 0
    assert (trained, skipped) == (STACKS, [])


def test_an_interrupted_run_goes_on_where_it_stopped(scratch):
    with pytest.raises(InterruptedError):
        run(scratch, fail_at=6)
    tensors, _, trained, skipped = run(scratch)
    assert (trained, skipped) == (STACKS[2:], STACKS[:2])
    assert tensors["weight"][:, 0].tolist() == [2, 3, 4, 5, 6]


def test_seconds_are_those_of_the_run_that_trained(scratch):
    _, first, _, _ = run(scratch)
    scratch.path(STACKS[1]).unlink()
    _, second, trained, _ = run(scratch)
    assert trained == [STACKS[1]]
    assert [second[k] for k in (0, 1, 4)] == [first[k] for k in (0, 1, 4)]


def test_seconds_of_what_was_interrupted_count(scratch):
    def train(models):
        return {"weight": torch.zeros(len(models), 1), BEFORE: torch.full((len(models),), 100.0)}

    tensors, seconds = resumed(STACKS, train, scratch, lambda models: None)
    assert set(tensors) == {"weight"} and len(seconds) == 5
    assert all(100 <= each < 110 for each in seconds)


def test_models_for_which_a_gpu_has_too_little_memory_are_trained_half_at_a_time(scratch, capsys):
    tried = []

    def train(models):
        tried.append(models)
        if len(models) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.\nMore.")
        return {"weight": torch.tensor([float(i) for i in models])}

    tensors, seconds = resumed([range(1, 6)], train, scratch, lambda models: None)
    assert tensors["weight"].tolist() == [1, 2, 3, 4, 5]
    assert tried == [range(1, 6), range(1, 3), range(3, 6), range(3, 4), range(4, 6)]
    assert len(seconds) == 5
    assert "CUDA out of memory: half of 5 models at a time" in capsys.readouterr().err


@pytest.mark.parametrize(
    "says",
    [
        "GET was unable to find an engine to execute this computation",
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    ],
)
def test_too_little_memory_is_known_by_what_the_libraries_say(scratch, says):
    def train(models):
        if len(models) > 2:
            raise RuntimeError(says)
        return {"weight": torch.tensor([float(i) for i in models])}

    tensors, _ = resumed([range(4)], train, scratch, lambda models: None)
    assert tensors["weight"].tolist() == [0, 1, 2, 3]


def test_what_else_goes_wrong_is_not_tried_with_half_of_the_models(scratch):
    tried = []

    def train(models):
        tried.append(models)
        raise RuntimeError("the loss is not finite")

    with pytest.raises(RuntimeError, match=r"^the loss is not finite$"):
        resumed([range(4)], train, scratch, lambda models: None)
    assert tried == [range(4)]


def test_a_finished_half_is_not_trained_again(scratch):
    def until(last, trained):
        def train(models):
            if len(models) > 2:
                raise torch.OutOfMemoryError("CUDA out of memory.")
            if models[-1] > last:
                raise InterruptedError
            trained.append(models)
            return {"weight": torch.tensor([float(i) for i in models])}

        return train

    skipped, first, second = [], [], []
    with pytest.raises(InterruptedError):
        resumed([range(4)], until(1, first), scratch, skipped.append)
    tensors, seconds = resumed([range(4)], until(3, second), scratch, skipped.append)
    assert (first, second, skipped) == ([range(2)], [range(2, 4)], [range(2)])
    assert tensors["weight"].tolist() == [0, 1, 2, 3] and len(seconds) == 4
    again, _ = resumed([range(4)], until(-1, []), scratch, skipped.append)
    assert again["weight"].tolist() == [0, 1, 2, 3] and skipped[1:] == [range(4)]


def test_a_gpu_that_has_too_little_memory_for_one_model(scratch):
    def train(models):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")

    message = r"^device: found too little memory for one model \(CUDA out of memory\), allowed are "
    with pytest.raises(DeviceError, match=message):
        resumed([range(4)], train, scratch, lambda models: None)
