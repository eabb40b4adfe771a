import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from truthserum.findings.statements import (
    PLACE,
    Statement,
    answer,
    of_statements,
    sheet,
    statements,
)
from workflow.catalogue import complete
from workflow.experiments import experiments

ROOT = Path(__file__).resolve().parents[2]
AT = {
    **{"experiment": "targeted", "arm": "8", "reference": "0", "attack": "lira"},
    **{"group": "targets", "mode": "running", "measure": "auc"},
}


def compared(**changes):
    row = {**AT, "value": 0.9, "reference_value": 0.6, "difference": 0.3, "low": 0.2, "high": 0.4}
    row |= {"ratio": 1.5, "ratio_low": 1.2, "ratio_high": 2.0, "p": 1e-6, "coarse": False}
    row["poison_share"] = 0.2
    return row | changes


def test_an_answer_needs_the_interval_and_the_corrected_p_value():
    assert answer({"holm": 0.01, "low": 0.1, "high": 0.2}) == "raised"
    assert answer({"holm": 0.01, "low": -0.2, "high": -0.1}) == "lowered"
    uncertain = "raised, but not after correction"
    assert answer({"holm": 0.06, "low": 0.1, "high": 0.2}) == uncertain
    assert answer({"holm": 0.01, "low": -0.1, "high": 0.2}) == "no difference found"


def test_the_correction_is_over_the_page_and_what_was_not_run_is_left_out():
    table = pd.DataFrame([compared(), compared(arm="1", p=0.03, low=0.01)])
    asked = [
        Statement("eight", AT),
        Statement("one", AT | {"arm": 1}),
        Statement("sixteen", AT | {"arm": 16}),
    ]
    found = statements(asked, table)
    assert found["asks"].tolist() == ["eight", "one"]
    assert found["holm"].tolist() == pytest.approx([2e-6, 0.03])
    assert found["answer"].tolist() == ["raised", "raised"]
    both = pd.DataFrame([compared(p=0.03, low=0.01), compared(arm="1", p=0.03, low=0.01)])
    assert statements(asked, both)["answer"].tolist() == ["raised, but not after correction"] * 2
    assert statements(asked[2:], table).empty


def test_other_seeds_stand_beside():
    table = statements([Statement("eight", AT)], pd.DataFrame([compared()]))
    place = {key: AT[key] for key in PLACE if key not in ("arm", "reference")}
    seeds = pd.DataFrame(
        [
            {**place, "arm": arm, "seed": seed, "value": value}
            for arm, seed, value in (("0", 1, 0.5), ("8", 1, 0.7), ("8", 2, 0.8))
        ]
    )
    text = sheet(table, seeds, "laptop").markdown
    row = "| eight | 20\N{NO-BREAK SPACE}% | 0.6 | 0.9 | 0.3 [0.2, 0.4]. × 1.5 [1.2, 2] |"
    assert f"{row} raised. p 1e-06 | 0.5 → 0.7 |" in text
    (line,) = sheet(table, seeds[:0], "laptop").markdown.splitlines()[-1:]
    assert line.endswith(
        "raised. p 1e-06 |  | targeted/differences.csv. 8 against 0: lira, targets, running, auc |"
    )


def test_a_comparison_says_where_it_lies():
    table = statements([Statement("eight", AT)], pd.DataFrame([compared()]))
    made = of_statements(table, pd.DataFrame(columns=[*PLACE, "seed", "value"]), "results/smoke/")
    where = made.rows[0][-1]
    assert where.text == "targeted/differences.csv"
    assert where.below == "8 against 0: lira, targets, running, auc"
    assert "results/smoke/" in made.caption


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"ratio": np.nan, "ratio_low": np.nan, "ratio_high": np.nan}, "[0.2, 0.4] | raised. p "),
        ({"low": -0.1, "p": 0.2}, "[-0.1, 0.4] | no difference found. p 0.2 |"),
    ],
)
def test_without_a_ratio_or_a_difference_there_is_none(other, told):
    table = statements([Statement("eight", AT)], pd.DataFrame([compared(**other)]))
    empty = pd.DataFrame(columns=[*PLACE, "seed", "value"])
    assert told in sheet(table, empty, "laptop").markdown


def test_a_place_must_be_named_fully():
    with pytest.raises(ValueError, match="statement 'x': at names"):
        Statement("x", {"arm": 8})


@pytest.fixture(scope="module")
def config():
    return yaml.safe_load((ROOT / "config.yaml").read_text())


@pytest.fixture(scope="module")
def known(config):
    """The experiments that `make` runs, and of those that it does not the workstation's."""
    scales = ("workstation", "laptop")
    at_each = [experiments(complete(config | {"scale": scale})) for scale in scales]
    return at_each[0] | at_each[1]


def test_every_question_is_about_arms_and_attacks_that_are_run(config, known):
    catalogue = complete(config)["catalogue"]
    for entry in yaml.safe_load((ROOT / "resources" / "statements.yaml").read_text()):
        at = Statement(**entry).at
        experiment = known[at["experiment"]]
        assert experiment.against.get(str(at["arm"])) == str(at["reference"]), entry
        if experiment.leak == "inference":
            assert at["attack"] in catalogue[at["experiment"]]["attacks"], entry


def test_a_question_has_no_share_of_poison_which_is_another_at_each_scale():
    for entry in yaml.safe_load((ROOT / "resources" / "statements.yaml").read_text()):
        assert not re.findall(r"[\d.]+ %(?! [FT]PR)|training set", entry["asks"]), entry


def test_a_question_is_about_arms_with_the_same_targets(known):
    for entry in yaml.safe_load((ROOT / "resources" / "statements.yaml").read_text()):
        at = entry["at"]
        arms = {str(arm.value): arm for arm in known[at["experiment"]].arms.values()}
        games = [arms[str(at[which])].settings["game"] for which in ("arm", "reference")]
        own, other = (next(iter(game.values())).get("targets") for game in games)
        assert own == other, entry
