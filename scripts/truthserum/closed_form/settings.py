"""What an experiment on records read off a linear model says, and what goes together in it."""

from collections.abc import Mapping
from dataclasses import KW_ONLY
from typing import Annotated, ClassVar, Literal

from pydantic import Field, Strict

from truthserum import settings
from truthserum.closed_form.work import work
from truthserum.data.catalogue import LABELLED_SETS, TableSet
from truthserum.models.glm import variants
from truthserum.options import Count, Maybe, Natural, NonNegative, OneOf, Positive, Several, options
from truthserum.sections import Distinct, Each
from truthserum.sentences import listed
from truthserum.work import Work

PUBLISHED = ("float32", *(f"{digits} decimals" for digits in range(7, 1, -1)))


@options
class Glm:
    """A generalised linear model, its records, and how many of them are reconstructed."""

    penalty: NonNegative
    """Strength of the L2 penalty; the same whether the losses are summed or averaged."""
    classes: Distinct[Annotated[tuple[Natural, ...], Strict(False), Field(min_length=2)]]
    """The classes whose records are used."""
    pooling: Count
    """Side of the squares of pixels that are averaged; 1 for no averaging, as for a table."""
    targets: Count
    """Records that are reconstructed, each by an adversary who knows all others."""
    family: Maybe[Literal["linear", "ridge", "logistic", "multinomial"]] = None
    """The model, null where it is swept; ridge is linear with the penalty, linear has none. All but
    multinomial take two classes."""


@options
class ClosedFormSettings(settings.Settings):
    """A reconstruction from generalised linear models at one scale."""

    _: KW_ONLY
    data: settings.Labelled
    """Training and test set; only the records of the chosen classes are used."""
    glm: Glm
    """The model, its records, and how many of them are reconstructed."""
    tolerances: Distinct[Several[Positive]]
    """Sizes of the gradient at which the solver is stopped."""
    published: Distinct[Each[Annotated[str, OneOf(PUBLISHED)]]]
    """Precisions in which the weights are published, besides float64."""

    machine: ClassVar = settings.Machine(models_per_shard=1)
    modes: ClassVar = ("float64",)

    def completed(self, experiment: "Experiment", shared: settings.Shared) -> Mapping[str, object]:
        """Nothing; ValueError for records that the data or the model does not have."""
        chosen, known = self.glm, LABELLED_SETS[self.data.set]
        if chosen.family is None:
            raise ValueError("glm: the key 'family' is missing")
        variants(chosen.family, chosen.penalty)
        if chosen.family != "multinomial" and len(chosen.classes) > 2:
            raise ValueError(f"glm.classes: found {list(chosen.classes)}, allowed are two")
        if max(chosen.classes) >= known.classes:
            raise ValueError(
                f"glm.classes: found {max(chosen.classes)}, allowed are 0 to {known.classes - 1} "
                f"of {known.name}"
            )
        if chosen.targets > self.data.train:
            raise ValueError(
                f"glm.targets: found {chosen.targets}, allowed are up to {self.data.train}, "
                "data.train"
            )
        sides = (1,) if isinstance(known, TableSet) else known.shape[1:]
        if any(side % chosen.pooling for side in sides):
            raise ValueError(f"glm.pooling: found {chosen.pooling}, allowed divide {listed(sides)}")
        return {}

    def work(self, shared: settings.Shared) -> Work:
        return work(self)


@options
class Experiment(settings.Experiment):
    """Records read off the weights of a linear model in closed form, swept, and what is drawn."""

    _: KW_ONLY
    leak: Literal["closed_form"]
    figures: Distinct[Each[Annotated[str, settings.figures("closed_form")]]]
    scales: settings.ByScale[ClosedFormSettings]

    shown: ClassVar = settings.Shown("closed_form", "none")
    stages: ClassVar = {"measure": ("glm", "tolerances", "published")}
    rehearsed: ClassVar = ("data", "glm")
    sections: ClassVar = ("data", "glm")

    def check_figures(self, settings: ClosedFormSettings) -> None:
        """A grid shows images."""
        known = settings.data.set
        if "closed_form_grid" in self.figures and isinstance(LABELLED_SETS[known], TableSet):
            raise ValueError(
                f'figures: found "closed_form_grid" of the table {known}, allowed with images alone'
            )
