"""Canaries, extracted from language models that were trained on from one pre-trained model."""

from truthserum.extraction.attacks import WEIGHTS
from truthserum.options import Plugin, checked
from workflow.config import ConfigError, choice
from workflow.leaks.base import Leak


def _check(config, entry, settings, where, inside):
    choice(f"{inside}.language_model", settings["language_model"], list(config["language_models"]))
    for role in ("attack", "baseline"):
        choice(f"{where}.shown.{role}", entry["shown"][role], list(WEIGHTS))


def _finish(config, entry, settings):
    game = checked(Plugin("game"), settings["game"], "game")
    base = config["language_models"][settings["language_model"]]
    ((_, model),) = base["model"].items()
    # What else the game refuses depends on the text and its tokens.
    if game.window > model.get("context", game.window):
        raise ConfigError(
            f"canary.window: found {game.window}, allowed are up to {model['context']}, the "
            f"context of the language model {settings['language_model']}"
        )
    return settings | {"model": base["model"], "models": game.models}


EXTRACTION = Leak(
    "extraction",
    stages={
        "design": ("game", "model"),
        "train": ("game", "model", "recipe", "precision"),
        "observe": (),
        "measure": ("draws",),
    },
    tables=("metrics", "canaries", "models"),
    sections=("game", "recipe"),
    check=_check,
    finish=_finish,
    panels=("guesses",),
    shown={"attack": "plain", "baseline": "half"},
)
