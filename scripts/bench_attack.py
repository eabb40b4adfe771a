"""Time leave-one-out LiRA, and the memory of this process, against a loop over models and points.

python scripts/bench_attack.py --settings '{"name": "lira", "options": {"variance": "shrunk"}}'
    --output lira.json
"""

import resource
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from program import parsed, parser, run, write_json
from truthserum.bench import loops
from truthserum.bench.measures import Measure, race
from truthserum.inference.attacks.base import Evidence
from truthserum.inference.attacks.lira import Lira
from truthserum.options import checked

MODELS, POINTS, LOOPED = 256, 50_000, 200  # all points, and those that the loop is timed on
ROUNDS = 3


def seconds(work, *arguments):
    """How long a call takes."""
    start = time.monotonic()
    work(*arguments)
    return time.monotonic() - start


def evidence(rng):
    """Gaussian signals, higher for members; models 2k and 2k + 1 hold complementary halves."""
    half = rng.random((MODELS // 2, POINTS)) < 0.5
    member = np.stack([half, ~half], axis=1).reshape(MODELS, POINTS)
    signals = rng.standard_normal((MODELS, POINTS))
    signals += member
    return Evidence.without_population(signals[..., None], member)


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)

    name = options.settings["name"]
    attack = checked(Lira, options.settings["options"], f"attack.{name}")
    seen = evidence(np.random.default_rng(0))
    few = seen.signals[:, :LOOPED, 0], seen.member[:, :LOOPED]
    whole, looped = race(
        ROUNDS,
        lambda: seconds(attack.score, seen),
        lambda: seconds(loops.lira, attack, *few) * POINTS / LOOPED,
    )
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    note = f"the loop is timed on {LOOPED} points and extrapolated to {POINTS:,}"
    label = f"{name}, {MODELS} models x {POINTS:,} points"
    measures = [
        Measure(label, "s", whole, below=10),
        Measure(f"{label}, peak memory", "GB", [gigabytes], below=2),
        Measure(f"{label}, over a loop", "times", looped / whole, note=note),
    ]
    write_json(options.output, [asdict(measure) for measure in measures])


if __name__ == "__main__":
    run(main)
