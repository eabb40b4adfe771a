"""One of our models, and how it is trained: what the door `recipe` leaves to the user."""

from typing import Annotated, Any

from truthserum.audit.options import MODELS
from truthserum.options import Plugin, Written, build, options
from truthserum.sentences import listed, shown
from truthserum.training.recipe import Augmentation, Recipe

OF_TABLES = ("mlp",)


@options
class Ours:
    """A model, its recipe and the owner's defence, all at full length."""

    model: Annotated[Any, Plugin("model", MODELS), Written]
    """The architecture."""
    recipe: Recipe
    """How it is trained."""
    defence: Annotated[Any, Plugin("defence"), Written]
    """How its owner defends it."""

    def check(self, images: bool, rows: int) -> None:
        """Refuse what cannot be trained on so many rows each, of a table or images (ValueError)."""
        (model,) = self.model
        if not images and model not in OF_TABLES:
            raise ValueError(
                f"model: found {shown(model)}, allowed for a table is {listed(OF_TABLES)}"
            )
        if not images and self.recipe.augmentation != Augmentation():
            raise ValueError("recipe.augmentation: found one, allowed for a table is none")
        build("defence", self.defence).check(model, self.recipe, rows)
