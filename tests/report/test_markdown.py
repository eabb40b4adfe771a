from truthserum.report.markdown import markdown, own, plain
from truthserum.report.tables import Cell, table


def test_nobody_is_mentioned_and_nothing_is_marked():
    assert plain("@me *b* _i_ [l](u) `c` <i> a|b\nc # $x$") == (
        "&#64;me \\*b\\* \\_i\\_ \\[l\\](u) \\`c\\` &lt;i&gt; a\\|b c \\# \\$x\\$"
    )


def test_a_table_has_a_line_for_each_row_and_what_is_below_a_cell():
    made = table("t", "c", [("a_b", "name"), ("c", "number")], [["x|y", Cell("[1, 2]", below="z")]])
    assert markdown(made) == ["| a\\_b | c |", "| --- | --- |", "| x\\|y | \\[1, 2\\]. z |"]
    assert markdown(made, own) == ["| a_b | c |", "| --- | --- |", "| x\\|y | [1, 2]. z |"]
