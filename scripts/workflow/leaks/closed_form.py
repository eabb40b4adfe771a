"""Records read off the weights of a generalised linear model, in closed form."""

from truthserum.data.catalogue import IMAGE_SETS, SETS
from truthserum.models.glm import variants
from workflow.config import ConfigError, listed
from workflow.leaks.base import Leak


def _finish(config, entry, settings):
    chosen, data = settings["glm"], settings["data"]
    if "family" not in chosen:
        raise ConfigError("glm: the key 'family' is missing")
    variants(chosen["family"], chosen["penalty"])
    if chosen["family"] != "multinomial" and len(chosen["classes"]) > 2:
        raise ConfigError(f"glm.classes: found {chosen['classes']}, allowed are two")
    _check_records(data["set"], data["train"], **chosen)
    return settings


def _check_records(name, train, classes, pooling, targets, **others):
    last = SETS[name].classes - 1
    if max(classes) > last:
        raise ConfigError(f"glm.classes: found {max(classes)}, allowed are 0 to {last} of {name}")
    if targets > train:
        raise ConfigError(f"glm.targets: found {targets}, allowed are up to {train}, data.train")
    sides = IMAGE_SETS[name].shape[1:] if name in IMAGE_SETS else [1]
    if any(side % pooling for side in sides):
        raise ConfigError(f"glm.pooling: found {pooling}, allowed divide {listed(sides)}")


CLOSED_FORM = Leak(
    "closed_form",
    stages={"measure": ("glm", "tolerances", "published")},
    tables=("metrics", "fits", "records", "images"),
    sections=("glm",),
    check=lambda *arguments: None,
    finish=_finish,
    compared=False,
    shown={"attack": "closed_form", "baseline": "none"},
    modes=lambda settings: ("float64",),
)
