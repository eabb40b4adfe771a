"""From the section `audits` of a config to plans of audits, checked before anything runs."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from truthserum.audit import poison
from truthserum.audit.data.counting import FEWEST
from truthserum.audit.doors.ours import Ours
from truthserum.audit.options import CLEAN, EXPOSED, POISONED, PROTECTED, VIEWS, Audit
from truthserum.options import checked
from truthserum.sentences import NAME, OptionError, choice, cut, listed, shown
from truthserum.storage.files import DataError, check_fits, is_file, is_folder
from truthserum.work import MOST_SHARDS
from workflow.audit_plan import OURS, Plan
from workflow.experiments import Settings, canonical
from workflow.sweep import changed, meant
from workflow.user_calls import check_function, check_program
from workflow.user_code import files_of

NAMES = "names of a-z, 0-9 and _, 80 signs at most"
OF_CLAIMS = ("released", "poisoned_targets_clean", "poisoned_minus_clean")  # which are no arms
RESERVED = {CLEAN, POISONED, EXPOSED, PROTECTED, *VIEWS, *OF_CLAIMS}
FEWEST_PAIRS = 2  # of a protected column: one is guessed by what the other tells
MOST_IN_ONE = 120_000  # letters: Linux lets an argument of a program have 131,071
OF_A_JOB = 16  # letters: {"pair":1000},
Names = Mapping[str, Mapping[str, Any]]  # by section, what each name stands for
NO_NAMES: Names = {"recipe": {}, "defence": {}}


def plans(section: object, known: Names = NO_NAMES) -> dict[str, Plan]:
    """{name: Plan} of the section `audits`; OptionError, one sentence, for what is wrong there.

    known: {section: {name: what it stands for}} of recipes and defences.
    """
    if not isinstance(section, dict):
        raise OptionError(f"audits: found {shown(section)}, allowed is a section of keys")
    return {name: _readable(name, written, known) for name, written in section.items()}


def _readable(name: str, written: Settings, known: Names) -> Plan:
    """A plan; OptionError where the system does not let any of the user's files be read."""
    try:
        return _plan(name, written, known)
    except OSError as error:
        raise OptionError(
            f"audits.{name}: found a file that cannot be read ({error}), allowed are files that can"
        ) from None


def _plan(name: str, written: Settings, known: Names) -> Plan:
    where = f"audits.{cut(str(name))}"
    if not (isinstance(name, str) and re.fullmatch(NAME, name)):
        raise OptionError(f"{where}: found {shown(name)}, allowed are {NAMES}")
    plan = Plan(name, written, checked(Audit, written, where))
    for mitigation in plan.audit.mitigations:
        if mitigation in RESERVED or not re.fullmatch(NAME, mitigation):
            raise OptionError(
                f"{where}.mitigations: found {shown(mitigation)}, allowed are {NAMES}, "
                f"other than {listed(sorted(RESERVED))}"
            )
    try:
        _check_there(plan)
    except (OptionError, DataError) as error:
        raise OptionError(f"{where}: {error}") from None
    if released := plan.audit.released:
        if not is_file(Path(released)):
            raise OptionError(f"{where}.released: found no {released}, allowed is a file")
        _try_to_read(Path(released))
    if plan.audit.protect and plan.arms[PROTECTED] < FEWEST_PAIRS:
        raise OptionError(
            f"{where}.protect: found {2 * plan.arms[PROTECTED]} models to guess from, allowed are "
            f"at least {2 * FEWEST_PAIRS} (models, mitigation_models)"
        )
    if plan.audit.model is not None:
        ours = _ours(plan, known, where)
        plan = replace(plan, written={**written, **ours[CLEAN]}, ours=ours)
    _check_size(plan, where)
    try:
        if plan.audit.scores is None:
            if not is_folder(Path(plan.audit.path)):
                raise OptionError(
                    f"path: found no {cut(plan.audit.path)}, allowed is a folder that is"
                )
            # So few are always allowed, and no file is counted for them.
            if plan.audit.poison > poison.MOST * FEWEST:
                poison.check(plan.audit.poison, plan.rows)
            _ = plan.fingerprints, plan.inputs
            _check_calls(plan.audit)
    except (OptionError, DataError) as error:
        raise OptionError(f"{where}.{error}") from None
    return plan


def _check_size(plan: Plan, where: str) -> None:
    """OptionError for more jobs than Snakemake plans, or than one job can be told of."""
    if plan.jobs > MOST_SHARDS:
        raise OptionError(
            f"{where}.models: found {plan.models:,}, with {len(plan.arms)} arms {plan.jobs:,} "
            f"jobs, allowed are up to {MOST_SHARDS:,} jobs"
        )
    if not plan.jobs:  # predictions may come later, and have no arms
        return
    of_an_arm = len(canonical(plan.written)) * (2 if plan.ours else 1)  # with those of its data
    letters = of_an_arm * (1 + len(plan.arms)) + OF_A_JOB * plan.jobs
    if letters > MOST_IN_ONE:
        raise OptionError(
            f"{where}: found some {letters:,} letters of settings for {len(plan.arms)} arms and "
            f"{plan.jobs:,} jobs, allowed are {MOST_IN_ONE:,}: leave columns out of the file and "
            "not by drop, or ask for fewer mitigations or models"
        )


def _check_there(plan: Plan) -> None:
    """OptionError without the files that jobs read; DataError for what is in them or in a folder.

    Predictions on records that coins are thrown for come later.
    """
    for path in [Path(file) for file in plan.tossed] or [plan.source]:
        if not (is_file(path) or is_folder(path)):  # a pipe is neither
            raise OptionError(f"found no {cut(str(path))}, allowed is a file or folder that is")
        check_fits(path, path.stat().st_size)
        if is_file(path):
            _try_to_read(path)


def _try_to_read(path: Path) -> None:
    """OSError for what may not be read: here, not once settings need its content."""
    with path.open("rb") as file:
        file.read(1)


def _check_calls(audit: Audit) -> None:
    """OptionError if the user's function or program cannot be called as its arms call it."""
    folder = Path(audit.path)
    if audit.function:
        module, name = audit.function.split(":")
        options = {f"mitigations.{arm}": given for arm, given in audit.mitigations.items()}
        check_function(files_of(folder, module)[-1], name, options)
    if audit.command:
        check_program(audit.command[0], folder)


def _ours(plan: Plan, known: Names, where: str) -> dict[str, Settings]:
    """How our model is trained, by arm; OptionError for what our trainer does not take."""
    plain: Settings = {"model": plan.audit.model, "recipe": None, "defence": {"none": {}}}
    for section in ("recipe", "defence"):
        if section in plan.written:
            plain[section] = meant(plan.written[section], known[section], f"{where}.{section}")
    arms = {CLEAN: plain}
    for arm, changes in plan.audit.mitigations.items():
        inside = f"{where}.mitigations.{arm}"
        for path in changes:
            choice(inside, path.partition(".")[0], OURS)
        arms[arm] = changed(plain, changes, inside, known)
    data = plan.audit.trained_on
    side = None if data.folder is None else data.size
    for arm, own in arms.items():
        inside = where if arm == CLEAN else f"{where}.mitigations.{arm}"
        chosen = checked(Ours, own, inside)
        try:
            chosen.check(side, plan.rows // 2)
        except ValueError as error:
            raise OptionError(f"{inside}.{error}") from None
    return arms
