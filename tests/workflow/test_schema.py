"""The schema describes what there is, and config.yaml keeps to it at every scale."""

import dataclasses

import pytest

from truthserum import registry
from truthserum.extraction.language import Recipe as LanguageRecipe
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.training.recipe import Augmentation, Recipe
from workflow.config import Validator, schema
from workflow.experiments import experiments

SCALES = ("smoke", "laptop", "workstation", "paper")


def games(written, scale):
    """The experiments of a scale that train many models."""
    return [e for e in experiments({**written, "scale": scale}).values() if e.leak == "inference"]


@pytest.mark.parametrize("scale", SCALES)
def test_every_scale_is_valid(written, scale):
    found = games(written, scale)
    assert "targeted" in [experiment.name for experiment in found]
    for arm in (arm for experiment in found for arm in experiment.arms.values()):
        spans = [model for first, stop in arm.shards for model in range(first, stop)]
        assert spans == list(range(arm.settings["models"]))


@pytest.mark.parametrize(("scale", "most"), [("smoke", 1 / 4), ("laptop", 1 / 5)])
def test_poisons_are_a_small_part_of_the_training_set(written, scale, most):
    for experiment in games(written, scale):
        for arm in experiment.arms.values():
            options = arm.settings["game"].get("membership", {"targets": 0})
            poisons = options["targets"] * options.get("copies", 0)
            members = arm.settings["data"]["train"] // 2
            assert poisons / (members + poisons) <= most, arm.value


def test_laptop_resolves_a_false_positive_rate_of_a_thousandth(written):
    (targeted,) = [one for one in games(written, "laptop") if one.name == "targeted"]
    for arm in targeted.arms.values():
        options = arm.settings["game"]["membership"]
        assert arm.settings["models"] * options["targets"] // 2 >= 2000


def nodes(schema, where="config"):
    """Every subschema with its place."""
    yield where, schema
    for group in ("properties", "$defs"):
        for key, below in schema.get(group, {}).items():
            yield from nodes(below, f"{where}.{key}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from nodes(schema[key], f"{where}.*")


def test_the_schema_is_one():
    Validator.check_schema(schema())


def test_every_key_is_described():
    whole = schema()
    for where, node in nodes(whole):
        for key, below in node.get("properties", {}).items():
            if "$ref" in below:
                below = whole["$defs"][below["$ref"].removeprefix("#/$defs/")]
            assert below.get("description"), f"{where}.{key}"


def test_no_section_takes_unknown_keys():
    for where, node in nodes(schema()):
        if node.get("type") == "object":
            assert node["additionalProperties"] is False or node["additionalProperties"], where


MODELS = ("game_model", "informed_model", "language_architecture")


def sections(kind):
    """{name: schema of its options} of the plug-ins of one kind."""
    defs = schema()["$defs"]
    if kind == "model":
        return {name: defs[name] for place in MODELS for name in defs[place]["properties"]}
    found = dict(defs[kind]["properties"])
    if kind == "game":
        for other in ("extraction_settings", "reconstruction_settings"):
            for name, below in defs[other]["properties"]["game"]["properties"].items():
                found[name] = defs[below["$ref"].removeprefix("#/$defs/")]
    return found


KINDS = ("attack", "defence", "game", "model", "reconstructor")


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_names_the_plugins_of_the_registry(kind):
    assert sorted(sections(kind)) == registry.names(kind)


def test_the_schema_names_the_figures_of_the_registry():
    listed = set()
    for where, node in nodes(schema()):
        if where.endswith(".figures"):
            listed |= set(node.get("items", {}).get("enum", ()))
    assert sorted(listed) == registry.names("figure")


PLUGINS = [(kind, name) for kind in KINDS for name in registry.names(kind)]


@pytest.mark.parametrize(("kind", "name"), PLUGINS)
def test_the_schema_has_the_options_of_each_plugin(kind, name):
    section = sections(kind)[name]
    fields = dataclasses.fields(registry.load(kind, name))
    assert set(section.get("properties", {})) == {field.name for field in fields}
    assert set(section.get("required", [])) == required(fields)


@pytest.mark.parametrize(
    ("name", "recipe"), [("language_recipe", LanguageRecipe), ("informed_recipe", InformedRecipe)]
)
def test_the_schema_has_the_options_of_other_recipes(name, recipe):
    section = schema()["$defs"][name]
    assert set(section["properties"]) == {field.name for field in dataclasses.fields(recipe)}
    assert set(section.get("required", [])) == required(dataclasses.fields(recipe))


def test_the_schema_has_the_options_of_a_recipe():
    section = schema()["$defs"]["recipe"]
    assert set(section["properties"]) == {field.name for field in dataclasses.fields(Recipe)}
    assert set(section["required"]) == required(dataclasses.fields(Recipe))
    augmentation = section["properties"]["augmentation"]["properties"]
    assert set(augmentation) == {field.name for field in dataclasses.fields(Augmentation)}


def required(fields):
    missing = dataclasses.MISSING
    return {f.name for f in fields if f.default is missing and f.default_factory is missing}
