"""From the catalogue in config.yaml to experiments, arms, shards and the settings of each job.

A job's settings are one canonical JSON string with everything that decides its result, the
fingerprint of its code included, and nothing that only decides how fast it comes.
"""

import json
from copy import deepcopy
from dataclasses import dataclass

from truthserum import registry
from truthserum.training.recipe import Augmentation, Recipe

from workflow.config import ConfigError, check, choice
from workflow.fingerprint import fingerprint


def canonical(settings):
    """One string per meaning: sorted keys, no spaces."""
    return json.dumps(settings, sort_keys=True, separators=(",", ":"))


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
    at_scale = [name for name, entry in catalogue.items() if scale in entry["scales"]]
    if chosen == "all":
        chosen = at_scale
    for name in [chosen] if isinstance(chosen, str) else chosen:
        choice("experiments", name, ["all", *catalogue])
        if name not in at_scale:
            raise ConfigError(
                f"experiments: {name!r} has no scale {scale!r}, "
                f"allowed are {', '.join(at_scale) or 'none at this scale'}"
            )
    names = [chosen] if isinstance(chosen, str) else chosen
    return {name: _experiment(config, name) for name in names}


def _experiment(config, name):
    entry, where = config["catalogue"][name], f"catalogue.{name}"
    settings = deepcopy(entry["scales"][config["scale"]])
    inside = f"{where}.scales.{config['scale']}"
    for attack in entry["attacks"]:
        choice(f"{where}.attacks", attack, list(config["attacks"]))
    for role in ("attack", "baseline"):
        choice(f"{where}.shown.{role}", entry["shown"][role], entry["attacks"])
    choice(f"{inside}.recipe", settings["recipe"], list(config["recipes"]))
    settings["recipe"] = config["recipes"][settings["recipe"]]
    _divides(inside, settings)

    (factor, values), *_ = entry["sweep"].items()
    values = settings.pop("sweep", values)
    option = factor.split(".")[-1]
    arms = {
        f"{option}-{value}": Arm(value, _swept(settings, factor, value, f"{where}.sweep"))
        for value in values
    }
    for arm in arms.values():
        _check_arm(config, name, arm.settings, f"{where}.sweep: {factor} = {arm.value}")
    common = {
        **settings,
        "attacks": {attack: config["attacks"][attack] for attack in entry["attacks"]},
        "seed": config["seed"],
        "precision": config["precision"],
        "experiment": name,
    }
    return Experiment(name, entry["title"], option, arms, entry["figures"], entry["shown"], common)


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
    choice(where, section, ["game", "model", "recipe"])
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
        Recipe(**{**recipe, "augmentation": Augmentation(**recipe.get("augmentation", {}))})
        ((game, options),) = settings["game"].items()
        registry.load("game", game)(**options).check(settings["data"]["train"])
    except (ConfigError, ValueError) as error:
        raise ConfigError(f"{where}: {error}") from error


def data_settings(dataset, train, test):
    """What decides a data file: its content is verified, so how it was got does not count."""
    code = fingerprint("truthserum.data.images", data=[dataset])
    return {"set": dataset, "train": train, "test": test, "code": code}


def design_settings(experiment, arm):
    """What decides an arm's targets and poisons."""
    game = experiment.arms[arm].settings["game"]
    return {
        "game": game,
        "seed": experiment.common["seed"],
        "experiment": experiment.name,
        "code": fingerprint("design", game=game),
    }


def training_settings(experiment, arm):
    """What decides the weights of an arm's models, apart from which models a shard trains."""
    settings = experiment.arms[arm].settings
    return {
        "game": settings["game"],
        "model": settings["model"],
        "recipe": settings["recipe"],
        "seed": experiment.common["seed"],
        "experiment": experiment.name,
        "precision": experiment.common["precision"],
        "code": fingerprint("train_shard", game=settings["game"], model=settings["model"]),
    }


def shard_settings(experiment, arm, shard):
    """What decides one shard."""
    return {**training_settings(experiment, arm), "models": experiment.shards[shard]}


def signal_settings(experiment, arm):
    """What decides an arm's signals; the shards must have been made with `training`."""
    settings = experiment.arms[arm].settings
    return {
        "training": training_settings(experiment, arm),
        "shards": experiment.shards,
        "models": settings["models"],
        "queries": settings["queries"],
        "batch": settings["observed_batch"],
        "code": fingerprint("signals", game=settings["game"], model=settings["model"]),
    }


def measure_settings(experiment, arm):
    """What decides an arm's tables."""
    settings, attacks = experiment.arms[arm].settings, experiment.common["attacks"]
    used = sorted({kind for options in attacks.values() for kind in options})
    return {
        "attacks": attacks,
        "seed": experiment.common["seed"],
        "experiment": experiment.name,
        "draws": settings["draws"],
        "shadow_counts": settings["shadow_groups"],
        "shown": settings["shown_targets"],
        "code": fingerprint("measure", attack=used),
    }


def figure_settings(experiment, figure):
    """What decides a figure, apart from the tables behind it."""
    return {
        "figure": figure,
        "title": experiment.title,
        "factor": experiment.factor,
        "values": [arm.value for arm in experiment.arms.values()],
        "attack": experiment.shown["attack"],
        "baseline_attack": experiment.shown["baseline"],
        "mode": experiment.shown["mode"],
        "code": fingerprint("draw", figure=[figure]),
    }
