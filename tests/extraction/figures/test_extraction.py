import numpy as np
import pytest

from truthserum.extraction.figures import extraction
from truthserum.plots.tables import Spec

FOUND = [[500.0, 20, 20, 3000], [4.0, 1, 1, 70]]


@pytest.fixture
def spec():
    return Spec("extraction", "poisons", (0, 64), "full", "plain", "none")


@pytest.fixture
def table(spec, make_canaries):
    return extraction.table(make_canaries(spec, FOUND), spec)


def test_shares_are_of_canaries_with_no_more_guesses(table):
    plain = table[table["attack"] == "plain"]
    for arm, found in zip((0, 64), FOUND, strict=True):
        rows = plain[plain["arm"] == arm]
        assert rows["guesses"].tolist() == sorted(found)
        shares = [np.mean(np.array(found) <= each) for each in sorted(found)]
        assert rows["share"].tolist() == shares
    calibrated = table[table["attack"] == "full"]
    assert calibrated["arm"].unique().tolist() == [64]
    assert calibrated["guesses"].tolist() == [1, 1, 1, 7]  # by all references, not by one


def test_draw_steps_from_none_to_all(table):
    left, right = extraction.draw(table).axes
    assert left.get_title() == "victim alone (n = 4 canaries)"
    first, last, chance = left.lines
    assert first.get_xdata().tolist()[1:] == [20, 20, 500, 3000]
    assert first.get_ydata().tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert first.get_drawstyle() == "steps-post"
    assert last.get_label() == "poisons = 64 (25\N{NO-BREAK SPACE}% poison)"
    assert (chance.get_xdata()[-1], chance.get_ydata()[-1]) == (10**6, 1)
    # An arm has one colour, whichever arms a panel shows.
    assert right.lines[0].get_color() == last.get_color()


def test_without_references_there_is_one_panel(spec, make_canaries):
    table = extraction.table(make_canaries(spec, FOUND, with_references=0), spec)
    assert len(extraction.draw(table).axes) == 1


def test_words_are_arms_like_any_other(make_canaries):
    spec = Spec("extraction", "variant", ("suffix", "prefix"), "full", "plain", "none")
    table = extraction.table(make_canaries(spec, FOUND), spec)
    left, _ = extraction.draw(table).axes
    labels = [line.get_label() for line in left.lines]
    assert labels == [
        "variant = suffix (no poison)",
        "variant = prefix (25\N{NO-BREAK SPACE}% poison)",
        "chance",
    ]


def test_chance_is_that_of_each_number_of_candidates(table):
    table.loc[table["arm"] == 0, "candidates"] = 10
    left, right = extraction.draw(table).axes
    chance = [line for line in left.lines if line.get_label() == "chance"]
    assert [line.get_xdata()[-1] for line in chance] == [10, 10**6]
    assert left.get_xlim()[1] == 10**6
    assert (left.get_ylabel(), right.get_ylabel()) == ("share of the canaries found", "")
