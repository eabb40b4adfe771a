"""What an audit is made of: arms, pairs of models, and the settings of each job.

An arm is the user's own training (`clean`), with a worst contributor (`poisoned`), or mitigated.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from truthserum.audit.data.counting import rows_of
from truthserum.audit.data.pictures import pictures
from truthserum.audit.options import CLEAN, EXPOSED, POISONED, PROTECTED, Audit
from truthserum.statistics.signs import models_to_name
from truthserum.storage.files import is_folder
from truthserum.storage.manifests import sha256_of
from truthserum.training.spans import spans
from workflow.experiments import Settings
from workflow.fingerprint import fingerprint as our_code
from workflow.fingerprint import with_code
from workflow.user_code import content, trained_by, version_of

FEWEST_MODELS, FEWEST_OF_MITIGATION, LEVEL = 16, 8, 0.05
OURS = ("model", "recipe", "defence")
# What decides the training of every arm, and what decides some arms beside.
TRAINING = ("function", "command", "path", "python", "output", "seed", *OURS, "precision")
ASKED = {POISONED: ("poison", "targets"), PROTECTED: ("protect",)}
# What decides the report alone.
REPORTED = ("policy", "show_records")
SHARD = 8  # of our models, trained by one job
LEAST_MINUTES, BESIDE = 240, 30  # of a job that trains a pair, and for all but training


@dataclass(frozen=True)
class Plan:
    """An audit: its name, what the config says of it, and what that means.

    ours: by arm, how one of our models is trained (`audit.doors.ours`); none for other doors.
    """

    name: str
    written: dict[str, Any]
    audit: Audit
    ours: Mapping[str, Settings] = field(default_factory=dict)

    @property
    def source(self) -> Path:
        """The file, or the folder, of the user's records or predictions."""
        if self.audit.scores:
            return Path(self.audit.scores.file)
        return self.audit.trained_on.source

    @cached_property
    def inputs(self) -> list[str]:
        """The files that jobs read: that, or all images of the folder; and what coins are for."""
        return [*_files(self.source), *self.tossed] if self.audit.scores else self.tossed

    @cached_property
    def tossed(self) -> list[str]:
        """The files of the records for which coins are thrown, for models that others train."""
        data = self.audit.data
        return _files(data.source) if data else []

    @cached_property
    def models(self) -> int:
        """How many the clean arm has.

        So many that one of all records can be named that shows in every pair.
        """
        if self.audit.models:
            return self.audit.models
        asked = min(self.audit.asked, max(2, self.rows))
        return max(FEWEST_MODELS, models_to_name(asked, LEVEL))

    @cached_property
    def rows(self) -> int:
        """About how many records there are; of what cannot be counted, those asked about."""
        if is_folder(self.source):
            return len(self.inputs)
        counted = rows_of(self.source)
        return self.audit.asked if counted is None else counted

    @property
    def minutes(self) -> int:
        """Of a job that trains a pair: what both models are let, and what is done beside them."""
        return max(LEAST_MINUTES, math.ceil(2 * self.audit.minutes) + BESIDE)

    @cached_property
    def arms(self) -> dict[str, int]:
        """How many pairs of models each arm has, by its name."""
        fewer = self.audit.mitigation_models
        if fewer is None:
            fewer = max(FEWEST_OF_MITIGATION, self.models // 4 * 2)
        fewer = min(fewer, self.models)
        pairs = {CLEAN: self.models // 2}
        if self.audit.poison:
            pairs[POISONED] = self.models // 2
        if self.audit.without_exposed:
            pairs[EXPOSED] = self.models // 2
        if self.audit.protect:
            pairs[PROTECTED] = fewer // 2
        return pairs | dict.fromkeys(self.audit.mitigations, fewer // 2)

    def parts(self, arm: str) -> list[Settings]:
        """Which models each job of an arm trains: a pair, or a shard of our own models."""
        return self._parts[self.arms[arm]]

    @cached_property
    def _parts(self) -> dict[int, list[Settings]]:
        """The same by the number of pairs; each of so many jobs asks for its own."""
        many = set(self.arms.values())
        if not self.ours:
            return {pairs: [{"pair": k} for k in range(pairs)] for pairs in many}
        return {pairs: [{"models": m} for m in spans(2 * pairs, SHARD)] for pairs in many}

    @property
    def jobs(self) -> int:
        """How many train models."""
        return 0 if self.audit.scores else sum(len(self.parts(arm)) for arm in self.arms)

    @cached_property
    def fingerprints(self) -> Settings:
        """Of our code that trains, of the user's, and the interpreter that runs it."""
        audit = self.audit
        if self.ours:
            return {}
        return {
            "runner": our_code("run_user"),
            "user": trained_by(audit),
            "interpreter": version_of(audit.python) if audit.python else None,
        }

    def _section(self, *keys: str) -> Settings:
        """The part of what is written that these keys say, with the data but for its groups."""
        said = {key: self.written[key] for key in keys if key in self.written}
        data = {k: v for k, v in self.written.get("data", {}).items() if k != "groups"}
        return {**said, "data": data}

    def _of_data(self, program: str, settings: Settings) -> Settings:
        return self._with_code(program, {**settings, "content": self.content})

    @cached_property
    def content(self) -> str:
        """Of the user's data."""
        return content(self.inputs)

    def _with_code(self, program: str, settings: Settings) -> Settings:
        return with_code(program, {"name": self.name, **settings})

    def read_settings(self) -> Settings:
        """What decides which records there are."""
        section = self._section(*TRAINING, "asked")
        return self._of_data("audit_read", {"audit": section})

    def prepare_settings(self) -> Settings:
        """What decides the records as our own models are given them."""
        return self._of_data("audit_prepare", self._section())

    def secrets_settings(self) -> Settings:
        """What decides whose value of a protected column is guessed, and by what else."""
        return self._of_data("audit_secrets", {"audit": self._section(*TRAINING, "protect")})

    def arm_settings(self, arm: str) -> Settings:
        """What decides the models of an arm, but for which part of them it is."""
        poisoned = arm == POISONED
        section = self._section(*TRAINING, "depends", *ASKED.get(arm, ()))
        settings: Settings = {"arm": arm, "poisoned": poisoned}
        if self.ours:
            own = self.ours[arm if arm in self.ours else CLEAN]
            settings |= own | {"audit": {**section, **own}, "prepared": self.prepare_settings()}
            return self._with_code("audit_recipe", settings)
        settings |= {"audit": section, "options": self.audit.mitigations.get(arm, {})}
        return self._with_code("audit_train", {**settings, "fingerprints": self.fingerprints})

    def exposed_settings(self) -> Settings:
        """What decides who leaves for the arm without the exposed."""
        arms = {CLEAN: self.arm_settings(CLEAN)}
        settings = {"audit": self._section(*TRAINING), "arms": arms}
        return self._with_code("audit_exposed", {**settings, "parts": {CLEAN: self.parts(CLEAN)}})

    @property
    def _measured(self) -> Settings:
        """What is written but for what is done with claims."""
        return {key: value for key, value in self.written.items() if key not in REPORTED}

    def measure_settings(self) -> Settings:
        """What decides the claims."""
        settings: Settings = {"audit": self._measured, "fingerprints": self.fingerprints}
        settings["released"] = content(filter(None, [self.audit.released]))
        arms = {arm: self.arm_settings(arm) for arm in self.arms}
        parts = {arm: self.parts(arm) for arm in self.arms}
        return self._of_data("audit_measure", {**settings, "arms": arms, "parts": parts})

    def judged_settings(self, policy: str) -> Settings:
        """What decides the verdict and the page, but for the claims; by this file of a policy."""
        said = {key: self.written[key] for key in REPORTED if key in self.written}
        shown = self.content if self.audit.show_records else None
        signed = sha256_of(Path(policy))
        settings = {"audit": said, "policy": signed, "shown": shown}
        return self._with_code("audit_report", settings)

    def plan_settings(self) -> Settings:
        """What decides the forecast."""
        poison = {"poison": self.audit.poison, "targets": self.audit.targets}
        return self._with_code("audit_plan", {"arms": self.arms, **poison})

    def first_steps(self) -> dict[str, Settings]:
        """What is tried before anything is run, by arm (see `rehearsals`): as of a small game.

        Nothing of a glm, which makes no steps.
        """
        section = self._section() | {"game": {"membership": {"targets": FEWEST_MODELS}}}
        section |= {"queries": ["identity"], "observed_batch": FEWEST_MODELS}
        section |= {"seed": self.audit.seed, "experiment": self.name, "content": self.content}
        return {
            arm: {"leak": "inference", "settings": {**section, **own}}
            for arm, own in self.ours.items()
            if "glm" not in own["model"]
        }

    def coins_settings(self) -> Settings:
        """What decides the coins for models that others train."""
        section = self._section("membership", "models", "output", "seed")
        section["scores"] = {k: v for k, v in self.written["scores"].items() if k != "groups"}
        return self._with_code("audit_coins", {"audit": section, "content": content(self.tossed)})

    def scores_settings(self) -> Settings:
        """The same for predictions that are there already."""
        return self._of_data("audit_scores", {"audit": self._measured})


def _files(source: Path) -> list[str]:
    return list(map(str, pictures(source))) if is_folder(source) else [str(source)]
