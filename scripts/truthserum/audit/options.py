"""The options of an audit: what stands below its name in the section `audits` of a config."""

import json
import re
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal

from pydantic import Field

from truthserum.audit.doors.uses import DOORS, TABLES, check_columns, check_file, check_used
from truthserum.options import (
    Amount,
    Count,
    Draws,
    Even,
    Maybe,
    Natural,
    Place,
    Plugin,
    Positive,
    Several,
    Share,
    Text,
    Written,
    options,
)
from truthserum.sections import Each, Either
from truthserum.sentences import listed, shown
from truthserum.training.recipe import Precision, Recipe

MODELS = ("cnn", "glm", "mlp", "wrn")
YEAR = 366 * 24 * 60  # minutes
FUNCTION = re.compile(r"\w+(\.\w+)*:\w+")
PLACEHOLDERS = ("{train}", "{ask}", "{seed}", "{out}")
# Arms: as trained, with a worst contributor, without who shows, asked about a protected column.
CLEAN, POISONED, EXPOSED, PROTECTED = "clean", "poisoned", "without_exposed", "protected"
# How much less may be published (see `audit.analysis.answers`).
VIEWS = ("two_decimals", "one_decimal", "top_label")
TEXT_OF_NUMBER = re.compile(r'"([-+]?[.\d]+[eE][-+]?\d+)"')  # 1e-3 is text in YAML, 1.0e-3 is not


@options
class Data:
    """A user's own records."""

    file: Maybe[Place] = None
    """A table (.csv or .parquet), or arrays (.npz with `x` and `y`)."""
    folder: Maybe[Place] = None
    """A folder of images instead, one folder a class: class/name.png."""
    label: str = "label"
    """The column with the class, or with what is to be predicted."""
    drop: Each[str] = ()
    """Columns that are withheld from training."""
    keep: Each[str] = ()
    """Columns to train on although they look like identifiers, as very short texts do."""
    groups: Each[str] = ()
    """Columns by which exposure is broken down. They are trained on, unless they are also
    dropped."""
    subject: Maybe[str] = None
    """The column that says whose row it is. All rows of a subject are in or out together; the
    column is withheld from training."""
    size: Count = 32
    """The side, in pixels, to which images are cropped and resized for models of ours."""

    @property
    def source(self) -> Path:
        """The file or the folder."""
        return Path(self.file or self.folder or "")

    @property
    def hidden(self) -> list[str]:
        """The columns of a table that training is not given, apart from the label."""
        subject = [] if self.subject is None else [self.subject]
        return list(dict.fromkeys([*self.drop, *subject]))

    def __post_init__(self) -> None:
        if (self.file is None) == (self.folder is None):
            raise ValueError(
                f"file: found {shown(self.file)} with folder {shown(self.folder)}, allowed is one "
                "of both"
            )
        if self.file is not None:
            check_file("file", self.file)
        check_columns(self)
        if self.label in (*self.drop, *self.groups, self.subject):
            raise ValueError(
                f"label: found {shown(self.label)}, which is also dropped, a group or the subject"
            )
        if both := sorted({*self.keep} & {self.label, *self.hidden}):
            raise ValueError(f"keep: found {listed(both)}, which training is not given")


@options
class Scores:
    """Predictions of a model, or signals of several, that were made elsewhere."""

    file: Place
    """A table with one row per record, or an .npz with `signals` and `member` [models, records]."""
    member: str = "member"
    """The column that says whether the model was trained on the record: true or false, 1 or 0."""
    label: Maybe[str] = None
    """The column of the true class, next to columns `p_<class>` of probabilities; null where a
    column `signal` says instead how well the record fits (higher is better)."""
    groups: Each[str] = ()
    """Columns by which exposure is broken down."""

    def __post_init__(self) -> None:
        check_file("file", self.file)
        check_columns(self)
        if self.member in (self.label, *self.groups):
            raise ValueError(f"member: found {shown(self.member)}, which is also label or group")


