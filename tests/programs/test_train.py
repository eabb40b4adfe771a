import json
import os
import re
import subprocess
import time

import numpy as np
import pytest
import torch
from rounding import rounding
from safetensors.numpy import load_file

STEPS = 9  # 3 epochs of 60 rows and their 20 poisons in batches of 32
LONG = {"recipe": {"epochs": 30, "batch": 32, "lr": 0.1}}


def test_a_shard_and_its_manifest(arm):
    tensors = load_file(arm.shards[1])
    assert {len(value) for value in tensors.values()} == {4}
    assert "seconds" not in tensors
    manifest = json.loads(arm.shards[1].with_suffix(".json").read_text())
    assert manifest["settings"]["models"] == [4, 8]
    assert len(manifest["seconds"]) == 4
    assert manifest["dropped"] == {role: [0.0] * 4 for role in ("targets", "poisons", "others")}
    assert manifest["how"] == {"device": "cpu", "precision": "float32", "stack": 2, "threads": 1}
    assert {"key", "device", "versions", "peak_gigabytes"} <= manifest.keys()
    assert [path.name for path in arm.folder.glob(".*")] == [".made"]


def test_models_do_not_depend_on_shards_and_stacks(arm, call, tmp_path):
    """All eight in one shard and stack are as in two shards of stacks of two."""
    whole = tmp_path / "whole.safetensors"
    assert call("train", arm.training(0, 8, whole, models=[0, 8])) is None
    found, parts = load_file(whole), [load_file(path) for path in arm.shards]
    for name, value in found.items():
        joined = np.concatenate([part[name] for part in parts])
        assert np.abs(value - joined).max() < rounding(STEPS), name


def test_a_defence_drops_what_it_should(arm, call, tmp_path):
    """Of two copies of each poison one, of whatever else no row."""
    output = tmp_path / "shard-000.safetensors"
    assert call("train", arm.training(0, 4, output, defence={"copies": {}})) is None
    dropped = json.loads(output.with_suffix(".json").read_text())["dropped"]
    assert dropped == {"targets": [0.0] * 4, "poisons": [0.5] * 4, "others": [0.0] * 4}


def kill_after(path, command):
    """Start a program and kill it, as no signal handler could notice, once a file is there."""
    process = subprocess.Popen(
        command, env=os.environ | {"OMP_NUM_THREADS": "1"}, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + 60
    try:
        while not path.exists():
            assert process.poll() is None, "the program ended too soon"
            assert time.monotonic() < end, "waited too long"
            time.sleep(0.002)
    finally:
        process.kill()
        process.wait()


def test_a_killed_shard_goes_on_and_ends_with_the_same_bytes(arm, call, tmp_path):
    output = tmp_path / "shard-000.safetensors"
    scratch = tmp_path / ".shard-000"
    settings, options = arm.training(0, 1, output, **LONG)
    kill_after(
        scratch / "models-00000-00000.safetensors",
        call.command("train", settings, **options),
    )
    assert not output.exists()
    finished = sorted(scratch.glob("models-*.safetensors"))
    assert 1 <= len(finished) < 4
    spent = [load_file(path)["seconds"].item() for path in finished]

    assert call("train", (settings, options)) is None
    manifest = json.loads(output.with_suffix(".json").read_text())
    assert manifest["seconds"][: len(spent)] == spent  # of the first run: not trained again

    # Snakemake deletes what a job wrote whose end it did not see.
    first = output.read_bytes()
    output.unlink()
    output.with_suffix(".json").unlink()
    assert call("train", (settings, options)) is None
    assert json.loads(output.with_suffix(".json").read_text())["seconds"] == manifest["seconds"]
    assert output.read_bytes() == first

    uninterrupted = tmp_path / "again" / "shard-000.safetensors"
    assert call("train", arm.training(0, 1, uninterrupted, **LONG)) is None
    assert output.read_bytes() == uninterrupted.read_bytes()
    seconds = json.loads(uninterrupted.with_suffix(".json").read_text())["seconds"]
    assert seconds[: len(spent)] != spent


def test_a_full_disk_is_one_line_and_leaves_no_product(arm, call, tmp_path):
    output = tmp_path / "shard-000.safetensors"
    settings, options = arm.training(0, 2, output)
    limited = ["bash", "-c", 'ulimit -f 8; exec "$@"', "limited"]  # files of up to 8 KiB
    done = subprocess.run(
        [*limited, *call.command("train", settings, **options)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    stack = tmp_path / ".shard-000" / "models-00000-00001.safetensors"
    (error,) = done.stderr.splitlines()[-1:]
    assert re.fullmatch(f"train: {stack} cannot be written: .*File too large.*", error)
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("*.safetensors"))
    assert call("train", (settings, options)) is None  # once there is room


def recipe(**options):
    return {"recipe": {"epochs": 3, "batch": 32, "lr": 0.1} | options}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (recipe(lr=-1), r"recipe\.lr: found -1, allowed is more than 0"),
        (recipe(rate=1), 'recipe: found the key "rate", allowed are'),
        (recipe(augmentation={"rotate": 1}), r'recipe\.augmentation: found the key "rotate"'),
        ({"model": {"resnet": {}}}, 'model: found the key "resnet", allowed are'),
        ({"model": {"cnn": {"widht": 4}}}, r'model\.cnn: found the key "widht"'),
        ({"game": {"membership": {"targets": 0}}}, r"game\.membership\.targets: found 0, allowed"),
        ({"defence": {"faith": {}}}, 'defence: found the key "faith", allowed'),
        ({"defence": {"conflicts": {"radius": 2}}}, r"conflicts\.radius: found 2, allowed"),
        ({"defence": {"dpsgd": {"epsilon": 1}}}, "clipping: found the parameters features.* of d"),
        ({"precision": "half"}, "precision is 'half', allowed are"),
        (recipe(lr=1e30, epochs=100), "model [0-3] diverged: .* try a lower recipe.lr"),
    ],
)
def test_a_users_error_is_one_line(arm, call, tmp_path, changes, message):
    output = tmp_path / "shard-000.safetensors"
    error = call("train", arm.training(0, 4, output, **changes))
    assert re.fullmatch(f"train: .*{message}.*", error)  # . is no line break
    assert not output.exists()


def test_cuda_that_is_not_there_is_one_line(arm, call, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    settings, options = arm.training(0, 4, tmp_path / "shard-000.safetensors")
    error = call("train", (settings, options | {"device": "cuda"}))
    assert error.startswith("train: device is 'cuda', but torch sees no CUDA device here")


def test_a_truncated_design_is_named(arm, call, tmp_path):
    cut = tmp_path / "design.npz"
    cut.write_bytes(arm.design.read_bytes()[:-100])
    settings, options = arm.training(0, 4, tmp_path / "shard-000.safetensors")
    error = call("train", (settings, options | {"design": cut}))
    assert error.startswith(f"train: {cut} is cut short or altered")
