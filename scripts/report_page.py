"""Write the page of a reproduction.

python scripts/report_page.py --settings '{"scale": "laptop", "figures": [["targeted", "Membership
    inference", "roc"]], "experiments": {"targeted": {...}}, "seed": 2204}' --results results/laptop
    --ledger ledger.csv --statements statements.csv --seeds seeds.csv
    --images roc.png [...] --captions roc.rst [...] --page scripts/truthserum/report/page/*
    scripts/truthserum/findings/templates/* --output report.html

figures: of each image the experiment, its title and the name of the figure. experiments: as
`workflow.plan.jobs_in` has them. Of each arm the manifests of its shards and the times of its jobs
are read, where there are any. --plan: the table of the plan, if one was made. --audits: pages that
are linked to.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from os.path import relpath
from pathlib import Path
from typing import Any

from program import parsed, parser, read_json, read_texts, run, write_text

import pandas as pd

from truthserum import registry
from truthserum.findings.costs import Took, Trained
from truthserum.findings.report import (
    Illustrated,
    Reproduction,
    caption,
    first_words,
    reproduction_page,
)
from truthserum.report.html import Image, data_uri
from truthserum.storage.frames import read_csv
from truthserum.storage.manifests import verified
from workflow.benchmarks import seconds_of


def manifests_in(folder: Path, arms: Iterable[str]) -> list[dict[str, Any]]:
    """Those of the shards of an experiment; none if nothing was trained."""
    return [read_json(path) for arm in arms for path in sorted((folder / arm).glob("shard-*.json"))]


def illustrated(
    figures: Sequence[Sequence[str]],
    images: Sequence[Path],
    captions: Mapping[str, str],
    scale: str,
) -> list[Illustrated]:
    """The figures of each experiment in turn, each with the path of the table behind it."""

    def shown(figure: str, path: Path) -> tuple[Image, str]:
        said, drawn = captions[figure], data_uri(verified(path).read_bytes(), "image/png")
        image = Image(drawn, first_words(said), caption(said, scale))
        return image, str(path.with_suffix(".csv"))

    made = zip(figures, images, strict=True)
    return [
        Illustrated(name, title, [shown(figure, path) for (*_, figure), path in group])
        for (name, title), group in groupby(made, key=lambda one: one[0][:2])
    ]


def took_in(folder: Path, experiment: str, stages: Sequence[str], jobs: Mapping[str, int]) -> Took:
    """How long the jobs of an experiment took; jobs: how many there are, by arm."""
    seconds = [
        second
        for arm in jobs
        for stage in stages
        for second in seconds_of(folder / experiment / arm, stage)
    ]
    return Took(experiment, len(seconds), sum(jobs.values()), sum(seconds))


def planned(path: Path) -> pd.DataFrame:
    """The table of the plan; ValueError for one of other columns."""
    declared = registry.load("columns", "across")["plan"]
    return declared.checked(str(path), read_csv(path))


def main() -> None:
    arguments = parser(
        __doc__,
        *("results", "ledger", "statements", "seeds", "output"),
        images="+",
        captions="+",
        page="+",
        audits="*",
        plan="?",
    )
    options = parsed(arguments)
    settings, results = options.settings, options.results
    scale, experiments = settings["scale"], settings["experiments"]
    captions = {path.stem: path.read_text("utf-8") for path in options.captions}
    manifests = {
        name: manifests_in(results / name, one["jobs"]) for name, one in experiments.items()
    }
    made = Reproduction(
        scale=scale,
        results=str(results),
        seed=settings["seed"],
        ledger=read_csv(options.ledger),
        statements=read_csv(options.statements),
        seeds=read_csv(options.seeds),
        factors={name: one["factor"] for name, one in experiments.items()},
        experiments=illustrated(settings["figures"], options.images, captions, scale),
        trained=[Trained.of(name, found) for name, found in manifests.items() if found],
        plan=planned(options.plan) if options.plan else None,
        took=[
            took_in(results, name, one["stages"], one["jobs"]) for name, one in experiments.items()
        ],
        data={str(path): read_json(path) for path in sorted(results.glob("data/*.json"))},
        audits={page.parent.name: relpath(page, options.output.parent) for page in options.audits},
        versions=versions(results),
    )
    write_text(options.output, reproduction_page(made, read_texts(options.page)))


def versions(folder: Path) -> dict[str, str]:
    """Versions that models were trained with: {package: those that occur}."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*/*/shard-*.json")):
        for package, version in read_json(path)["versions"].items():
            found.setdefault(package, set()).add(version)
    return {package: ", ".join(sorted(known)) for package, known in found.items()}


if __name__ == "__main__":
    run(main)
