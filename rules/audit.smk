# An audit of one's own data and model: `snakemake audit --configfile my_audit.yaml`.
# Nothing here runs unless that is asked for.
AUDIT = "results/audit/{audit}"


def plan_of(wildcards):
    return AUDITS[one_of("audit", wildcards.audit, AUDITS)]


def audit_inputs(wildcards):
    """The user's file, or all images of the folder."""
    return plan_of(wildcards).inputs


def pairs_of_arms(wildcards):
    """{arm: files of its pairs} of an audit."""
    return {
        arm: [f"{AUDIT}/{arm}/pair-{k:03d}.npz".format(**wildcards) for k in range(n)]
        for arm, n in plan_of(wildcards).arms.items()
    }


def all_pairs(wildcards):
    return [path for paths in pairs_of_arms(wildcards).values() for path in paths]


def arm_arguments(wildcards):
    """The pairs of every arm, as arguments of the program."""
    found = pairs_of_arms(wildcards).items()
    return " ".join(shlex.join(["--arm", arm, *paths]) for arm, paths in found)


def pair_settings(wildcards):
    plan = plan_of(wildcards)
    arm = one_of(f"arm of {wildcards.audit}", wildcards.variant, plan.arms)
    return unfold.canonical({**plan.arm_settings(arm), "pair": int(wildcards.pair)})


def audits_by(*doors):
    """A pattern for the names of the audits that come in by these doors."""
    return (
        "|".join(n for n, plan in AUDITS.items() if plan.audit.door in doors) or "(?!)"
    )


rule audit_read:
    input:
        audit_inputs,
    output:
        f"{AUDIT}/records.npz",
    log:
        "logs/audit_read/{audit}.log",
    wildcard_constraints:
        audit=audits_by("function", "command"),
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        settings=lambda wildcards: unfold.canonical(plan_of(wildcards).read_settings()),
    message:
        "Reading the data of audit {wildcards.audit}"
    shell:
        "python scripts/audit_read.py --settings {params.settings:q} --output {output} "
        "2>&1 | tee {log}"


rule audit_groups:
    input:
        audit_inputs,
    output:
        f"{AUDIT}/groups.npz",
    log:
        "logs/audit_groups/{audit}.log",
    wildcard_constraints:
        audit=audits_by("function", "command"),
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        settings=lambda wildcards: unfold.canonical(
            plan_of(wildcards).groups_settings()
        ),
    message:
        "Groups of audit {wildcards.audit}"
    shell:
        "python scripts/audit_groups.py --settings {params.settings:q} --output {output} "
        "2>&1 | tee {log}"


rule audit_train:
    input:
        audit_inputs,
        records=f"{AUDIT}/records.npz",
        groups=ancient(f"{AUDIT}/groups.npz"),  # refused before anything is trained
    output:
        f"{AUDIT}/{{variant}}/pair-{{pair}}.npz",
    log:
        "logs/audit_train/{audit}/{variant}/{pair}.log",
    benchmark:
        f"{AUDIT}/{{variant}}/.benchmark/pair-{{pair}}.tsv"
    wildcard_constraints:
        audit=audits_by("function", "command"),
        variant=r"[a-z0-9_]+",
        pair=r"\d{3}",
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        minutes=lambda wildcards: math.ceil(plan_of(wildcards).audit.minutes),
        mem_mb=growing(3000),
        runtime=growing(240),
    params:
        settings=pair_settings,
        source=lambda wildcards: str(plan_of(wildcards).source),
    message:
        "Training pair {wildcards.pair} of audit {wildcards.audit}, {wildcards.variant}"
    shell:
        "python scripts/audit_train.py --settings {params.settings:q} --records {input.records} "
        "--source {params.source:q} --output {output} --minutes {resources.minutes} "
        "2>&1 | tee {log}"


rule audit_measure:
    input:
        audit_inputs,
        all_pairs,
        records=f"{AUDIT}/records.npz",
        groups=f"{AUDIT}/groups.npz",
    output:
        claims=f"{AUDIT}/claims.json",
        tables=multiext(f"{AUDIT}/", "records.csv", "roc.csv", "scores.csv"),
    log:
        "logs/audit_measure/{audit}.log",
    wildcard_constraints:
        audit=audits_by("function", "command"),
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        settings=lambda wildcards: unfold.canonical(
            plan_of(wildcards).measure_settings()
        ),
        source=lambda wildcards: str(plan_of(wildcards).source),
        arms=arm_arguments,
        folder=subpath(output.claims, parent=True),
    message:
        "Attacking the models of audit {wildcards.audit}"
    shell:
        "python scripts/audit_measure.py --settings {params.settings:q} --records {input.records} "
        "--groups {input.groups} --source {params.source:q} {params.arms} "
        "--output {params.folder} 2>&1 | tee {log}"


rule audit:
    input:
        expand(f"{AUDIT}/claims.json", audit=AUDITS),
