"""Draw one figure of panels from several experiments, such as the three tasks of a paper.

    python scripts/draw_summary.py --settings '{"title": "", "panels": [["Membership",
        {"figure": "roc", "factor": "copies", "values": [0, 8], …}], ["Canary", …]]}'
        --arms clean/ poisoned/ clean/ poisoned/
        --output figure_one.pdf figure_one.png figure_one.csv

The settings of a panel, behind its title, are those of draw.py; `--arms` is the folder of each of
their values. The CSV is the table behind the figure, by column `panel`.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from program import parsed, parser, run

from draw import check_suffixes, figure_table, write_figure
from truthserum import registry
from truthserum.plots import summary
from truthserum.plots.tables import Spec


def read_panel(name: str, settings: Mapping[str, object], arms: Sequence[Path]) -> summary.Panel:
    """One panel; `name` is its title.

    Raises ValueError for a figure that cannot be a panel.
    """
    spec = registry.configured(f"panels.{name}", Spec, settings)
    module = registry.load("figure", spec.figure)
    if not hasattr(module, "panel"):
        raise ValueError(f"panels.{name}.figure: found {spec.figure!r}, must be one of one panel")
    return summary.Panel(name, module.panel, figure_table(module, arms, spec))


def main(argv: Sequence[str] | None = None) -> None:
    """Draw what the settings say; raises ValueError where they clash."""
    options = parsed(parser(__doc__, arms="+", output=3), argv)
    check_suffixes(options.output)
    wanted = options.settings["panels"]
    values = sum(len(spec["values"]) for _, spec in wanted)
    if len(options.arms) != values:
        raise ValueError(
            f"arms: found {len(options.arms)}, must be one for each of {values} values"
        )
    arms = iter(options.arms)
    panels = [
        read_panel(title, spec, list(islice(arms, len(spec["values"])))) for title, spec in wanted
    ]
    title = options.settings.get("title", "")
    write_figure(summary.draw(panels), title, summary.join(panels), options.output)


if __name__ == "__main__":
    run(main)
