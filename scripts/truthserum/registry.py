"""The plug-ins by name: a new game, model, data set, attack or figure is a file and a line here.

The values are import paths, so that naming the choices (to check a config) loads none of them.
"""

from importlib import import_module

PLUGINS = {
    "data": {
        "adult": "truthserum.data.adult",
        "cifar10": "truthserum.data.cifar",
        "cifar100": "truthserum.data.cifar",
        "fashion_mnist": "truthserum.data.idx",
        "mnist": "truthserum.data.idx",
    },
    "game": {
        "attribute": "truthserum.games.attribute:Attribute",
        "membership": "truthserum.games.membership:Membership",
        "untargeted": "truthserum.games.untargeted:Untargeted",
    },
    "model": {
        "cnn": "truthserum.models.cnn:Cnn",
        "mlp": "truthserum.models.mlp:Mlp",
        "wrn": "truthserum.models.wrn:WideResNet",
    },
    "attack": {
        "lira": "truthserum.attacks.lira:Lira",
        "rmia": "truthserum.attacks.rmia:Rmia",
        "threshold": "truthserum.attacks.threshold:Threshold",
    },
    "figure": {
        "accuracy": "truthserum.plots.accuracy",
        "exposure": "truthserum.plots.exposure",
        "glm_grid": "truthserum.plots.glm_grid",
        "glm_precision": "truthserum.plots.glm_precision",
        "glm_residual": "truthserum.plots.glm_residual",
        "imputation": "truthserum.plots.imputation",
        "roc": "truthserum.plots.roc",
        "scores": "truthserum.plots.scores",
        "shadows": "truthserum.plots.shadows",
        "tpr": "truthserum.plots.tpr",
    },
}


def names(kind):
    """The names of one kind of plug-in, sorted."""
    return sorted(PLUGINS[kind])


def module_of(kind, name):
    """The dotted module that holds plug-in `name`; ValueError if there is none."""
    return _entry(kind, name)[0]


def load(kind, name):
    """Import plug-in `name`: a class where the entry names one, else a module.

    Raises ValueError for an unknown name.
    """
    module, attribute = _entry(kind, name)
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def _entry(kind, name):
    if name not in PLUGINS[kind]:
        raise ValueError(f"{kind}: found {name!r}, allowed are {', '.join(names(kind))}")
    module, _, attribute = PLUGINS[kind][name].partition(":")
    return module, attribute
