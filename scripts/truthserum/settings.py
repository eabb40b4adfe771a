"""What experiments say, whatever leaks: a class for each section of keys.

A leak's own room has a module of the same name. Its `Settings` are those of one scale, its
`Experiment` is a file of experiments/, and its `Shared` is what its experiments call by a name.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, field
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args

from pydantic import Field

from truthserum import registry
from truthserum.data.catalogue import IMAGE_SETS, LABELLED_SETS, SETS
from truthserum.options import (
    MOST,
    Count,
    Draws,
    Maybe,
    Natural,
    OneOf,
    Several,
    Text,
    Written,
    options,
)
from truthserum.sections import Distinct, Each, Either, Value
from truthserum.sentences import OPTION, VARIANT, OptionError, choices
from truthserum.work import Work

T = TypeVar("T")
Scale = Literal["smoke", "laptop", "workstation", "paper"]
SCALES: tuple[Scale, ...] = get_args(Scale)
ByScale = Annotated[Mapping[Scale, T], Field(min_length=1)]

Values = Distinct[Several[Value]]
Option = Annotated[str, Field(pattern=OPTION)]
Variant = Annotated[str, Field(pattern=VARIANT)]
Variants = Annotated[dict[Variant, dict[Option, Any]], Field(min_length=1)]
Swept = Annotated[Any, Either(dict, "a section of keys", Variants, Values), Written]


def figures(*rooms: str) -> OneOf:
    """The figures of some folders of the library."""
    return OneOf(registry.within("figure", *rooms))


@options
class Machine:
    """What belongs to the machine: it decides how fast a result comes and in how much memory, never
    what the result is."""

    models_per_shard: Count
    """Models trained by one job."""
    stack: Count = 1
    """Models trained in lockstep within a job. It decides how fast they are trained, and changes
    results by rounding only."""
    memory: Count = 5000
    """Megabytes for the jobs that hold the observations of all models."""


@options
class Repeats:
    """Arms that are run again with other seeds."""

    seeds: Distinct[Several[Natural]]
    """The other seeds."""
    arms: Values
    """The swept values whose arms are run again."""
    smaller: dict[str, Any] = field(default_factory=dict)
    """Sections, or options of sections, that differ in these runs, so that they cost less."""


@options
class Part:
    """The first records of a data set."""

    set: Annotated[str, OneOf(sorted(SETS))]
    """Which data set."""
    train: Count
    """How many records of its training part."""
    test: Count
    """How many records of its test part."""

    def __post_init__(self) -> None:
        known = SETS[self.set]
        for part, most in {"train": known.full.train, "test": known.full.test}.items():
            if getattr(self, part) > most:
                raise ValueError(
                    f"{part}: found {getattr(self, part)}, allowed 1 to {most} {known.unit} of "
                    f"{known.name}"
                )


@options
class Labelled(Part):
    """The first images of a data set, or the first rows of a table."""

    set: Annotated[str, OneOf(sorted(LABELLED_SETS))]
    train: Annotated[int, Field(ge=2, le=MOST)]


@options
class Images(Labelled):
    """The first images of a data set."""

    set: Annotated[str, OneOf(sorted(IMAGE_SETS))]


@options
class Shared:
    """What experiments of a leak call by a name: nothing."""


@options
class Shown:
    """What figures show where there is a choice."""

    attack: str
    """The attack of the figures."""
    baseline: str
    """The attack that it is compared with."""

    @property
    def mode(self) -> str | None:
        """In which mode models are seen, where there is a choice."""
        return None

    def check(self, attacks: Collection[str]) -> None:
        """Refuse, with an OptionError, what is none of these attacks of the experiment."""
        for role in ("attack", "baseline"):
            found = getattr(self, role)
            unsaid = "the default " if found == getattr(type(self), role, None) else ""
            if found not in attacks:
                raise OptionError(f"shown.{role}: {choices(found, attacks, unsaid)}")


@options
class Settings(ABC):
    """An experiment at one scale.

    What the methods are given is of the leak's own classes. Where there is nothing to refuse, a
    leak has no `check`.
    """

    _: KW_ONLY
    sweep: Maybe[Values] = None
    """Values to sweep at this scale instead of the experiment's own, or some of its names."""
    repeats: Maybe[Repeats] = None
    """Arms that are run again with other seeds, to show the spread between whole experiments."""

    machine: ClassVar[Machine]

    @property
    def modes(self) -> tuple[str, ...]:
        """In which modes the models are seen, the usual one last."""
        return ("none",)

    @property
    def base_model(self) -> str | None:
        """The name of the pre-trained model from which models start, if they do."""
        return None

    @property
    def second_data(self) -> Part | None:
        """Data beside its own that a game is drawn from, if there are any."""
        return None

    @property
    def seen_beside(self) -> object | None:
        """The swept value of the arm whose models are measured beside an arm's own, if there is."""
        return None

    def check(self, shared: Any, arms: Mapping[object, Any]) -> None:
        """Refuse what is wrong whatever is swept, with a ValueError that begins with the key.

        arms: the same with the swept options, by swept value.
        """

    @abstractmethod
    def completed(self, experiment: Any, shared: Any) -> Mapping[str, object]:
        """What an arm's settings hold besides what is written: what stands for names, above all.

        Raises ValueError where settings do not go together.
        """

    def work(self, shared: Any) -> Work:
        """What an arm with these settings costs, if it is known.

        Raises ValueError where a network or a batch is too large for the records.
        """
        return Work()


