"""Draw one figure from the tables of an experiment's arms.

    python scripts/draw.py --settings '{"figure": "roc", "factor": "copies", "values": [0, 8],
        "attack": "lira", "baseline_attack": "threshold", "mode": "running"}'
        --arms clean/ poisoned/ --output roc.pdf roc.png roc.csv

The CSV is the table behind the figure: what is drawn, and nothing else.
"""

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from program import parsed, parser, run, write_csv

import pandas as pd
from matplotlib.figure import Figure

from truthserum import registry
from truthserum.plots import style
from truthserum.plots.tables import Spec, join_arms, of_values, with_shares
from truthserum.storage.frames import read_csv
from truthserum.storage.kept import clear

SUFFIXES = (".pdf", ".png", ".csv")


def figure_table(module: ModuleType, arms: Sequence[Path], spec: Spec) -> pd.DataFrame:
    """The table behind a figure, with each arm's share of poison where its models have one."""
    shared = ["models"] if all((arm / "models.csv").exists() for arm in arms) else []
    tables = {
        name: join_arms([read_csv(arm / f"{name}.csv") for arm in arms], spec)
        for name in dict.fromkeys([*module.NEEDS, *shared])
    }
    whole = arms[0].parent  # the folder of the experiment
    across = {
        name: of_values(read_csv(whole / f"{name}.csv"), spec)
        for name in getattr(module, "ACROSS", ())
    }
    return with_shares(module.table({**tables, **across}, spec), tables)


def check_suffixes(output: Sequence[Path]) -> None:
    """Raise ValueError unless the files can be written as `write_figure` writes them."""
    suffixes = tuple(path.suffix for path in output)
    if suffixes != SUFFIXES:
        raise ValueError(f"output: found suffixes {suffixes}, must be {SUFFIXES}")


def write_figure(figure: Figure, title: str, table: pd.DataFrame, output: Sequence[Path]) -> None:
    """Write a figure, with its title if there is one, and the table behind it.

    A title is the user's: two dollars in it mean no formula.
    """
    if title:
        figure.suptitle(title, wrap=True, parse_math=False)
    pdf, png, csv = output
    style.save(figure, pdf)
    style.save(figure, png)
    write_csv(csv, table)


def main(argv: Sequence[str] | None = None) -> None:
    """Draw what the settings say; raises ValueError where they clash."""
    options = parsed(parser(__doc__, arms="+", output=len(SUFFIXES)), argv)

    options.settings.pop("code", None)
    spec = registry.configured("settings", Spec, options.settings)
    check_suffixes(options.output)
    module = registry.load("figure", spec.figure)
    table = figure_table(module, options.arms, spec)
    clear(arm / "metrics.csv" for arm in options.arms)
    write_figure(module.draw(table), spec.title, table, options.output)


if __name__ == "__main__":
    run(main)
