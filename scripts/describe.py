"""Write the page of all options, the schema by which editors check config.yaml, and that of audits.

python scripts/describe.py docs/options.md config.schema.json resources/audit.schema.json
"""

import json
import sys
from pathlib import Path

from truthserum import registry
from truthserum.audit.report.result import result_schema
from truthserum.data.files import replacing
from truthserum.extraction.recipe import Recipe as LanguageRecipe
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.reference import Described, page
from truthserum.training.recipe import Recipe
from workflow.config import schema

KINDS = ("game", "model", "attack", "defence", "reconstructor")
RECIPES = {
    "recipe of inference": Recipe,
    "recipe of extraction": LanguageRecipe,
    "recipe of reconstruction": InformedRecipe,
}
OWN = ("scale", "experiments", "seed", "device", "precision", "data")


def options():
    """The page: games, models, attacks, defences, reconstructors and recipes with their options."""
    plugins = {
        f"{kind} {name}": registry.load(kind, name)
        for kind in KINDS
        for name in registry.names(kind)
    }
    return page("All options", plugins | RECIPES)


def editors():
    """The schema of config.yaml, in which everything of `experiments/` may be added to."""
    whole = schema(Described) | {"required": list(OWN)}
    return json.dumps(whole) + "\n"


def audits():
    """The schema of audit.json, for whoever reads it."""
    return json.dumps(result_schema(), indent=1) + "\n"


def main():
    for name, text in zip(sys.argv[1:], (options(), editors(), audits()), strict=True):
        with replacing(Path(name)) as part:
            part.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
