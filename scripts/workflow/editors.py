"""The schema by which editors complete and check what a user writes."""

from typing import Any

from truthserum.audit.options import Audit
from truthserum.reference import named, schemas, summary
from truthserum.settings import Experiment, Machine
from workflow.config import Config

ABOUT = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "config.yaml"}


def schema() -> dict[str, Any]:
    """The schema of config.yaml and of what is laid over it, in which anything may be left out.

    `experiments/schema.json` refers to what it says of an experiment.
    """
    parts = schemas({"Config": Config, "Audit": Audit})
    for experiment in [part for part in parts.values() if "scales" in part["properties"]]:
        at_scale = experiment["properties"]["scales"]["additionalProperties"]
        every = {"description": "Its settings at every scale that does not say others."}
        experiment["properties"]["settings"] = at_scale | every
        # What neither says is in the defaults of the leak.
        del parts[named(at_scale)]["required"]
    whole = parts.pop("Config")
    del parts[Machine.__name__]["required"], whole["required"]
    catalogue = whole["properties"]["catalogue"]["patternProperties"]
    for names, experiment in catalogue.items():
        parts["Experiment"] = experiment | {"description": summary(Experiment)}
        catalogue[names] = {"$ref": "#/$defs/Experiment"}
    _, section = whole["properties"]["audits"]["anyOf"]  # a list of files, or a section
    section["additionalProperties"] = {"$ref": "#/$defs/Audit"}
    return ABOUT | whole | {"$defs": parts}
