"""What an experiment on canaries in language models says, and what goes together in it."""

from collections.abc import Mapping
from dataclasses import KW_ONLY
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from truthserum import registry, settings
from truthserum.data.catalogue import TEXT_SETS
from truthserum.extraction.attacks import WEIGHTS
from truthserum.extraction.recipe import Recipe
from truthserum.extraction.work import work
from truthserum.models.size import network_of
from truthserum.options import MOST, Count, Maybe, OneOf, Plugin, Written, checked, options
from truthserum.sections import Distinct, Each, Table
from truthserum.sentences import choice, shown
from truthserum.work import Work


@options
class Documents(settings.Part):
    """Documents for pre-training a language model, and documents that are kept for the victims."""

    set: Annotated[str, OneOf(sorted(TEXT_SETS))]
    train: Count
    """Documents for pre-training."""
    test: Count
    """Documents for the victims. If there is no pre-training (0 epochs), they get the others,
    too."""


@options
class LanguageModel:
    """A language model that is pre-trained once; every victim starts from it."""

    data: Documents
    """Documents for pre-training it, and documents that are kept for the victims."""
    model: Annotated[Any, Plugin("model", registry.within("model", "extraction")), Written]
    """Its architecture."""
    recipe: Recipe
    """How it is pre-trained."""
    vocabulary: Maybe[Annotated[int, Field(ge=266, le=MOST)]]
    """Size of the byte-pair vocabulary, in which every digit is a token of its own; null for the
    tokenizer of a pretrained model."""

    def __post_init__(self) -> None:
        if (self.vocabulary is None) != ("pretrained" in self.model):
            raise ValueError(
                f"vocabulary: found {shown(self.vocabulary)}, allowed is null for a pretrained "
                "model, and for no other"
            )
        network_of(self.model, self.vocabulary)
        Work(steps=self.recipe.steps(1), keys={"steps": "recipe.epochs"}).check()


@options
class Shared(settings.Shared):
    """What experiments on canaries call by a name."""

    language_models: Table[Annotated[LanguageModel, Written]]
    """Pre-trained language models by name."""


@options
class ExtractionSettings(settings.Trained):
    """A canary experiment at one scale."""

    _: KW_ONLY
    language_model: str
    """The name of the pre-trained model from which every victim and reference starts."""
    game: Annotated[Any, Plugin("game", registry.within("game", "extraction"))]
    """The canaries, and who trains on them."""
    recipe: Recipe
    """How victims and references are trained from there."""

    @property
    def base_model(self) -> str:
        return self.language_model

    def check(self, shared: Shared, arms: Mapping[object, settings.Settings]) -> None:
        self._known(shared)

    def completed(self, experiment: "Experiment", shared: Shared) -> Mapping[str, object]:
        """The architecture, and the number of models; ValueError for too long a window or batch."""
        model = self._known(shared).model
        (architecture,) = model.values()
        if self.recipe.batch > self.game.windows:
            raise ValueError(
                f"recipe.batch: found {self.recipe.batch}, allowed are up to the "
                f"{self.game.windows} windows that a model trains on"
            )
        # What else the game refuses depends on the text and its tokens.
        if self.game.window > architecture.get("context", self.game.window):
            raise ValueError(
                f"canary.window: found {self.game.window}, allowed are up to "
                f"{architecture['context']}, the context of the language model "
                f"{self.language_model}"
            )
        return {"model": model, "models": self.game.models}

    def work(self, shared: Shared) -> Work:
        return work(self, self._known(shared))

    def _known(self, shared: Shared) -> LanguageModel:
        choice("language_model", self.language_model, list(shared.language_models))
        return checked(LanguageModel, shared.language_models[self.language_model], "")


@options
class ExtractionShown(settings.Shown):
    """What the figures show where there is a choice."""

    attack: Annotated[str, OneOf(WEIGHTS)] = "plain"
    baseline: Annotated[str, OneOf(WEIGHTS)] = "half"


@options
class Experiment(settings.Estimated):
    """Canaries extracted from language models, swept, and what is drawn of it."""

    _: KW_ONLY
    leak: Literal["extraction"]
    shown: ExtractionShown = ExtractionShown()
    """What the figures show where there is a choice."""
    figures: Distinct[Each[Annotated[str, settings.figures("extraction")]]]
    scales: settings.ByScale[ExtractionSettings]

    shared: ClassVar = Shared
    stages: ClassVar = {
        "design": ("game", "model"),
        "train": ("game", "model", "recipe", "precision"),
        "observe": (),
        "measure": ("draws",),
    }
    rehearsed: ClassVar = ("language_model", "game", "recipe")
    sections: ClassVar = ("game", "recipe", "language_model")
    panels: ClassVar = ("guesses",)
