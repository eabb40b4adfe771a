# Helpers of the rules: the checked config, and which files each job reads. No rules here.
import json
import math

from truthserum import registry
from truthserum.sentences import OptionError, choice
from workflow import (
    collect_seldom,
    end_jobs_when_asked,
    end_timers,
    experiments as unfold,
    keep_freed_memory,
    release_when_hung_up,
    share_gpus,
    use_this_python,
)
from workflow.audit_plan import Plan
from workflow.audits import plans
from workflow.catalogue import complete
from workflow.config import LEAKS, check
from workflow.documents import documents_settings
from workflow.folders import check_files
from workflow.gathered import gathered

collect_seldom()
use_this_python()
keep_freed_memory()
if workflow.is_main_process:
    release_when_hung_up()
try:
    written.check_tree(config)
    audits = gathered(config.get("audits", []), HERE)
    config = complete(config)
    EXPERIMENTS = unfold.experiments(config)
    CHOSEN = check(config)  # with what it leaves to the defaults
    share_gpus(CHOSEN.jobs_per_gpu)
    AUDITS = plans(audits, {"recipe": config["recipes"], "defence": config["defences"]})
except OptionError as error:
    raise WorkflowError(str(error)) from None

# What the report says of each figure: no parameter of a rule, since new words redraw nothing.
config["captions"] = {
    path.stem: path.read_text("utf-8")
    for path in Path(HERE, "figures/captions").glob("[a-z]*.rst")
}
SOURCES = json.dumps(config["data"])
RESULTS = f"results/{config['scale']}"
FIGURES = f"figures/{config['scale']}"
TABLES = {leak: registry.load("columns", leak) for leak in LEAKS}
ARM = f"{RESULTS}/{{experiment}}/{{arm}}"


def one_of_these(names):
    """A pattern for these names, of which there may be none."""
    return "|".join(names) or "(?!)"


def measured_of(leak):
    """The tables that the last stage makes, and the bootstrap draws behind the metrics."""
    made = [f"{ARM}/{table}.csv" for table in TABLES[leak] if table != "models"]
    return [*made, f"{ARM}/draws.npz"] if LEAKS[leak].compared else made


wildcard_constraints:
    dataset=r"[a-z0-9_]+",
    train=r"\d+",
    test=r"\d+",
    experiment=r"[a-z0-9_]+",
    arm=r"[a-z_]+-[^/]+",
    shard=r"\d{3}\d*",
    figure=r"[a-z_]+",
    language_model=r"[a-z0-9_]+",
    summary=r"[a-z0-9_]+",


def one_of(where, name, allowed):
    """The name, if it is allowed; a wrong target is refused as a wrong config is."""
    try:
        choice(where, name, list(allowed))
    except OptionError as error:
        raise WorkflowError(str(error)) from None
    return name


def number_of(where, name, parts):
    """The number of a part in the name of its file, if there is such a part."""
    if name != f"{int(name):03d}" or int(name) >= len(parts):
        raise WorkflowError(
            f"{where}: found {name}, allowed are 000 to {len(parts) - 1:03d}"
        )
    return int(name)


def experiment_of(wildcards):
    return EXPERIMENTS[one_of("experiment", wildcards.experiment, EXPERIMENTS)]


def title_of(wildcards):
    return experiment_of(wildcards).title


def arm_of(wildcards):
    arms = experiment_of(wildcards).every
    return arms[one_of(f"arm of {wildcards.experiment}", wildcards.arm, arms)]


def prepared(asked):
    """The file of a data set of so many training and test records."""
    return f"{RESULTS}/data/{asked['set']}-{asked['train']}-{asked['test']}.npz"


def data_of(wildcards):
    """What the models of an experiment are trained on, or start from."""
    arm = arm_of(wildcards)
    if base := arm.options.base_model:
        return f"{RESULTS}/language/{base}.safetensors"
    return prepared(arm.settings["data"])


def designed_from(wildcards):
    """The same, and the other data that the game is drawn from."""
    other = arm_of(wildcards).options.second_data
    return [data_of(wildcards), *([prepared(vars(other))] if other else [])]


def text_of(wildcards):
    """What a language model is trained on."""
    known = config["language_models"]
    name = one_of("language model", wildcards.language_model, known)
    return prepared(known[name]["data"])


def shards_of(wildcards):
    """Every shard of an arm, with its manifest."""
    return {
        name: [
            f"{ARM}/shard-{k:03d}.{suffix}".format(**wildcards)
            for k in range(len(arm_of(wildcards).shards))
        ]
        for name, suffix in {"shards": "safetensors", "manifests": "json"}.items()
    }


def folders_of(experiment):
    """The folder of every arm, in the order of the swept values."""
    return [f"{RESULTS}/{experiment.name}/{arm}" for arm in experiment.arms]


