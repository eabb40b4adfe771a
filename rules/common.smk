# Helpers of the rules: the checked config, paths, and each job's settings. No rules here.
import json
import sys

sys.path.insert(0, f"{workflow.basedir}/scripts")
from snakemake.exceptions import WorkflowError
from workflow import experiments as unfold, use_this_python
from workflow.config import ConfigError

use_this_python()
try:
    EXPERIMENTS = unfold.experiments(config)
except ConfigError as error:
    raise WorkflowError(str(error)) from None

SOURCES = json.dumps(config["data"])
RESULTS = f"results/{config['scale']}"
FIGURES = f"figures/{config['scale']}"
ARM = f"{RESULTS}/{{experiment}}/{{arm}}"
# What is written for each arm, by the kind of experiment; figures/README.md describes the columns.
TABLES = {
    "game": ["metrics", "roc", "targets", "shadows", "scores", "models"],
    "glm": ["metrics", "fits", "records", "images"],
}


def named(kind):
    """A pattern for the names of the experiments of one kind."""
    return "|".join(n for n, e in EXPERIMENTS.items() if e.kind == kind) or "(?!)"


wildcard_constraints:
    dataset=r"[a-z0-9_]+",
    train=r"\d+",
    test=r"\d+",
    experiment=r"[a-z0-9_]+",
    arm=r"[a-z_]+-[^/]+",
    shard=r"\d{3}",
    figure=r"[a-z_]+",


def experiment_of(wildcards):
    return EXPERIMENTS[wildcards.experiment]


def data_of(wildcards):
    """The pool and test set of an experiment."""
    asked = experiment_of(wildcards).common["data"]
    return f"{RESULTS}/data/{asked['set']}-{asked['train']}-{asked['test']}.npz"


def shards_of(wildcards):
    """Every shard of an arm, with its manifest."""
    count = len(experiment_of(wildcards).shards)
    return {
        kind: [
            f"{ARM}/shard-{k:03d}.{suffix}".format(**wildcards) for k in range(count)
        ]
        for kind, suffix in {"shards": "safetensors", "manifests": "json"}.items()
    }


def arms_of(wildcards):
    """The tables of every arm of an experiment."""
    return [
        f"{RESULTS}/{wildcards.experiment}/{arm}/{table}.csv"
        for arm in experiment_of(wildcards).arms
        for table in TABLES[experiment_of(wildcards).kind]
    ]


def folders_of(wildcards):
    """The folder of every arm, in the order of the swept values."""
    return [
        f"{RESULTS}/{wildcards.experiment}/{arm}"
        for arm in experiment_of(wildcards).arms
    ]


def all_metrics(wildcards):
    """The metrics of every arm of every experiment."""
    return [
        f"{RESULTS}/{name}/{arm}/metrics.csv"
        for name, experiment in EXPERIMENTS.items()
        for arm in experiment.arms
    ]


def stack_of(wildcards):
    return experiment_of(wildcards).common["stack"]


# Settings: one canonical JSON string for each job, so that any change of meaning is noticed.
def data_settings(wildcards):
    asked = wildcards.dataset, int(wildcards.train), int(wildcards.test)
    return unfold.canonical(unfold.data_settings(*asked))


def design_settings(wildcards):
    return unfold.canonical(
        unfold.design_settings(experiment_of(wildcards), wildcards.arm)
    )


def shard_settings(wildcards):
    experiment, shard = experiment_of(wildcards), int(wildcards.shard)
    return unfold.canonical(unfold.shard_settings(experiment, wildcards.arm, shard))


def signal_settings(wildcards):
    return unfold.canonical(
        unfold.signal_settings(experiment_of(wildcards), wildcards.arm)
    )


def measure_settings(wildcards):
    return unfold.canonical(
        unfold.measure_settings(experiment_of(wildcards), wildcards.arm)
    )


def glm_settings(wildcards):
    return unfold.canonical(
        unfold.glm_settings(experiment_of(wildcards), wildcards.arm)
    )


def figure_settings(wildcards):
    return unfold.canonical(
        unfold.figure_settings(experiment_of(wildcards), wildcards.figure)
    )


def ledger_settings(wildcards):
    return unfold.canonical(unfold.ledger_settings(config["scale"], EXPERIMENTS))
