# Helpers of the rules that write pages: parts, policies and figures. No rules here.
from workflow.policies import policy_file
from workflow.plan import jobs_in


def parts_in(*folders):
    """The templates, styles and words in folders of the library."""
    return [
        own(str(path.relative_to(HERE)))
        for folder in folders
        for path in sorted(Path(HERE, "scripts/truthserum", folder).glob("[a-z]*"))
    ]


SHEET_PARTS = parts_in("report/page")
REPORT_PARTS = parts_in("report/page", "findings/templates")
PAGES = parts_in("report/page", "audit/report/page")
ACROSS = "All experiments"  # of the report, where it stands first


def shown_figures():
    """(experiment, its title, figure) of every figure, those of several experiments first."""
    across = [["all", ACROSS, name] for name in config["summaries"] if panels_of(name)]
    of_one = [
        [name, experiment.title, figure]
        for name, experiment in EXPERIMENTS.items()
        for figure in experiment.figures
    ]
    return across + of_one


def drawn(experiment, figure, suffix="png"):
    """The file of a figure."""
    inside = "" if experiment == "all" else f"{experiment}/"
    return f"{FIGURES}/{inside}{figure}.{suffix}"


def plan_made(wildcards):
    """The table of the plan, if one was made; it has no rule, as it is told anew each time."""
    table = f"{PLAN}/plan.csv"
    return [table] if Path(placed(table)).is_file() else []


def report_settings(wildcards):
    settings = {"scale": config["scale"], "seed": config["seed"]}
    settings |= {"experiments": {n: jobs_in(one) for n, one in EXPERIMENTS.items()}}
    settings |= {"figures": shown_figures()}
    return with_code("report_page", settings)


POLICIES = {
    path.stem: own(str(path.relative_to(HERE)))
    for path in sorted(Path(HERE, "resources/policies").glob("*.yaml"))
}


def judged_settings(wildcards):
    """What decides the verdict of an audit and its page."""
    return plan_of(wildcards).judged_settings(policy_of(wildcards))


def policy_of(wildcards):
    """The file of a policy, which is read before anything is trained."""
    try:
        return local(policy_file(plan_of(wildcards), POLICIES))
    except OptionError as error:
        raise WorkflowError(str(error)) from None


def documented(wildcards):
    """Every table that a document may take a number from.

    The ledger and the correction of the statements are of all experiments, at the scale of most.
    """
    if HERE != Path.cwd():
        raise WorkflowError(
            f"documents: found the folder {Path.cwd()}, allowed is {HERE}, whose documents they are"
        )
    if config["scale"] == "laptop" and config["experiments"] != "all":
        found = json.dumps(config["experiments"])
        raise WorkflowError(f"experiments: found {found}, allowed for documents is all")
    across = [
        f"{RESULTS}/{name}/{figure}.csv"
        for name, experiment in EXPERIMENTS.items()
        for figure in ("label_only", "seeds")
        if figure in experiment.figures
    ]
    arms = [table for one in EXPERIMENTS.values() for table in arms_of(one)]
    return arms + across + all_differences(wildcards) + all_seeds(wildcards)
