"""What an experiment on an informed adversary says, and what goes together in it."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from truthserum import registry, settings
from truthserum.data.catalogue import IMAGE_SETS
from truthserum.options import MOST, Count, Maybe, Plugin, Several, Share, Written, options
from truthserum.reconstruction.engine.recipe import InformedRecipe, Privacy, check_model
from truthserum.reconstruction.work import work
from truthserum.sections import Distinct, Each, Table, Value
from truthserum.sentences import choice, listed, shown
from truthserum.work import Work

Names = Distinct[Several[str]]


@options
class Shared(settings.Shared):
    """What experiments on an informed adversary call by a name."""

    reconstructors: Table[Annotated[Any, Plugin("reconstructor"), Written]]
    """Reconstructors by name, each a reconstructor of the library with its options."""


@options
class Views:
    """What the adversary sees of a model, each with the names of the reconstructors that work from
    it.

    Those that others build on come first.
    """

    weights: Names
    """All weights."""
    last_layer: Names = ()
    """The weights of the last layer."""
    logits: Names = ()
    """Logits."""

    @property
    def seen(self) -> dict[str, tuple[str, ...]]:
        """{view: names of reconstructors} of the views that there are."""
        return {view: names for view, names in sorted(vars(self).items()) if names}


@options
class ReconstructionSettings(settings.Trained):
    """A reconstruction by an informed adversary at one scale."""

    _: KW_ONLY
    data: settings.Images
    """Images from which the records are drawn, and a test set."""
    shadow_data: Maybe[settings.Images] = None
    """Images from which the adversary's own records are drawn, if they are others."""
    game: Annotated[Any, Plugin("game", registry.within("game", "reconstruction"))]
    """How many models there are, and what they are trained on."""
    model: Annotated[Any, Plugin("model", ("cnn", "mlp")), Written]
    """The architecture."""
    recipe: InformedRecipe
    """How each model is trained."""
    shadow_recipe: Maybe[Annotated[InformedRecipe, Written]] = None
    """Options of the recipe about which the adversary is wrong, as it trains its own models."""
    views: Views
    """What the adversary sees of a model, each with the names of the reconstructors that work from
    it."""
    queries: Count
    """Records of the fixed set for which logits are asked; all if there are fewer."""
    shadow_counts: Distinct[Each[Annotated[int, Field(ge=2, le=MOST)]]]
    """Smaller numbers of shadow models, for the figure of success against their number."""
    radii: Distinct[Each[Share]] = ()
    """Mean squared errors within which a record counts as reconstructed."""
    reference: Maybe[Value] = None
    """The arm without noise, whose models give the weights of each candidate and of each shadow
    model."""

    modes: ClassVar = ("all",)

    @property
    def second_data(self) -> settings.Images | None:
        return self.shadow_data

    @property
    def seen_beside(self) -> object | None:
        return self.reference if self.recipe.privacy else None

    def check(self, shared: Shared, arms: Mapping[object, "ReconstructionSettings"]) -> None:
        known = shared.reconstructors
        for view, names in self.views.seen.items():
            for at, name in enumerate(names):
                choice(f"views.{view}", name, list(known))
                (chosen,) = known[name].values()
                parts = chosen.get("of", [])
                for part in [parts] if isinstance(parts, str) else parts:
                    choice(f"views.{view}: before {name}", part, names[:at])
        if self.reference is not None:
            self._check_reference(arms)

    def _check_reference(self, arms: Mapping[object, "ReconstructionSettings"]) -> None:
        """Without noise, and no model has a start of its own."""
        choice("reference", self.reference, list(arms))
        privacy = arms[self.reference].recipe.privacy
        if privacy is None or privacy.noise != 0:
            given = privacy and {k: v for k, v in vars(privacy).items() if v is not None}
            raise ValueError(f"reference: found privacy {shown(given)}, allowed is noise 0")
        for value, arm in arms.items():
            if arm.recipe.initialisation == "own":
                raise ValueError(
                    f"reference: found initial weights of each model's own in {value}, which no "
                    "other model is a reference for, allowed are shared ones"
                )

    def completed(self, experiment: "Experiment", shared: Shared) -> Mapping[str, object]:
        """How many models, what is seen of them, and the reconstructors by name.

        Raises ValueError where settings do not go together.
        """
        other = self.shadow_data
        if other:
            choice("shadow_data.set", other.set, _strangers(self.data.set))
        columns = IMAGE_SETS[self.data.set].columns
        self.game.check(self.data.train, columns, other and other.train)
        (model,) = self.model
        believed: Any = self.shadow_recipe or {}  # as it was written
        for recipe in (self.recipe, replace(self.recipe, **believed)):
            check_model(model, recipe.privacy)
            _check_delta(recipe.privacy, self.game.fixed + 1)
        shadows, most = self.game.shadows, max(self.shadow_counts, default=0)
        if most > shadows:
            raise ValueError(f"shadow_counts: found {most}, allowed are up to shadows, {shadows}")
        used = dict.fromkeys(name for names in self.views.seen.values() for name in names)
        reconstructors = {name: shared.reconstructors[name] for name in used}
        for name, reconstructor in reconstructors.items():
            _check_sides(name, reconstructor, self.data.set)
        return {
            "models": self.game.models,
            "seen": list(self.views.seen),
            "shadow_recipe": self.shadow_recipe,
            "radii": list(self.radii),
            "reconstructors": reconstructors,
        }

    def work(self, shared: Shared) -> Work:
        return work(self, shared.reconstructors)


