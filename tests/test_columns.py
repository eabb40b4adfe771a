import pandas as pd
import pytest

from truthserum import registry
from truthserum.columns import Columns

DECLARED = Columns("a pool", {"model": "its index", "beats_<pool>": "whether it is beaten"})


def test_a_table_with_the_declared_columns_is_itself_in_any_order():
    table = pd.DataFrame({"beats_known": [True], "model": [1], "beats_shadows": [False]})
    assert DECLARED.checked("records", table) is table
    empty = table.iloc[:0]
    assert DECLARED.checked("records", empty) is empty


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (["model", "beats_known", "rank"], r"1 undeclared columns \(rank\) and 0 missing"),
        (["model", "xbeats_known"], r"\(xbeats_known\) and 1 missing ones \(beats_<pool>\)"),
        (
            ["beats_known"],
            r"records: found 0 .* 1 missing ones \(model\), allowed are model, beats",
        ),
    ],
)
def test_other_columns_are_refused(columns, sentence):
    with pytest.raises(ValueError, match=sentence):
        DECLARED.checked("records", pd.DataFrame(columns=columns))


@pytest.mark.parametrize("leak", registry.names("columns"))
def test_every_column_has_a_meaning(leak):
    for name, table in registry.load("columns", leak).items():
        assert table.row and all(table.meanings.values()), name
