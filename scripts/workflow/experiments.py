"""From the catalogue to experiments, arms, shards and the settings of each job.

A job's settings are one canonical JSON string with everything that decides its result, the
fingerprint of its code included, and nothing that only decides how fast it comes.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from truthserum import settings as said
from truthserum.options import checked
from truthserum.sentences import OptionError, choice
from truthserum.training.spans import spans
from truthserum.work import Work
from workflow.config import LEAKS, Config, check
from workflow.fingerprint import with_code
from workflow.sweep import against, arms_of, changed, meant, option_of, repeated

Settings = dict[str, Any]  # as JSON and YAML have it
Summary = Mapping[str, Mapping[str, str]]  # experiment and figure of each panel, by its title


def canonical(settings: object) -> str:
    """One string per meaning: sorted keys, no spaces."""
    return json.dumps(settings, sort_keys=True, separators=(",", ":"))


def hashed(settings: object) -> str:
    """Sixteen digits that stand for this meaning."""
    return hashlib.sha256(canonical(settings).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Arm:
    """One setting of the swept option, with the experiment's settings unfolded for it.

    settings: as they are written, with names replaced by what they stand for. options: the same as
    an instance of the leak's class. work: what it costs. again: the end of its name where it is run
    again with another seed.
    """

    value: object
    settings: Settings
    options: said.Settings
    work: Work
    again: str = ""

    @cached_property
    def shards(self) -> list[list[int]]:
        """First and last-plus-one model of each shard."""
        return spans(self.settings["models"], self.options.machine.models_per_shard)


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
    def values(self) -> list[Any]:
        """The swept values, in their order."""
        return [arm.value for arm in self.arms.values()]

    @property
    def every(self) -> dict[str, Arm]:
        """All arms by name, those that are run again with other seeds included."""
        return self.arms | self.repeats

    def settings(self, stage: str, arm: str, **more: object) -> Settings:
        """What decides the result of a stage of an arm."""
        keys = ("seed", "experiment", *LEAKS[self.leak].stages[stage])
        own = {key: self.every[arm].settings[key] for key in keys} | {"leak": self.leak}
        return with_code(stage, own | more)


def experiments(config: Settings) -> dict[str, Experiment]:
    """Check a complete config (`workflow.catalogue`) and unfold the chosen experiments by name.

    Raises OptionError: the key, what was found, what is allowed.
    """
    chosen = check(config)
    return {name: _experiment(chosen, name, config["catalogue"][name]) for name in chosen.names}


def _experiment(config: Config, name: str, written: Settings) -> Experiment:
    """An experiment of the checked config, of which this is written."""
    entry, where = config.catalogue[name], f"catalogue.{name}"
    chosen, inside = entry.scales[config.scale], f"{where}.scales.{config.scale}"
    plain = _plain(config, entry, written["scales"][config.scale], inside)
    option, arms = option_of(entry.sweep), _arms(config, name, plain, chosen)
    with _at(f"{where}."):
        entry.check_figures(chosen)
    again = _again(config, name, plain, list(arms))
    compared = against(entry.sweep, entry.compare, list(arms), f"{where}.compare")
    needs = {"differences": compared, "seeds": again}
    modes = max((arm.options.modes for arm in arms.values()), key=len)  # a model may be swept
    mode = entry.shown.mode or modes[-1]
    choice(f"{where}.shown.mode", mode, modes)
    shown = {"attack": entry.shown.attack, "baseline_attack": entry.shown.baseline, "mode": mode}
    return Experiment(
        name=name,
        title=entry.title,
        factor=option,
        arms={f"{option}-{value}": arm for value, arm in arms.items()},
        repeats={f"{option}-{arm.value}{arm.again}": arm for arm in again},
        against=compared,
        figures=[figure for figure in entry.figures if needs.get(figure, True)],
        shown=shown,
        leak=entry.leak,
    )


def _plain(config: Config, entry: said.Experiment, written: Settings, inside: str) -> Settings:
    """The written settings of a scale, without what is run again, and what stands for names."""
    plain = {key: value for key, value in written.items() if key != "repeats"}
    for section, table in entry.known.items():
        plain[section] = meant(plain[section], getattr(config, table), f"{inside}.{section}")
    return plain


def _again(config: Config, name: str, plain: Settings, values: list[Any]) -> list[Arm]:
    """The arms that are run again with other seeds; values: the swept ones."""
    chosen = config.catalogue[name].scales[config.scale]
    if (repeats := chosen.repeats) is None:
        return []
    inside = f"catalogue.{name}.scales.{config.scale}.repeats"
    wanted = repeated(repeats, config.seed, values, inside)
    with _at(f"{inside}.smaller: "):
        smaller = changed(plain, repeats.smaller, "smaller") | {"sweep": repeats.arms}
        arms = _arms(config, name, smaller, checked(type(chosen), smaller, ""))
    return [
        replace(arms[value], settings=arms[value].settings | {"seed": seed}, again=f"-seed-{seed}")
        for value, seed in wanted
    ]


def _arms(config: Config, name: str, plain: Settings, chosen: said.Settings) -> dict[Any, Arm]:
    """{swept value: Arm} of an experiment, of plain settings that say what was `chosen`."""
    entry, where = config.catalogue[name], f"catalogue.{name}"
    inside = f"{where}.scales.{config.scale}"
    known = {section: getattr(config, table) for section, table in entry.known.items()}
    swept = list(arms_of(entry.sweep, plain, entry.sections, f"{where}.sweep", known))
    options = {}
    for value, arm, called in swept:
        with _at(f"{called}: "):
            options[value] = checked(type(chosen), arm, "")
    with _at(f"{inside}."):
        chosen.check(config, options)
    with _at(f"{where}."):
        entry.check(chosen, config)
    general = {"seed": config.seed, "precision": config.precision, "experiment": name}
    arms = {}
    for value, arm, called in swept:
        with _at(f"{called}: "):
            more = options[value].completed(entry, config)
            work = options[value].work(config)
            work.check(options[value].machine.models_per_shard)
        arms[value] = Arm(value, {**arm, **more, **general}, options[value], work)
    return arms


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Errors in here are of what is at this place."""
    try:
        yield
    except ValueError as error:
        raise OptionError(f"{place}{error}") from error


