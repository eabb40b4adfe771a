"""One of our models, and how it is trained: what the door `recipe` leaves to the user."""

from typing import Annotated, Any

from truthserum.audit.options import MODELS
from truthserum.options import Maybe, Plugin, Written, build, options
from truthserum.sentences import listed, shown
from truthserum.training.recipe import Augmentation, Recipe
from truthserum.work import Work

OF_TABLES, OF_IMAGES = ("glm", "mlp"), ("cnn", "mlp", "wrn")


@options
class Ours:
    """A model, its recipe and the owner's defence, all at full length."""

    model: Annotated[Any, Plugin("model", MODELS), Written]
    """The architecture."""
    recipe: Maybe[Recipe]
    """How it is trained; null for a `glm`, which is fitted to its minimum."""
    defence: Annotated[Any, Plugin("defence"), Written]
    """How its owner defends it."""

    def check(self, side: int | None, rows: int) -> None:
        """Refuse what cannot be trained on so many rows each (ValueError).

        side: pixels of that of images; None for a table.
        """
        (model,) = self.model
        allowed, what = (OF_TABLES, "a table") if side is None else (OF_IMAGES, "images")
        if model not in allowed:
            raise ValueError(
                f"model: found {shown(model)}, allowed for {what} are {listed(allowed)}"
            )
        if self.recipe is None:
            if self.defence != {"none": {}}:
                raise ValueError(
                    f"defence: found {shown(next(iter(self.defence)))}, allowed for a glm is none"
                )
            return
        if side is None and self.recipe.augmentation != Augmentation():
            raise ValueError("recipe.augmentation: found one, allowed for a table is none")
        self.recipe.check(rows, () if side is None else (side, side))
        Work(steps=self.recipe.steps(rows), keys={"steps": "recipe.epochs"}).check()
        build("defence", self.defence).check(model, self.recipe, rows)