def in_arms(experiment, *names):
    """The files of these names of every arm of an experiment."""
    return [f"{folder}/{name}" for folder in folders_of(experiment) for name in names]


def arms_of(experiment):
    """The tables of every arm of an experiment."""
    return in_arms(experiment, *(f"{t}.csv" for t in TABLES[experiment.leak]))


def signals_of(wildcards):
    """What is seen of all models of every arm of an experiment."""
    return in_arms(experiment_of(wildcards), "signals.npz")


def figure_tables(wildcards):
    """The tables of every arm, and that of all arms together which the figure is named after."""
    tables = arms_of(experiment_of(wildcards))
    if wildcards.figure in ("differences", "label_only", "seeds"):
        tables.append(f"{RESULTS}/{wildcards.experiment}/{wildcards.figure}.csv")
    return tables


def panels_of(summary):
    """The panels of a figure of several experiments, without those that are not run."""
    known = config["summaries"]
    return unfold.panels_of(known[one_of("summary", summary, known)], EXPERIMENTS)


def panel_tables(wildcards):
    """The tables of every arm of every panel."""
    return [
        table
        for experiment, _ in panels_of(wildcards.summary).values()
        for table in arms_of(experiment)
    ]


def placed_arms(wildcards):
    """The folder of every arm, as jobs name it."""
    return list(map(placed, folders_of(experiment_of(wildcards))))


def placed_panel_arms(wildcards):
    """The same of every panel."""
    panels = panels_of(wildcards.summary).values()
    return [placed(folder) for one, _ in panels for folder in folders_of(one)]


def behind_metrics(experiment):
    """The draws behind the metrics of every arm of an experiment, and the models, if any."""
    draws = ["draws.npz"] if LEAKS[experiment.leak].compared else []
    models = ["models.csv"] if "models" in TABLES[experiment.leak] else []
    return in_arms(experiment, *draws, *models)


def measures_of(wildcards):
    """The metrics of every arm of an experiment, and what is behind them."""
    experiment = experiment_of(wildcards)
    return in_arms(experiment, "metrics.csv") + behind_metrics(experiment)


def compared():
    """The experiments whose arms are compared."""
    return [one for one in EXPERIMENTS.values() if LEAKS[one.leak].compared]


def all_differences(wildcards):
    """The comparison of the arms of every experiment."""
    return [f"{RESULTS}/{one.name}/differences.csv" for one in compared()]


def repeated():
    """The experiments of which arms are run again with other seeds."""
    return [one for one in EXPERIMENTS.values() if one.repeats]


def repeats_of(wildcards):
    """The metrics of every arm of an experiment that is run again with another seed."""
    experiment = experiment_of(wildcards)
    one_of("experiment with repeats", experiment.name, [one.name for one in repeated()])
    return [
        f"{RESULTS}/{experiment.name}/{arm}/metrics.csv" for arm in experiment.repeats
    ]


def all_seeds(wildcards):
    """What other seeds gave, of every experiment that has them."""
    return [f"{RESULTS}/{one.name}/seeds.csv" for one in repeated()]


def all_metrics(wildcards):
    """The metrics of every arm of every experiment."""
    return [
        path for one in EXPERIMENTS.values() for path in in_arms(one, "metrics.csv")
    ]


def behind_all_metrics(wildcards):
    """What is behind the metrics of every experiment."""
    return [path for one in EXPERIMENTS.values() for path in behind_metrics(one)]


def check_places():
    """Refuse to begin where a job could not end."""
    try:
        check_files(workflow.dag.needrun_jobs())
    except OptionError as error:
        raise WorkflowError(str(error)) from None


TRAINING = 3000  # megabytes of a job that trains


def stack_of(wildcards):
    """How many models are trained at a time."""
    return arm_of(wildcards).options.machine.stack


def growing(amount):
    """So many megabytes or minutes, and as many more each time that the job is tried again."""
    return lambda wildcards, attempt: attempt * amount


def memory_of(wildcards, attempt):
    """Megabytes for the jobs that hold what is seen of all models."""
    return attempt * arm_of(wildcards).options.machine.memory


def measured_from(wildcards):
    """What is seen of the models, or the data where a leak is read off them in closed form.

    Also what is seen in the arm that is measured beside it.
    """
    if "observe" not in LEAKS[experiment_of(wildcards).leak].stages:
        return data_of(wildcards)
    own = f"{ARM}/signals.npz".format(**wildcards)
    beside, again = arm_of(wildcards).options.seen_beside, arm_of(wildcards).again
    if beside is None:
        return own
    other = f"{experiment_of(wildcards).factor}-{beside}{again}"
    return own, f"{RESULTS}/{wildcards.experiment}/{other}/signals.npz"
