# Helpers of the rules of audits: which files and settings each job has. The user's files are
# `local`: no prefix of a module is put before them. No rules here.
AUDIT = "results/audit/{audit}"


def plan_of(wildcards):
    return AUDITS[one_of("audit", wildcards.audit, AUDITS)]


def audit_inputs(wildcards):
    """The user's file, or all images of the folder."""
    plan = plan_of(wildcards)
    if not plan.source.exists():
        raise WorkflowError(
            f"audits.{plan.name}.scores: found no {plan.source}, allowed is a file of predictions "
            "of a model trained by the coins of `snakemake audit_coins`"
        )
    return list(map(local, plan.inputs))


def tossed_inputs(wildcards):
    """The records for which coins are thrown."""
    return list(map(local, plan_of(wildcards).tossed))


def released_inputs(wildcards):
    """Predictions of a released model, if there are any."""
    released = plan_of(wildcards).audit.released
    return [local(released)] if released else []


def shown_records(wildcards):
    """The table whose rows stand on the page, if they are to."""
    plan = plan_of(wildcards)
    return [local(str(plan.source))] if plan.audit.show_records else []


def columns_of(wildcards, output):
    """What decides nothing that is trained, to be refused before anything is.

    Not an input of training, which then would not notice what changes beside them; and depending on
    outputs, so that Snakemake does not remember them: another group trains nothing again.
    """
    audit = plan_of(wildcards).audit
    asked = {"groups": audit.data.groups, "protect": audit.protect}
    asked |= {"released": audit.released, "poison": audit.poison}
    return unfold.canonical(asked)


def source_of(wildcards):
    """The user's file or folder, as a program is told."""
    return str(plan_of(wildcards).source)


def all_pairs(wildcards):
    """The files of the pairs of every arm, those of an arm in its folder and in order."""
    return [
        part for arm in plan_of(wildcards).arms for part in parts_of(wildcards, arm)
    ]


def parts_of(wildcards, arm="clean"):
    """The files of the pairs of an arm, or those of the shards of our own models."""
    plan = plan_of(wildcards)
    name = "shard" if plan.ours else "pair"
    return [
        f"{AUDIT}/{arm}/{name}-{k:03d}.npz".format(**wildcards)
        for k in range(len(plan.parts(arm)))
    ]


def of_arm(arm, name):
    """A file that an arm alone has use for, where there is one: in that arm, and in all."""

    def found(wildcards):
        here = wildcards.get("variant", arm) == arm
        return [f"{AUDIT}/{name}"] if here and arm in plan_of(wildcards).arms else []

    return found


exposed_of = of_arm("without_exposed", "exposed.npz")  # who leaves
secrets_of = of_arm("protected", "secrets.npz")  # a protected column


def read_again(wildcards):
    """The data set of our models, where records of it are computed from weights."""
    return (
        [f"{AUDIT}/own.npz"] if "glm" in (plan_of(wildcards).audit.model or {}) else []
    )


def first_part(wildcards):
    """The file of the first models of the user's own training."""
    return parts_of(wildcards)[0]


def part_settings(wildcards):
    """What decides the models of a pair or shard."""
    plan = plan_of(wildcards)
    arm = one_of(f"arm of {wildcards.audit}", wildcards.variant, plan.arms)
    kind = "shard" if plan.ours else "pair"
    parts = plan.parts(arm)
    part = parts[number_of(f"{kind} of {arm}", wildcards[kind], parts)]
    return {**plan.arm_settings(arm), **part}


def of_audit(decide):
    """What decides a job of an audit."""
    return lambda wildcards: decide(plan_of(wildcards))


def tossed_audits():
    """The names of the audits of models that others train by coins that are handed out."""
    return [name for name, plan in AUDITS.items() if plan.audit.scores and plan.tossed]


def audits_by(*doors):
    """The names of the audits that come in by these doors."""
    return [name for name, plan in AUDITS.items() if plan.audit.door in doors]


TRAINED = audits_by("function", "command", "recipe")
