import json
from dataclasses import asdict

import pytest

from truthserum.bench.measures import Measure, race, sheet


def test_runners_take_turns_and_the_first_round_does_not_count():
    calls = []

    def runner(name, value):
        def run():
            calls.append(name)
            return value + len(calls)

        return run

    assert race(2, runner("A", 0), runner("B", 100)).tolist() == [[3, 5], [104, 106]]
    assert calls == ["A", "B"] * 3


@pytest.mark.parametrize(
    "target, met",
    [
        ({}, ""),
        ({"at_least": 3}, "yes"),
        ({"at_least": 3.1}, "no"),
        ({"below": 3.1}, "yes"),
        ({"below": 3}, "no"),
    ],
)
def test_median_meets_the_target(target, met):
    measure = Measure("speed", "times", (9, 1, 3), **target)
    assert measure.row()["median"] == 3
    assert measure.met == measure.row()["met"] == met


def test_measures_survive_json():
    measure = Measure("speed", "times", [1, 2.5], at_least=2, note="why")
    assert Measure(**json.loads(json.dumps(asdict(measure)))) == measure


def test_table_names_range_target_and_note():
    measures = [
        Measure("speed", "images/s", (1000, 2000, 3000), at_least=8),
        Measure("peak", "GB", [0.5], note="alone"),
    ]
    text = sheet(measures).markdown
    assert "| speed | 2,000 images/s (1,000 to 3,000, 3) | at least 8 | yes |" in text
    assert text.endswith("| peak | 0.5 GB |  |  | alone |\n")


def test_no_values_are_refused():
    with pytest.raises(ValueError, match=r"^speed: found no values, allowed one or more$"):
        Measure("speed", "times", ())
