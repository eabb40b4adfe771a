"""The first of everything that jobs will do, done before any starts, and once for each settings.

What a config says can be right by itself and still be refused by a job: data with fewer different
records than a game draws, a batch that a network cannot normalise. All arms are tried together in
one process, which imports torch for all; what passed is remembered beside the results.
"""

import json
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from truthserum.sentences import OptionError
from truthserum.storage.files import is_file, replacing
from workflow.config import LEAKS
from workflow.experiments import Arm, Experiment, hashed
from workflow.fingerprint import code_of

PROGRAM = Path(__file__).resolve().parents[1] / "rehearse.py"

# What is tried, by what it is of in the config and then by arm: {leak: name, settings: those that
# decide it}.
Steps = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass
class Rehearsals:
    """Those of all experiments, or all audits, of a run.

    steps: what is tried. results: their folder. found: what is wrong with the settings of a key,
    None if nothing is.
    """

    steps: Steps
    results: Path
    found: dict[str, str | None] = field(default_factory=dict)

    @property
    def memory(self) -> Path:
        """Where the keys of what passed are kept."""
        return self.results / ".made" / "rehearsed.json"

    def require(self, where: str) -> None:
        """Raise OptionError where an arm of what stands there in the config fails at first.

        The first call tries everything, but for what passed in an earlier run.
        """
        if not self.found:
            self._try_all()
        for arm, asked in self.steps[where].items():
            if wrong := self.found.get(key_of(asked)):
                raise OptionError(f"{where} ({arm}): {wrong}")

    def _try_all(self) -> None:
        """Find out what is wrong with every arm that has anything to try."""
        asked = {key_of(each): each for arms in self.steps.values() for each in arms.values()}
        passed = remembered(self.memory)
        self.found = dict.fromkeys(passed & set(asked))
        waiting = {key: each for key, each in asked.items() if key not in passed}
        if waiting:
            print(f"Trying the first steps of {len(waiting)} arms (rehearse)", file=sys.stderr)
            self.found |= tried(waiting, self.results)
            remember(self.memory, passed | {key for key, no in self.found.items() if no is None})


def steps_of(experiments: Mapping[str, Experiment], shared: Mapping[str, Any]) -> Steps:
    """What is tried of experiments; shared: the config, for what settings say by a name."""
    return {
        f"catalogue.{name}": {arm: _asked(one, of, shared) for arm, of in tried_of(one).items()}
        for name, one in experiments.items()
    }


def _asked(experiment: Experiment, arm: Arm, shared: Mapping[str, Any]) -> dict[str, Any]:
    keys = LEAKS[experiment.leak].rehearsed
    settings = {key: arm.settings[key] for key in keys if key in arm.settings}
    if "language_model" in settings:
        settings["language_model"] = shared["language_models"][settings["language_model"]]
    return {"leak": experiment.leak, "settings": settings}


def tried_of(experiment: Experiment) -> dict[str, Arm]:
    """The arms that are tried, by name: of several amounts of one thing, the least and the most.

    None of a leak that has nothing to try.
    """
    if not LEAKS[experiment.leak].rehearsed:
        return {}
    values = experiment.values
    amounts = [value for value in values if isinstance(value, int | float)]
    ends = {min(amounts), max(amounts)} if len(amounts) == len(values) else set(values)
    return {name: arm for name, arm in experiment.every.items() if arm.value in ends}


def key_of(asked: Mapping[str, Any]) -> str:
    """What decides whether it passes: the settings, and the code."""
    settings = asked["settings"]
    network = settings.get("language_model", {})  # the section, which says what is trained
    code = code_of("rehearse", {**network, **settings, "leak": asked["leak"]})
    return hashed({**asked, "code": code})


def tried(asked: Mapping[str, Mapping[str, Any]], results: Path) -> dict[str, str | None]:
    """{key: what is wrong, or None}, by one process; OptionError where it has no answer."""
    command = [sys.executable, str(PROGRAM), "--results", str(results)]
    run = subprocess.run(command, input=json.dumps(asked), capture_output=True, encoding="utf-8")
    if run.returncode:
        print(run.stderr, file=sys.stderr)
        raise OptionError(f"rehearse.py: found status {run.returncode} and what it says above")
    return json.loads(run.stdout)


def remembered(memory: Path) -> set[str]:
    """The keys of what passed in an earlier run; none where there is no list of these."""
    try:
        return set(json.loads(memory.read_text("utf-8"))) if is_file(memory) else set()
    except (OSError, ValueError, TypeError, RecursionError):
        return set()


def remember(memory: Path, keys: Collection[str]) -> None:
    """Keep the keys of what passed, where that may be written."""
    with suppress(OSError), replacing(memory) as part:
        part.write_text(json.dumps(sorted(keys)) + "\n", "utf-8")
