"""Attack one arm and measure how well: every table that the figures and the ledger are made of.

python scripts/measure.py --settings '{...}' --signals signals.npz --output ARM_FOLDER

Writes metrics.csv, roc.csv, targets.csv, shadows.csv, scores.csv and epsilon.csv; figures/README.md
describes their columns.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from program import parsed, parser, plugin, read_npz, run, write_csv
from truthserum.attacks.base import Evidence
from truthserum.attacks.rivals import Rivals
from truthserum.report import tables
from truthserum.report.epsilon import lower_bounds
from truthserum.seeds import Purpose, experiment_seed, stream


def evidence_of(arrays, mode):
    """The evidence on the targets and, if any were asked about, on all other points."""
    signals, member, target = arrays[f"signals.{mode}"], arrays["member"], arrays["target"]
    pool = np.setdiff1d(np.arange(member.shape[1]), target)
    population = signals[:, pool], member[:, pool]
    groups = {"targets": Evidence(signals[:, target], member[:, target], *population)}
    if len(pool):
        groups["pool"] = Evidence(*population, *population)
    return groups


def tables_of(arrays, mode, attacks, settings):
    """Every table of one mode, by its name."""
    seed = experiment_seed(settings["seed"], settings["experiment"])
    evidence = evidence_of(arrays, mode)
    at = arrays["target"]
    rivals = Rivals(arrays["row"][at], arrays["prior"][at], arrays["true"][at])
    study = tables.Study(
        evidence=evidence,
        decisions=tables.decide(evidence, attacks, rivals),
        rivals=rivals,
        rng=stream(seed, Purpose.BOOTSTRAP),
        draws=settings["draws"],
    )
    about = {"target": rivals.record, "label": arrays["label"][at]}
    targets = pd.DataFrame({**about, "poison_label": arrays["poison_label"]})
    audited = attacks if rivals.values == 1 else {}  # coins are memberships
    promised = int(arrays["pool"]), *map(float, arrays["promised"])
    return {
        "metrics": tables.metrics(study),
        "roc": tables.curves(study),
        "shadows": tables.by_shadows(study, attacks, settings["shadow_groups"]),
        "targets": tables.exposure(study, targets),
        "scores": tables.confidences(evidence["targets"], rivals.record, settings["shown_targets"]),
        "epsilon": lower_bounds(evidence["targets"], audited, *promised),
    }


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--signals", type=Path, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)

    settings = options.settings
    attacks = {name: plugin("attack", choice) for name, choice in settings["attacks"].items()}
    arrays = read_npz(options.signals)
    modes = sorted(name.removeprefix("signals.") for name in arrays if name.startswith("signals."))
    made = {mode: tables_of(arrays, mode, attacks, settings) for mode in modes}
    for name in made[modes[0]]:
        parts = [made[mode][name].assign(mode=mode) for mode in modes]
        write_csv(options.output / f"{name}.csv", pd.concat(parts, ignore_index=True))


if __name__ == "__main__":
    run(main)
