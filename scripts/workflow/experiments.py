"""From the catalogue to experiments, arms, shards and the settings of each job.

A job's settings are one canonical JSON string with everything that decides its result, the
fingerprint of its code included, and nothing that only decides how fast it comes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from truthserum.data.catalogue import SETS
from truthserum.options import Plugin, checked
from workflow.config import ConfigError, check, choice, listed, shown
from workflow.fingerprint import code_of
from workflow.leaks import LEAKS
from workflow.leaks.base import Leak
from workflow.sweep import against, arms_of, meant, option_of, repeated

Settings = dict[str, Any]  # as JSON and YAML have it
Summary = Mapping[str, Mapping[str, str]]  # experiment and figure of each panel, by its title


def canonical(settings: object) -> str:
    """One string per meaning: sorted keys, no spaces."""
    return json.dumps(settings, sort_keys=True, separators=(",", ":"))


def _with_code(program: str, settings: Settings) -> Settings:
    return {**settings, "code": code_of(program, settings)}


@dataclass(frozen=True)
class Arm:
    """One setting of the swept option, with the experiment's settings unfolded for it.

    again: the end of its name where it is run again with another seed.
    """

    value: object
    settings: Settings
    again: str = ""

    @property
    def shards(self) -> list[list[int]]:
        """First and last-plus-one model of each shard."""
        size, models = self.settings["machine"]["models_per_shard"], self.settings["models"]
        return [[first, min(first + size, models)] for first in range(0, models, size)]


@dataclass(frozen=True)
class Experiment:
    """An experiment at the chosen scale, with its arms by name.

    repeats: arms that are run again with other seeds, by name. against: the value of the arm that
    each is compared with, by value, both as text.
    """

    name: str
    title: str
    factor: str
    arms: dict[str, Arm]
    repeats: dict[str, Arm]
    against: dict[str, str]
    figures: list[str]
    shown: Settings
    leak: str

    @property
    def every(self) -> dict[str, Arm]:
        """All arms by name, those that are run again with other seeds included."""
        return self.arms | self.repeats

    def settings(self, stage: str, arm: str, **more: object) -> Settings:
        """What decides the result of a stage of an arm."""
        return LEAKS[self.leak].settings(stage, self.every[arm].settings, **more)


def experiments(config: Settings) -> dict[str, Experiment]:
    """Check a complete config (`workflow.catalogue`) and unfold the chosen experiments by name.

    Raises ConfigError: the key, what was found, what is allowed.
    """
    check(config)
    for name, wanted in config["language_models"].items():
        _check_language_model(f"language_models.{name}", wanted)
    for name, panels in config["summaries"].items():
        for title, panel in panels.items():
            _check_panel(f"summaries.{name}.{title}", panel, config["catalogue"])
    return {name: _experiment(config, name) for name in _chosen(config)}


def _chosen(config: Settings) -> list[str]:
    """The names of the experiments that are run."""
    chosen, catalogue, scale = (config[key] for key in ("experiments", "catalogue", "scale"))
    names = [chosen] if isinstance(chosen, str) else chosen
    at_scale = [name for name, entry in catalogue.items() if scale in entry["scales"]]
    if "all" in names and len(names) > 1:
        raise ConfigError(
            f"experiments: found {shown(names)}, allowed is all alone, or a list of other names"
        )
    if names == ["all"] and at_scale:
        return at_scale
    for name in names:
        choice("experiments", name, ["all", *catalogue])
        if name not in at_scale:
            raise ConfigError(
                f"experiments: found {shown(name)}, at scale {scale} allowed are {listed(at_scale)}"
            )
    return names


def _check_panel(where: str, panel: Mapping[str, str], catalogue: Mapping[str, Any]) -> None:
    choice(f"{where}.experiment", panel["experiment"], list(catalogue))
    leak = LEAKS[catalogue[panel["experiment"]]["leak"]]
    choice(f"{where}.figure", panel["figure"], list(leak.panels))


def _check_language_model(where: str, wanted: Mapping[str, Any]) -> None:
    _check_size(f"{where}.data", wanted["data"])
    tokens = wanted["vocabulary"]
    if (tokens is None) != ("pretrained" in wanted["model"]):
        raise ConfigError(
            f"{where}.vocabulary: found {shown(tokens)}, allowed is null for a pretrained model, "
            "and for no other"
        )
    checked(Plugin("model"), wanted["model"], f"{where}.model")


def _check_size(where: str, data: Mapping[str, Any]) -> None:
    known = SETS[data["set"]]
    for part, most in {"train": known.full.train, "test": known.full.test}.items():
        if data[part] > most:
            raise ConfigError(
                f"{where}.{part}: found {data[part]}, allowed 1 to {most} {known.unit} of "
                f"{known.name}"
            )


def _experiment(config: Settings, name: str) -> Experiment:
    entry, where = config["catalogue"][name], f"catalogue.{name}"
    leak = LEAKS[entry["leak"]]
    entry = entry | {"shown": leak.shown | entry.get("shown", {})}
    general = {"seed": config["seed"], "precision": config["precision"], "experiment": name}
    settings = deepcopy(entry["scales"][config["scale"]])
    inside = f"{where}.scales.{config['scale']}"
    repeats = settings.pop("repeats", {"seeds": [], "arms": []})
    known = {section: config[place] for section, place in leak.known.items()}
    for section, names in known.items():
        settings[section] = meant(settings[section], names, f"{inside}.{section}")
    swept = list(arms_of(entry, settings, leak.sections, f"{where}.sweep", known))
    for _, arm, called in swept:
        with _in_arm(called):
            _check_arm(config, name, arm)
    leak.check(config, entry, settings, where, inside)
    option, arms, again = option_of(entry), {}, {}
    for value, arm, called in swept:
        with _in_arm(called):
            arms[f"{option}-{value}"] = Arm(value, leak.finish(config, entry, arm) | general)
    for value, arm, called, seed in repeated(repeats, general["seed"], swept, f"{inside}.repeats"):
        with _in_arm(called):
            _check_arm(config, name, arm)
            leak.check(config, entry, arm, where, inside)
            chosen = leak.finish(config, entry, arm) | general | {"seed": seed}
            again[f"{option}-{value}-seed-{seed}"] = Arm(value, chosen, f"-seed-{seed}")
    compared = against(entry, [value for value, *_ in swept], f"{where}.compare")
    needs = {"differences": compared, "seeds": repeats["seeds"] and repeats["arms"]}
    return Experiment(
        name,
        entry["title"],
        option,
        arms,
        again,
        compared,
        [name for name in entry["figures"] if needs.get(name, True)],
        _shown(leak, entry["shown"], settings, f"{where}.shown.mode"),
        entry["leak"],
    )


def _shown(leak: Leak, chosen: Settings, settings: Settings, where: str) -> Settings:
    """What figures show where there is a choice: an attack, another beside it, and the mode."""
    modes = leak.modes(settings)
    mode = chosen.get("mode", modes[-1])
    choice(where, mode, modes)
    return chosen | {"mode": mode}


@contextmanager
def _in_arm(called: str) -> Iterator[None]:
    """Errors in here are called by the arm that they are of."""
    try:
        yield
    except (ConfigError, ValueError) as error:
        raise ConfigError(f"{called}: {error}") from error


def _check_arm(config: Settings, name: str, settings: Settings) -> None:
    """Check an arm as if it had been written out."""
    entry = config["catalogue"][name] | {"scales": {config["scale"]: settings}}
    check(config | {"catalogue": {name: entry}})
    for key in ("data", "shadow_data"):
        if key in settings:
            _check_size(key, settings[key])


def data_settings(dataset: str, train: int, test: int) -> Settings:
    """What decides a data file."""
    return _with_code("prepare_data", {"set": dataset, "train": train, "test": test})


def language_settings(config: Settings, name: str) -> Settings:
    """What decides a pre-trained language model, apart from its text."""
    wanted = config["language_models"][name]
    settings = {key: wanted[key] for key in ("model", "recipe", "vocabulary")}
    general = {"seed": config["seed"], "precision": config["precision"], "experiment": name}
    return _with_code("pretrain", settings | general)


def shard_settings(experiment: Experiment, arm: str, shard: int) -> Settings:
    """What decides one shard."""
    return experiment.settings("train", arm) | {"models": experiment.every[arm].shards[shard]}


def observe_settings(experiment: Experiment, arm: str) -> Settings:
    """What decides what is seen of an arm's models, which were made with `training`."""
    chosen, training = experiment.every[arm], experiment.settings("train", arm)
    made = {"training": training, "shards": chosen.shards, "models": chosen.settings["models"]}
    return experiment.settings("observe", arm, **made)


