"""The plug-ins by name: a new game, model, data set, attack or figure is one file and one line here.

The values are import paths, so that naming the choices (to check a config) loads none of them.
"""

from importlib import import_module

PLUGINS = {
    "data": {
        "cifar10": "truthserum.data.cifar",
        "cifar100": "truthserum.data.cifar",
        "fashion_mnist": "truthserum.data.idx",
        "mnist": "truthserum.data.idx",
    },
    "game": {
        "membership": "truthserum.games.membership:Membership",
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
    """The dotted module that holds plug-in `name`."""
    return PLUGINS[kind][name].partition(":")[0]


def load(kind, name):
    """Import plug-in `name`: a class where the entry names one, else a module."""
    module, _, attribute = PLUGINS[kind][name].partition(":")
    found = import_module(module)
    return getattr(found, attribute) if attribute else found
