"""The DAG, by dry runs: how many jobs, how fast, and what a wrong config says."""

import subprocess
import sys
import time
from collections import Counter
from functools import reduce
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pytest
import yaml

from workflow.experiments import experiments

# Each section is ten times the one before.
BOMB = "a0: &a0 {k: 1}\n" + "".join(
    f"a{n}: &a{n} {{{', '.join(f'k{k}: *a{n - 1}' for k in range(10))}}}\n" for n in range(1, 9)
)
TARGETED = yaml.safe_load((Path(__file__).parents[2] / "experiments/targeted.yaml").read_text())
SMOKE = {
    "prepare_data": 1,
    "design": 2,
    "train": 4,
    "observe": 2,
    "measure_inference": 2,
    "draw_figure": len(TARGETED["figures"]) - 1,  # one is of other seeds, which smoke has none of
    "draw_summary": 1,
    "judge_labels": 1,
    "compare_arms": 1,
    "write_statements": 1,
    "derive_numbers": 1,
    "write_ledger": 1,
    "report_page": 1,
}
FOR_PEOPLE = ("write_statements", "derive_numbers", "write_ledger", "report_page")


def test_smoke_has_every_rule(pristine):
    assert pristine.jobs() == SMOKE


def test_profiles_name_rules(pristine):
    rules = set(pristine.make("--list-rules").split())
    assert {"train", "measure_reconstruction"} <= rules
    profiles = list((pristine.folder / "profiles").glob("*/profile.yaml"))
    assert len(profiles) == 4
    for path in profiles:
        assert set(yaml.safe_load(path.read_text()).get("set-resources", {})) <= rules


def test_what_needs_a_gpu_is_no_part_of_the_bench(pristine):
    assert pristine.jobs("gpu_check") == {"prepare_data": 2, "time_task": 2, "gpu_check": 1}
    assert pristine.jobs("bench")["time_task"] == 7


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("figures/smoke/targetd/roc.pdf", 'experiment: found "targetd", allowed are targeted (did'),
        ("figures/smoke/targeted/rok.pdf", 'figure of targeted: found "rok", allowed are '),
        ("figures/smoke/figure_on.pdf", 'summary: found "figure_on", allowed are figure_one'),
        (
            "results/smoke/targeted/copies-9/metrics.csv",
            'arm of targeted: found "copies-9", allowed are copies-0, copies-3',
        ),
        (
            "results/smoke/targeted/copies-3/shard-002.json",
            "shard: found 002, allowed are 000 to 001",
        ),
        (
            "results/smoke/targeted/copies-3/shard-0001.json",
            "shard: found 0001, allowed are 000 to 001",
        ),
        ("results/smoke/data/mnst-9-9.npz", 'data set: found "mnst", allowed are '),
    ],
)
def test_a_target_that_is_not_in_the_run_is_named(pristine, target, sentence):
    run = pristine.snakemake("-n", target)
    assert run.returncode == 1
    assert sentence in run.stdout
    assert "KeyError" not in run.stdout and "IndexError" not in run.stdout


def test_a_pair_of_an_audit_that_is_not_trained_is_named(pristine):
    example = "--configfile", "examples/audit/adult.yaml"
    run = pristine.snakemake("-n", "results/audit/adult/clean/pair-004.npz", *example)
    assert run.returncode == 1
    assert "pair of clean: found 004, allowed are 000 to 003" in run.stdout


def test_figures_alone_need_no_ledger(pristine):
    expected = {k: n for k, n in SMOKE.items() if k not in FOR_PEOPLE}
    assert pristine.jobs("figures") == expected


def test_other_seeds_are_a_figure_and_a_table(pristine, tmp_path):
    checkout = pristine.copy(tmp_path / "checkout")
    smoke = "catalogue", "targeted", "scales", "smoke"
    checkout.configure(
        lambda config: reduce(dict.__getitem__, smoke, config).update(
            repeats={"seeds": [7, 8], "arms": [3]}
        )
    )
    repeats = {"design": 2, "train": 4, "observe": 2, "measure_inference": 2}
    more = Counter(repeats | {"gather_seeds": 1, "draw_figure": 1})
    assert checkout.jobs() == Counter(SMOKE) + more


