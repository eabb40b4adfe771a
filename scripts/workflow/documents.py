"""What the documents are written from: the experiments that are run, and what decides them."""

from collections.abc import Mapping
from typing import Any

from workflow.experiments import Experiment, hashed
from workflow.fingerprint import with_code


def settings_hash(experiment: Experiment) -> str:
    """A hash of all that decides an experiment's numbers but the code and the machine."""
    arms = {
        name: {key: value for key, value in arm.settings.items() if key != "machine"}
        for name, arm in experiment.every.items()
    }
    return hashed(arms)


def documents_settings(scale: str, chosen: Mapping[str, Experiment]) -> dict[str, Any]:
    """What decides the documents, apart from the templates and the tables."""
    experiments = {
        name: {
            "leak": one.leak,
            "attack": one.shown["attack"],
            "mode": one.shown["mode"],
            "arms": {arm: str(how.value) for arm, how in one.arms.items()},
            "settings": settings_hash(one),
            "seed": next(iter(one.arms.values())).settings["seed"],
        }
        for name, one in chosen.items()
    }
    return with_code("documents", {"scale": scale, "experiments": experiments})
