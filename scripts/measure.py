"""Attack one arm and measure how well: every table that the figures and the ledger are made of.

python scripts/measure.py --settings '{...}' --signals signals.npz --output ARM_FOLDER

Writes metrics.csv, roc.csv, targets.csv, shadows.csv and scores.csv; figures/README.md describes
their columns.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from program import parser, plugin, run, write_csv
from truthserum.attacks.base import Evidence
from truthserum.report import tables
from truthserum.seeds import Purpose, experiment_seed, stream


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--signals", type=Path, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    options = arguments.parse_args()

    settings = options.settings
    attacks = {name: plugin("attack", choice) for name, choice in settings["attacks"].items()}
    seed = experiment_seed(settings["seed"], settings["experiment"])
    with np.load(options.signals, allow_pickle=False) as file:
        arrays = dict(file)
    target = arrays["target"]
    pool = np.setdiff1d(np.arange(len(arrays["row"])), target)
    made = {}
    for mode in sorted(name.partition(".")[2] for name in arrays if name.startswith("signals.")):
        signals, member = arrays[f"signals.{mode}"], arrays["member"]
        population = signals[:, pool], member[:, pool]
        evidence = {"targets": Evidence(signals[:, target], member[:, target], *population)}
        if len(pool):
            evidence["pool"] = Evidence(*population, *population)
        scores = {
            (name, group): attack.score(seen)
            for group, seen in evidence.items()
            for name, attack in attacks.items()
        }
        study = tables.Study(
            evidence=evidence,
            scores=scores,
            rng=stream(seed, Purpose.BOOTSTRAP),
            draws=settings["draws"],
        )
        attacked = evidence["targets"]
        parts = {
            "metrics": tables.metrics(study),
            "roc": tables.curves(study),
            "shadows": tables.by_shadows(study, attacks, settings["shadow_counts"]),
            "targets": tables.exposure(study).assign(
                target=np.tile(arrays["row"][target], len(attacks)),
                label=np.tile(arrays["label"][target], len(attacks)),
                poison_label=np.tile(arrays["poison_label"], len(attacks)),
            ),
            "scores": tables.confidences(attacked, arrays["row"][target], settings["shown"]),
        }
        for name, table in parts.items():
            made.setdefault(name, []).append(table.assign(mode=mode))
    for name, parts in made.items():
        write_csv(options.output / f"{name}.csv", pd.concat(parts, ignore_index=True))


if __name__ == "__main__":
    run(main)
