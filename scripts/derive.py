"""Compute the numbers that follow from settings alone: epsilons and sizes of models.

python scripts/derive.py --settings '{}' --numbers resources/derived.yaml --output derived.csv

A row has the columns of metrics.csv, and those that place it in the ledger.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from program import parsed, parser, run, write_across

import pandas as pd

from truthserum.models.mlp import Mlp
from truthserum.models.wrn import WideResNet
from truthserum.privacy.accounting import renyi_epsilon, tight_epsilon
from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.storage import written

ACCOUNTANTS = {"renyi": renyi_epsilon, "tight": tight_epsilon}
MODELS = {"mlp": Mlp, "wrn": WideResNet}


def epsilons(noise: float, steps: int, delta: float) -> dict[str, float]:
    """The epsilon of full-batch DP-SGD by each accountant, a record added or removed."""
    mechanism = DPSGD(noise, steps, 1.0, Adjacency.ADD_REMOVE)
    return {name: epsilon(mechanism, delta) for name, epsilon in ACCOUNTANTS.items()}


def parameters(
    model: Mapping[str, Mapping[str, Any]], shape: Sequence[int], classes: int
) -> dict[str, int]:
    """How many parameters a network has."""
    ((name, options),) = model.items()
    network = MODELS[name](**options).build(1, tuple(shape), classes)
    return {"none": sum(each.numel() for each in network.parameters())}


NUMBERS: dict[str, Callable[..., Mapping[str, float]]] = {
    "epsilon": epsilons,
    "parameters": parameters,
}


def derived(numbers: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> pd.DataFrame:
    """A row for each number of each entry: {measure: {name: settings}}."""
    return pd.DataFrame(
        [
            {"attack": attack, "group": name, "measure": measure, "value": value}
            for measure, entries in numbers.items()
            for name, settings in entries.items()
            for attack, value in NUMBERS[measure](**settings).items()
        ]
    )


def main() -> None:
    options = parsed(parser(__doc__, "numbers", "output"))

    table = derived(written.read(options.numbers))
    place = {"experiment": "derived", "arm": "none", "mode": "none"}
    exact = {"low": table["value"], "high": table["value"], "positives": 0, "negatives": 0}
    made = table.assign(**place, **exact, resolved=True)
    write_across(options.output, "derived", made)


if __name__ == "__main__":
    run(main)
