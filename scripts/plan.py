"""Say what a run will take and can show, or time a network for it.

python scripts/plan.py --settings '{"precision": "auto"}' time --output stack.json
python scripts/plan.py --settings '{"scale": "laptop", "experiments": [...], "intervals": [...],
    "seen": [...]}' tell --stack stack.json --cores 2 --output results/laptop/plan

What `experiments` and `seen` hold, `truthserum.findings.forecast` says; and `.intervals` the rest.
"""

from argparse import Namespace
from pathlib import Path

from program import parsed, parser, read_json, run, write_across, write_json

from truthserum.findings.forecast import Asked, Pace, Seen, forecast, told
from truthserum.findings.intervals import Alike, intervals
from truthserum.work import Basis


def time(options: Namespace) -> None:
    """Write how fast one process trains."""
    import torch  # which takes seconds, and the plan itself does without

    from truthserum.bench.speed import multiplications

    torch.set_num_threads(1)
    speed = multiplications(options.settings["precision"])
    write_json(options.output, {"multiplications_per_second": speed})


def tell(options: Namespace) -> None:
    """Write and print the plan."""
    settings = options.settings
    timed = read_json(options.stack)["multiplications_per_second"]
    experiments = [Asked(**each) for each in settings["experiments"]]
    alike = [Alike(**each | {"basis": Basis(**each["basis"])}) for each in settings["intervals"]]
    pace = Pace(settings["scale"], [Seen(**each) for each in settings["seen"]], timed)
    plan, widths = forecast(experiments, pace, options.cores), intervals(alike)
    write_across(options.output / "plan.csv", "plan", plan)
    write_across(options.output / "intervals.csv", "intervals", widths)
    print(told(plan, widths, settings["scale"], options.cores))


def main() -> None:
    arguments = parser(__doc__)
    commands = arguments.add_subparsers(required=True)
    one = commands.add_parser("time")
    one.set_defaults(command=time)
    every = commands.add_parser("tell")
    every.add_argument("--stack", type=Path, required=True)
    every.add_argument("--cores", type=int, required=True)
    every.set_defaults(command=tell)
    for command in (one, every):
        command.add_argument("--output", type=Path, required=True)
    options = parsed(arguments)
    options.command(options)


if __name__ == "__main__":
    run(main)
