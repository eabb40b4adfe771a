"""Which shards are believed."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from tiny import cpu  # noqa: F401  (a fixture)

from shards import Unfinished, trained
from truthserum.storage.files import DataError
from truthserum.storage.manifests import content_of
from truthserum.training.device import Device

SETTINGS = {"seed": 1, "models": [0, 2]}


@dataclass(frozen=True)
class Options:
    settings: dict
    data: Path
    design: Path
    output: Path
    manifest: Path
    stack: int = 4


GPU = Device("cuda", torch.float32)
FAST = Device("cpu", torch.bfloat16)


@pytest.fixture
def arm(tmp_path, cpu, monkeypatch):  # noqa: F811
    """arm(number, device=cpu, threads=1, **options): a finished shard of two models."""
    for name in ("data", "design"):
        (tmp_path / name).write_text(name, "utf-8")

    def make(number, device=cpu, threads=1, **options):
        monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
        path = tmp_path / f"shard-{number:03d}.safetensors"
        settings = SETTINGS | {"models": [2 * number, 2 * number + 2]}
        places = tmp_path / "data", tmp_path / "design", path, path.with_suffix(".json")
        shard = Unfinished(Options(settings, *places, **options), device)
        shard.finish({"w": torch.full((2, 1), float(number))}, seconds=[1.0, 1.0])
        return path

    return make


def read(*shards, **changes):
    content = content_of(shards[0].with_name("data"), shards[0].with_name("design"))
    settings = {"training": SETTINGS | changes, "models": 2 * len(shards), "models_per_shard": 2}
    return [(model, float(found["w"])) for model, found, _ in trained(shards, settings, content)]


def test_shards_of_one_arm_are_believed(arm):
    assert read(arm(0), arm(1)) == [(0, 0.0), (1, 0.0), (2, 1.0), (3, 1.0)]


def test_a_shard_of_other_settings_is_named(arm):
    with pytest.raises(
        DataError, match=r"shard-000\.safetensors was made with other seed than asked for now"
    ):
        read(arm(0), seed=2)


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ({"stack": 2}, "stack 2"),
        ({"threads": 2}, "threads 2"),
        ({"device": GPU}, "device cuda"),
        ({"device": FAST}, "precision bfloat16"),
    ],
)
def test_shards_that_were_rounded_in_two_ways_are_no_arm(arm, way, said, monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a GPU")
    first, second = arm(0), arm(1, **way)
    with pytest.raises(DataError, match=rf"shard-001.* was trained with {said}, .*shard-000"):
        read(first, second)


def test_weights_of_another_shard_are_not_believed(arm):
    first, second = arm(0), arm(1)
    second.write_bytes(first.read_bytes())
    with pytest.raises(DataError, match=r"shard-001\.safetensors is cut short or altered"):
        read(first, second)


def test_finished_stacks_of_another_size_or_device_are_not_taken_up(tmp_path, arm, cpu):  # noqa: F811
    arm(0)
    path = tmp_path / "shard-000.safetensors"
    places = tmp_path / "data", tmp_path / "design", path, path.with_suffix(".json")
    keys = {
        Unfinished(Options(SETTINGS, *places, stack=k), device).key
        for k, device in ((1, cpu), (2, cpu), (2, cpu), (2, GPU), (2, FAST))
    }
    assert len(keys) == 4
