"""Attack one arm and measure how well: every table that the figures and the ledger are made of.

python scripts/measure.py --settings '{...}' --signals signals.npz --output ARM_FOLDER

Writes metrics.csv, roc.csv, targets.csv, shadows.csv, scores.csv and epsilon.csv, whose columns
figures/README.md describes, and draws.npz: `draws` float64 [rows of metrics.csv, draws], the
bootstrap draws behind each row, of which the k-th drew the same models and points in every arm.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from program import parsed, parser, plugin, read_npz, run, write_csv, write_npz
from truthserum.inference import tables
from truthserum.inference.attacks.base import Evidence, grouped
from truthserum.inference.attacks.rivals import Rivals
from truthserum.inference.epsilon import lower_bounds
from truthserum.seeds import experiment_seed


def evidence_of(arrays, mode, group):
    """The evidence on the targets and, if any were asked about, on all other points.

    group: how many models in a row share their secrets out.
    """
    signals, member, target = arrays[f"signals.{mode}"], arrays["member"], arrays["target"]
    pool = np.setdiff1d(np.arange(member.shape[1]), target)
    population = signals[:, pool], member[:, pool], group
    groups = {"targets": Evidence(signals[:, target], member[:, target], *population)}
    if len(pool):
        groups["pool"] = Evidence(*population[:2], *population)
    return groups


def tables_of(arrays, mode, attacks, settings):
    """Every table of one mode, by its name."""
    at = arrays["target"]
    rivals = Rivals(arrays["row"][at], arrays["prior"][at], arrays["true"][at])
    evidence = evidence_of(arrays, mode, grouped(rivals.values))
    study = tables.Study(
        evidence=evidence,
        decisions=tables.decide(evidence, attacks, rivals),
        rivals=rivals,
        seed=experiment_seed(settings["seed"], settings["experiment"]),
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
    joined = {
        name: pd.concat([made[mode][name].assign(mode=mode) for mode in modes], ignore_index=True)
        for name in made[modes[0]]
    }
    write_npz(options.output / "draws.npz", {"draws": np.stack(joined["metrics"].pop("draws"))})
    for name, frame in joined.items():
        write_csv(options.output / f"{name}.csv", frame)


if __name__ == "__main__":
    run(main)
