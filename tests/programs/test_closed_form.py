"""The program, end to end, on real images."""

import json
import sys

import pandas as pd
import pytest
import torch
from rounding import rounding

import draw
import measure
from truthserum.data.load import load
from truthserum.data.sources import Sources

SETTINGS = {
    "leak": "closed_form",
    "glm": {"family": "logistic", "penalty": 0.01, "classes": [9, 4], "pooling": 4, "targets": 20},
    "tolerances": [1e-6, 1e-2],
    "published": ["3 decimals"],
    "seed": 1,
    "experiment": "glm",
}
CONVENTIONS = 4
# Each of at most 500 rows rounds a sum in which the record sought has its residual's share.
RESIDUAL = 1e-3
EXACT = rounding(steps=500, dtype=torch.float64) / RESIDUAL


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    resources = draw.Path(draw.__file__).parents[1] / "resources"
    path = tmp_path_factory.mktemp("data") / "mnist.npz"
    load("mnist", 600, 100, Sources(resources, download=False)).data.save(path)
    return path


def run(monkeypatch, data, folder, **changes):
    settings = SETTINGS | {"glm": SETTINGS["glm"] | changes}
    arguments = ["--settings", json.dumps(settings), "--input", data, "--output", folder]
    monkeypatch.setattr(sys, "argv", ["measure", *map(str, arguments)])
    measure.main()
    return {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")}


def test_tables_tell_what_was_recovered_and_why_not(monkeypatch, data, tmp_path):
    tables = run(monkeypatch, data, tmp_path)
    records, fits, metrics = tables["records"], tables["fits"], tables["metrics"]
    assert len(records) == CONVENTIONS * 4 * 20
    assert records["target"].nunique() == 20
    exact = records[(records["tolerance"] == 0) & (records["published"] == "float64")]
    assert exact.loc[exact["residual"] > RESIDUAL, "max_error"].max() < EXACT
    assert exact["label_correct"].all()
    rounded = records[records["published"] == "3 decimals"]
    assert rounded["max_error"].median() > 1e3 * exact["max_error"].median()
    assert not rounded["recovered"].all()

    keys = ["intercept", "loss", "tolerance", "published"]
    assert len(fits) == fits.drop_duplicates(keys).shape[0] == CONVENTIONS * 4
    by_sum = fits[(fits["loss"] == "sum") & (fits["tolerance"] > 0)]
    assert (by_sum["gradient"] <= by_sum["tolerance"]).all()
    assert (fits["test_accuracy"] > 0.8).all()
    assert set(metrics["measure"]) == {"recovered", "label_correct", "worst_resolvable_error"}
    assert metrics.groupby(["group", "mode"]).ngroups == CONVENTIONS * 2
    assert len(tables["images"]) == 3 * 2 * 49


def test_the_same_settings_give_the_same_bytes(monkeypatch, data, tmp_path):
    for name in ("one", "two"):
        run(monkeypatch, data, tmp_path / name)
    for path in (tmp_path / "one").glob("[a-z]*"):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pooling": 3}, "pooling: found 3, allowed are divisors of 28"),
        ({"targets": 500}, "targets: found 500, allowed are up to"),
        ({"classes": [1, 2, 3]}, "allowed 0 to 1 for logistic"),
        ({"penalty": 0.0}, "no minimiser"),
    ],
)
def test_bad_settings_are_refused(changes, message, monkeypatch, data, tmp_path):
    with pytest.raises(ValueError, match=message):
        run(monkeypatch, data, tmp_path, **changes)
    assert not list(tmp_path.iterdir())


def test_rows_of_a_table_are_reconstructed_too(monkeypatch, tmp_path):
    resources = draw.Path(draw.__file__).parents[1] / "resources"
    path = tmp_path / "adult.npz"
    load("adult", 500, 100, Sources(resources, download=False)).data.save(path)
    tables = run(monkeypatch, path, tmp_path / "arm", classes=[0, 1], pooling=1)
    records = tables["records"].query("tolerance == 0 and published == 'float64'")
    assert records.loc[records["residual"] > RESIDUAL, "max_error"].max() < EXACT
    assert records["label_correct"].all()
