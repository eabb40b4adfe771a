"""What the workflow asks of a kind of experiment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from workflow.fingerprint import code_of


@dataclass(frozen=True)
class Stage:
    """A stage of an experiment: the program that does it, and what decides its result.

    keys: of an arm's settings, beside the seed and the name of the experiment.
    """

    program: str
    keys: tuple[str, ...]

    def settings(self, chosen, **more):
        """The settings of a job, with the fingerprint of the code that it runs."""
        own = {key: chosen[key] for key in ("seed", "experiment", *self.keys)} | more
        return own | {"code": code_of(self.program, own)}


@dataclass(frozen=True)
class Kind:
    """A kind of experiment: how its settings are read, its stages, and the tables of an arm.

    check(config, entry, settings, where, inside): refuses what is wrong whatever the swept option
    says; `where` is the place of the entry, `inside` that of the settings.
    finish(config, entry, settings): the settings of one arm, complete, with names replaced by what
    they stand for. Both raise ConfigError or ValueError for what no schema can say. compared:
    whether arms are estimates with bootstrap draws, to be compared. sections: where options may be
    swept. known: which sections may be a name, and of what in the config. panels:
    figures that may be part of a summary. shown: what figures show where the catalogue is silent.
    """

    stages: Mapping[str, Stage]
    tables: tuple[str, ...]
    sections: tuple[str, ...]
    check: Callable
    finish: Callable
    compared: bool = True
    known: Mapping[str, str] = field(default_factory=dict)
    panels: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)
