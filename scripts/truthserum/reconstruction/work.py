"""What an arm of an informed adversary costs, by arithmetic."""

from collections.abc import Mapping
from functools import singledispatch
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any

from truthserum.data.catalogue import IMAGE_SETS
from truthserum.models.size import network_of
from truthserum.options import build
from truthserum.reconstruction.reconstructors.convolutional import Convolutional
from truthserum.reconstruction.reconstructors.kernel import KernelRidge
from truthserum.reconstruction.reconstructors.network import Network
from truthserum.work import BACKWARD, Basis, Work, shape_of

if TYPE_CHECKING:
    from truthserum.reconstruction.settings import ReconstructionSettings


def work(settings: "ReconstructionSettings", reconstructors: Mapping[str, Mapping]) -> Work:
    """What one arm costs; ValueError where a network is too large for the records.

    reconstructors: all that there are, by name.
    """
    known, game, recipe = IMAGE_SETS[settings.data.set], settings.game, settings.recipe
    size = network_of(settings.model, known.shape, known.classes)
    asked = min(settings.queries, game.fixed)
    views = {"weights": size.parameters, "logits": asked * known.classes} if size else {}
    counts = {*settings.shadow_counts, game.shadows}
    (name,) = settings.model
    return Work(
        models=game.models,
        rows=game.fixed + 1,
        steps=recipe.steps,
        records=recipe.rows(game.fixed),
        size=size,
        asked=game.models * (asked + 1) + game.released * settings.data.test,
        seen=game.models * sum(views.get(view, 0) for view in settings.views.seen) / 2,  # float32
        attacked=sum(
            fit(build("reconstructor", reconstructors[each]), count, views.get(view, 0), pixels)
            for pixels in [prod(shape_of(known))]
            for count in counts
            for view, names in settings.views.seen.items()
            for each in names
        ),
        basis=Basis("beats_known", units=game.released, models=1, positives=1),
        keys={
            "models": "game.reconstruction.shadows",
            "steps": "recipe.steps",
            "records": "game.reconstruction.fixed",
            "products": f"model.{name}",
        },
    )


@singledispatch
def fit(reconstructor: Any, shadows: int, inputs: int, pixels: int) -> float:
    """Multiplications of a fit to so many shadow models, from `inputs` numbers to `pixels`."""
    return shadows * inputs * pixels


@fit.register
def _(reconstructor: KernelRidge, shadows: int, inputs: int, pixels: int) -> float:
    solved = shadows**3 / 3 + shadows**2 * pixels
    each = shadows**2 * inputs + len(reconstructor.penalties) * solved
    return len(reconstructor.features) * len(reconstructor.widths) * each


@fit.register
def _(reconstructor: Network, shadows: int, inputs: int, pixels: int) -> float:
    return _learning(reconstructor, shadows, inputs, pixels)


@fit.register
def _(reconstructor: Convolutional, shadows: int, inputs: int, pixels: int) -> float:
    """Two 3 x 3 convolutions at each size, the last of as many pixels as the image."""
    levels = enumerate(reversed(reconstructor.channels))
    rest = sum(2 * 9 * channels**2 * pixels // 4**level for level, channels in levels)
    return _learning(reconstructor, shadows, inputs, reconstructor.channels[0], rest)


def _learning(network: Network, shadows: int, inputs: int, outputs: int, more: float = 0) -> float:
    """Training dense layers, with so many multiplications more for each record."""
    parts = max(1, shadows // network.batch)
    records = shadows * max(network.epochs, -(-network.steps // parts))
    total = 0.0
    for chain in network.features:
        kept = [getattr(step, "components", inputs) for step in chain.steps]
        first = min([inputs, *kept])
        widths = min(first, shadows) if first < inputs else first, *network.widths
        each = sum(one * other for one, other in pairwise((*widths, outputs))) + more
        total += BACKWARD * each * records
    return total
