# The settings of each job: one canonical JSON string, so that any change of meaning is noticed.
# No rules here.
from workflow.fingerprint import code_of


def settings(stage):
    """The settings of a stage that is done once for each arm."""
    return lambda wildcards: unfold.canonical(
        experiment_of(wildcards).settings(stage, wildcards.arm)
    )


def data_settings(wildcards):
    asked = wildcards.dataset, int(wildcards.train), int(wildcards.test)
    return unfold.canonical(unfold.data_settings(*asked))


def language_settings(wildcards):
    return unfold.canonical(unfold.language_settings(config, wildcards.language_model))


def shard_settings(wildcards):
    experiment, shard = experiment_of(wildcards), int(wildcards.shard)
    return unfold.canonical(unfold.shard_settings(experiment, wildcards.arm, shard))


def observe_settings(wildcards):
    return unfold.canonical(
        unfold.observe_settings(experiment_of(wildcards), wildcards.arm)
    )


def figure_settings(wildcards):
    experiment = experiment_of(wildcards)
    where = f"figure of {wildcards.experiment}"
    figure = one_of(where, wildcards.figure, experiment.figures)
    return unfold.canonical(unfold.figure_settings(experiment, figure))


def summary_settings(wildcards):
    return unfold.canonical(
        unfold.summary_settings(config["summaries"][wildcards.summary], EXPERIMENTS)
    )


def label_settings(wildcards):
    return unfold.canonical(unfold.label_settings(experiment_of(wildcards)))


def compare_settings(wildcards):
    return unfold.canonical(unfold.compare_settings(experiment_of(wildcards)))


def seeds_settings(wildcards):
    return unfold.canonical(unfold.seeds_settings(experiment_of(wildcards)))


def statements_settings(wildcards):
    return unfold.canonical(unfold.statements_settings(config["scale"], compared()))


def derived_settings(wildcards):
    return unfold.canonical(unfold.derived_settings())


def ledger_settings(wildcards):
    return unfold.canonical(unfold.ledger_settings(config["scale"], EXPERIMENTS))


def timed_settings(wildcards):
    """The settings of a task, with the fingerprint of the code that is timed."""
    asked = {"task": timed(wildcards)["task"], "precision": config["precision"]}
    return unfold.canonical(asked | {"code": code_of("bench", asked)})
