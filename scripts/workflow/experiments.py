"""From the catalogue in config.yaml to experiments, arms, shards and the settings of each job.

A job's settings are one canonical JSON string with everything that decides its result, the
fingerprint of its code included, and nothing that only decides how fast it comes.
"""

import json
from copy import deepcopy
from dataclasses import dataclass

from truthserum import registry
from truthserum.attacks.base import rehearsal
from truthserum.data.catalogue import IMAGE_SETS, TABLE_SETS
from truthserum.models.glm import variants
from truthserum.training.recipe import Augmentation, Recipe
from workflow.config import ConfigError, check, choice, listed, shown
from workflow.fingerprint import code_of


def canonical(settings):
    """One string per meaning: sorted keys, no spaces."""
    return json.dumps(settings, sort_keys=True, separators=(",", ":"))


def _with_code(program, settings):
    return {**settings, "code": code_of(program, settings)}


@dataclass(frozen=True)
class Arm:
    """One setting of the swept option, with the experiment's settings unfolded for it."""

    value: object
    settings: dict


@dataclass(frozen=True)
class Experiment:
    """An experiment at the chosen scale: its arms by name, and what all of them share."""

    name: str
    title: str
    factor: str
    arms: dict
    figures: list
    shown: dict
    common: dict
    kind: str = "game"

    @property
    def shards(self):
        """First and last-plus-one model of each shard."""
        size, models = self.common["models_per_shard"], self.common["models"]
        return [[first, first + size] for first in range(0, models, size)]


def experiments(config):
    """Check the config and unfold the chosen experiments: {name: Experiment}.

    Raises ConfigError: the key, what was found, what is allowed.
    """
    check(config)
    catalogue, scale = config["catalogue"], config["scale"]
    chosen = config["experiments"]
    names = [chosen] if isinstance(chosen, str) else chosen
    at_scale = [name for name, entry in catalogue.items() if scale in entry["scales"]]
    if names == ["all"] and at_scale:
        names = at_scale
    for name in names:
        choice("experiments", name, ["all", *catalogue])
        if name not in at_scale:
            raise ConfigError(
                f"experiments: found {shown(name)}, at scale {scale} allowed are {listed(at_scale)}"
            )
    return {name: _experiment(config, name) for name in names}


def _experiment(config, name):
    unfolded = {"game": _game_experiment, "glm": _glm_experiment}
    return unfolded[config["catalogue"][name].get("kind", "game")](config, name)


def _game_experiment(config, name):
    entry, where = config["catalogue"][name], f"catalogue.{name}"
    settings = deepcopy(entry["scales"][config["scale"]])
    inside = f"{where}.scales.{config['scale']}"
    for attack in entry["attacks"]:
        choice(f"{where}.attacks", attack, list(config["attacks"]))
        _check_attack(inside, attack, config["attacks"][attack], settings)
    for role in ("attack", "baseline"):
        choice(f"{where}.shown.{role}", entry["shown"][role], entry["attacks"])
    choice(f"{inside}.recipe", settings["recipe"], list(config["recipes"]))
    settings["recipe"] = config["recipes"][settings["recipe"]]
    _divides(inside, settings)

    option, arms = _arms(config, name, settings, _check_arm)
    common = {
        **settings,
        "attacks": {attack: config["attacks"][attack] for attack in entry["attacks"]},
        "seed": config["seed"],
        "precision": config["precision"],
        "experiment": name,
    }
    return Experiment(name, entry["title"], option, arms, entry["figures"], entry["shown"], common)


def _glm_experiment(config, name):
    entry = config["catalogue"][name]
    settings = deepcopy(entry["scales"][config["scale"]])
    option, arms = _arms(config, name, settings, _check_glm_arm)
    shown = {"attack": "closed_form", "baseline": "none", "mode": "float64"}
    common = {**settings, "seed": config["seed"], "experiment": name}
    return Experiment(name, entry["title"], option, arms, entry["figures"], shown, common, "glm")


def _arms(config, name, settings, check_arm):
    """The swept option, and the arms by name; `settings` lose their own values for it."""
    ((factor, values),) = config["catalogue"][name]["sweep"].items()
    where, option, arms = f"catalogue.{name}.sweep", factor.split(".")[-1], {}
    for value in settings.pop("sweep", values):
        swept = _swept(settings, factor, value, where)
        check_arm(config, name, swept, f"{where}: {factor} = {value}")
        arms[f"{option}-{value}"] = Arm(value, swept)
    return option, arms


def _check_glm_arm(config, name, settings, where):
    """Check an arm as if it had been written out, and what no schema can say."""
    written = deepcopy(config)
    written["catalogue"][name]["scales"] = {config["scale"]: settings}
    try:
        check(written)
        chosen = settings["glm"]
        if "family" not in chosen:
            raise ConfigError("glm: the key 'family' is missing")
        variants(chosen["family"], chosen["penalty"])
        if chosen["family"] != "multinomial" and len(chosen["classes"]) > 2:
            raise ConfigError(f"glm.classes: found {chosen['classes']}, allowed are two")
    except (ConfigError, ValueError) as error:
        raise ConfigError(f"{where}: {error}") from error


