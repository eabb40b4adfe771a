"""Games of many models: membership and attributes."""

from truthserum import registry
from truthserum.attacks.base import rehearsal
from truthserum.data.catalogue import IMAGE_SETS, TABLE_SETS
from truthserum.training.recipe import Augmentation, Recipe
from workflow.config import ConfigError, choice
from workflow.kinds.base import Kind, Stage


def _check(config, entry, settings, where, inside):
    for attack in entry["attacks"]:
        choice(f"{where}.attacks", attack, list(config["attacks"]))
        _made(attack, config["attacks"][attack])
    for role in ("attack", "baseline"):
        choice(f"{where}.shown.{role}", entry["shown"][role], entry["attacks"])
    _divides(inside, settings)


def _made(name, written):
    """The attack of a name in the config."""
    ((kind, options),) = written.items()
    try:
        return registry.load("attack", kind)(**options)
    except ValueError as error:
        raise ConfigError(f"attacks.{name}.{kind}.{error}") from error


def _rehearse(attacks, settings, values):
    """Do the attacks work with so few models, of which each `values` in a row hold all values?"""
    for key, models in [("models", settings["models"])] + [
        ("shadow_groups", size) for size in settings["shadow_groups"]
    ]:
        if models % values:
            raise ConfigError(
                f"{key}: found {models}, allowed are multiples of {values}, the number of values"
            )
        for name, written in attacks.items():
            try:
                _made(name, written).score(rehearsal(models, values))
            except ValueError as error:
                raise ConfigError(
                    f"{key}: found {models}, too few for attacks.{name}: {error}"
                ) from error


def _divides(where, settings):
    models, size = settings["models"], settings["models_per_shard"]
    if models % size:
        raise ConfigError(
            f"{where}.models_per_shard: found {size}, allowed is a divisor of models, {models}"
        )
    largest = max(settings["shadow_groups"], default=0)
    if largest > models:
        raise ConfigError(
            f"{where}.shadow_groups: found {largest}, allowed are sizes up to models, {models}"
        )


def _finish(config, entry, settings):
    recipe = settings["recipe"]
    augmentation = Augmentation(**recipe.get("augmentation", {}))
    made = Recipe(**{**recipe, "augmentation": augmentation})
    columns = (IMAGE_SETS | TABLE_SETS)[settings["data"]["set"]].columns
    if columns and (augmentation != Augmentation() or settings["queries"] != ["identity"]):
        raise ConfigError("augmentation and queries: allowed are none and identity for a table")
    ((name, options),) = settings["game"].items()
    game = registry.load("game", name)(**options)
    game.check(settings["data"]["train"], columns)
    attacks = {attack: config["attacks"][attack] for attack in entry["attacks"]}
    _rehearse(attacks, settings, game.values(columns))
    defence = _defence(config, settings, made)
    return settings | {"attacks": attacks, "defence": defence}


def _defence(config, settings, recipe):
    name, ((model, _),) = settings.get("defence", "none"), settings["model"].items()
    choice("defence", name, list(config["defences"]))
    ((kind, options),) = config["defences"][name].items()
    chosen = registry.load("defence", kind)(**options)
    chosen.check(model, recipe, settings["data"]["train"])
    return config["defences"][name]


GAME = Kind(
    stages={
        "design": Stage("design", ("game",)),
        "train": Stage("train_shard", ("game", "model", "recipe", "defence", "precision")),
        "observe": Stage("signals", ("queries", "observed_batch")),
        "measure": Stage("measure", ("attacks", "draws", "shadow_groups", "shown_targets")),
    },
    tables=("metrics", "roc", "targets", "shadows", "scores", "models"),
    sections=("game", "model", "recipe", "defence"),
    check=_check,
    finish=_finish,
)
