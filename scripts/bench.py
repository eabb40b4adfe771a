"""Time one task on this machine, or put what was timed into one table and print it.

python scripts/bench.py --settings '{"task": {"attack": {...}}, "precision": "auto"}' time
    --results results/laptop --data data.npz --output lira.json --threads 2
python scripts/bench.py --settings '{}' report --measures lira.json [...]
    --page scripts/truthserum/report/page/* --output bench.csv bench.md bench.html

resources/bench.yaml has the tasks; truthserum/bench/tasks says what each compares.
"""

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from program import count, parsed, parser, read_json, read_texts, run, write_csv, write_json

import pandas as pd

from truthserum.bench.measures import Measure, sheet
from truthserum.bench.tasks.base import Place
from truthserum.options import build
from truthserum.sentences import DeviceError


def time(options: Namespace) -> None:
    """Write the measures of a task, round by round."""
    settings = options.settings
    place = Place(options.results, options.threads, settings["precision"], options.data)
    measures = build("bench", settings["task"]).measures(place)
    write_json(options.output, [asdict(measure) for measure in measures])


def report(options: Namespace) -> None:
    """Write and print the table of all measures."""
    measures = [Measure(**fields) for path in options.measures for fields in read_json(path)]
    csv, *for_people = options.output
    write_csv(csv, pd.DataFrame([measure.row() for measure in measures]))
    made = sheet(measures)
    made.write(for_people, read_texts(options.page))
    print(made.markdown)


def main() -> None:
    arguments = parser(__doc__)
    commands = arguments.add_subparsers(required=True)
    one = commands.add_parser("time")
    one.add_argument("--results", type=Path, required=True, help="of the run that is timed")
    one.add_argument("--data", type=Path, nargs="?", help="none for some tasks")
    one.add_argument("--output", type=Path, required=True)
    one.add_argument("--threads", type=count, default=1)
    one.set_defaults(command=time)
    every = commands.add_parser("report")
    every.add_argument("--measures", type=Path, nargs="+", required=True)
    every.add_argument("--page", type=Path, nargs="+", required=True)
    every.add_argument("--output", type=Path, nargs=3, required=True)
    every.set_defaults(command=report)
    options = parsed(arguments)
    options.command(options)


if __name__ == "__main__":
    run(main, DeviceError)
