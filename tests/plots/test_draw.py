"""The program, end to end: tables in, three files out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from docutils.core import publish_parts
from matplotlib.image import imread

import draw
from truthserum import registry
from truthserum.plots import style
from truthserum.plots.tables import Spec

PROGRAM = Path(draw.__file__)
CAPTIONS = sorted((PROGRAM.parents[1] / "figures" / "captions").glob("[a-z]*.rst"))
FIGURES = (
    "accuracy",
    "defences",
    "economics",
    "exposure",
    "measures",
    "roc",
    "scores",
    "shadows",
    "tpr",
    "variants",
)


def settings(figure: str, values: list, mode: str = "running") -> dict:
    return {
        "figure": figure,
        "factor": "copies",
        "values": values,
        "attack": "lira",
        "baseline_attack": "threshold",
        "mode": mode,
    }


def arguments(given: dict, arms: list[Path], output: list[Path]) -> list[str]:
    return [
        "--settings",
        json.dumps(given),
        "--arms",
        *map(str, arms),
        "--output",
        *map(str, output),
    ]


def outputs(folder: Path) -> list[Path]:
    return [folder / f"figure{suffix}" for suffix in draw.SUFFIXES]


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize(
    ("values", "mode"), [([0, 2, 8], "running"), ([8], "none"), (["none", "next"], "none")]
)
def test_csv_holds_what_is_drawn(figure, values, mode, write_arms, tmp_path):
    pdf, png, csv = output = outputs(tmp_path)
    arms = write_arms(len(values), mode)
    given = settings(figure, values, mode)
    (arms[0] / ".metrics").mkdir()
    draw.main(arguments(given, arms, output))

    assert not (arms[0] / ".metrics").exists()  # what was kept of tables that are read now
    assert pdf.read_bytes().startswith(b"%PDF")
    assert imread(png).std() > 0.01
    module, spec = registry.load("figure", figure), Spec(**given)
    table = draw.figure_table(module, arms, spec)
    assert "poison_share" in table
    stored = pd.read_csv(csv, keep_default_na=False, na_values=[""])
    pd.testing.assert_frame_equal(stored, table.reset_index(drop=True), check_dtype=False)

    # Drawn again from the stored table, the figure is the same to the byte.
    again = tmp_path / "again.pdf"
    figure = module.draw(stored)
    style.save(figure, again)
    assert figure.get_figwidth() <= style.WIDTH
    assert again.read_bytes() == pdf.read_bytes()


@pytest.mark.parametrize("title", [r"$\foo$ leaks", "from $5 to $6"])
def test_a_title_is_no_formula(title, write_arms, tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(draw.style, "save", lambda figure, path: drawn.append(figure))
    given = settings("roc", [0, 8]) | {"title": title}
    draw.main(arguments(given, write_arms(2), outputs(tmp_path)))
    assert drawn[0].get_suptitle() == title
    assert {text.get_parse_math() for text in drawn[0].texts if text.get_text() == title} == {False}


def test_other_seeds_are_read_from_beside_the_arms(write_arms, tmp_path):
    arms, (pdf, _, csv) = write_arms(2), outputs(tmp_path)
    again = draw.read_csv(arms[1] / "metrics.csv").assign(arm=8, seed=5)
    again.to_csv(tmp_path / "seeds.csv", index=False)
    draw.main(arguments(settings("seeds", [0, 8]), arms, outputs(tmp_path)))
    stored = pd.read_csv(csv)
    assert stored.groupby(["arm", "seed"], sort=False).size().to_dict() == {
        (8, "main"): 3,
        (8, "5"): 3,
    }
    assert (stored["poison_share"] == 0.08).all()
    assert pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("values", [[0, 0.25], ["010", "1e3"], [False, True]])
def test_arms_are_found_by_their_names_in_what_is_beside_them(values, write_arms, tmp_path):
    arms, (_, _, csv) = write_arms(2), outputs(tmp_path)
    frames = [draw.read_csv(arm / "metrics.csv") for arm in arms]
    named = [
        frame.assign(arm=str(value), seed=5) for frame, value in zip(frames, values, strict=True)
    ]
    pd.concat(named).to_csv(tmp_path / "seeds.csv", index=False)
    draw.main(arguments(settings("seeds", values), arms, outputs(tmp_path)))
    stored = pd.read_csv(csv, dtype={"arm": str if isinstance(values[1], str) else None})
    seeds = stored.groupby("arm", sort=False)["seed"].unique().map(list)
    assert seeds.to_dict() == {value: ["main", "5"] for value in values}
    assert stored.groupby("arm", sort=False)["poison_share"].first().tolist() == [0, 0.08]


def test_pdf_has_the_same_bytes_in_every_process_and_torch_is_never_loaded(write_arms, tmp_path):
    arms, written = write_arms(2), []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        given = arguments(settings("roc", [0, 8]) | {"title": "ROC"}, arms, outputs(folder))
        code = (
            f"import sys; sys.path.insert(0, {str(PROGRAM.parent)!r}); import draw;"
            f"draw.main({given!r}); assert 'torch' not in sys.modules"
        )
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        written.append([path.read_bytes() for path in outputs(folder)])
    assert written[0] == written[1]


def test_no_figure_loads_torch():
    code = (
        f"import sys; sys.path.insert(0, {str(PROGRAM.parent)!r})\n"
        "from truthserum import registry\n"
        "for name in registry.names('figure'): registry.load('figure', name)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_figure_has_a_caption():
    assert {path.stem for path in CAPTIONS} >= set(registry.names("figure"))


@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.stem)
def test_captions_begin_with_what_is_shown_and_are_whole(path):
    strict = {"report_level": 1, "halt_level": 1}
    html = publish_parts(path.read_text(), writer="html", settings_overrides=strict)["body"]
    assert html.startswith("<p><strong>")
    assert html.count("<p>") == 1
    assert "<cite>" not in html  # one backtick where two make code


@pytest.mark.parametrize(
    ("figure", "suffix", "message"),
    [("style", ".csv", "figure: found 'style'"), ("roc", ".txt", "output: found suffixes")],
)
def test_bad_input_is_refused_before_anything_is_written(figure, suffix, message, tmp_path):
    output = [tmp_path / "a.pdf", tmp_path / "a.png", tmp_path / f"a{suffix}"]
    with pytest.raises(ValueError, match=message):
        draw.main(arguments(settings(figure, [0]), [tmp_path], output))
    assert not list(tmp_path.iterdir())
