"""The schema describes what there is, and config.yaml keeps to it at every scale."""

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

import describe
from truthserum import registry
from workflow.catalogue import complete
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
        assert arm.shards is arm.shards  # each of 10,000 jobs asks for one of 10,000


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
    for key, below in schema.items():
        for name, node in below.items() if key in ("properties", "$defs") else [(key, below)]:
            for one in node if isinstance(node, list) else [node]:
                if isinstance(one, dict):
                    yield from nodes(one, f"{where}.{name}")


@pytest.fixture(scope="module")
def schema():
    """What editors check config.yaml by."""
    return json.loads(describe.editors())


def test_the_schema_is_one(schema):
    Draft202012Validator.check_schema(schema)


def test_every_key_is_described(schema):
    for where, node in nodes(schema):
        for key, below in node.get("properties", {}).items():
            if "$ref" in below:
                below = schema["$defs"][below["$ref"].removeprefix("#/$defs/")] | below
            assert below.get("description") or where.endswith(".if"), f"{where}.{key}"


def test_no_section_takes_unknown_keys(schema):
    for where, node in nodes(schema):
        if "properties" in node and not (where.endswith(".if") or "allOf" in node):
            assert node["additionalProperties"] is False, where


@pytest.mark.parametrize("kind", ["attack", "defence", "game", "model", "reconstructor", "figure"])
def test_every_plugin_may_be_chosen(schema, kind):
    sections = {
        section
        for _, node in nodes(schema)
        if node.get("maxProperties") == 1
        for section in node.get("properties", ())
    }
    figures = {
        name
        for where, node in nodes(schema)
        if where.endswith(".figures")
        for name in node["items"]["enum"]
    }
    names = set(registry.names(kind)) - {"glm"}  # of audits, which are no part of this schema
    assert names <= (figures if kind == "figure" else sections)


def test_no_section_of_the_page_is_named_by_its_module():
    headings = [line for line in describe.options().splitlines() if line.startswith("#")]
    assert len(headings) > 50 and not [line for line in headings if "__" in line]


def test_what_is_written_from_the_options_is_fresh(root):
    # python scripts/describe.py docs/options.md config.schema.json resources/audit.schema.json
    assert (root / "docs" / "options.md").read_text("utf-8") == describe.options()
    assert (root / "config.schema.json").read_text("utf-8") == describe.editors()
    assert (root / "resources" / "audit.schema.json").read_text("utf-8") == describe.audits()


def test_editors_take_the_config_as_it_is(root):
    written = yaml.safe_load((root / "config.yaml").read_text("utf-8"))
    validator = Draft202012Validator(json.loads(describe.editors()))
    for config in (written, complete(written)):
        assert not list(validator.iter_errors(config))
    assert list(validator.iter_errors(written | {"seed": "one"}))


def editor(path):
    """What an editor checks by a schema that refers to others."""

    def retrieve(uri):
        content = json.loads(Path(unquote(urlsplit(uri).path)).read_text("utf-8"))
        return Resource.from_contents(content, DRAFT202012)

    reference = {"$ref": path.resolve(strict=True).as_uri()}
    return Draft202012Validator(reference, registry=Registry(retrieve=retrieve))


NAMES = "# yaml-language-server: $schema="


def test_editors_take_every_experiment_and_audit_as_it_is(root):
    named = 0
    for path in [*root.glob("experiments/*.yaml"), *root.glob("examples/audit/*.yaml")]:
        text = path.read_text("utf-8")
        if text.startswith(NAMES):  # which one's own file need not
            schema = path.parent / text.partition("\n")[0].removeprefix(NAMES)
            found = list(editor(schema).iter_errors(yaml.safe_load(text)))
            assert not found, (path, found)
            named += 1
    assert named > 30


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("", "title", 1),
        ("", "title", ""),
        ("", "leak", "inferences"),
        ("", "atacks", ["lira"]),
        ("settings", "models", "many"),
        ("scales.smoke", "model", 8),
        ("scales.smoke", "recipe", {"epoch": 1}),
        ("scales.smoke.machine", "stack", 0),
        ("scales", "desktop", {}),
    ],
)
def test_editors_mark_what_is_wrong_with_an_experiment(root, section, key, value):
    folder = root / "experiments"
    written = yaml.safe_load((folder / "targeted.yaml").read_text("utf-8")) | {"settings": {}}
    below = written
    for name in filter(None, section.split(".")):
        below = below[name]
    below[key] = value
    assert list(editor(folder / "schema.json").iter_errors(written))


def test_editors_mark_what_is_wrong_with_an_audit(root):
    check = editor(root / "config.schema.json")
    audit = {"data": {"file": "mine.csv"}, "function": "mine:train"}
    for wrong in ({"modles": 8}, {"models": 7}, {"data": {"fil": "mine.csv"}}, {"epsilon": -1}):
        assert not list(check.iter_errors({"audits": {"mine": audit}}))
        assert list(check.iter_errors({"audits": {"mine": audit | wrong}})), wrong
