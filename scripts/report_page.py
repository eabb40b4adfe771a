"""Write the page of a reproduction.

python scripts/report_page.py --settings '{"scale": "laptop", "figures": [["targeted", "Membership
    inference", "roc"]], "arms": {"targeted": ["copies-0"]}, "seed": 2204}' --results results/laptop
    --ledger ledger.csv --statements statements.csv --images roc.png [...] --captions roc.rst [...]
    --page scripts/truthserum/report/page/* scripts/truthserum/findings/templates/*
    --output report.html

figures: of each image the experiment, its title and the name of the figure. Of each arm the
manifests of its shards are read, where there are any. --audits: pages that are linked to.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from os.path import relpath
from pathlib import Path

from program import parsed, parser, read_json, run, write_text
from truthserum.data.frames import read_csv
from truthserum.data.manifests import verified
from truthserum.findings.report import (
    Illustrated,
    Trained,
    caption,
    first_words,
    reproduction_page,
)
from truthserum.report.html import Image, data_uri


def trained_in(folder: Path, experiment: str, arms: Sequence[str]) -> Trained | None:
    """What the manifests of an experiment's shards say; None if nothing was trained."""
    found = [
        read_json(path)
        for arm in arms
        for path in sorted((folder / experiment / arm).glob("shard-*.json"))
    ]
    if not found:
        return None
    seconds = [second for one in found for second in one["seconds"]]
    devices, precisions = ({one[key] for one in found} for key in ("device", "precision"))
    return Trained(experiment, len(seconds), sum(seconds), sorted(devices), sorted(precisions))


def illustrated(
    figures: Sequence[Sequence[str]],
    images: Sequence[Path],
    captions: Mapping[str, str],
    scale: str,
) -> list[Illustrated]:
    """The figures of each experiment in turn."""
    made = [
        (name, title, figure, path)
        for (name, title, figure), path in zip(figures, images, strict=True)
    ]
    return [
        Illustrated(
            name,
            title,
            [
                Image(
                    data_uri(verified(path).read_bytes(), "image/png"),
                    first_words(captions[figure]),
                    caption(captions[figure], scale),
                )
                for *_, figure, path in group
            ],
        )
        for (name, title), group in groupby(made, key=lambda one: one[:2])
    ]


def main() -> None:
    arguments = parser(__doc__)
    for name in ("results", "ledger", "statements", "output"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    for name in ("images", "captions", "page"):
        arguments.add_argument(f"--{name}", type=Path, nargs="+", required=True)
    arguments.add_argument("--audits", type=Path, nargs="*", default=[])
    options = parsed(arguments)
    settings = options.settings
    scale = settings["scale"]
    captions = {path.stem: path.read_text("utf-8") for path in options.captions}
    trained = [trained_in(options.results, *one) for one in settings["arms"].items()]
    page = reproduction_page(
        scale,
        {"ledger": read_csv(options.ledger), "statements": read_csv(options.statements)},
        illustrated(settings["figures"], options.images, captions, scale),
        [one for one in trained if one],
        {page.parent.name: relpath(page, options.output.parent) for page in options.audits},
        {"scale": scale, "seed": settings["seed"], **versions(options.results)},
        {path.name: path.read_text("utf-8") for path in options.page},
    )
    write_text(options.output, page)


def versions(folder: Path) -> dict[str, str]:
    """Versions that models were trained with: {package: those that occur}."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*/*/shard-*.json")):
        for package, version in read_json(path)["versions"].items():
            found.setdefault(package, set()).add(version)
    return {package: ", ".join(sorted(known)) for package, known in found.items()}


if __name__ == "__main__":
    run(main)
