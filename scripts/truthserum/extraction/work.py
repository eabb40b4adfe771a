"""What an arm of a canary experiment costs, by arithmetic."""

from math import log2
from typing import TYPE_CHECKING

from truthserum.extraction.models.gpt import Gpt
from truthserum.extraction.models.pretrained import Pretrained
from truthserum.models.size import Size, allowed, dense, network_of, size_of
from truthserum.work import Basis, Work

if TYPE_CHECKING:
    from truthserum.extraction.settings import ExtractionSettings, LanguageModel

PRETRAINED = Size(124_439_808, 124_000_000)  # of GPT-2, for any that is not looked into
# Where a victim is ranked alone, this share of the tree of numbers is walked.
LOOKED_AT = 0.1


def work(settings: "ExtractionSettings", language_model: "LanguageModel") -> Work:
    """What one arm costs, apart from the language model, which all arms train on from."""
    game, recipe = settings.game, settings.recipe
    tree = (10**game.digits - 1) / 9
    ranked = tree * (1 + game.references if game.references else LOOKED_AT)
    (name,) = language_model.model
    return Work(
        models=game.models,
        rows=game.windows,
        steps=recipe.steps(game.windows),
        records=recipe.batch * game.window,
        size=network_of(language_model.model, language_model.vocabulary),
        asked=game.victims * game.canaries * ranked + (game.models + 1) * game.held * game.window,
        seen=game.victims * game.canaries,
        attacked=game.victims * game.canaries * settings.draws,
        basis=Basis(
            "mean_exposure",
            units=game.victims,
            models=1 + game.references,
            positives=game.canaries,
            bits=game.digits * log2(10),
        ),
        keys={
            "models": "game.canary.victims",
            "steps": "recipe.epochs",
            "records": "recipe.batch",
            "products": f"language_models.{settings.language_model}.model.{name}",
        },
    )


@size_of.register
def _(architecture: Gpt, vocabulary: int) -> Size:
    """For each token."""
    width, tokens, context = architecture.width, vocabulary, architecture.context
    norm = Size(2 * width, 0)
    parts = dense(width, 3 * width) + dense(width, width) + dense(width, 4 * width)
    block = parts + dense(4 * width, width) + norm + norm + Size(0, 2 * context * width)
    blocks = Size(architecture.layers * block.parameters, architecture.layers * block.products)
    ends = Size((tokens + context) * width, tokens * width) + norm
    return allowed("width", width, blocks + ends)


@size_of.register
def _(architecture: Pretrained, vocabulary: None) -> Size:
    return PRETRAINED
