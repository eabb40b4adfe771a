# An audit of one's own data and model: `snakemake audit --configfile my_audit.yaml`.
rule audit_read:
    input:
        audit_inputs,
    output:
        f"{AUDIT}/records.npz",
    log:
        "logs/audit_read/{audit}.log",
    wildcard_constraints:
        audit=one_of_these(TRAINED),
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        **believed(of_audit(Plan.read_settings)),
        columns=columns_of,
    message:
        "Reading the data of audit {wildcards.audit}"
    shell:
        command("audit_read --columns {params.columns:q} --output {output:q}")


rule audit_secrets:
    input:
        audit_inputs,
        records=f"{AUDIT}/records.npz",
    output:
        f"{AUDIT}/secrets.npz",
    log:
        "logs/audit_secrets/{audit}.log",
    wildcard_constraints:
        audit=one_of_these(TRAINED),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(3000),
        runtime=growing(30),
    params:
        **believed(of_audit(Plan.secrets_settings)),
    message:
        "The protected column of audit {wildcards.audit}"
    shell:
        command("audit_secrets --records {input.records:q} --output {output:q}")


rule audit_prepare:
    input:
        audit_inputs,
        # Refused there first. Not ancient: what is newer beside it would go unnoticed then.
        records=f"{AUDIT}/records.npz",
    output:
        f"{AUDIT}/own.npz",
    log:
        "logs/audit_prepare/{audit}.log",
    wildcard_constraints:
        audit=one_of_these(audits_by("recipe")),
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(3000),
        runtime=growing(10),
    params:
        **believed(of_audit(Plan.prepare_settings)),
    message:
        "Data set of audit {wildcards.audit}"
    shell:
        command("audit_prepare --output {output:q}")


rule audit_train:
    input:
        audit_inputs,
        records=f"{AUDIT}/records.npz",
        exposed=exposed_of,
        secrets=secrets_of,
    output:
        f"{AUDIT}/{{variant}}/pair-{{pair}}.npz",
    log:
        "logs/audit_train/{audit}/{variant}/{pair}.log",
    benchmark:
        f"{AUDIT}/{{variant}}/.benchmark/pair-{{pair}}.tsv"
    wildcard_constraints:
        audit=one_of_these(audits_by("function", "command")),
        variant=r"[a-z0-9_]+",
        pair=r"\d{3}\d*",
    conda:
        "../envs/environment.yaml"
    resources:
        seconds=lambda wildcards: math.ceil(60 * plan_of(wildcards).audit.minutes),
        mem_mb=growing(3000),
        runtime=lambda wildcards, attempt: attempt * plan_of(wildcards).minutes,
    params:
        **believed(part_settings),
        source=source_of,
    message:
        "Training pair {wildcards.pair} of audit {wildcards.audit}, {wildcards.variant}"
    shell:
        command(
            "audit_train --records {input.records:q} --source={params.source:q} "
            "--exposed {input.exposed:q} --secrets {input.secrets:q} --output {output:q} "
            "--seconds {resources.seconds}"
        )


rule audit_recipe:
    input:
        audit_inputs,
        data=f"{AUDIT}/own.npz",
        records=f"{AUDIT}/records.npz",
        exposed=exposed_of,
        secrets=secrets_of,
    output:
        f"{AUDIT}/{{variant}}/shard-{{shard}}.npz",
    log:
        "logs/audit_recipe/{audit}/{variant}/{shard}.log",
    benchmark:
        f"{AUDIT}/{{variant}}/.benchmark/shard-{{shard}}.tsv"
    wildcard_constraints:
        audit=one_of_these(audits_by("recipe")),
        variant=r"[a-z0-9_]+",
    conda:
        "../envs/environment.yaml"
    resources:
        device=config["device"],
        mem_mb=growing(3000),
        runtime=growing(240),
    params:
        **believed(rehearsed(part_settings, AUDITED, "audits.{audit}")),
        source=source_of,
    message:
        "Training shard {wildcards.shard} of audit {wildcards.audit}, {wildcards.variant}"
    shell:
        command(
            "audit_recipe --records {input.records:q} --data {input.data:q} "
            "--source={params.source:q} --exposed {input.exposed:q} --secrets {input.secrets:q} "
            "--output {output:q} --device {resources.device:q} --threads {threads}"
        )


rule audit_exposed:
    input:
        audit_inputs,
        pairs=parts_of,
        records=f"{AUDIT}/records.npz",
    output:
        f"{AUDIT}/exposed.npz",
    log:
        "logs/audit_exposed/{audit}.log",
    wildcard_constraints:
        audit=one_of_these(TRAINED),
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        **believed(of_audit(Plan.exposed_settings)),
        source=source_of,
    message:
        "Who is exposed in audit {wildcards.audit}"
    shell:
        command(
            "audit_exposed --records {input.records:q} --source={params.source:q} "
            "--pairs {input.pairs:q} --output {output:q}"
        )


rule audit_measure:
    input:
        audit_inputs,
        released_inputs,
        pairs=all_pairs,
        exposed=exposed_of,
        secrets=secrets_of,
        own=read_again,
        records=f"{AUDIT}/records.npz",
    output:
        claims=f"{AUDIT}/claims.json",
        tables=multiext(f"{AUDIT}/", "records.csv", "roc.csv", "scores.csv"),
    log:
        "logs/audit_measure/{audit}.log",
    wildcard_constraints:
        audit=one_of_these(TRAINED),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **believed(of_audit(Plan.measure_settings)),
        source=source_of,
        folder=subpath(output.claims, parent=True),
    message:
        "Attacking the models of audit {wildcards.audit}"
    shell:
        command(
            "audit_measure --records {input.records:q} --source={params.source:q} "
            "--exposed {input.exposed:q} --secrets {input.secrets:q} --own {input.own:q} "
            "--pairs {input.pairs:q} --output {params.folder:q}"
        )


rule audit_forecast:
    input:
        records=f"{AUDIT}/records.npz",
        pair=first_part,
        secrets=secrets_of,
    output:
        f"{AUDIT}/plan.json",
    log:
        "logs/audit_forecast/{audit}.log",
    wildcard_constraints:
        audit=one_of_these(TRAINED),
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **believed(of_audit(Plan.plan_settings)),
        cores=WHOLE_MACHINE,
    message:
        "What audit {wildcards.audit} will cost and can show"
    shell:
        command(
            "audit_plan --records {input.records:q} --pair {input.pair:q} "
            "--secrets {input.secrets:q} --cores {params.cores} --output {output:q}"
        )


rule audit_plan:
    input:
        expand(f"{AUDIT}/plan.json", audit=TRAINED),


rule audit:
    input:
        expand(f"{AUDIT}/report.html", audit=AUDITS),
    message:
        "Pages of audits: {input}"