def data_settings(dataset: str, train: int, test: int) -> Settings:
    """What decides a data file."""
    return with_code("prepare_data", {"set": dataset, "train": train, "test": test})


def language_settings(config: Settings, name: str) -> Settings:
    """What decides a pre-trained language model, apart from its text."""
    wanted = config["language_models"][name]
    settings = {key: wanted[key] for key in ("model", "recipe", "vocabulary")}
    general = {"seed": config["seed"], "precision": config["precision"], "experiment": name}
    return with_code("pretrain", settings | general)


def shard_settings(experiment: Experiment, arm: str, shard: int) -> Settings:
    """What decides the shard of this number."""
    models = experiment.every[arm].shards[shard]
    return experiment.settings("train", arm) | {"models": models}


def observe_settings(experiment: Experiment, arm: str) -> Settings:
    """What decides what is seen of an arm's models, which were made with `training`."""
    chosen, training = experiment.every[arm], experiment.settings("train", arm)
    # Not a list of shards: Linux takes no argument of more than 128 kB, as 10,000 of them have.
    per_shard = chosen.options.machine.models_per_shard
    counts = {"models": chosen.settings["models"], "models_per_shard": per_shard}
    return experiment.settings("observe", arm, training=training, **counts)


def _spec(experiment: Experiment, figure: str) -> Settings:
    return {
        "figure": figure,
        "title": experiment.title,
        "factor": experiment.factor,
        "values": experiment.values,
        **experiment.shown,
    }


def figure_settings(experiment: Experiment, figure: str) -> Settings:
    """What decides a figure, apart from the tables behind it."""
    return with_code("draw", _spec(experiment, figure))


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
    # A list, as canonical JSON has its keys in another order than that of the panels.
    panels = [[title, _spec(*panel)] for title, panel in panels_of(summary, chosen).items()]
    return with_code("draw_summary", {"panels": panels})


def label_settings(experiment: Experiment) -> Settings:
    """What decides the label-only decisions over an experiment's arms, apart from their signals."""
    first = next(iter(experiment.arms.values())).settings
    own = {key: first[key] for key in ("seed", "experiment", "draws")}
    return with_code("label_only", own | {"values": experiment.values})


def compare_settings(experiment: Experiment) -> Settings:
    """What decides the comparison of an experiment's arms, apart from their tables."""
    values = list(map(str, experiment.values))
    return with_code("compare", {"values": values, "against": experiment.against})


def seeds_settings(experiment: Experiment) -> Settings:
    """What decides the table of the arms that are run again, apart from their metrics."""
    repeats = [[arm.value, arm.settings["seed"]] for arm in experiment.repeats.values()]
    return with_code("gather_seeds", {"repeats": repeats})


def statements_settings(
    scale: str, compared: Iterable[Experiment], repeated: Iterable[Experiment]
) -> Settings:
    """What decides the statements, apart from the questions, the comparisons and the seeds."""
    settings = {"scale": scale, "experiments": [one.name for one in compared]}
    return with_code("statements", settings | {"repeated": [one.name for one in repeated]})


def ledger_settings(scale: str, chosen: Mapping[str, Experiment]) -> Settings:
    """What decides the ledger, apart from the claims and the metrics, which come in this order."""
    arms = [[name, arm.value] for name, one in chosen.items() for arm in one.arms.values()]
    return with_code("ledger", {"scale": scale, "arms": arms})
