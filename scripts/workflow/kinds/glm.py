"""Records read off the weights of a generalised linear model, in closed form."""

from truthserum.models.glm import variants
from workflow.config import ConfigError
from workflow.kinds.base import Kind, Stage


def _finish(config, entry, settings):
    chosen = settings["glm"]
    if "family" not in chosen:
        raise ConfigError("glm: the key 'family' is missing")
    variants(chosen["family"], chosen["penalty"])
    if chosen["family"] != "multinomial" and len(chosen["classes"]) > 2:
        raise ConfigError(f"glm.classes: found {chosen['classes']}, allowed are two")
    return settings


GLM = Kind(
    stages={"measure": Stage("reconstruct_glm", ("glm", "tolerances", "published"))},
    tables=("metrics", "fits", "records", "images"),
    sections=("glm",),
    check=lambda *arguments: None,
    finish=_finish,
    shown={"attack": "closed_form", "baseline": "none", "mode": "float64"},
)
