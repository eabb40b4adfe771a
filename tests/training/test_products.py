import json
import os
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from truthserum.storage.files import DataError
from truthserum.storage.manifests import content_of, key_of
from truthserum.training.products import Scratch, load_models, provenance

MODELS = range(2, 8)


@pytest.fixture
def scratch(tmp_path):
    return Scratch(tmp_path / ".shard-0", key="right")


@pytest.fixture
def tensors():
    return {"weight": torch.arange(6.0).view(2, 3), "seconds": torch.ones(2, dtype=torch.float64)}


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


def test_an_altered_stack_is_not_taken_up(scratch, tensors):
    scratch.save(range(2), tensors | {"half": torch.ones((), dtype=torch.bfloat16)})
    assert scratch.load(range(2)) is not None
    path = scratch.path(range(2))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert scratch.load(range(2)) is None


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
    record = json.loads(json.dumps(provenance(cpu)))
    assert record["versions"]["torch"] == str(torch.__version__)
    assert record["versions"]["numpy"] == np.__version__
    assert 0.05 < record["peak_gigabytes"] < 64


def test_memory_is_in_gigabytes_where_the_system_counts_bytes(cpu, monkeypatch):
    found = provenance(cpu)["peak_gigabytes"]
    monkeypatch.setattr(sys, "platform", "darwin")
    assert provenance(cpu)["peak_gigabytes"] == pytest.approx(found / 1024, abs=2e-3)


def test_a_pipe_in_the_place_of_a_stack_is_not_waited_for(scratch):
    scratch.folder.mkdir()
    os.mkfifo(scratch.path(range(2)))
    assert scratch.load(range(2)) is None
