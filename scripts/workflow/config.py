"""Is the config right? If not, one sentence: the key, what was found, what is allowed."""

import math
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from truthserum import registry
from truthserum.data.catalogue import IMAGE_SETS, TABLE_SETS, TEXT_SETS
from truthserum.extraction.recipe import Recipe as LanguageRecipe
from truthserum.options import Plugin
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.reference import Plain, schemas
from truthserum.sentences import OptionError as ConfigError
from truthserum.sentences import choice, choices, listed, nearest, shown
from truthserum.training.recipe import Recipe
from workflow.files import read_yaml

__all__ = ["ConfigError", "check", "choice", "listed", "nearest", "schema", "shown"]

SCHEMA = Path(__file__).resolve().parents[2] / "rules" / "schema"


def _of_inference(kind):
    """The plug-ins of a kind that play with memberships or attributes."""
    here = "truthserum.inference."
    return tuple(n for n in registry.names(kind) if registry.module_of(kind, n).startswith(here))


# What classes of options say of themselves, by the name that the schema calls it.
OPTIONS = {
    "attack": Plugin("attack"),
    "canary_game": Plugin("game", ("canary",)),
    "defence": Plugin("defence"),
    "game": Plugin("game", _of_inference("game")),
    "game_model": Plugin("model", ("cnn", "mlp", "wrn")),
    "informed_game": Plugin("game", ("reconstruction",)),
    "informed_model": Plugin("model", ("cnn", "mlp")),
    "informed_recipe": InformedRecipe,
    "language_architecture": Plugin("model", ("gpt", "pretrained")),
    "language_recipe": LanguageRecipe,
    "recipe": Recipe,
    "reconstructor": Plugin("reconstructor"),
}

WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a finite number",
    "object": "a section of keys",
    "string": "text",
}


def _is_integer(_, value):
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(_, value):
    return _is_integer(_, value) or (isinstance(value, float) and math.isfinite(value))


# JSON Schema would take 8.0 for an integer, and YAML writes .inf and .nan for numbers.
Validator = extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"integer": _is_integer, "number": _is_number}
    ),
)


@cache
def schema(generator=Plain):
    """The JSON schema of config.yaml; with Described, the meaning of options is in it, too."""
    whole = read_yaml(SCHEMA / "config.yaml")
    defs = {}
    for path in sorted(SCHEMA.glob("*.yaml")):
        if path.stem != "config":
            defs |= read_yaml(path)
    for name, sets in (
        ("labelled_set", IMAGE_SETS | TABLE_SETS),
        ("image_set", IMAGE_SETS),
        ("text_set", TEXT_SETS),
    ):
        defs[f"name_of_{name}"] = {"description": "Which data set.", "enum": sorted(sets)}
    return whole | {"$defs": schemas(OPTIONS, generator) | defs}


def check(config):
    """Raise ConfigError for the first thing in `config` that the schema does not allow."""
    errors = Validator(schema()).iter_errors(config)
    # The outermost error first; of several at one depth, the first in the file.
    first = min(errors, key=lambda error: len(error.absolute_path), default=None)
    if first is not None:
        raise ConfigError(_sentence(first))


def _sentence(error):
    where = ".".join(str(part) for part in error.absolute_path) or "config"
    found, rule, limit = error.instance, error.validator, error.validator_value
    if rule == "additionalProperties":
        allowed = sorted(error.schema.get("properties", {}))
        unknown = next(key for key in found if key not in allowed)
        return (
            f"{where}: found the key {shown(unknown)}, allowed are {listed(allowed)}"
            f"{nearest(unknown, allowed)}"
        )
    if rule == "required":
        missing = next(key for key in limit if key not in found)
        return f"{where}: the key {shown(missing)} is missing, found are {listed(found)}"
    if rule == "enum":
        return f"{where}: {choices(found, limit)}"
    if rule == "type":
        kinds = [limit] if isinstance(limit, str) else limit
        # Snakemake hands over true and false as text where they are nested in --config.
        text = "the text " if isinstance(found, str) else ""
        allowed = " or ".join(map(WORDS.get, kinds))
        return f"{where}: found {text}{shown(found)}, allowed is {allowed}"
    one = error.schema.get("minProperties") == error.schema.get("maxProperties")
    words = {
        "minimum": f"{limit} or more",
        "exclusiveMinimum": f"more than {limit}",
        "maximum": f"{limit} or less",
        "exclusiveMaximum": f"less than {limit}",
        "multipleOf": f"a multiple of {limit}",
        "minItems": f"a list of {limit} or more",
        "maxItems": f"a list of {limit} or fewer",
        "uniqueItems": "a list without repetitions",
        "minProperties": "exactly one key" if one else f"{limit} or more keys",
        "maxProperties": "exactly one key" if one else f"{limit} key or fewer",
        "pattern": error.schema.get("description"),
    }
    return f"{where}: found {shown(found)}, allowed is {words[rule]}"
