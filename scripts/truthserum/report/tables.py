"""Tables as a page shows them: text in cells, and what they are sorted by."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A cell: its text, bold if `strong`; a number to sort by; a shape before it; words below it.

    shape: a verdict's word, which is always in the text as well.
    """

    text: str
    key: float | None = None
    shape: str = ""
    below: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table by its name, which is an identifier; each row has a cell for every column.

    columns: the heading of each, and the kind of its cells: number, name (a word), wide (a
    sentence). ValueError for a row with more cells or fewer.
    """

    name: str
    caption: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(
                    f"{self.name}: found a row of {len(row)} cells, allowed is {len(self.columns)}"
                )


def table(
    name: str,
    caption: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[Cell | str]],
) -> Table:
    """A table from rows in which text is a plain cell."""
    return Table(
        name,
        caption,
        tuple(columns),
        tuple(tuple(Cell(cell) if isinstance(cell, str) else cell for cell in row) for row in rows),
    )