def test_arms_on_other_data_are_made_from_these(pristine, tmp_path):
    checkout = pristine.copy(tmp_path / "checkout")

    def other_data(config):
        own = config["catalogue"]["targeted"]
        own |= {"sweep": {"data.set": ["fashion_mnist", "mnist"]}, "figures": ["tpr"]}
        del own["scales"]["smoke"]["sweep"]

    checkout.configure(other_data)
    jobs = checkout.jobs("figures/smoke/targeted/tpr.pdf")
    assert (jobs["prepare_data"], jobs["design"]) == (2, 2)


def one_model_a_shard(checkout, models):
    """Make every model of the targeted experiment a job of its own."""
    smoke = "catalogue", "targeted", "scales", "smoke"
    settings = {"models": models, "machine": {"models_per_shard": 1}}
    checkout.configure(lambda config: reduce(dict.__getitem__, smoke, config).update(settings))


def test_the_thousandth_shard_is_one(pristine, tmp_path):
    checkout = pristine.copy(tmp_path / "checkout")
    one_model_a_shard(checkout, 1002)
    wanted = "results/smoke/targeted/copies-3/shard-1001.safetensors"
    assert checkout.jobs(wanted) == {"prepare_data": 1, "design": 1, "train": 1}


def dag_of(checkout):
    """(how many shards its DAG has, the seconds of CPU time that this took)."""
    before = getrusage(RUSAGE_CHILDREN)
    shards = checkout.make("--dag").count("shard: ")
    after = getrusage(RUSAGE_CHILDREN)
    return shards, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_dag_of_ten_thousand_shards_is_built_in_seconds(pristine, tmp_path):
    """Held against a small one, as cores differ: seven times as long."""
    checkout = pristine.copy(tmp_path / "checkout")
    one_model_a_shard(checkout, 5000)  # in each of two arms
    many, long = dag_of(checkout)
    few, short = dag_of(pristine)
    assert (few, many) == (4, 10_000)
    assert long < 10 * short


def test_seeds_that_were_not_asked_for_are_no_target(pristine):
    run = pristine.snakemake("-n", "results/smoke/targeted/seeds.csv")
    assert run.returncode == 1
    assert 'experiment with repeats: found "targeted", allowed are none' in run.stdout


def test_experiments_are_chosen_on_the_command_line(pristine):
    assert pristine.jobs(experiments="[targeted]") == SMOKE  # the name alone is what jobs() says


def test_all_is_every_experiment_of_the_scale(pristine, written):
    at_smoke = experiments({**written, "scale": "smoke"}).values()
    figures = sum(len(experiment.figures) for experiment in at_smoke)
    jobs = pristine.jobs(experiments="all")
    assert jobs["draw_figure"] == figures
    assert jobs["measure_closed_form"] == 2


def test_paper_scale_is_planned_in_seconds(pristine, written):
    start = time.monotonic()
    jobs = pristine.jobs(scale="paper", experiments="all")
    assert time.monotonic() - start < 30  # 10 on a quiet machine
    config = {**written, "scale": "paper"}
    arms = [arm for one in experiments(config).values() for arm in one.every.values()]
    models = [arm.settings for arm in arms if "models" in arm.settings]
    shards = sum(-(-each["models"] // each["machine"]["models_per_shard"]) for each in models)
    assert jobs["train"] == shards > 300
    assert jobs["design"] == jobs["observe"] == len(models)
    assert jobs["pretrain"] == 1


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (
            {"experiments": "[targetd]"},
            'experiments: found "targetd", allowed are all, attribute_relationship, ',
        ),
        ({"seeds": 3}, "config: found the key "),
        ({"seed": -1}, "seed: found -1, allowed is 0 or more"),
    ],
    ids=str,
)
def test_a_wrong_config_is_one_line_before_any_job(pristine, config, sentence):
    run = pristine.snakemake("--cores", "1", **config)
    assert run.returncode == 1
    assert "Traceback" not in run.stdout
    assert "Job stats" not in run.stdout
    (line,) = [line for line in run.stdout.splitlines() if "found" in line]
    assert line.startswith(sentence)
    assert not (pristine.folder / "results").exists()


