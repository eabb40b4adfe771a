"""Put what the bench measured into one table, and print it.

python scripts/bench_report.py --measures training.json lira.json --output bench.csv bench.md
"""

import argparse
import json
from pathlib import Path

import pandas as pd

from program import run, write_csv
from truthserum.bench.measures import Measure, markdown
from truthserum.data.files import replacing


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--measures", type=Path, nargs="+", required=True)
    arguments.add_argument("--output", type=Path, nargs=2, required=True)
    options = arguments.parse_args()

    measures = [
        Measure(**fields) for path in options.measures for fields in json.loads(path.read_text())
    ]
    csv, md = options.output
    write_csv(csv, pd.DataFrame([measure.row() for measure in measures]))
    text = markdown(measures)
    with replacing(md) as part:
        part.write_text(text)
    print(text)


if __name__ == "__main__":
    run(main)
