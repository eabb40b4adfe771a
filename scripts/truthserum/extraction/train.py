"""Training the models of a canary experiment, from the base model on, one after the other."""

from collections.abc import Sequence
from typing import Any

from truthserum.extraction import language
from truthserum.extraction.game import CanaryDesign
from truthserum.extraction.recipe import Recipe
from truthserum.options import build, checked
from truthserum.registry import configured
from truthserum.seeds import Purpose, experiment_seed, stream
from truthserum.stages import Training
from truthserum.training.midway import Midway
from truthserum.training.products import Tensors
from truthserum.training.progress import Progress
from truthserum.training.resume import resumed


def train(job: Training) -> tuple[Tensors, dict[str, Any]]:
    """The models: (tensors with a leading model axis, {seconds: [K]}).

    Not in lockstep, which gains nothing here. Settings are game, model, recipe, seed and
    experiment; the data are the base model's file.
    """
    settings = job.settings
    base = language.load_base(job.data)
    design = configured("design", CanaryDesign, job.design)
    game = build("game", settings["game"])
    architecture = build("model", settings["model"])
    recipe = checked(Recipe, settings["recipe"], "recipe")
    seed = experiment_seed(settings["seed"], settings["experiment"])
    windows = dict(zip(job.models, game.trained(design, seed, job.models), strict=True))

    work = recipe.steps(game.windows) * recipe.batch
    progress = Progress(job.label, work * len(job.models), unit="windows")

    def fit(alone: Sequence[int]) -> Tensors:
        (model,) = alone
        net = architecture.restore(base)
        order, own = stream(seed, Purpose.ORDER, model), windows[model]
        midway = Midway.within(
            job.scratch, str(model), job.device, lambda done: progress.skip(done * recipe.batch)
        )
        net = language.train(net, own, recipe, order, job.device, model, progress.advance, midway)
        trained = {name: value[None] for name, value in language.weights(net).items()}
        return trained | midway.spent(1)

    each = [[model] for model in job.models]
    tensors, seconds = resumed(each, fit, job.scratch, lambda alone: progress.skip(work))
    return tensors, {"seconds": seconds}
