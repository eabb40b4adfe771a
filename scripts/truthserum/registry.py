"""The plug-ins by name: a new game, model, attack or figure is a file and a line here.

The values are import paths, so that naming the choices (to check a config) loads none of them.
"""

from importlib import import_module

PLUGINS = {
    "game": {
        "attribute": "truthserum.games.attribute:Attribute",
        "canary": "truthserum.games.canary:Canary",
        "membership": "truthserum.games.membership:Membership",
        "reconstruction": "truthserum.games.reconstruction:Reconstruction",
        "untargeted": "truthserum.games.untargeted:Untargeted",
    },
    "model": {
        "cnn": "truthserum.models.cnn:Cnn",
        "gpt": "truthserum.models.gpt:Gpt",
        "mlp": "truthserum.models.mlp:Mlp",
        "pretrained": "truthserum.models.pretrained:Pretrained",
        "wrn": "truthserum.models.wrn:WideResNet",
    },
    "attack": {
        "lira": "truthserum.attacks.lira:Lira",
        "rmia": "truthserum.attacks.rmia:Rmia",
        "threshold": "truthserum.attacks.threshold:Threshold",
    },
    "defence": {
        "conflicts": "truthserum.defences.conflicts:Conflicts",
        "copies": "truthserum.defences.copies:Copies",
        "dpsgd": "truthserum.defences.dpsgd:DpSgd",
        "losses": "truthserum.defences.losses:Losses",
        "none": "truthserum.defences.base:Undefended",
    },
    "reconstructor": {
        "average": "truthserum.reconstructors.average:Average",
        "convolutional": "truthserum.reconstructors.convolutional:Convolutional",
        "kernel": "truthserum.reconstructors.kernel:KernelRidge",
        "mean": "truthserum.reconstructors.mean:MeanImage",
        "network": "truthserum.reconstructors.network:Network",
        "noiseless": "truthserum.reconstructors.noiseless:Noiseless",
        "posterior": "truthserum.reconstructors.posterior:Posterior",
        "ridge": "truthserum.reconstructors.ridge:Ridge",
    },
    "figure": {
        "accuracy": "truthserum.plots.accuracy",
        "attacks": "truthserum.plots.attacks",
        "canary_cost": "truthserum.plots.canary_cost",
        "defences": "truthserum.plots.defences",
        "differences": "truthserum.plots.differences",
        "economics": "truthserum.plots.economics",
        "epsilon": "truthserum.plots.epsilon",
        "exposure": "truthserum.plots.exposure",
        "extraction": "truthserum.plots.extraction",
        "glm_grid": "truthserum.plots.glm_grid",
        "glm_precision": "truthserum.plots.glm_precision",
        "glm_residual": "truthserum.plots.glm_residual",
        "guesses": "truthserum.plots.guesses",
        "imputation": "truthserum.plots.imputation",
        "label_only": "truthserum.plots.label_only",
        "measures": "truthserum.plots.measures",
        "reconstruction_bounds": "truthserum.plots.reconstruction_bounds",
        "reconstruction_error": "truthserum.plots.reconstruction_error",
        "reconstruction_grid": "truthserum.plots.reconstruction_grid",
        "reconstruction_privacy": "truthserum.plots.reconstruction_privacy",
        "reconstruction_radius": "truthserum.plots.reconstruction_radius",
        "reconstruction_roc": "truthserum.plots.reconstruction_roc",
        "reconstruction_shadows": "truthserum.plots.reconstruction_shadows",
        "roc": "truthserum.plots.roc",
        "scores": "truthserum.plots.scores",
        "shadows": "truthserum.plots.shadows",
        "tpr": "truthserum.plots.tpr",
        "variants": "truthserum.plots.variants",
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
