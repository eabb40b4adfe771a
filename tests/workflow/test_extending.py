"""docs/extending.md, carried out step by step in copies of the project."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from truthserum.inference.attacks.base import rehearsal

BLOCK = re.compile(
    r"^(?:Write `(?P<new>[^`]+)`"
    r"|In `(?P<into>[^`]+)`, (?P<side>below|above) `(?P<line>[^`]+)`)"
    r"[^\n]*:\n\n```\w+\n(?P<code>.*?)```"
    r"|^In `(?P<path>[^`]+)`, replace (?P<ticks>`+)(?P<old>.+?)(?P=ticks) by "
    r"(?P=ticks)(?P<by>.+?)(?P=ticks)",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Page:
    """The steps of one section."""

    text: str

    def carry_out(self, checkout):
        """Do all steps in a copy."""
        for step in BLOCK.finditer(self.text):
            if step["new"]:
                path = checkout.folder / step["new"]
                assert not path.exists()
                path.parent.mkdir(exist_ok=True)
                path.write_text(step["code"])
            elif step["into"]:
                path = checkout.folder / step["into"]
                lines = path.read_text().splitlines(keepends=True)
                (at,) = [n for n, line in enumerate(lines) if line.strip() == step["line"]]
                lines.insert(at + (step["side"] == "below"), step["code"])
                path.write_text("".join(lines))
            else:
                checkout.edit(step["path"], step["old"], step["by"])


@pytest.fixture(scope="module")
def sections(root):
    """{heading: Page} of the page."""
    _, *parts = re.split(r"^## (.+)\n", (root / "docs" / "extending.md").read_text(), flags=re.M)
    return {name: Page(text) for name, text in zip(parts[::2], parts[1::2], strict=True)}


def test_every_block_and_replacement_is_a_step(sections):
    for name, page in sections.items():
        blocks, replaced = page.text.count("```") // 2, page.text.count("replace `")
        assert len(BLOCK.findall(page.text)) == blocks + replaced, name


def test_the_projects_own_tests_take_all_of_it(root, sections, checkout):
    for page in sections.values():
        page.carry_out(checkout)
    shutil.copytree(root / "tests", checkout.folder / "tests")
    text = (root / "docs" / "extending.md").read_text()
    (describe,) = re.findall(r"^    \.venv/bin/python (scripts/describe\.py .+)$", text, re.M)
    chosen = "imports or torch or packages or function or not static"
    files = ("test_registry", "test_settings", "workflow/test_schema", "workflow/test_static")
    for command in (
        describe.split(),
        ["-m", "ruff", "check", "--no-cache", "--extend-select", "ANN001,ANN2", "scripts"],
        ["-m", "ruff", "format", "--check", "--no-cache", "scripts"],
        ["-m", "pytest", "-n", "0", "-k", chosen, *(f"tests/{name}.py" for name in files)],
    ):
        run = subprocess.run(
            [sys.executable, *command],
            cwd=checkout.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert run.returncode == 0, run.stdout


def test_an_attack_is_measured_without_training(sections, rerun):
    sections["An attack"].carry_out(rerun)
    made = "results/smoke/targeted/copies-3/metrics.csv"
    assert rerun.done("--cores", "1", made) == {"measure_inference": 1}
    metrics = pd.read_csv(rerun.folder / made)
    assert {"calibrated", "lira"} <= set(metrics["attack"])


def test_the_attack_is_what_a_loop_finds(sections):
    code = next(BLOCK.finditer(sections["An attack"].text))["code"]
    defined = {}
    exec(code, defined)
    evidence = rehearsal(8)
    scores = defined["Calibrated"]().score(evidence)
    for model, point in np.ndindex(scores.shape):
        others = np.arange(8) // evidence.group != model // evidence.group
        without = evidence.signals[others & ~evidence.member[:, point], point].mean()
        assert np.isclose(scores[model, point], evidence.signals[model, point].mean() - without)


def test_a_game_is_played(sections, checkout):
    sections["A game"].carry_out(checkout)
    made = {n: f"results/smoke/outliers/targets-{n}/targets.csv" for n in (8, 16)}
    checkout.make("--cores", "2", *made.values(), timeout=600, experiments="outliers")
    for targets, name in made.items():
        assert pd.read_csv(checkout.folder / name)["target"].nunique() == targets
    refused = checkout.folder / "experiments" / "outliers.yaml"
    refused.write_text(refused.read_text().replace("[8, 16]", "[8, 500]"))
    assert (
        "targets: found 500, allowed is 1 to 200"
        in checkout.snakemake("-n", experiments="all").stdout
    )


def test_a_data_set_is_known(sections, checkout):
    sections["A data set"].carry_out(checkout)
    checkout.edit("experiments/targeted.yaml", "{set: fashion_mnist,", "{set: usps,")
    assert "usps-600-200.npz" in checkout.make("-n")


def test_the_first_example_of_an_experiment_is_one(root, checkout):
    text = (root / "docs" / "experiments.md").read_text()
    (example,) = re.findall(r"```yaml\n(# yaml-language-server.*?)```", text, re.DOTALL)
    (checkout.folder / "experiments" / "sample.yaml").write_text(example)
    jobs = checkout.jobs(scale="laptop", experiments="sample")
    assert jobs["train"] == 2 * 2 * 2  # of two arms, once more with another seed, two shards each


def test_an_experiment_needs_no_file_in_the_project(root, checkout):
    text = (root / "docs" / "experiments.md").read_text()
    (own,) = re.findall(r"```yaml\n(# mine.yaml\n.*?)```", text, re.DOTALL)
    (checkout.folder / "mine.yaml").write_text(own)
    jobs = checkout.jobs("--configfile", "config.yaml", "mine.yaml", experiments="mine")
    assert jobs["measure_inference"] == 2


def test_a_figure_alone_is_drawn(sections, rerun):
    sections["A figure"].carry_out(rerun)
    assert rerun.done("--cores", "1", "figures") == {"draw_figure": 1}
    drawn = pd.read_csv(rerun.folder / "figures/smoke/targeted/spread.csv")
    assert set(drawn) == {"factor", "arm", "poison_share", "target", "auc"} and len(drawn) == 40


def test_a_leak_is_played(sections, checkout):
    sections["A leak"].carry_out(checkout)
    checkout.make("--cores", "2", timeout=600, experiments="tracing")
    few, many = (
        pd.read_csv(checkout.folder / f"results/smoke/tracing/records-{count}/metrics.csv")
        for count in (10, 100)
    )
    auc = [float(arm.query("measure == 'auc'")["value"].iloc[0]) for arm in (few, many)]
    assert auc[0] > auc[1] > 0.5  # a mean of fewer gives more away
    assert (checkout.folder / "figures/smoke/tracing/differences.png").exists()


def test_the_tracing_score_is_what_a_loop_finds(sections):
    code = next(
        step["code"]
        for step in BLOCK.finditer(sections["A leak"].text)
        if "def trace" in (step["code"] or "")
    )
    defined = {}
    exec(code, defined)
    rng = np.random.default_rng(0)
    x, means, known = rng.random((5, 3)), rng.random((2, 3)), rng.random(3)
    scores = defined["trace"](x, means, known)
    for mean, record in np.ndindex(scores.shape):
        products = [(x[record, j] - known[j]) * (means[mean, j] - known[j]) for j in range(3)]
        assert np.isclose(scores[mean, record], sum(products))
