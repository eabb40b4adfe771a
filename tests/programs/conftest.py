"""A tiny membership experiment on real embedded images, run program by program."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import program

import pytest

SCRIPTS = Path(program.__file__).parent
SHARDS = [[0, 4], [4, 8]]
TRAINING = {
    "leak": "inference",
    "game": {"membership": {"targets": 10, "copies": 2, "untargeted": 40}},
    "model": {"cnn": {"width": 4, "depth": 2}},
    "recipe": {"epochs": 3, "batch": 32, "lr": 0.1, "augmentation": {"flip": True, "crop": 2}},
    "defence": {"none": {}},
    "seed": 7,
    "experiment": "tiny",
    "precision": "float32",
}
SIGNALS = {
    "leak": "inference",
    "training": TRAINING,
    "models_per_shard": 4,
    "models": 8,
    "queries": ["identity", "mirror"],
    "observed_batch": 25,
}
MEASURE = {
    "leak": "inference",
    "attacks": {"lira": {"lira": {"variance": "pooled"}}, "threshold": {"threshold": {}}},
    "seed": 7,
    "experiment": "tiny",
    "draws": 20,
    "shadow_groups": [6, 8],
    "shown_targets": 2,
}


def arguments(options):
    """The options of a program with their paths, as on its command line."""
    words = []
    for name, value in options.items():
        values = value if isinstance(value, list) else [value]
        words += [f"--{name}", *map(str, values)]
    return words


def command(name, settings, **options):
    """The words that start a program as a process of its own."""
    said = "--settings", json.dumps(settings)
    return [sys.executable, str(SCRIPTS / f"{name}.py"), *said, *arguments(options)]


def spawn(name, settings, **options):
    """Run a program as a process of its own, from a folder that is not the project's."""
    return subprocess.run(
        command(name, settings, **options),
        cwd=os.path.sep,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


class Arm:
    """One arm's files, and how each of its programs is called."""

    def __init__(self, folder):
        self.folder = folder
        self.data, self.design = folder / "data.npz", folder / "design.npz"
        self.signals, self.models = folder / "signals.npz", folder / "models.csv"
        self.shards = [folder / f"shard-{k:03d}.safetensors" for k in range(len(SHARDS))]

    def preparing(self):
        settings = {"set": "fashion_mnist", "train": 120, "test": 50}
        sources = json.dumps({"folder": None, "package_clients": False, "download": False})
        return settings, {
            "sources": sources,
            "output": self.data,
            "manifest": self.folder / "data.json",
        }

    def designing(self):
        settings = {key: TRAINING[key] for key in ("game", "seed", "experiment")}
        return settings, {"data": self.data, "output": self.design}

    def training(self, shard, stack=2, output=None, **changes):
        output = output or self.shards[shard]
        settings = {**TRAINING, "models": SHARDS[shard], **changes}
        return settings, {
            "data": self.data,
            "design": self.design,
            "output": output,
            "manifest": output.with_suffix(".json"),
            "stack": stack,
            "device": "cpu",
        }

    def observing(self, output=None, **changes):
        folder = output or self.folder
        return {**SIGNALS, **changes}, {
            "data": self.data,
            "design": self.design,
            "shards": self.shards,
            "output": folder / "signals.npz",
            "models": folder / "models.csv",
            "device": "cpu",
        }

    def measuring(self, output, **changes):
        return {**MEASURE, **changes}, {"input": self.signals, "output": output}


@pytest.fixture(scope="session")
def arm(once):
    """An arm whose every program has run, each as its own process: to read."""
    return Arm(once("arm", run_all))


def run_all(folder):
    """Run every program of an arm in a folder."""
    made = Arm(folder)
    steps = [
        ("prepare_data", made.preparing()),
        ("design", made.designing()),
        ("train", made.training(0)),
        ("train", made.training(1)),
        ("observe", made.observing()),
        ("measure", made.measuring(made.folder)),
    ]
    for name, (settings, options) in steps:
        done = spawn(name, settings, **options)
        assert done.returncode == 0, done.stderr


@pytest.fixture(autouse=True, scope="session")
def returns():
    """A program that is run in this process neither ends it nor keeps all that there is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, "leave", lambda: None)
        patch.setattr(program.gc, "freeze", lambda: None)
        yield


@pytest.fixture
def peak():
    """peak(program, (settings, options)): run it as a process; the bytes that it held at most."""

    def run(name, asked):
        settings, options = asked
        process = subprocess.Popen(command(name, settings, **options))
        _, status, used = os.wait4(process.pid, 0)
        assert status == 0
        return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)

    return run


@pytest.fixture
def start(monkeypatch):
    """start(program, settings, *words): run it in this process."""

    def run(name, settings, *words):
        path = str(SCRIPTS / f"{name}.py")
        command = [path, "--settings", json.dumps(settings), *map(str, words)]
        monkeypatch.setattr(sys, "argv", command)
        runpy.run_path(path, run_name="__main__")

    return run


@pytest.fixture
def call(start):
    """call(program, (settings, options)): run it in this process; its one-line error, or None."""

    def run(name, asked):
        settings, options = asked
        try:
            start(name, settings, *arguments(options))
        except SystemExit as stop:
            return stop.code
        return None

    run.spawn, run.command = spawn, command
    return run
