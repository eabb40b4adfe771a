"""docs/extending.md, carried out step by step in copies of the project."""

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import torch

from truthserum.data.text import Text
from truthserum.inference.attacks.base import rehearsal
from truthserum.models.layers import initialise

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


def written_anew(text):
    """The commands of the page that write what is made from the code, as lists of arguments."""
    (block,) = re.findall(r"\n\n((?: {4}\.venv/bin/python scripts/.+\n(?: {8}.+\n)*)+)\n", text)
    lines = block.replace("\\\n", " ").strip().splitlines()
    return [shlex.split(line)[1:] for line in lines]


# What additions can turn red, as far as it is seen without a run of the workflow: whole files, and
# tests of others.
FILES = (
    *("test_columns", "test_options", "test_reference", "test_registry", "test_settings"),
    *("data/test_catalogue", "data/test_load", "findings/test_documents", "models/test_size"),
    *(
        "workflow/test_catalogue",
        "workflow/test_config",
        "workflow/test_leaks",
        "workflow/test_schema",
    ),
)
ONLY = {
    "plots/test_draw": ("every_figure_has_a_caption", "no_figure_loads_torch"),
    "workflow/test_dag": ("smoke_has_every_rule", "all_is_every_experiment_of_the_scale"),
    "workflow/test_documents": (
        "a_document_is_its_template_with_the_stored_numbers",
        "no_number_was_measured_with_other_settings",
        "the_readme_is_short",
    ),
    "workflow/test_fingerprint": (
        "only_programs_that_compute_with_networks_import_torch",
        "reading_the_snakefile_imports_nothing_slow",
    ),
    "workflow/test_leaks_smoke": ("each_is_of_another_leak",),
    "workflow/test_plan": (
        "every_scale_has_a_plan",
        "every_leak_says_what_its_intervals_rest_on",
    ),
    "workflow/test_static": (
        *("no_function_is_long", "nothing_imports_upward", "the_library_knows_no_workflow"),
        *("only_the_registry_imports_by_name", "torch_stays_below", "packages_hold_no_code"),
    ),
}


def test_the_projects_own_tests_take_all_of_it(root, sections, checkout):
    for page in sections.values():
        page.carry_out(checkout)
    shutil.copytree(root / "tests", checkout.folder / "tests")
    subprocess.run(["git", "init", "-q", checkout.folder], check=True)  # its files are listed
    chosen = [f"tests/{file}.py::test_{name}" for file, names in ONLY.items() for name in names]
    for command in (
        *written_anew((root / "docs" / "extending.md").read_text()),
        ["-m", "ruff", "check", "--no-cache", "--extend-select", "ANN001,ANN2", "scripts"],
        ["-m", "ruff", "format", "--check", "--no-cache", "scripts"],
        ["-m", "pytest", "-n", "0", *(f"tests/{name}.py" for name in FILES), *chosen],
    ):
        run = subprocess.run(
            [sys.executable, *command],
            cwd=checkout.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert run.returncode == 0, run.stdout
    tables = (checkout.folder / "docs" / "tables.md").read_text()
    assert "\n## Tracing\n" in tables and "## Tracing" not in (root / "docs/tables.md").read_text()


def test_an_attack_is_measured_without_training(sections, rerun):
    sections["An attack"].carry_out(rerun)
    jobs = rerun.jobs(experiments="calibrated")
    assert jobs["measure_inference"] == 2 and jobs["train"] > 0
    rerun.edit("experiments/targeted.yaml", "attacks: [lira, ", "attacks: [lira, calibrated, ")
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
    checkout.make("--cores", "1", "results/smoke/data/letters-2-1.npz")
    text = Text.load(checkout.folder / "results" / "smoke" / "data" / "letters-2-1.npz")
    assert [document.split("\n")[0] for document in text.train + text.test] == [
        *("Letter 1", "Letter 2", "Letter 3")
    ]


def test_a_model_is_trained(sections, checkout):
    sections["A model"].carry_out(checkout)
    made = "results/smoke/pooled/copies-3/shard-000.json"
    assert checkout.done("--cores", "1", made, experiments="pooled")["train"] == 1
    checkout.edit("experiments/pooled.yaml", "side: 4", "side: 0")
    refused = checkout.snakemake("-n", experiments="pooled").stdout
    assert "side: found 0, allowed is 1 or more" in refused


def test_the_model_is_what_a_loop_finds(sections):
    code = next(BLOCK.finditer(sections["A model"].text))["code"]
    defined = {}
    exec(code, defined)
    stack = defined["Pooled"](side=2).build(2, (3, 4, 5), 7)
    initialise(stack, [np.random.default_rng(seed) for seed in range(2)])
    x = torch.rand(2, 6, 3, 4, 5)
    logits, (weights, biases) = stack(x).detach(), stack.head.parameters()
    for model, record in np.ndindex(2, 6):
        image = x[model, record]
        means = [
            image[channel, i : i + 2, j : j + 2].mean()
            for i, j in ((0, 0), (0, 2), (2, 0), (2, 2))
            for channel in range(3)
        ]
        expected = sum(w * m for w, m in zip(weights[model], means, strict=True)) + biases[model]
        torch.testing.assert_close(logits[model, record], expected)


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