def _check_attack(where, name, written, settings):
    """Rehearse an attack: do its options go together, and with so few models?"""
    ((kind, options),) = written.items()
    try:
        attack = registry.load("attack", kind)(**options)
    except ValueError as error:
        raise ConfigError(f"attacks.{name}.{kind}.{error}") from error
    for key, models in [("models", settings["models"])] + [
        ("shadow_groups", size) for size in settings["shadow_groups"]
    ]:
        try:
            attack.score(rehearsal(models))
        except ValueError as error:
            raise ConfigError(
                f"{where}.{key}: found {models}, too few for attacks.{name}: {error}"
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


def _swept(settings, factor, value, where):
    """A copy of the settings with one option set."""
    section, _, option = factor.partition(".")
    sections = [key for key in ("game", "model", "recipe", "glm") if key in settings]
    choice(where, section, sections)
    settings = deepcopy(settings)
    holder = settings[section]
    if section in ("game", "model"):
        (holder,) = holder.values()
    holder[option] = value
    return settings


def _check_arm(config, name, settings, where):
    """Check an arm as if it had been written out, and what no schema can say."""
    written = deepcopy(config)
    recipe = settings["recipe"]
    written["recipes"] = {"swept": recipe}
    written["catalogue"] = {name: deepcopy(config["catalogue"][name])}
    written["catalogue"][name]["scales"] = {config["scale"]: {**settings, "recipe": "swept"}}
    try:
        check(written)
        augmentation = Augmentation(**recipe.get("augmentation", {}))
        Recipe(**{**recipe, "augmentation": augmentation})
        columns = (IMAGE_SETS | TABLE_SETS)[settings["data"]["set"]].columns
        if columns and (augmentation != Augmentation() or settings["queries"] != ["identity"]):
            raise ConfigError("augmentation and queries: allowed are none and identity for a table")
        ((game, options),) = settings["game"].items()
        registry.load("game", game)(**options).check(settings["data"]["train"], columns)
    except (ConfigError, ValueError) as error:
        raise ConfigError(f"{where}: {error}") from error


def data_settings(dataset, train, test):
    """What decides a data file."""
    return _with_code("prepare_data", {"set": dataset, "train": train, "test": test})


def design_settings(experiment, arm):
    """What decides an arm's targets and poisons."""
    settings = {
        "game": experiment.arms[arm].settings["game"],
        "seed": experiment.common["seed"],
        "experiment": experiment.name,
    }
    return _with_code("design", settings)


def training_settings(experiment, arm):
    """What decides the weights of an arm's models, apart from which models a shard trains."""
    chosen = experiment.arms[arm].settings
    settings = {
        "game": chosen["game"],
        "model": chosen["model"],
        "recipe": chosen["recipe"],
        "seed": experiment.common["seed"],
        "experiment": experiment.name,
        "precision": experiment.common["precision"],
    }
    return _with_code("train_shard", settings)


def shard_settings(experiment, arm, shard):
    """What decides one shard."""
    return {**training_settings(experiment, arm), "models": experiment.shards[shard]}


def signal_settings(experiment, arm):
    """What decides an arm's signals; the shards must have been made with `training`."""
    chosen = experiment.arms[arm].settings
    settings = {
        "training": training_settings(experiment, arm),
        "shards": experiment.shards,
        "models": chosen["models"],
        "queries": chosen["queries"],
        "batch": chosen["observed_batch"],
    }
    return _with_code("signals", settings)


def measure_settings(experiment, arm):
    """What decides an arm's tables."""
    chosen = experiment.arms[arm].settings
    settings = {
        "attacks": experiment.common["attacks"],
        "seed": experiment.common["seed"],
        "experiment": experiment.name,
        "draws": chosen["draws"],
        "shadow_counts": chosen["shadow_groups"],
        "shown": chosen["shown_targets"],
    }
    return _with_code("measure", settings)


def glm_settings(experiment, arm):
    """What decides the tables of a reconstruction from generalised linear models."""
    chosen = experiment.arms[arm].settings
    settings = {key: chosen[key] for key in ("glm", "tolerances", "published")}
    named = {"seed": experiment.common["seed"], "experiment": experiment.name}
    return _with_code("reconstruct_glm", settings | named)


def figure_settings(experiment, figure):
    """What decides a figure, apart from the tables behind it."""
    settings = {
        "figure": figure,
        "title": experiment.title,
        "factor": experiment.factor,
        "values": [arm.value for arm in experiment.arms.values()],
        "attack": experiment.shown["attack"],
        "baseline_attack": experiment.shown["baseline"],
        "mode": experiment.shown["mode"],
    }
    return _with_code("draw", settings)


def ledger_settings(scale, chosen):
    """What decides the ledger, apart from the claims and the metrics, which come in this order."""
    arms = [[name, arm.value] for name, one in chosen.items() for arm in one.arms.values()]
    return _with_code("ledger", {"scale": scale, "arms": arms})
