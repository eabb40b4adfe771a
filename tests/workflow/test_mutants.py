"""A config of which any one thing is another is refused in a sentence, or is one.

`make faults` tries MUTANTS of the experiments and as many of an audit, from SEED on.
"""

import copy
import os
import random
from pathlib import Path

import pytest
import yaml

from truthserum.sentences import OptionError
from truthserum.storage.written import check_tree
from workflow.audits import plans
from workflow.config import check
from workflow.experiments import experiments
from workflow.gathered import gathered

MUTANTS, SEED = (int(os.environ.get(name, few)) for name, few in (("MUTANTS", 150), ("SEED", 1)))
LONGEST = 4000  # letters of a sentence: two lists of names, cut
LOOP: list[object] = []
LOOP.append(LOOP)
VALUES = (
    *(None, True, False, 0, 1, -1, 2, 0.5, -0.5, 1e-300, 1e308, 10**9, 10**17, 10**30, -(10**400)),
    *(float("nan"), float("inf"), "", " ", "x", "no", "nan", "1e3", "1_000", "ü", "\0", "{x}"),
    *("x" * 20_000, "../..", "~", "a.b", [], {}, [[]], [None], {"": 1}, {"x": {}}, [1, "x"]),
    *(LOOP, {"x": LOOP}),
)


def places(tree, at=()):
    """The path of every value of a tree of sections and lists."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from places(value, (*at, key))


def mutants(tree, seed):
    """Copies of a tree of which a value is another, is gone, or has another name or a neighbour."""
    rng = random.Random(seed)
    paths = list(places(tree))
    for _ in range(MUTANTS):
        mutant = copy.deepcopy(tree)
        *outer, key = rng.choice(paths)
        holder = mutant
        for each in outer:
            holder = holder[each]
        kind = rng.choice(("value", "value", "value", "gone", "name", "wrapped"))
        if kind == "value":
            holder[key] = copy.deepcopy(rng.choice(VALUES))
        elif kind == "wrapped":
            holder[key] = rng.choice((lambda value: [value], lambda value: {"x": value}))(
                holder[key]
            )
        else:
            value = holder.pop(key)
            if kind == "name" and isinstance(holder, dict):
                holder[rng.choice((f"{key}s", str(key).upper(), "", "x y", "."))] = value
        yield (kind, *outer, key), mutant


def refused(tree, read, seed):
    """How many mutants are refused, each in a sentence of one line."""
    count = 0
    for changed, mutant in mutants(tree, seed):
        try:
            read(mutant)
        except OptionError as error:
            count += 1
            assert len(str(error)) < LONGEST and str(error).isprintable(), changed
            assert "allowed" in str(error) or "is missing, found" in str(error), (changed, error)
        except Exception as error:
            raise AssertionError(changed) from error
    return count


@pytest.mark.parametrize("scale", ["smoke", "laptop"])
def test_mutants_of_the_experiments(written, scale):
    def read(config):
        check_tree(config)
        experiments(config)
        check(config)

    found = refused({**written, "scale": scale, "experiments": "all"}, read, SEED)
    assert MUTANTS / 5 < found < MUTANTS


def test_mutants_of_an_audit(root, monkeypatch):
    monkeypatch.chdir(root)

    def read(config):
        check_tree(config)
        plans(gathered(config.get("audits", []), root))

    audit = yaml.safe_load(Path("examples/audit/adult.yaml").read_text("utf-8"))
    assert MUTANTS / 5 < refused(audit, read, SEED) < MUTANTS
