# Helpers of the rules that time tasks. No rules here.
from truthserum.bench.timed import Timed
from truthserum.options import checked

# What is timed at this scale.
try:
    TIMED = {
        task: how
        for task, entry in written.section(Path(HERE, "resources/bench.yaml")).items()
        if config["scale"]
        in (how := checked(Timed, entry, f"bench.yaml: {task}")).scales
    }
except OptionError as error:
    raise WorkflowError(str(error)) from None


def timed_in(table):
    """The measures of the tasks that are told in a table."""
    names = [task for task, how in TIMED.items() if how.table == table]
    return expand(f"{RESULTS}/bench/{{task}}.json", task=names)


def timed(wildcards):
    return TIMED[one_of("task", wildcards.task, TIMED)]


def timed_data(wildcards):
    """What is prepared for a task, if it asks for data."""
    how = timed(wildcards)
    return {"data": prepared(how.data)} if how.data else {}


def timed_after(wildcards):
    """What must be made before a task, if it times how that was made."""
    how = timed(wildcards)
    return list(getattr(rules, how.after).input) if how.after else []


def timed_settings(wildcards):
    """The settings of a task, with the fingerprint of the code that is timed."""
    asked = {"task": timed(wildcards).task, "precision": config["precision"]}
    return with_code("bench", asked)
