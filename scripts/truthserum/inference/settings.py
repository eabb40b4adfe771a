"""What an experiment on membership or attributes says, and what goes together in it."""

from collections.abc import Mapping
from dataclasses import KW_ONLY
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from truthserum import registry, settings
from truthserum.data.catalogue import LABELLED_SETS
from truthserum.inference.attacks.base import grouped, rehearsal
from truthserum.inference.games.attribute import Attribute
from truthserum.inference.games.base import Game
from truthserum.inference.work import work
from truthserum.options import MOST, Count, Even, Maybe, Plugin, Several, Written, build, options
from truthserum.sections import Distinct, Each, Either, Filled, Table
from truthserum.sentences import choice, shown
from truthserum.training.recipe import Augmentation, Recipe
from truthserum.work import Work

FOR_EPSILON = 8  # with fewer than four pairs of models nothing is proved
Models = Annotated[int, Field(ge=4, le=MOST, multiple_of=2)]


@options
class Shared(settings.Shared):
    """What experiments on membership and attributes call by a name."""

    recipes: Filled[Annotated[Recipe, Written]]
    """Training recipes by name."""
    attacks: Filled[Annotated[Any, Plugin("attack"), Written]]
    """Attacks by name, each an attack of the library with its options."""
    defences: Table[Annotated[Any, Plugin("defence"), Written]]
    """Defences by name, each a defence of the library with its options; `none` is one."""


@options
class Points(settings.Labelled):
    """The pool and the test set, the first images or rows of a data set."""

    train: Even
    """Points of the data; of those in the game's pool, where equal points play once, each model
    gets half."""
    test: Count
    """Points on which test accuracy is measured."""


@options
class InferenceSettings(settings.Trained):
    """A privacy game at one scale."""

    _: KW_ONLY
    data: Points
    """The pool and the test set, the first images or rows of a data set."""
    game: Annotated[Game, Plugin("game", registry.within("game", "inference"))]
    """What is to be inferred about whom, and which poison is added."""
    model: Annotated[Any, Plugin("model", registry.within("model", "models")), Written]
    """The architecture."""
    recipe: Annotated[Any, Either(str, "text", str, Recipe)]
    """The name of a recipe, or a recipe."""
    defence: str = "none"
    """The name of a defence: how the owner of the data trains."""
    models: Models
    """Trained models per arm; they come in complementary pairs."""
    queries: Distinct[Several[Literal["identity", "mirror"]]]
    """How a model is asked about an image. `mirror` is allowed only where the recipe of every arm
    flips images, since the answer to what a model never saw in training is noise."""
    observed_batch: Count
    """Records per batch when the models are asked; matters for BatchNorm by batch (official
    5,000)."""
    shadow_groups: Distinct[Each[Models]]
    """Sizes of groups of models, for the figure of success against the number of shadow models (one
    less than the size)."""
    shown_targets: Count
    """How many targets the figure of score distributions shows; all if there are fewer."""

    def __post_init__(self) -> None:
        largest = max(self.shadow_groups, default=0)
        if largest > self.models:
            raise ValueError(
                f"shadow_groups: found {largest}, allowed are sizes up to models, {self.models}"
            )

    @property
    def modes(self) -> tuple[str, ...]:
        """In which modes a model is observed; training.observe says so of the network itself."""
        architecture = build("model", self.model)
        return ("batch", "running") if architecture.normalise else ("none",)

    def completed(self, experiment: "Experiment", shared: Shared) -> Mapping[str, object]:
        """The attacks by name and the defence; ValueError where settings do not go together."""
        columns, size = LABELLED_SETS[self.data.set].columns, self.data.train
        if columns:
            self._check_table()
        if "mirror" in self.queries and not self.recipe.augmentation.flip:
            raise ValueError(
                f"queries: found {shown(self.queries)}, allowed is {shown(['identity'])}, as no "
                "image is mirrored in training (recipe.augmentation.flip)"
            )
        self.game.check(size, columns)
        attacks = {name: shared.attacks[name] for name in experiment.attacks}
        self._rehearse(attacks, self.game.values(columns), self.game.others(size))
        choice("defence", self.defence, list(shared.defences))
        (model,), defence = self.model, shared.defences[self.defence]
        build("defence", defence).check(model, self.recipe, self.game.rows(size, columns))
        return {"attacks": attacks, "defence": defence}

    def work(self, shared: Shared) -> Work:
        return work(self)

    def _check_table(self) -> None:
        """Rows are no images."""
        (model,) = self.model
        choice("model", model, ["mlp"])
        for key, found, allowed in (
            ("recipe.augmentation", vars(self.recipe.augmentation), vars(Augmentation())),
            ("queries", list(self.queries), ["identity"]),
        ):
            if found != allowed:
                raise ValueError(
                    f"{key}: found {shown(found)}, for a table allowed {shown(allowed)}"
                )

    def _rehearse(self, attacks: Mapping[str, Mapping], values: int, others: int) -> None:
        """Do the attacks work with so few models, and with what they are asked about?

        values: so many models in a row hold each value of a secret once. others: points beside
        targets.
        """
        for key, models in [
            ("models", self.models),
            *(("shadow_groups", size) for size in self.shadow_groups),
        ]:
            if models % grouped(values):
                raise ValueError(
                    f"{key}: found {models}, allowed are multiples of {grouped(values)}, as a "
                    f"secret has {values} values and models come in pairs"
                )
            for name, written in attacks.items():
                try:
                    build("attack", written).score(rehearsal(models, values, others))
                except ValueError as error:
                    raise ValueError(f"attacks.{name} ({key}: {models}): {error}") from error


