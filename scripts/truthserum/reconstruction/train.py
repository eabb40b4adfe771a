"""Training the models that share a fixed set and differ in one private record, in lockstep."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from truthserum.data.images import Images
from truthserum.options import build, checked
from truthserum.reconstruction.engine.recipe import InformedRecipe, Privacy
from truthserum.reconstruction.engine.shard import Tasks, train_arm
from truthserum.reconstruction.game import InformedDesign
from truthserum.registry import configured
from truthserum.seeds import experiment_seed
from truthserum.stages import Training
from truthserum.training.lockstep import Task

if TYPE_CHECKING:
    from truthserum.training.products import Tensors


def train(job: Training) -> "tuple[Tensors, dict[str, Any]]":
    """The models: (tensors with a leading model axis, {seconds: [K], privacy: of the recipe}).

    Settings are game, model, recipe, seed and experiment, and `shadow_recipe`, if there is one,
    what the adversary believes: how validation and shadow models differ from the recipe. `privacy`
    in a recipe is {"clip": 1, "noise": 2} or {"clip": 1, "epsilon": 10, "delta": 1e-5}.
    """
    settings = job.settings
    believed = settings["recipe"] | (settings.get("shadow_recipe") or {})
    recipe, believed = (
        checked(InformedRecipe, chosen, "recipe").calibrated()
        for chosen in (settings["recipe"], believed)
    )
    data, design = Images.load(job.data), configured("design", InformedDesign, job.design)
    seed = experiment_seed(settings["seed"], settings["experiment"])
    task = Task(build("model", settings["model"]), recipe, data.classes, seed)
    tasks = Tasks(released=task, own=replace(task, recipe=believed))
    tensors, seconds = train_arm(
        tasks, data, design, job.models, job.stack, job.device, job.scratch, job.label
    )
    return tensors, {"seconds": seconds, "privacy": _added(recipe.privacy)}


def _added(privacy: Privacy | None) -> dict[str, float | None] | None:
    """What clipping and noise the manifest says, or None."""
    return None if privacy is None else {"clip": privacy.clip, "noise": privacy.noise}
