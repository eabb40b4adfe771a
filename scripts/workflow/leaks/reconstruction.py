"""Whole records, reconstructed from released models by an adversary who knows all others."""

from truthserum.data.catalogue import IMAGE_SETS
from truthserum.options import Plugin, checked
from truthserum.reconstruction.engine.recipe import InformedRecipe, check_model
from workflow.config import ConfigError, choice, listed, shown
from workflow.leaks.base import Leak
from workflow.sweep import arms_of

SECTIONS = ("game", "model", "recipe", "shadow_recipe", "shadow_data")


def _check(config, entry, settings, where, inside):
    known = config["reconstructors"]
    for view, names in settings["views"].items():
        for at, name in enumerate(names):
            choice(f"{inside}.views.{view}", name, list(known))
            (options,) = known[name].values()
            parts = options.get("of", [])
            for part in [parts] if isinstance(parts, str) else parts:
                choice(f"{inside}.views.{view}: before {name}", part, names[:at])
    for role in ("attack", "baseline"):  # figures show what is made of the weights
        choice(f"{where}.shown.{role}", entry["shown"][role], settings["views"]["weights"])
    if "reference" in settings:
        _check_reference(entry, settings, where, f"{inside}.reference")


def _strangers(name):
    """The sets of as large images, none of which is among those of this name."""
    own = IMAGE_SETS[name]
    return [
        other
        for other, held in IMAGE_SETS.items()
        if held.shape == own.shape and held.origin != own.origin
    ]


def _check_reference(entry, settings, where, inside):
    arms = {value: arm for value, arm, _ in arms_of(entry, settings, SECTIONS, f"{where}.sweep")}
    choice(inside, settings["reference"], list(arms))
    privacy = arms[settings["reference"]]["recipe"].get("privacy")
    if privacy is None or privacy.get("noise") != 0:
        raise ConfigError(f"{inside}: found privacy {shown(privacy)}, allowed is noise 0")
    for value, arm in arms.items():
        if arm["recipe"].get("initialisation") == "own":
            raise ConfigError(
                f"{inside}: found initial weights of each model's own in {value}, which no other "
                "model is a reference for, allowed are shared ones"
            )


def _finish(config, entry, settings):
    game = checked(Plugin("game"), settings["game"], "game")
    data, other = settings["data"], settings.get("shadow_data")
    if other:
        choice("shadow_data.set", other["set"], _strangers(data["set"]))
    game.check(data["train"], IMAGE_SETS[data["set"]].columns, other and other["train"])
    ((model, _),) = settings["model"].items()
    believed = settings["recipe"] | settings.get("shadow_recipe", {})
    for recipe in (settings["recipe"], believed):
        _check_recipe(model, recipe, game.fixed + 1)
    shadows, most = game.shadows, max(settings["shadow_counts"], default=0)
    if most > shadows:
        raise ConfigError(f"shadow_counts: found {most}, allowed are up to shadows, {shadows}")
    used = dict.fromkeys(name for names in settings["views"].values() for name in names)
    for reconstructor in used:
        _check_sides(reconstructor, config["reconstructors"][reconstructor], data["set"])
    return settings | {
        "models": game.models,
        "seen": sorted(settings["views"]),
        "shadow_recipe": settings.get("shadow_recipe"),
        "radii": settings.get("radii", []),
        "reconstructors": {name: config["reconstructors"][name] for name in used},
    }


def _check_sides(name, reconstructor, dataset):
    doublings = len(reconstructor.get("convolutional", {}).get("channels", [1])) - 1
    _, *sides = IMAGE_SETS[dataset].shape
    if any(side % 2**doublings for side in sides):
        raise ConfigError(
            f"reconstructors.{name}.channels: found {doublings + 1}, allowed are at most one more "
            f"than the sides of {dataset}, {listed(sides)}, can be halved"
        )


def _check_recipe(model, recipe, size):
    privacy = checked(InformedRecipe, recipe, "recipe").privacy
    check_model(model, privacy)
    if privacy and (privacy.delta or 0) * size >= 1:
        raise ConfigError(
            f"recipe.privacy: delta is {privacy.delta}, allowed is below 1 / {size} records"
        )


RECONSTRUCTION = Leak(
    "reconstruction",
    stages={
        "design": ("game",),
        "train": ("game", "model", "recipe", "shadow_recipe", "precision"),
        "observe": ("seen", "queries"),
        "measure": ("reconstructors", "views", "shadow_counts", "radii", "draws", "recipe"),
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
    sections=SECTIONS,
    check=_check,
    finish=_finish,
    shown={"attack": "kernel", "baseline": "mean"},
    modes=lambda settings: ("all",),
)
