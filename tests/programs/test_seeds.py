"""From the metrics of arms that were run again to the tables of other seeds, and to a statement."""

import json
from pathlib import Path

import program

import audited
import numpy as np
import pandas as pd

SCRIPTS = Path(program.__file__).parent
PLACE = {"attack": "lira", "group": "targets", "mode": "none", "measure": "auc"}
QUESTION = json.dumps(
    [{"asks": "eight", "at": {"experiment": "e", "arm": 8, "reference": "none", **PLACE}}]
)


def metrics(path, value):
    row = {**PLACE, "value": value, "low": value / 2, "high": 1.0, "positives": 9, "negatives": 8}
    blank = row | {"measure": "tpr_at_fpr_0.001", "value": np.nan, "low": np.nan, "high": np.nan}
    rows = [row | {"resolved": True}, blank | {"resolved": False}]
    pd.DataFrame(rows).assign(coarse=False).to_csv(path, index=False)
    return path


def test_seeds_are_gathered_and_stand_beside_the_answer(start, tmp_path):
    repeats = [["none", 5], ["none", 6], [8, 5], [8, 6]]
    values = 0.5, 0.52, 0.8, 0.75
    tables = [metrics(tmp_path / f"{k}.csv", value) for k, value in enumerate(values)]
    gathered = tmp_path / "seeds.csv"
    start("gather_seeds", {"repeats": repeats}, "--metrics", *tables, "--output", gathered)
    found = pd.read_csv(gathered, keep_default_na=False, na_values=[""])
    areas = found[found["measure"] == "auc"]
    assert areas[["arm", "seed", "value"]].astype(str).to_numpy().tolist() == [
        [str(arm), str(seed), str(value)]
        for (arm, seed), value in zip(repeats, values, strict=True)
    ]
    assert found["value"].isna().tolist() == [False, True] * 4

    compared, questions = tmp_path / "differences.csv", tmp_path / "statements.yaml"
    questions.write_text(QUESTION)
    row = {"arm": 8, "reference": "none", **PLACE, "value": 0.9, "reference_value": 0.6}
    row |= {"difference": 0.3, "low": 0.2, "high": 0.4, "p": 1e-6, "coarse": False}
    row |= {"ratio": 1.5, "ratio_low": 1.2, "ratio_high": 2.0, "poison_share": 0.2}
    pd.DataFrame([row]).to_csv(compared, index=False)
    csv, seeds, markdown, _ = output = [
        tmp_path / name for name in ("a.csv", "b.csv", "a.md", "a.html")
    ]
    start(
        "statements",
        {"scale": "smoke", "experiments": ["e"], "repeated": ["e"]},
        *("--statements", questions, "--differences", compared, "--seeds", gathered),
        *("--page", *audited.PAGES, "--output", *output),
    )
    assert pd.read_csv(csv)["answer"].tolist() == ["raised"]
    assert "| raised. p 1e-06 | 0.5 → 0.8; 0.52 → 0.75 |" in markdown.read_text("utf-8")
    assert set(pd.read_csv(seeds)["experiment"]) == {"e"}


def test_the_names_of_arms_are_as_the_settings_have_them(start, tmp_path):
    repeats = [[0, 5], [0.25, 5]]
    tables = [metrics(tmp_path / f"{k}.csv", 0.5) for k in range(2)]
    gathered = tmp_path / "seeds.csv"
    start("gather_seeds", {"repeats": repeats}, "--metrics", *tables, "--output", gathered)
    assert pd.read_csv(gathered, dtype=str)["arm"].unique().tolist() == ["0", "0.25"]


def test_where_no_arms_are_compared_no_question_is_answered(start, tmp_path):
    questions = tmp_path / "statements.yaml"
    questions.write_text(QUESTION, "utf-8")
    output = [tmp_path / name for name in ("a.csv", "b.csv", "a.md", "a.html")]
    settings = {"scale": "smoke", "experiments": [], "repeated": []}
    words = ["--statements", questions, "--page", *audited.PAGES, "--output", *output]
    start("statements", settings, *words)
    assert [len(pd.read_csv(path)) for path in output[:2]] == [0, 0]
