"""The Adult census data: does a person earn more than 50,000 dollars a year?

Source: B. Becker, R. Kohavi, "Adult", UCI Machine Learning Repository, doi.org/10.24432/C5XW20; the
files are in the format of C4.5 (comma-separated, `|` starts a comment, a row may end in a period).

Of the 14 attributes 12 are kept, in the publisher's order:

* education-num repeats education as a number, so whoever knows it knows education. It is checked
  and left out; the levels of education are in its order, so that nothing is lost.
* fnlwgt is not a person's attribute but the weight of the row in the survey. It was fitted to
  counts by race, age and sex, so it tells of attributes that are to be secret, and it is nearly a
  serial number (28,523 values), so a model could recognise a row by it.

`?` (not known) is a level like any other. All 48,842 rows are kept. As published, 52 repeat an
earlier row; in the columns kept here 6,374 do (9,853 rows are not unique), which is as it is with
people. Games of membership let equal rows play once (`truthserum.data.equal`).
A secret may be evident from the other columns: all but 4 husbands and wives have the sex that the
word says.
"""

import csv
import io

import numpy as np

from truthserum.data.tabular import Column, Table
from truthserum.storage.files import Content, DataError

TRAIN, TEST = "adult.data", "adult.test"
CLASSES = ("<=50K", ">50K")


def words(text: str) -> tuple[str, ...]:
    """The words of a text: no name of Adult has a space in it."""
    return tuple(text.split())


FIELDS = words(
    "age workclass fnlwgt education education-num marital-status occupation relationship race sex "
    "capital-gain capital-loss hours-per-week native-country income"
)
EDUCATION = words(  # level k has education-num k + 1
    "Preschool 1st-4th 5th-6th 7th-8th 9th 10th 11th 12th HS-grad Some-college Assoc-voc "
    "Assoc-acdm Bachelors Masters Prof-school Doctorate"
)
LEVELS = {
    "workclass": words(
        "? Federal-gov Local-gov Never-worked Private Self-emp-inc Self-emp-not-inc State-gov "
        "Without-pay"
    ),
    "education": EDUCATION,
    "marital-status": words(
        "Divorced Married-AF-spouse Married-civ-spouse Married-spouse-absent Never-married "
        "Separated Widowed"
    ),
    "occupation": words(
        "? Adm-clerical Armed-Forces Craft-repair Exec-managerial Farming-fishing "
        "Handlers-cleaners Machine-op-inspct Other-service Priv-house-serv Prof-specialty "
        "Protective-serv Sales Tech-support Transport-moving"
    ),
    "relationship": words("Husband Not-in-family Other-relative Own-child Unmarried Wife"),
    "race": words("Amer-Indian-Eskimo Asian-Pac-Islander Black Other White"),
    "sex": words("Female Male"),
    "native-country": words(
        "? Cambodia Canada China Columbia Cuba Dominican-Republic Ecuador El-Salvador England "
        "France Germany Greece Guatemala Haiti Holand-Netherlands Honduras Hong Hungary India Iran "
        "Ireland Italy Jamaica Japan Laos Mexico Nicaragua Outlying-US(Guam-USVI-etc) Peru "
        "Philippines Poland Portugal Puerto-Rico Scotland South Taiwan Thailand Trinadad&Tobago "
        "United-States Vietnam Yugoslavia"
    ),
}
LEFT_OUT = {"education-num", "fnlwgt", "income"}
COLUMNS = tuple(Column(name, LEVELS.get(name, ())) for name in FIELDS if name not in LEFT_OUT)


def number(field: str, text: str) -> int:
    """A whole number, digits only; or ValueError."""
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{field}: found {text!r}, allowed a whole number")
    return int(text)


def level(field: str, text: str, levels: tuple[str, ...]) -> int:
    """The index of a level; or ValueError."""
    if text not in levels:
        raise ValueError(f"{field}: found {text!r}, allowed {', '.join(levels)}")
    return levels.index(text)


def parse(fields: list[str]) -> tuple[list[int], int]:
    """The values of `COLUMNS` and the class of one row of 15 fields; or ValueError."""
    if len(fields) != len(FIELDS):
        raise ValueError(f"found {len(fields)} fields, allowed {len(FIELDS)}")
    row = dict(zip(FIELDS, fields, strict=True))
    values = [
        level(column.name, row[column.name], column.levels)
        if column.levels
        else number(column.name, row[column.name])
        for column in COLUMNS
    ]
    years = EDUCATION.index(row["education"]) + 1
    if number("education-num", row["education-num"]) != years:
        raise ValueError(
            f"education-num: found {row['education-num']}, allowed {years} for {row['education']}"
        )
    return values, level("income", row["income"].removesuffix("."), CLASSES)


def decode(name: str, data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Rows float32 [n, 12] and classes int64 [n]; DataError naming the file and the line."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not plain text: {error}") from error
    reader = csv.reader(io.StringIO(text), skipinitialspace=True, strict=True)
    try:
        rows = [parse(fields) for fields in reader if fields and not fields[0].startswith("|")]
    except (csv.Error, ValueError) as error:
        raise DataError(f"{name}, line {reader.line_num}: {error}") from error
    x = np.array([values for values, _ in rows], np.float32).reshape(-1, len(COLUMNS))
    return x, np.array([label for _, label in rows], np.int64)


def adult(content: Content) -> Table:
    """The table of the two files, split as they are."""
    return Table(
        *decode(TRAIN, content[TRAIN]),
        *decode(TEST, content[TEST]),
        classes=len(CLASSES),
        columns=COLUMNS,
    )