@options
class Audit:
    """An audit of one's own data and model."""

    scores: Maybe[Scores] = None
    """A door: predictions that exist already; nothing is trained."""
    function: Maybe[str] = None
    """A door: `module:function`, train(x, y, seed) that returns predict(x)."""
    command: Maybe[Several[str]] = None
    """A door: a program and its arguments, with {train}, {ask}, {seed} and {out}; no shell."""
    model: Maybe[Annotated[Any, Plugin("model", MODELS), Written]] = None
    """A door: one of our models. `glm`, a logistic regression, takes tables; `mlp` takes tables and
    images, `cnn` and `wrn` take images. All but `glm` need a `recipe`."""
    recipe: Maybe[Annotated[Any, Either(str, "text", str, Recipe)]] = None
    """How our model is trained: the name of a recipe, or a recipe."""
    defence: Annotated[Any, Either(str, "text", str, Plugin("defence"))] = "none"
    """How our model is defended: the name of a defence, or a defence."""
    precision: Precision = "auto"
    """Precision of the matrix products of our model."""
    protect: Maybe[str] = None
    """A column of a table, with 2 to 20 values, that is guessed by an adversary who knows all other
    columns. As many models are trained for it as for a mitigation."""
    data: Maybe[Data] = None
    """The records that models are trained on. With `scores`: the records for which `audit_coins`
    throws coins, and which are then looked for in the predictions."""
    path: str = "."
    """The folder that holds the module of `function`, or the program."""
    python: Maybe[str] = None
    """The interpreter for `function`; null for this project's own."""
    depends: Each[str] = ()
    """Further files that training depends on, such as what a script reads or imports. Files that
    `command` names count by themselves."""
    output: Literal["probabilities", "logits", "labels", "signal"] = "probabilities"
    """What predict returns: probabilities or logits [n, classes], labels [n], or, as predict(x, y),
    a signal [n] that is higher the better a record fits."""
    minutes: Annotated[float, Field(gt=0, le=YEAR), Written] = 60
    """Time limit of one training, at most a year."""
    models: Maybe[Even] = None
    """How many models are trained; null for as many as it takes to name a record. Of `scores` with
    `data`: for how many models `audit_coins` throws coins; null for one."""
    asked: Count = 5000
    """The most records that models are asked about; if there are more, they are drawn at random."""
    membership: Literal["given", "coins"] = "given"
    """Of `scores`: whether a fair coin for each record decided its membership."""
    released: Maybe[Place] = None
    """A table of a released model's predictions, which the trained models help to attack: columns
    `record` (a row of the data, from 0), `member`, and `p_<class>` or `signal`."""
    poison: Amount = 4
    """Mislabelled copies that a worst contributor adds of each of its targets; 0 for none."""
    targets: Count = 100
    """The most targets of the worst contributor, whose copies are at most 5 % of the records."""
    mitigations: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Mitigations by name, each with what it changes: keywords of the function, arguments `--key
    value` of the command, or options of our model, its recipe or its defence."""
    mitigation_models: Maybe[Even] = None
    """How many models are trained for each mitigation and for `protect`, on the first of the same
    coins; null for half of `models`, at least 8."""
    without_exposed: bool = False
    """Whether as many models as `models` are trained again without the named records (at most a
    tenth of all), to see which records show then. Where no record is named, none are trained."""
    epsilon: Maybe[Positive] = None
    """The epsilon that is claimed, if any, for one record replaced by another; of one model by
    coins (`scores`), for one added or removed."""
    delta: Share = 1e-5
    """The delta of that claim."""
    policy: Place = "report_only"
    """The name of a policy in resources/policies/, or a file with one."""
    unit: Maybe[Text] = None
    """What the page calls the records, in the plural, such as patients or visits; null for people,
    for images where there is a folder, and for records where a `subject` has several."""
    show_records: bool = False
    """Whether the page shows the rows of a table next to what is said about them. It then holds
    personal data."""
    draws: Draws = 200
    """Bootstrap draws behind each interval."""
    seed: Natural = 2204
    """The seed from which everything random is derived."""

    def __post_init__(self) -> None:
        doors = [name for name in DOORS if getattr(self, name) is not None]
        if len(doors) != 1:
            raise ValueError(
                f"door: found {listed(doors)}, allowed is exactly one of {listed(DOORS)}"
            )
        self._check_data(doors[0])
        check_used(self, doors[0])
        self._check_recipe()
        if self.function is not None and not FUNCTION.fullmatch(self.function):
            raise ValueError(f"function: found {shown(self.function)}, allowed is module:function")
        if self.command is not None:
            self._check_command(self.command)
        if self.released is not None:
            check_file("released", self.released)
            if self.scores is not None or self.released.lower().endswith(".npz"):
                raise ValueError(
                    f"released: found {shown(self.released)}, allowed is a table, with function, "
                    "command and model"
                )
        self._check_protected()
        self._check_mitigations()
        if self.membership == "coins" and self.scores is None:
            raise ValueError('membership: found "coins", allowed with scores only')
        if self.show_records and PurePath(self._rows or "").suffix.lower() not in TABLES:
            raise ValueError(
                f"show_records: found true with {shown(self._rows)}, allowed with tables "
                f"({listed(sorted(TABLES))})"
            )

    def _check_data(self, door: str) -> None:
        tossed = self.membership == "coins" and self.scores is not None
        if (self.data is None) != (self.scores is not None) and not tossed:
            raise ValueError(
                f"data: found {'none' if self.data is None else 'a section'} with {door}, allowed "
                "is a section with function, command and model, and with scores of members by "
                "coins that audit_coins throws (membership: coins)"
            )

    def _check_recipe(self) -> None:
        wanted = self.model is not None and "glm" not in self.model
        if wanted != (self.recipe is not None):
            with_what = self.door if self.model is None else f"model {next(iter(self.model))}"
            raise ValueError(
                f"recipe: found {'none' if wanted else 'one'} with {with_what}, allowed is "
                f"{'a recipe' if wanted else 'none'}"
            )

    def _check_mitigations(self) -> None:
        for name, given in self.mitigations.items():
            try:
                text = json.dumps(given, allow_nan=False)
            except (TypeError, ValueError):
                raise ValueError(
                    f"mitigations.{name}: found {shown(given)}, allowed are finite numbers, text, "
                    "true, false, null, and lists and sections of these"
                ) from None
            if self.function and (number := TEXT_OF_NUMBER.search(text)):
                raise ValueError(
                    f"mitigations.{name}: found the text {number[0]}, allowed is a number with a "
                    "point, such as 1.0e-3"
                )

    def _check_protected(self) -> None:
        if self.protect is None:
            return
        found = f"protect: found {shown(self.protect)}"
        data = None if self.scores else self.data
        if data is None or not (data.file or "").lower().endswith(tuple(TABLES)):
            raise ValueError(f"{found}, allowed for a table with which models are trained")
        if self.protect in (data.label, data.subject, *data.drop):
            raise ValueError(f"{found}, which is the label, the subject or dropped")

    def _check_command(self, command: Sequence[str]) -> None:
        words = " ".join(command)
        missing = [name for name in PLACEHOLDERS if name not in words]
        if missing:
            raise ValueError(
                f"command: found no {listed(missing)}, allowed is one with {listed(PLACEHOLDERS)}"
            )
        if self.data is not None and (self.data.file or "").lower().endswith(".npz"):
            raise ValueError("command: found arrays (.npz), allowed are tables and image folders")

    @property
    def _rows(self) -> str | None:
        """The file in which a row is a record, if it is one."""
        return self.scores.file if self.scores else self.trained_on.file

    @property
    def trained_on(self) -> Data:
        """The `data` of every door but `scores`, which trains nothing."""
        assert self.data is not None  # as `_check_data` sees to it
        return self.data

    @property
    def door(self) -> str:
        """Its name."""
        return next(door for key, door in DOORS.items() if getattr(self, key) is not None)
