"""What an arm of a membership or attribute game costs, by arithmetic."""

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from truthserum.data.catalogue import LABELLED_SETS, TableSet
from truthserum.data.image_sets import FolderSet, ImageSet
from truthserum.inference.games.attribute import Attribute
from truthserum.inference.games.membership import Membership
from truthserum.inference.games.untargeted import Untargeted
from truthserum.models.size import network_of
from truthserum.work import Basis, Work, shape_of

if TYPE_CHECKING:
    from truthserum.inference.settings import InferenceSettings

Labelled = ImageSet | FolderSet | TableSet
SCORED = 100  # multiplications for each score, and as many again for each 100 bootstrap draws


def work(settings: "InferenceSettings") -> Work:
    """What one arm costs; ValueError where a network or a batch is too large for the records."""
    known, game, recipe = LABELLED_SETS[settings.data.set], settings.game, settings.recipe
    rows = game.rows(settings.data.train, known.columns)
    shape = shape_of(known)
    recipe.check(rows, shape[1:])
    asked, positives, negatives = points(game, settings.data.train, known)
    seen = settings.models * asked * len(settings.queries) * len(settings.modes)
    (name,) = settings.model
    return Work(
        models=settings.models,
        rows=rows,
        steps=recipe.steps(rows),
        records=recipe.batch,
        size=network_of(settings.model, shape, known.classes),
        asked=seen + settings.models * settings.data.test,
        seen=seen,
        attacked=seen * (SCORED + settings.draws),
        basis=Basis("tpr", settings.models // 2, 2, 2 * positives, 2 * negatives),
        keys={
            "models": "models",
            "steps": "recipe.epochs",
            "records": "recipe.batch",
            "products": f"model.{name}",
        },
    )


@singledispatch
def points(game: Any, size: int, known: Labelled) -> tuple[int, float, float]:
    """Points that each model is asked about, and of the attacked ones members and others.

    size, known: of the data. Of a game that is not known, the most there can be.
    """
    return size, size / 2, size / 2


@points.register
def _(game: Membership, size: int, known: Labelled) -> tuple[int, float, float]:
    return game.targets + game.others(size), game.targets / 2, game.targets / 2


@points.register
def _(game: Attribute, size: int, known: Labelled) -> tuple[int, float, float]:
    """Of two rivals one counts (`attacks.rivals`), in half of the models the one that is in."""
    values = game.values(known.columns)
    if values == 2:
        return 2 * game.targets, game.targets / 2, game.targets / 2
    return values * game.targets, game.targets, (values - 1) * game.targets


@points.register
def _(game: Untargeted, size: int, known: Labelled) -> tuple[int, float, float]:
    asked = game.asked or game.pool
    attacked = asked / (1 if game.target_class is None else known.classes)
    return asked, attacked / 2, attacked / 2
