"""Games of many models: membership and attributes."""

from truthserum.data.catalogue import IMAGE_SETS, TABLE_SETS
from truthserum.inference.attacks.base import grouped, rehearsal
from truthserum.options import Plugin, checked
from truthserum.training.recipe import Augmentation, Recipe
from workflow.config import ConfigError, choice, shown
from workflow.leaks.base import Leak


def _check(config, entry, settings, where, inside):
    for attack in entry["attacks"]:
        choice(f"{where}.attacks", attack, list(config["attacks"]))
        _made(attack, config["attacks"][attack])
    for role in ("attack", "baseline"):
        choice(f"{where}.shown.{role}", entry["shown"][role], entry["attacks"])
    _check_groups(inside, settings)
    if "label_only" in entry["figures"]:
        choice(f"{where}.sweep (figure label_only)", next(iter(entry["sweep"])), ["game.copies"])


def _made(name, written):
    """The attack of a name in the config."""
    return checked(Plugin("attack"), written, f"attacks.{name}")


def _rehearse(attacks, settings, values, others):
    """Do the attacks work with so few models, and with what they are asked about?

    values: so many models in a row hold each value of a secret once. others: points beside targets.
    """
    for key, models in [("models", settings["models"])] + [
        ("shadow_groups", size) for size in settings["shadow_groups"]
    ]:
        if models % grouped(values):
            raise ConfigError(
                f"{key}: found {models}, allowed are multiples of {grouped(values)}, as a secret "
                f"has {values} values and models come in pairs"
            )
        for name, written in attacks.items():
            try:
                _made(name, written).score(rehearsal(models, values, others))
            except ValueError as error:
                raise ConfigError(f"attacks.{name} ({key}: {models}): {error}") from error


def _check_groups(where, settings):
    models = settings["models"]
    largest = max(settings["shadow_groups"], default=0)
    if largest > models:
        raise ConfigError(
            f"{where}.shadow_groups: found {largest}, allowed are sizes up to models, {models}"
        )


def _finish(config, entry, settings):
    recipe = checked(Recipe, settings["recipe"], "recipe")
    columns = (IMAGE_SETS | TABLE_SETS)[settings["data"]["set"]].columns
    if columns:
        _check_table(settings, recipe.augmentation)
    if "mirror" in settings["queries"] and not recipe.augmentation.flip:
        raise ConfigError(
            f"queries: found {shown(settings['queries'])}, allowed is {shown(['identity'])}, as no "
            "image is mirrored in training (recipe.augmentation.flip)"
        )
    game = checked(Plugin("game"), settings["game"], "game")
    game.check(settings["data"]["train"], columns)
    attacks = {attack: config["attacks"][attack] for attack in entry["attacks"]}
    _rehearse(attacks, settings, game.values(columns), game.others(settings["data"]["train"]))
    defence = _defence(config, settings, recipe, game.rows(settings["data"]["train"], columns))
    return settings | {"attacks": attacks, "defence": defence}


def _modes(cnn=None, wrn=None, mlp=None):
    """In which modes a model is observed; training.observe says so of the network itself."""
    normalised = wrn is not None or (cnn is not None and cnn.get("normalise", True))
    return ["batch", "running"] if normalised else ["none"]


def _check_table(settings, augmentation):
    ((model, _),) = settings["model"].items()
    choice("model", model, ["mlp"])  # as rows are no images
    for key, found, allowed in (
        ("recipe.augmentation", vars(augmentation), vars(Augmentation())),
        ("queries", settings["queries"], ["identity"]),
    ):
        if found != allowed:
            raise ConfigError(f"{key}: found {shown(found)}, for a table allowed {shown(allowed)}")


def _defence(config, settings, recipe, size):
    name, ((model, _),) = settings.get("defence", "none"), settings["model"].items()
    choice("defence", name, list(config["defences"]))
    checked(Plugin("defence"), config["defences"][name], f"defences.{name}").check(
        model, recipe, size
    )
    return config["defences"][name]


INFERENCE = Leak(
    "inference",
    stages={
        "design": ("game",),
        "train": ("game", "model", "recipe", "defence", "precision"),
        "observe": ("queries", "observed_batch"),
        "measure": ("attacks", "draws", "shadow_groups", "shown_targets"),
    },
    tables=("metrics", "roc", "targets", "shadows", "scores", "epsilon", "models"),
    sections=("game", "model", "recipe", "defence"),
    check=_check,
    finish=_finish,
    known={"recipe": "recipes"},
    panels=("roc",),
    shown={"attack": "lira", "baseline": "threshold"},
    modes=lambda settings: _modes(**settings["model"]),
)
