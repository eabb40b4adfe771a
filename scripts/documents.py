"""Write the documents whose numbers come from the tables: README.md and pages of docs/.

python scripts/documents.py --settings '{"scale": "laptop", "experiments": {"targeted": {"leak":
    "inference", "attack": "lira", "mode": "running", "arms": {"copies-8": "8"}, "settings": "…",
    "seed": 2204}}}' --results results/laptop --templates docs/templates/README.md [...]
    --output README.md [...] --numbers docs/numbers.json

A number is measured anew if it is of the scale and an experiment of the settings, and otherwise
kept from numbers.json; so '{"scale": "laptop", "experiments": {}}' writes the same numbers into
changed templates. What nobody measured yet reads "not run". numbers.json holds each number that a
template asks for, and of each experiment what its numbers were measured with: a hash of its
settings, the seed and the precision.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from program import parsed, parser, read_json, run

import pandas as pd

from truthserum.findings.documents import render
from truthserum.findings.facts import of_models
from truthserum.findings.numbers import Asked, Results
from truthserum.storage.files import replacing
from truthserum.storage.frames import read_csv

OF_ARMS = ("metrics", "models", "prior", "bounds", "epsilon")
OF_EXPERIMENTS = ("differences", "label_only", "seeds")
OF_SCALE = ("statements", "ledger")


def found(folder: Path, names: Iterable[str], **columns: object) -> dict[str, list[pd.DataFrame]]:
    """{name: the tables of these names in a folder}, each with more columns; none if missing."""
    paths = {name: folder / f"{name}.csv" for name in names}
    return {name: [read_csv(p).assign(**columns)] for name, p in paths.items() if p.exists()}


def results_of(folder: Path, experiments: Mapping[str, Any]) -> Results:
    """All tables of these experiments, joined by name."""
    parts = [found(folder, OF_SCALE)]
    for name, known in experiments.items():
        parts.append(found(folder / name, OF_EXPERIMENTS, experiment=name))
        for arm, value in known["arms"].items():
            one = found(folder / name / arm, OF_ARMS, experiment=name, arm=value)
            for models in one.pop("models", []):
                one.setdefault("metrics", []).append(
                    of_models(models).assign(experiment=name, arm=value)
                )
            parts.append(one)
    names = {name for part in parts for name in part}
    tables = {
        name: pd.concat([table for part in parts for table in part.get(name, [])]) for name in names
    }
    if "label_only" in tables:
        tables["label_only"] = tables["label_only"].rename(columns={"copies": "arm"})
    return Results(tables, experiments)


def made_with(folder: Path, name: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the numbers of an experiment were measured with."""
    manifests = [
        read_json(path)
        for arm in known["arms"]
        for path in (folder / name / arm).glob("shard-*.json")
    ]
    precision = sorted({manifest["how"]["precision"] for manifest in manifests})
    return {"settings": known["settings"], "seed": known["seed"], "precision": precision}


def lines(value: Any, indent: str = "") -> str:
    """JSON with what holds no other object in one line, so that a number that moves is one line."""
    if not (isinstance(value, dict) and any(isinstance(each, dict) for each in value.values())):
        return json.dumps(value, sort_keys=True)
    within = f"{indent} "
    rows = [f"{within}{json.dumps(key)}: {lines(value[key], within)}" for key in sorted(value)]
    return "\n".join(["{", ",\n".join(rows), f"{indent}}}"])


def main() -> None:
    options = parsed(parser(__doc__, "results", "numbers", templates="+", output="+"))

    scale, experiments = options.settings["scale"], options.settings["experiments"]
    before = json.loads(options.numbers.read_text("utf-8")) if options.numbers.exists() else {}
    results = results_of(options.results, experiments)
    ask = Asked(scale, results, before.get("numbers", {}))
    texts = [render(path.read_text("utf-8"), ask) for path in options.templates]
    known = before.get("experiments", {})
    for name in experiments:
        known.setdefault(scale, {})[name] = made_with(options.results, name, experiments[name])
    used = {
        level: kept
        for level, of in known.items()
        if (kept := {name: made for name, made in of.items() if (level, name) in ask.used})
    }
    for path, text in zip(options.output, texts, strict=True):
        with replacing(path) as part:
            part.write_text(text, "utf-8")
    with replacing(options.numbers) as part:
        whole = {"experiments": used, "numbers": ask.numbers}
        part.write_text(lines(whole) + "\n", "utf-8")


if __name__ == "__main__":
    run(main)
