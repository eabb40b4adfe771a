"""Write the page of all options, the schema by which editors check config.yaml, and that of audits.

python scripts/describe.py docs/options.md config.schema.json resources/audit.schema.json
"""

import argparse
import json
from pathlib import Path
from typing import get_args, get_type_hints

from truthserum import registry
from truthserum.audit.options import Audit
from truthserum.audit.result import result_schema
from truthserum.closed_form.settings import Glm
from truthserum.data.image_sets import FolderEntry, PublishedEntry
from truthserum.data.text_sets import TextEntry
from truthserum.extraction.recipe import Recipe as LanguageRecipe
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.reference import page
from truthserum.storage.files import replacing
from truthserum.training.recipe import Recipe
from workflow.config import LEAKS, Config
from workflow.editors import schema

KINDS = {
    "Games": "game",
    "Models": "model",
    "Attacks": "attack",
    "Defences": "defence",
    "Reconstructors": "reconstructor",
}
RECIPES = {
    "recipe of inference": Recipe,
    "recipe of extraction": LanguageRecipe,
    "recipe of reconstruction": InformedRecipe,
}
ABOVE = (
    "Every option of a config, of experiments and of audits. What must be given of an experiment's "
    "settings at a scale may also stand in its `settings` or in the defaults of its leak "
    "([experiments](experiments.md))."
)


def at_scale(leak: type) -> type:
    """What the experiments of a leak say at one scale."""
    _, settings = get_args(get_type_hints(leak)["scales"])
    return settings


def options() -> str:
    """The page, what a user turns first: config, audits, experiments, recipes and plug-ins."""
    groups = {
        "General": {"config": Config, "audit": Audit},
        "Experiments": {f"experiment of {name}": leak for name, leak in LEAKS.items()},
        "Their settings at a scale": {
            f"settings of {name}": at_scale(leak) for name, leak in LEAKS.items()
        },
        "Recipes": RECIPES,
    }
    for heading, kind in KINDS.items():
        names = registry.names(kind)
        groups[heading] = {f"{kind} {name}": registry.load(kind, name) for name in names}
    groups["Image and text sets"] = {
        "image set of torchvision": PublishedEntry,
        "image set of a folder": FolderEntry,
        "text set": TextEntry,
    }
    groups["Linear models"] = {"glm of closed_form": Glm}
    return page("All options", groups, ABOVE)


def editors() -> str:
    """The schema of config.yaml and of what is laid over it."""
    return json.dumps(schema()) + "\n"


def audits() -> str:
    """The schema of audit.json, for whoever reads it."""
    return json.dumps(result_schema(), indent=1) + "\n"


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    made = {"page": options, "config": editors, "audit": audits}
    for name in made:
        arguments.add_argument(name, type=Path)
    for name, path in vars(arguments.parse_args()).items():
        with replacing(path) as part:
            part.write_text(made[name](), "utf-8")


if __name__ == "__main__":
    main()