def _spec(experiment: Experiment, figure: str) -> Settings:
    return {
        "figure": figure,
        "title": experiment.title,
        "factor": experiment.factor,
        "values": [arm.value for arm in experiment.arms.values()],
        "attack": experiment.shown["attack"],
        "baseline_attack": experiment.shown["baseline"],
        "mode": experiment.shown["mode"],
    }


def figure_settings(experiment: Experiment, figure: str) -> Settings:
    """What decides a figure, apart from the tables behind it."""
    return _with_code("draw", _spec(experiment, figure))


def panels_of(
    summary: Summary, chosen: Mapping[str, Experiment]
) -> dict[str, tuple[Experiment, str]]:
    """The panels of a summary whose experiments are run: {title: (experiment, figure)}."""
    return {
        title: (chosen[panel["experiment"]], panel["figure"])
        for title, panel in summary.items()
        if panel["experiment"] in chosen
    }


def summary_settings(summary: Summary, chosen: Mapping[str, Experiment]) -> Settings:
    """What decides a figure of several experiments, apart from the tables behind it."""
    panels = {title: _spec(*panel) for title, panel in panels_of(summary, chosen).items()}
    return _with_code("draw_summary", {"panels": panels})


def label_settings(experiment: Experiment) -> Settings:
    """What decides the label-only decisions over an experiment's arms, apart from their signals."""
    values = [arm.value for arm in experiment.arms.values()]
    first = next(iter(experiment.arms.values())).settings
    own = {key: first[key] for key in ("seed", "experiment", "draws")}
    return _with_code("label_only", own | {"values": values})


