# Helpers of the rules of audits: which files and settings each job has. No rules here.
AUDIT = "results/audit/{audit}"


def plan_of(wildcards):
    return AUDITS[one_of("audit", wildcards.audit, AUDITS)]


def audit_inputs(wildcards):
    """The user's file, or all images of the folder."""
    return plan_of(wildcards).inputs


def released_inputs(wildcards):
    """Predictions of a released model, if there are any."""
    released = plan_of(wildcards).audit.released
    return [released] if released else []


def all_pairs(wildcards):
    """The files of the pairs of every arm, those of an arm in its folder and in order."""
    return [
        f"{AUDIT}/{arm}/pair-{k:03d}.npz".format(**wildcards)
        for arm, pairs in plan_of(wildcards).arms.items()
        for k in range(pairs)
    ]


def pair_settings(wildcards):
    plan = plan_of(wildcards)
    arm = one_of(f"arm of {wildcards.audit}", wildcards.variant, plan.arms)
    return unfold.canonical({**plan.arm_settings(arm), "pair": int(wildcards.pair)})


def of_audit(decide):
    """What decides a job of an audit."""
    return lambda wildcards: unfold.canonical(decide(plan_of(wildcards)))


def trained_audits():
    """The names of the audits that train models."""
    return [name for name, plan in AUDITS.items() if plan.audit.door != "scores"]


def audits_by(*doors):
    """A pattern for the names of the audits that come in by these doors."""
    return (
        "|".join(n for n, plan in AUDITS.items() if plan.audit.door in doors) or "(?!)"
    )
