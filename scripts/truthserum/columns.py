"""The columns of a table: what each means, and that a table has these and no others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ESTIMATE = {
    "value": "the estimate",
    "low": "lower end of its interval, 95 %",
    "high": "upper end of its interval, 95 %",
}
DECISIONS = {
    "positives": "decisions on members (or targets, canaries, records) behind it",
    "negatives": "decisions on others behind it",
}
MEASURED = {
    "measure": "what was measured",
    **ESTIMATE,
    **DECISIONS,
    "resolved": "false: too few negatives for the level, so there is no value",
    "coarse": "fewer than ten false positives are expected at the level",
}
CURVE = {
    "fpr": "false-positive rate",
    "tpr": "true-positive rate",
    "low": "lower end of the band, 95 %; empty below one false positive",
    "high": "upper end of the band, 95 %; empty below one false positive",
    **DECISIONS,
}


@dataclass(frozen=True)
class Columns:
    """What a row of a table is, and what each column means.

    meanings: by the column's name, in which <word> stands for one of several words.
    """

    row: str
    meanings: Mapping[str, str]

    def checked(self, name: str, table: "pd.DataFrame") -> "pd.DataFrame":
        """The table; ValueError for a column that is not declared, or a declared one without any.

        name: of the table, for the error.
        """
        patterns = {name: re.sub("<.*?>", r"\\w+", name) for name in self.meanings}
        declared = {name: [c for c in table if re.fullmatch(p, c)] for name, p in patterns.items()}
        unknown = set(table) - {column for found in declared.values() for column in found}
        missing = {name for name, found in declared.items() if not found}
        if unknown or missing:
            raise ValueError(
                f"{name}: found {len(unknown)} undeclared columns ({', '.join(sorted(unknown))}) "
                f"and {len(missing)} missing ones ({', '.join(sorted(missing))}), allowed are "
                f"{', '.join(self.meanings)}"
            )
        return table