def compare_settings(experiment: Experiment) -> Settings:
    """What decides the comparison of an experiment's arms, apart from their tables."""
    values = [str(arm.value) for arm in experiment.arms.values()]
    return _with_code("compare", {"values": values, "against": experiment.against})


def seeds_settings(experiment: Experiment) -> Settings:
    """What decides the table of the arms that are run again, apart from their metrics."""
    repeats = [[arm.value, arm.settings["seed"]] for arm in experiment.repeats.values()]
    return _with_code("gather_seeds", {"repeats": repeats})


def statements_settings(scale: str, chosen: Iterable[Experiment]) -> Settings:
    """What decides the statements, apart from the questions, the comparisons and the seeds."""
    settings = {"scale": scale, "experiments": [one.name for one in chosen]}
    repeated = [one.name for one in chosen if one.repeats]
    return _with_code("statements", settings | {"repeated": repeated})


def derived_settings() -> Settings:
    """What decides the numbers that follow from settings alone, apart from these."""
    return _with_code("derive", {})


def ledger_settings(scale: str, chosen: Mapping[str, Experiment]) -> Settings:
    """What decides the ledger, apart from the claims and the metrics, which come in this order."""
    arms = [[name, arm.value] for name, one in chosen.items() for arm in one.arms.values()]
    return _with_code("ledger", {"scale": scale, "arms": arms})
