"""Whole records, reconstructed from released models by an adversary who knows all others."""

from truthserum import registry
from truthserum.data.catalogue import IMAGE_SETS
from truthserum.training.informed_recipe import InformedRecipe, check_model
from workflow.config import ConfigError, choice
from workflow.kinds.base import Kind, Stage


def _check(config, entry, settings, where, inside):
    for view, names in settings["views"].items():
        for name in names:
            choice(f"{inside}.views.{view}", name, list(config["reconstructors"]))


def _finish(config, entry, settings):
    ((name, options),) = settings["game"].items()
    game = registry.load("game", name)(**options)
    other = settings.get("shadow_data")
    columns = IMAGE_SETS[settings["data"]["set"]].columns
    game.check(settings["data"]["train"], columns, other and other["train"])
    ((model, _),) = settings["model"].items()
    believed = settings["recipe"] | settings.get("shadow_recipe", {})
    for recipe in (settings["recipe"], believed):
        _check_recipe(model, recipe)
    shadows, most = options["shadows"], max(settings["shadow_counts"], default=0)
    if most > shadows:
        raise ConfigError(f"shadow_counts: found {most}, allowed are up to shadows, {shadows}")
    used = dict.fromkeys(name for names in settings["views"].values() for name in names)
    return settings | {
        "models": game.models,
        "seen": sorted(settings["views"]),
        "shadow_recipe": settings.get("shadow_recipe"),
        "reconstructors": {name: config["reconstructors"][name] for name in used},
    }


def _check_recipe(model, recipe):
    privacy = recipe.get("privacy")
    check_model(model, privacy)
    InformedRecipe(**{**recipe, "privacy": None})
    if privacy and ("epsilon" in privacy) == ("noise" in privacy):
        raise ConfigError("recipe.privacy: allowed is one of epsilon and noise")
    if privacy and recipe.get("batch"):
        raise ConfigError(f"recipe: batch is {recipe['batch']}, allowed is null with privacy")


INFORMED = Kind(
    stages={
        "design": Stage("design", ("game",)),
        "train": Stage("train_informed", ("game", "model", "recipe", "shadow_recipe", "precision")),
        "observe": Stage("observe_informed", ("seen", "queries")),
        "measure": Stage(
            "reconstruct", ("reconstructors", "views", "shadow_counts", "draws", "recipe")
        ),
    },
    tables=(
        "metrics",
        "records",
        "roc",
        "shadows",
        "images",
        "choices",
        "prior",
        "bounds",
        "models",
    ),
    sections=("game", "model", "recipe", "shadow_recipe", "shadow_data"),
    check=_check,
    finish=_finish,
)