def test_a_key_that_is_there_twice_is_named_with_its_file_and_line(pristine, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("seed: 1\nseed: 2\n", "utf-8")
    run = pristine.snakemake("-n", "--configfile", str(mine))
    assert run.returncode == 1 and "Traceback" not in run.stdout
    assert f'{mine}: line 2: found the key "seed" twice, first in line 1' in run.stdout


@pytest.mark.parametrize(
    ("content", "found"),
    {
        "UTF-16": ("scale: smoke\n".encode("utf-16"), "line 1: found a byte that is not UTF-8"),
        "no UTF-8": (b"seed: 1\nscale: sm\xf6ke\n", "line 2: found a byte that is not UTF-8"),
        "deep": (b"scale: " + b"[" * 3000 + b"]" * 3000, "found more than 50 levels"),
        "cut": (b"seed: 1\nscale: [\n", "line 3: found no YAML"),
        "list": (b"- seed\n", "found no keys, allowed is a section of keys"),
        "loop": (
            b"a: &a\n  b: *a\n",
            "line 1: found more than 50 levels, or a value that holds itself",
        ),
        "bomb": (BOMB.encode(), "line 1: found more than 100000 values"),
        "absent": (None, "found no file, allowed is one"),
    }.values(),
    ids=range(8),
)
def test_a_file_that_snakemake_cannot_read_is_one_line(pristine, tmp_path, content, found):
    """Snakemake reads what --configfile names before any file of ours: our profile is earlier."""
    mine = tmp_path / "mine.yaml"
    if content is not None:
        mine.write_bytes(content)
    run = pristine.snakemake("-n", "--configfile", "config.yaml", str(mine))
    assert run.returncode == 1 and "Traceback" not in run.stdout
    (line,) = [line for line in run.stdout.splitlines() if "found" in line]
    assert line.startswith(f"{mine}: {found}")


def test_sections_of_the_command_line_are_read_as_in_a_file(pristine):
    assert pristine.jobs(data="{download: false, folder: null}") == SMOKE
    refused = pristine.snakemake("-n", data="{download: no idea}")
    assert 'data.download: found the text "no idea", allowed is true or false' in refused.stdout


@pytest.mark.parametrize(
    ("option", "twice"),
    [
        ("--config", ["--config", "seed=1", "-C", "scale=paper"]),
        ("--configfile", ["--configfile", "config.yaml", "--configfiles", "config.yaml"]),
    ],
)
def test_an_option_of_which_snakemake_would_drop_the_first_is_given_once(pristine, option, twice):
    command = [sys.executable, "-m", "snakemake", "-n", *twice]
    run = subprocess.run(command, cwd=pristine.folder, capture_output=True, text=True)
    assert (run.returncode, run.stderr.splitlines()[-1]) == (
        1,
        f"{option}: found 2 times, allowed is once, with all values behind it",
    )


def test_an_entry_of_a_config_that_stands_there_twice_is_a_sentence(pristine):
    command = [sys.executable, "-m", "snakemake", "-n", "--config", "scale=smoke", "scale=laptop"]
    run = subprocess.run(command, cwd=pristine.folder, capture_output=True, text=True)
    assert (run.returncode, run.stderr.splitlines()[-1]) == (
        1,
        "--config: found scale 2 times, allowed is once",
    )


@pytest.mark.parametrize("entry", ["scale", "all", "=smoke", "1a=2"])
def test_what_is_no_entry_of_a_config_is_a_sentence(pristine, entry):
    """So is a target behind --config, which Snakemake would take for one."""
    command = [sys.executable, "-m", "snakemake", "-n", "--config", "scale=smoke", entry]
    run = subprocess.run(command, cwd=pristine.folder, capture_output=True, text=True)
    assert (run.returncode, run.stderr.splitlines()[-1]) == (
        1,
        f"--config: found {entry!r}, allowed is key=value, and targets before --config",
    )
    assert "Traceback" not in run.stderr
