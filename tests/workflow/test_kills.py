"""Whatever is killed, whenever: the same command again gives the same tables, and loses no work.

`make faults` does it for long, with every leak: KILLS times, from SEED on.
"""

import os

import pytest
from kills import Disturbed, left_over, products

LEAKS = "[targeted,canary,informed_privacy,glm_mnist]"
RESULTS = "results/smoke"
ARM = f"{RESULTS}/targeted/copies-0"
PER_ROUND = 10


def check(run, undisturbed):
    """What must hold of a run at its end."""
    results = run.checkout.folder / RESULTS
    assert run.trained_twice() == {}, run.said
    assert left_over(results) == [], run.said
    assert products(results) == products(undisturbed.folder / RESULTS), run.said
    assert "Nothing to be done" in run.checkout.make("-n", *run.arguments, **run.config), run.said


def test_an_arm_that_is_killed_in_every_way(rerun, finished):
    for path in (rerun.folder / ARM).glob("[a-z]*"):
        path.unlink()
    run = Disturbed(rerun, ("--cores", "2", f"{ARM}/metrics.csv"), {}, seed=1, latest=2.0)
    assert run.run(4) >= 3
    check(run, finished)


@pytest.mark.skipif("KILLS" not in os.environ, reason="takes long: `make faults`")
def test_every_leak_is_killed_many_times(pristine, tmp_path):
    config = {"experiments": LEAKS}
    arguments = ("--cores", "2", "ledger", "statements")
    undisturbed = pristine.copy(tmp_path / "undisturbed")
    undisturbed.configure(tiny)
    undisturbed.make(*arguments, timeout=900, **config)
    kills, seed = int(os.environ["KILLS"]), int(os.environ.get("SEED", 1))
    while kills > 0:
        checkout = pristine.copy(tmp_path / f"{seed}")
        checkout.configure(tiny)
        run = Disturbed(checkout, arguments, config, seed)
        kills -= run.run(min(kills, PER_ROUND))
        check(run, undisturbed)
        seed += 1


def tiny(config):
    """Shards of several stacks."""
    catalogue = config["catalogue"]
    catalogue["targeted"]["scales"]["smoke"]["machine"].update(stack=1)
    catalogue["informed_privacy"]["scales"]["smoke"]["machine"].update(stack=12)
