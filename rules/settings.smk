# The settings of each job: one canonical JSON string, so that any change of meaning is noticed.
# No rules here.
import os
import sys

from snakemake.io import IOFile
from snakemake.settings.types import RerunTrigger
from workflow.altered import blame
from workflow.fingerprint import with_code
from workflow.rehearsals import Rehearsals, steps_of

REHEARSALS = Rehearsals(steps_of(EXPERIMENTS, config), Path(placed(RESULTS)))
AUDITED = Rehearsals(
    {f"audits.{name}": plan.first_steps() for name, plan in AUDITS.items()},
    Path(placed("results/audit")),
)


def made_again(path, settings, inputs):
    """Whether Snakemake remembers that a product was made otherwise, and goes by that."""
    triggers, made = workflow.rerun_triggers, IOFile(path)
    params, files = workflow.persistence.params(made), workflow.persistence.input(made)
    others = {
        RerunTrigger.PARAMS: params is not None and repr(settings) not in params,
        RerunTrigger.INPUT: files is not None and files != sorted(inputs),
    }
    return any(triggers & {trigger for trigger, other in others.items() if other})


def believed(decide, made_of=set):
    """The parameters of a job: its settings, where its program is, and a check of its outputs.

    decide: what the job is decided by, given its wildcards. made_of: all that it may read, given its
    inputs.

    Snakemake knows what changed since it made a file; but not that another file took its place, nor
    anything once .snakemake/ is lost, and a user may tell it to go by time alone. What it is going
    to make again is not looked at. The check is a parameter of its own, as Snakemake does not
    remember those that depend on outputs.
    """

    def settings(wildcards):
        return unfold.canonical(decide(wildcards))

    def check(wildcards, input, output):
        watched = workflow.is_main_process and not workflow.dag_settings.forceall
        for path in filter(os.path.exists, output if watched else ()):
            asked = settings(wildcards)
            if not made_again(path, asked, input):
                if found := blame(Path(path), json.loads(asked), made_of(input)):
                    sys.exit(found)  # a WorkflowError is shown with a traceback here
        return ""

    return {"settings": settings, "programs": programs, "intact": check}


def whatever_lies_there(inputs):
    """What a job may read that looks for it."""
    return None


def of_experiment(decide, *names):
    """What decides a job of an experiment, and of these wildcards, if any."""
    return lambda wildcards: decide(
        experiment_of(wildcards), *(wildcards[name] for name in names)
    )


def of_code(name):
    """What decides a job that has no settings, apart from its inputs."""
    return lambda wildcards: with_code(name, {})


def stage_settings(stage):
    """What decides a stage that is done once for each arm."""
    return of_experiment(lambda one, arm: one.settings(stage, arm), "arm")


def rehearsed(decide, rehearsals=REHEARSALS, where="catalogue.{experiment}"):
    """What decides a job whose first steps have been tried, with those of all others."""

    def tried(wildcards):
        if workflow.is_main_process and CHOSEN.rehearse:
            try:
                rehearsals.require(where.format(**wildcards))
            except OptionError as error:
                sys.exit(str(error))
        return decide(wildcards)

    return tried


def shard_settings(wildcards):
    """What decides the models of a shard."""
    number = number_of("shard", wildcards.shard, arm_of(wildcards).shards)
    return unfold.shard_settings(experiment_of(wildcards), wildcards.arm, number)


def data_settings(wildcards):
    name = one_of("data set", wildcards.dataset, SETS)
    return unfold.data_settings(name, int(wildcards.train), int(wildcards.test))


def figure_settings(wildcards):
    experiment = experiment_of(wildcards)
    where = f"figure of {wildcards.experiment}"
    figure = one_of(where, wildcards.figure, experiment.figures)
    return unfold.figure_settings(experiment, figure)
