"""Draw one figure of panels from several experiments, such as the first figure of a paper.

    python scripts/draw_summary.py --settings '{"title": "", "panels":
        {"Membership": {"figure": "roc", "factor": "copies", "values": [0, 8], …}, "Canary": …}}'
        --panel Membership clean/ poisoned/ --panel Canary clean/ poisoned/
        --output figure_one.pdf figure_one.png figure_one.csv

The settings of a panel, by its title, are those of draw.py; it is drawn only if its arms' folders
are given. The CSV is the table behind the figure, by column `panel`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from draw import check_suffixes, figure_table, write_figure
from program import parsed, parser, run
from truthserum import registry
from truthserum.plots import summary
from truthserum.plots.tables import Spec


def read_panel(name: str, settings: Mapping[str, object], arms: Sequence[Path]) -> summary.Panel:
    """One panel; `name` is its title.

    Raises ValueError for a figure that cannot be a panel.
    """
    spec = Spec.from_settings(settings)
    module = registry.load("figure", spec.figure)
    if not hasattr(module, "panel"):
        raise ValueError(f"panels.{name}.figure: found {spec.figure!r}, must be one of one panel")
    return summary.Panel(name, module.panel, figure_table(module, arms, spec))


def main(argv: Sequence[str] | None = None) -> None:
    """Draw what the settings say; raises ValueError where they clash."""
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--panel", nargs="+", action="append", required=True)
    arguments.add_argument("--output", type=Path, nargs=3, required=True)
    options = parsed(arguments, argv)

    check_suffixes(options.output)
    wanted = options.settings["panels"]
    folders = {name: [Path(arm) for arm in arms] for name, *arms in options.panel}
    if unknown := sorted(set(folders) - set(wanted)):
        raise ValueError(f"panel: found {unknown}, must be among {sorted(wanted)}")
    # In the order of the arguments: settings are sorted.
    panels = [read_panel(name, wanted[name], arms) for name, arms in folders.items() if arms]
    if not panels:
        raise ValueError(f"panel: found no folders, must be some for one of {sorted(wanted)}")
    title = options.settings.get("title", "")
    write_figure(summary.draw(panels), title, summary.join(panels), options.output)


if __name__ == "__main__":
    run(main)
