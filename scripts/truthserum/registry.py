"""The plug-ins by name: a new game, model, attack or figure is a file and a line here,
and a leak a folder and a line.

The values are import paths, so that naming the choices (to check a config) loads none of them.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeVar

Made = TypeVar("Made")

# What a leak may have, and where in its folder: what its experiments say, its stages, the first of
# everything that these do, and the columns of its tables.
PLACES = {
    "experiment": "settings:Experiment",
    "train": "train:train",
    "observe": "observe:observe",
    "measure": "measure:measure",
    "rehearse": "rehearsal:rehearse",
    "columns": "columns:TABLES",
}
LEAKS = {
    "closed_form": ("experiment", "measure", "rehearse", "columns"),
    "extraction": tuple(PLACES),
    "inference": tuple(PLACES),
    "reconstruction": tuple(PLACES),
}
OF_LEAKS = {
    kind: {leak: f"truthserum.{leak}.{place}" for leak, has in LEAKS.items() if kind in has}
    for kind, place in PLACES.items()
}
PLUGINS = {
    **OF_LEAKS,
    "columns": {"across": "truthserum.findings.columns:TABLES", **OF_LEAKS["columns"]},
    "game": {
        "attribute": "truthserum.inference.games.attribute:Attribute",
        "canary": "truthserum.extraction.game:Canary",
        "membership": "truthserum.inference.games.membership:Membership",
        "reconstruction": "truthserum.reconstruction.game:Reconstruction",
        "untargeted": "truthserum.inference.games.untargeted:Untargeted",
    },
    "model": {
        "cnn": "truthserum.models.cnn:Cnn",
        "glm": "truthserum.audit.linear:Glm",
        "gpt": "truthserum.extraction.models.gpt:Gpt",
        "mlp": "truthserum.models.mlp:Mlp",
        "pretrained": "truthserum.extraction.models.pretrained:Pretrained",
        "wrn": "truthserum.models.wrn:WideResNet",
    },
    "bench": {
        "attack": "truthserum.bench.tasks.attack:Attack",
        "gpu": "truthserum.bench.tasks.gpu:Gpu",
        "gpu_leak": "truthserum.bench.tasks.gpu_leak:GpuLeak",
        "informed": "truthserum.bench.tasks.informed:Informed",
        "run": "truthserum.bench.tasks.run:Run",
        "training": "truthserum.bench.tasks.training:Training",
    },
    "attack": {
        "lira": "truthserum.inference.attacks.lira:Lira",
        "rmia": "truthserum.inference.attacks.rmia:Rmia",
        "threshold": "truthserum.inference.attacks.threshold:Threshold",
    },
    "defence": {
        "conflicts": "truthserum.inference.defences.conflicts:Conflicts",
        "copies": "truthserum.inference.defences.copies:Copies",
        "dpsgd": "truthserum.inference.defences.dpsgd:DpSgd",
        "losses": "truthserum.inference.defences.losses:Losses",
        "none": "truthserum.inference.defences.base:Undefended",
    },
    "reconstructor": {
        "average": "truthserum.reconstruction.reconstructors.average:Average",
        "convolutional": "truthserum.reconstruction.reconstructors.convolutional:Convolutional",
        "kernel": "truthserum.reconstruction.reconstructors.kernel:KernelRidge",
        "mean": "truthserum.reconstruction.reconstructors.mean:MeanImage",
        "network": "truthserum.reconstruction.reconstructors.network:Network",
        "noiseless": "truthserum.reconstruction.reconstructors.noiseless:Noiseless",
        "posterior": "truthserum.reconstruction.reconstructors.posterior:Posterior",
        "ridge": "truthserum.reconstruction.reconstructors.ridge:Ridge",
    },
    "figure": {
        "accuracy": "truthserum.plots.accuracy",
        "attacks": "truthserum.inference.figures.attacks",
        "canary_cost": "truthserum.extraction.figures.canary_cost",
        "defences": "truthserum.inference.figures.defences",
        "differences": "truthserum.plots.differences",
        "economics": "truthserum.inference.figures.economics",
        "epsilon": "truthserum.inference.figures.epsilon",
        "exposure": "truthserum.inference.figures.exposure",
        "extraction": "truthserum.extraction.figures.extraction",
        "closed_form_grid": "truthserum.closed_form.figures.grid",
        "closed_form_precision": "truthserum.closed_form.figures.precision",
        "closed_form_residual": "truthserum.closed_form.figures.residual",
        "gains": "truthserum.extraction.figures.gains",
        "guesses": "truthserum.extraction.figures.guesses",
        "imputation": "truthserum.inference.figures.imputation",
        "label_only": "truthserum.inference.figures.label_only",
        "measures": "truthserum.inference.figures.measures",
        "reconstruction_bounds": "truthserum.reconstruction.figures.bounds",
        "reconstruction_error": "truthserum.reconstruction.figures.error",
        "reconstruction_grid": "truthserum.reconstruction.figures.grid",
        "reconstruction_privacy": "truthserum.reconstruction.figures.privacy",
        "reconstruction_radius": "truthserum.reconstruction.figures.radius",
        "reconstruction_roc": "truthserum.reconstruction.figures.roc",
        "reconstruction_shadows": "truthserum.reconstruction.figures.shadows",
        "roc": "truthserum.plots.roc",
        "scores": "truthserum.inference.figures.scores",
        "seeds": "truthserum.inference.figures.seeds",
        "shadows": "truthserum.inference.figures.shadows",
        "tpr": "truthserum.inference.figures.tpr",
        "variants": "truthserum.inference.figures.variants",
    },
}


def names(kind: str) -> list[str]:
    """The names of one kind of plug-in, sorted."""
    return sorted(PLUGINS[kind])


def within(kind: str, *rooms: str) -> tuple[str, ...]:
    """The names of those that lie in some of the folders of the library, sorted."""
    return tuple(name for name in names(kind) if module_of(kind, name).split(".")[1] in rooms)


def module_of(kind: str, name: str) -> str:
    """The dotted module that holds plug-in `name`; ValueError if there is none."""
    return _entry(kind, name)[0]


def load(kind: str, name: str) -> Any:
    """Import plug-in `name`: a class where the entry names one, else a module.

    Raises ValueError for an unknown name.
    """
    module, attribute = _entry(kind, name)
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def configured(what: str, factory: Callable[..., Made], options: Mapping[str, Any]) -> Made:
    """factory(**options); ValueError for options that it does not take."""
    try:
        return factory(**options)
    except TypeError as error:
        raise ValueError(f"{what}: {error}") from error


def _entry(kind: str, name: str) -> tuple[str, str]:
    if name not in PLUGINS[kind]:
        raise ValueError(f"{kind}: found {name!r}, allowed are {', '.join(names(kind))}")
    module, _, attribute = PLUGINS[kind][name].partition(":")
    return module, attribute
