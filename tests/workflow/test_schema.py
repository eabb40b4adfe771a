"""The schema describes what there is, and config.yaml keeps to it at every scale."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

import describe
from truthserum import registry
from truthserum.options import Plugin
from truthserum.reference import Described
from workflow.config import OPTIONS, Validator, schema
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
    Validator.check_schema(schema(Described))


def test_every_key_is_described():
    whole = schema(Described)
    for where, node in nodes(whole):
        for key, below in node.get("properties", {}).items():
            if "$ref" in below:
                below = whole["$defs"][below["$ref"].removeprefix("#/$defs/")]
            assert below.get("description"), f"{where}.{key}"


def test_no_section_takes_unknown_keys():
    for where, node in nodes(schema()):
        if node.get("type") == "object":
            assert node["additionalProperties"] is False or node["additionalProperties"], where


@pytest.mark.parametrize("kind", ["attack", "defence", "game", "model", "reconstructor"])
def test_the_schema_names_the_plugins_of_the_registry(kind):
    named = [
        one.names() for one in OPTIONS.values() if isinstance(one, Plugin) and one.kind == kind
    ]
    assert sorted({name for names in named for name in names}) == registry.names(kind)


def test_the_schema_names_the_figures_of_the_registry():
    listed = set()
    for where, node in nodes(schema()):
        if where.endswith(".figures"):
            listed |= set(node.get("items", {}).get("enum", ()))
    assert sorted(listed) == registry.names("figure")


def test_what_is_written_from_the_options_is_fresh(root):
    # python scripts/describe.py docs/options.md config.schema.json resources/audit.schema.json
    assert (root / "docs" / "options.md").read_text("utf-8") == describe.options()
    assert (root / "config.schema.json").read_text("utf-8") == describe.editors()
    assert (root / "resources" / "audit.schema.json").read_text("utf-8") == describe.audits()


def test_editors_take_the_config_as_it_is(root):
    written = yaml.safe_load((root / "config.yaml").read_text("utf-8"))
    validator = Draft202012Validator(json.loads(describe.editors()))
    assert not list(validator.iter_errors(written))
    assert list(validator.iter_errors(written | {"seed": "one"}))
