"""The forecast of an audit in words."""

import re

import pytest

from truthserum.audit.forecast import TPR, First, arms_of, forecast, on_machine
from truthserum.audit.told import told

FIRST = First(pairs=1, seconds=900.0, memory=3 * 10**8, kept=10**7, beside=10**7, temporary=10**9)
ARMS = arms_of({"clean": 8, "poisoned": 8, "protected": 4}, 200, 12, 200)


@pytest.fixture
def plan():
    return forecast(ARMS, FIRST)


@pytest.fixture
def lines(plan):
    return told("loans", plan, on_machine(ARMS, FIRST, 2)).splitlines()


def test_time_disk_and_memory_are_told_of_a_core_and_of_this_machine(lines):
    assert lines[1] == (
        "  training: 5.0 hours on one core, 2.5 hours on the 2 of this machine, by the first "
        "models, which are kept"
    )
    assert lines[2] == "  disk: 200 MB, and 2.4 GB until all is measured"
    assert lines[3] == (
        "  memory: up to 300 MB for a job that trains, and 600 MB with one on each core"
    )
    assert lines[4].endswith("cannot be named (needs 24 models)")


def test_each_arm_is_told_by_what_it_measures(plan, lines):
    def ends(arm, measure):
        found = plan["arms"][arm]["reaches"][measure]
        return f"± {found['least']:.3f} to {found['most']:.3f}"

    clean, poisoned, protected = (re.split("  +", line.strip()) for line in lines[7:10])
    assert clean == ["clean", "200", "0.1 %, 1 %", ends("clean", "auc"), ends("clean", TPR)]
    assert poisoned == ["poisoned", "12", "none", ends("poisoned", "auc"), "–"]
    assert protected[:2] == ["protected", "200"]
    assert protected[2] == "right guesses, of which half are: " + ends(
        "protected", "attribute_right"
    )


def test_it_is_told_how_many_models_a_width_takes(plan, lines):
    (row,) = [line for line in lines if line.split()[0] == "32"]
    ends = plan["reaches"][1]["auc"]
    assert f"± {ends['least']:.3f} to {ends['most']:.3f}" in row
    assert lines[-2] == "  ± 0.05 of the AUC takes 2 models or more"
    models, records = (plan["wanted"][TPR][key] for key in ("models", "records"))
    assert lines[-1].startswith(f"  ± 0.05 of the rate at 1 % takes {models} models or more, and ")
    assert lines[-1].endswith(f"up to {records} records, of which there are 200")
