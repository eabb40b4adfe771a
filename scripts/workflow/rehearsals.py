"""The first of everything that jobs will do, done before any starts, and once for each settings.

What a config says can be right by itself and still be refused by a job: data with fewer different
records than a game draws, a batch that a network cannot normalise. All arms are tried together in
one process, which imports torch for all; what passed is remembered beside the results.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from truthserum.data.files import replacing
from workflow.config import LEAKS, ConfigError
from workflow.experiments import Arm, Experiment, canonical
from workflow.fingerprint import code_of

PROGRAM = Path(__file__).resolve().parents[1] / "rehearse.py"


@dataclass
class Rehearsals:
    """Those of all experiments of a run.

    experiments: by name. shared: the config, for what settings say by a name. results: the folder
    of the scale. found: what is wrong with the settings of a key, None if nothing is.
    """

    experiments: Mapping[str, Experiment]
    shared: Mapping[str, Any]
    results: Path
    found: dict[str, str | None] = field(default_factory=dict)

    @property
    def memory(self) -> Path:
        """Where the keys of what passed are kept."""
        return self.results / ".made" / "rehearsed.json"

    def require(self, experiment: Experiment) -> None:
        """Raise ConfigError where an arm of an experiment fails in its first step.

        The first call tries all experiments, but for what passed in an earlier run.
        """
        if not self.found:
            self._try_all()
        for name, arm in tried_of(experiment).items():
            wrong = self.found.get(key_of(self.asked(experiment, arm)))
            if wrong:
                raise ConfigError(f"catalogue.{experiment.name} ({name}): {wrong}")

    def asked(self, experiment: Experiment, arm: Arm) -> dict[str, Any]:
        """What is tried of an arm: {leak: name, settings: those that decide it}."""
        keys = LEAKS[experiment.leak].rehearsed
        settings = {key: arm.settings[key] for key in keys if key in arm.settings}
        if "language_model" in settings:
            settings["language_model"] = self.shared["language_models"][settings["language_model"]]
        return {"leak": experiment.leak, "settings": settings}

    def _try_all(self) -> None:
        """Find out what is wrong with every arm that has anything to try."""
        every = self.experiments.values()
        arms = ((one, arm) for one in every for arm in tried_of(one).values())
        asked = {key_of(each): each for each in (self.asked(*of) for of in arms)}
        passed = remembered(self.memory) & set(asked)
        self.found = dict.fromkeys(passed)
        waiting = {key: each for key, each in asked.items() if key not in passed}
        if waiting:
            print(f"Trying the first steps of {len(waiting)} arms (rehearse)", file=sys.stderr)
            self.found |= tried(waiting, self.results)
            remember(self.memory, [key for key, wrong in self.found.items() if wrong is None])


def tried_of(experiment: Experiment) -> dict[str, Arm]:
    """The arms that are tried, by name: of several amounts of one thing, the least and the most.

    None of a leak that has nothing to try.
    """
    if not LEAKS[experiment.leak].rehearsed:
        return {}
    values = [arm.value for arm in experiment.arms.values()]
    amounts = [value for value in values if isinstance(value, int | float)]
    ends = {min(amounts), max(amounts)} if len(amounts) == len(values) else set(values)
    return {name: arm for name, arm in experiment.every.items() if arm.value in ends}


def key_of(asked: Mapping[str, Any]) -> str:
    """What decides whether it passes: the settings, and the code."""
    code = code_of("rehearse", {**asked["settings"], "leak": asked["leak"]})
    return hashlib.sha256(canonical({**asked, "code": code}).encode()).hexdigest()[:16]


def tried(asked: Mapping[str, Mapping[str, Any]], results: Path) -> dict[str, str | None]:
    """{key: what is wrong, or None}, by one process; ConfigError where it has no answer."""
    command = [sys.executable, str(PROGRAM), "--results", str(results)]
    run = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True)
    if run.returncode:
        raise ConfigError(f"rehearse.py: {run.stderr.strip() or run.returncode}")
    return json.loads(run.stdout)


def remembered(memory: Path) -> set[str]:
    """The keys of what passed in an earlier run; none where there is no list of these."""
    try:
        return set(json.loads(memory.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return set()


def remember(memory: Path, keys: Collection[str]) -> None:
    """Keep the keys of what passed, where that may be written."""
    with suppress(OSError), replacing(memory) as part:
        part.write_text(json.dumps(sorted(keys)) + "\n", "utf-8")
