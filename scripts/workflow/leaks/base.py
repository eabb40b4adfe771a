"""What the workflow asks of a leak."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from workflow.fingerprint import code_of


@dataclass(frozen=True)
class Leak:
    """A leak: how the settings of its experiments are read, its stages, and the tables of an arm.

    stages: which of an arm's settings decide each, beside the seed and the experiment's name.
    check(config, entry, settings, where, inside): refuses what is wrong whatever the swept option
    says; `where` is the place of the entry, `inside` that of the settings.
    finish(config, entry, settings): the settings of one arm, complete, with names replaced by what
    they stand for. Both raise ConfigError or ValueError for what no schema can say. compared:
    whether arms are estimates with bootstrap draws, to be compared. sections: where options may be
    swept. known: which sections may be a name, and of what in the config. panels:
    figures that may be part of a summary. shown: the attack of the figures, and the baseline beside
    it, where the catalogue is silent. modes: in which the models are seen, the usual one last.
    """

    name: str
    stages: Mapping[str, tuple[str, ...]]
    tables: tuple[str, ...]
    sections: tuple[str, ...]
    check: Callable
    finish: Callable
    compared: bool = True
    known: Mapping[str, str] = field(default_factory=dict)
    panels: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)
    modes: Callable = lambda settings: ("none",)

    def settings(self, stage, chosen, **more):
        """The settings of a job, with the fingerprint of the code that it runs."""
        keys = ("seed", "experiment", *self.stages[stage])
        own = {key: chosen[key] for key in keys} | {"leak": self.name} | more
        return own | {"code": code_of(stage, own)}