@options
class Trained(Settings):
    """An experiment at one scale, of models that are trained."""

    _: KW_ONLY
    machine: Machine  # type: ignore[misc]  # an option here, a constant where nothing is trained
    """What belongs to the machine: it decides how fast a result comes and in how much memory, never
    what the result is."""
    draws: Draws
    """Bootstrap draws behind each interval."""


@options
class Experiment(ABC):
    """An experiment: what is attacked and swept, and what is drawn of it.

    stages: which of an arm's settings decide each, beside the seed and the experiment's name.
    rehearsed: which are tried before anything is run; the leak has a `rehearse` if there are any.
    sections: where options may be swept. known: which sections may be a name, and of what in
    `shared`. panels: figures that may be part of a summary. compared: whether arms are estimates
    with bootstrap draws, to be compared.
    """

    _: KW_ONLY
    leak: str
    """What is attacked."""
    title: Text
    """Title of the experiment in figures and reports."""
    sweep: Annotated[dict[Option, Swept], Field(min_length=1, max_length=1)]
    """What is swept, from the reference arm to the strongest: an option, such as game.copies, with
    its values, or a word, such as variant, with named sets of options that differ from the
    settings."""
    figures: Distinct[Each[str]]
    """The figures to draw."""
    scales: ByScale[Settings]
    """The settings for each scale that the experiment is part of."""

    compared: ClassVar[bool] = False
    known: ClassVar[Mapping[str, str]] = {}
    panels: ClassVar[tuple[str, ...]] = ()
    rehearsed: ClassVar[tuple[str, ...]] = ()
    shared: ClassVar[type] = Shared
    stages: ClassVar[Mapping[str, tuple[str, ...]]]
    sections: ClassVar[tuple[str, ...]]

    @property
    def compare(self) -> Mapping[str, Any] | None:
        """Which arm an arm is compared with, where that is not the first of the sweep."""
        return None

    @property
    @abstractmethod
    def shown(self) -> Shown:
        """What the figures show where there is a choice."""

    def check(self, settings: Any, shared: Any) -> None:
        """Refuse what is wrong with these settings of a scale; see `Settings.check`."""

    def check_figures(self, settings: Any) -> None:
        """Refuse a figure for which the arms that are run first have nothing to show."""


@options
class Estimated(Experiment):
    """An experiment whose arms are estimates with bootstrap draws."""

    _: KW_ONLY
    compare: Maybe[Annotated[dict[str, Value], Field(min_length=1)]] = None
    """Which arm an arm is compared with, where that is not the first of the sweep."""

    compared: ClassVar[bool] = True
