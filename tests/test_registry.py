import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from truthserum import registry

TABLES = "columns"  # a mapping, no class and no module
EVERY = [
    (kind, name) for kind in registry.PLUGINS if kind != TABLES for name in registry.names(kind)
]


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_plug_in_is_there(kind, name):
    found = registry.load(kind, name)
    module = found.__name__ if isinstance(found, ModuleType) else found.__module__
    assert module == registry.module_of(kind, name)


@pytest.mark.parametrize(
    ("kind", "methods"),
    [
        ("game", ["check", "design"]),
        ("model", ["build"]),
        ("attack", ["score"]),
        ("defence", ["check", "train"]),
        ("bench", ["measures"]),
    ],
)
def test_plug_ins_have_what_their_stage_asks_of_them(kind, methods):
    for name in registry.names(kind):
        asked = ["fitted"] if (kind, name) == ("model", "glm") else methods  # it is no network
        assert all(callable(getattr(registry.load(kind, name), method)) for method in asked)


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