@options
class InferenceShown(settings.Shown):
    """What the figures show where there is a choice."""

    attack: str = "lira"
    baseline: str = "threshold"
    mode: Maybe[Literal["batch", "running", "none"]] = None
    """BatchNorm by the statistics of the `batch` (official release) or by the `running` ones (its
    later fix), which is the usual mode; `none` where there is no BatchNorm."""


@options
class Experiment(settings.Estimated):
    """A swept privacy game, of membership or attributes, and what is drawn of it."""

    _: KW_ONLY
    leak: Literal["inference"]
    attacks: Distinct[Several[str]]
    """Names of the attacks to run."""
    shown: InferenceShown = InferenceShown()
    """What the figures show where there is a choice."""
    figures: Distinct[Each[Annotated[str, settings.figures("inference", "plots")]]]
    scales: settings.ByScale[InferenceSettings]

    shared: ClassVar = Shared
    stages: ClassVar = {
        "design": ("game",),
        "train": ("game", "model", "recipe", "defence", "precision"),
        "observe": ("queries", "observed_batch"),
        "measure": ("attacks", "draws", "shadow_groups", "shown_targets"),
    }
    rehearsed: ClassVar = (
        *("data", "game", "model", "recipe", "defence", "queries"),
        *("observed_batch", "seed", "experiment"),
    )
    sections: ClassVar = ("data", "game", "model", "recipe", "defence")
    known: ClassVar = {"recipe": "recipes"}
    panels: ClassVar = ("roc",)

    def check(self, settings: InferenceSettings, shared: Shared) -> None:
        for attack in self.attacks:
            choice("attacks", attack, list(shared.attacks))
        self.shown.check(self.attacks)

    def check_figures(self, settings: InferenceSettings) -> None:
        if "label_only" in self.figures:
            choice("sweep (figure label_only)", next(iter(self.sweep)), ["game.copies"])
        of_values = isinstance(settings.game, Attribute)
        if "imputation" in self.figures and not of_values:
            raise ValueError('figures: found "imputation", allowed with the game attribute alone')
        if "epsilon" in self.figures and (of_values or settings.models < FOR_EPSILON):
            raise ValueError(
                f'figures: found "epsilon" with {settings.models} models, allowed with a game of '
                f"memberships and {FOR_EPSILON} models or more"
            )