def _strangers(name: str) -> list[str]:
    """The sets of as large images, none of which is among those of this name."""
    own = IMAGE_SETS[name]
    return [
        other
        for other, held in IMAGE_SETS.items()
        if held.shape == own.shape and held.origin != own.origin
    ]


def _check_delta(privacy: Privacy | None, size: int) -> None:
    if privacy and (privacy.delta or 0) * size >= 1:
        raise ValueError(
            f"recipe.privacy: delta is {privacy.delta}, allowed is below 1 / {size} records"
        )


def _check_sides(name: str, reconstructor: Mapping[str, Any], dataset: str) -> None:
    doublings = len(reconstructor.get("convolutional", {}).get("channels", [1])) - 1
    _, *sides = IMAGE_SETS[dataset].shape
    if any(side % 2**doublings for side in sides):
        raise ValueError(
            f"reconstructors.{name}.channels: found {doublings + 1}, allowed are at most one more "
            f"than the sides of {dataset}, {listed(sides)}, can be halved"
        )


@options
class ReconstructionShown(settings.Shown):
    """What the figures show where there is a choice, of what is made of the weights."""

    attack: str = "kernel"
    baseline: str = "mean"


@options
class Experiment(settings.Estimated):
    """A swept reconstruction by an adversary who knows all other records, and what is drawn."""

    _: KW_ONLY
    leak: Literal["reconstruction"]
    shown: ReconstructionShown = ReconstructionShown()
    """What the figures show where there is a choice."""
    figures: Distinct[Each[Annotated[str, settings.figures("reconstruction")]]]
    scales: settings.ByScale[ReconstructionSettings]

    shared: ClassVar = Shared
    stages: ClassVar = {
        "design": ("game",),
        "train": ("game", "model", "recipe", "shadow_recipe", "precision"),
        "observe": ("seen", "queries"),
        "measure": ("reconstructors", "views", "shadow_counts", "radii", "draws", "recipe"),
    }
    rehearsed: ClassVar = (
        *("data", "shadow_data", "game", "model", "recipe", "shadow_recipe"),
        *("views", "reconstructors"),
    )
    sections: ClassVar = ("data", "game", "model", "recipe", "shadow_recipe", "shadow_data")

    def check(self, settings: ReconstructionSettings, shared: Shared) -> None:
        """Figures show what is made of the weights."""
        self.shown.check(settings.views.weights)

    def check_figures(self, settings: ReconstructionSettings) -> None:
        if "reconstruction_radius" in self.figures and not settings.radii:
            raise ValueError("figures: found reconstruction_radius, allowed where there are radii")
