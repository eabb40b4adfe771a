"""Fit generalised linear models and reconstruct single records from their weights, in closed form.

python scripts/reconstruct_glm.py --settings '{"glm": {"family": "logistic", "penalty": 0.01,
    "classes": [4, 9], "pooling": 2, "targets": 100}, "tolerances": [0.01, 1e-06],
    "published": ["5 decimals"], "seed": 1, "experiment": "glm_mnist"}'
    --data data.npz --output ARM_FOLDER

Writes metrics.csv, fits.csv, records.csv and images.csv; figures/README.md describes their columns.
"""

from pathlib import Path

from program import parsed, parser, run, write_csv
from truthserum.closed_form.study import joined, study
from truthserum.data.records import records
from truthserum.data.stored import read
from truthserum.models import glm
from truthserum.seeds import Purpose, experiment_seed, stream


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)

    settings = options.settings
    chosen = settings["glm"]
    train, test = records(read(options.data), chosen["classes"], chosen["pooling"])
    if chosen["targets"] > len(train.x):
        raise ValueError(
            f"targets: found {chosen['targets']}, allowed are up to {len(train.x)}, "
            f"the records of classes {chosen['classes']}"
        )
    seed = experiment_seed(settings["seed"], settings["experiment"])
    unknown = stream(seed, Purpose.TARGETS).choice(
        len(train.x), chosen["targets"], replace=False, shuffle=False
    )
    how = len(chosen["classes"]), unknown, settings["tolerances"], settings["published"]
    studies = [
        study(model, train, test, *how)
        for model in glm.variants(chosen["family"], chosen["penalty"])
    ]
    for name, table in joined(studies).items():
        write_csv(options.output / f"{name}.csv", table)


if __name__ == "__main__":
    run(main)
