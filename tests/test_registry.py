import subprocess
import sys
from inspect import isfunction, signature
from itertools import product
from pathlib import Path
from types import ModuleType

import pytest

from truthserum import registry
from truthserum.extraction.models.network import Architecture as LanguageArchitecture
from truthserum.inference.attacks.base import Attack
from truthserum.inference.defences.base import Defence
from truthserum.inference.games.base import Game
from truthserum.reconstruction.reconstructors.base import Reconstructor
from truthserum.training.lockstep import Architecture

CONTRACTS = [
    ("game", Game, ["inference"]),
    ("attack", Attack, ["inference"]),
    ("defence", Defence, ["inference"]),
    ("model", Architecture, ["models"]),
    ("model", LanguageArchitecture, ["extraction"]),
    ("reconstructor", Reconstructor, ["reconstruction"]),
]
TABLES = "columns"  # a mapping, no class and no module
EVERY = [
    (kind, name) for kind in registry.PLUGINS if kind != TABLES for name in registry.names(kind)
]


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_plug_in_is_there(kind, name):
    found = registry.load(kind, name)
    module = found.__name__ if isinstance(found, ModuleType) else found.__module__
    assert module == registry.module_of(kind, name)


@pytest.mark.parametrize(("kind", "contract", "rooms"), CONTRACTS)
def test_plug_ins_have_what_their_stage_asks_of_them(kind, contract, rooms):
    """Each method of the contract, with its parameters."""
    asked = [name for name in vars(contract) if isfunction(vars(contract)[name]) and name[0] != "_"]
    names = registry.within(kind, *rooms)
    assert asked and names
    for name, method in product(names, asked):
        found, wanted = (getattr(each, method) for each in (registry.load(kind, name), contract))
        assert [*signature(found).parameters] == [*signature(wanted).parameters], (name, method)


def test_timed_tasks_have_measures():
    assert all(callable(registry.load("bench", name).measures) for name in registry.names("bench"))


def test_figures_have_what_draw_asks_of_them():
    for name in registry.names("figure"):
        figure = registry.load("figure", name)
        assert figure.NEEDS or figure.ACROSS
        assert callable(figure.table)
        assert callable(figure.draw)


@pytest.mark.parametrize("ask", [registry.load, registry.module_of])
def test_unknown_names(ask):
    allowed = ", ".join(registry.names("model"))
    with pytest.raises(ValueError, match=f"model: found 'resnet', allowed are {allowed}"):
        ask("model", "resnet")


def test_naming_the_choices_loads_none_of_them():
    code = (
        "import sys; from truthserum import registry\n"
        "[registry.module_of(k, n) for k in registry.PLUGINS for n in registry.names(k)]\n"
        "loaded = sorted(m for m in sys.modules if m.startswith('truthserum'))\n"
        "assert loaded == ['truthserum', 'truthserum.registry'], loaded\n"
        "assert 'torch' not in sys.modules"
    )
    folder = Path(registry.__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=folder)
