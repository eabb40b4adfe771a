"""Training the models of a membership or attribute game, many in lockstep."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from truthserum.data.stored import labelled
from truthserum.inference.defences.dropped import dropped_shares
from truthserum.inference.games.base import Design, rows_of
from truthserum.inference.shard import train_shard
from truthserum.options import build, checked
from truthserum.registry import configured
from truthserum.seeds import experiment_seed
from truthserum.stages import Training
from truthserum.training.batches import batches_of
from truthserum.training.lockstep import Fit, Task
from truthserum.training.progress import Progress
from truthserum.training.recipe import Recipe

if TYPE_CHECKING:
    from truthserum.training.products import Tensors


def train(job: Training) -> "tuple[Tensors, dict[str, Any]]":
    """The models: (tensors with a leading model axis, {seconds: [K], dropped: {role: [K]}}).

    Settings are game, model, recipe, defence, seed and experiment.
    """
    settings = job.settings
    data = labelled(job.data)
    design = configured("design", Design, job.design)
    game = build("game", settings["game"])
    seed = experiment_seed(settings["seed"], settings["experiment"])
    recipe = checked(Recipe, settings["recipe"], "recipe")
    task = Task(build("model", settings["model"]), recipe, data.classes, seed)
    defence = build("defence", settings["defence"])

    x, labels = design.joined(data)
    batches = batches_of(data, x, recipe.augmentation, job.device)

    def fit_of(models: Sequence[int]) -> Fit:
        rows = rows_of(game.trained(len(data.train_y), design, seed, models))
        return Fit(task, batches, labels, rows, models)

    progress = Progress(job.label, fit_of(job.models[:1]).work * len(job.models))
    tensors, seconds, kept = train_shard(
        fit_of, defence, job.models, job.stack, job.scratch, progress
    )
    dropped = dropped_shares(design, len(data.train_y), fit_of(job.models).rows, kept)
    return tensors, {"seconds": seconds, "dropped": dropped}
