# An audit of models that others train: coins that are handed out, predictions that come back.
rule audit_include:
    input:
        tossed_inputs,
    output:
        f"{AUDIT}/include.csv",
    log:
        "logs/audit_include/{audit}.log",
    wildcard_constraints:
        audit=one_of_these(audits_by("scores")),
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        **believed(of_audit(Plan.coins_settings)),
    message:
        "Coins for the models of audit {wildcards.audit}, which others train"
    shell:
        command("audit_coins --output {output:q}")


rule audit_scores:
    input:
        audit_inputs,
    output:
        claims=f"{AUDIT}/claims.json",
        tables=multiext(f"{AUDIT}/", "records.csv", "roc.csv", "scores.csv"),
    log:
        "logs/audit_scores/{audit}.log",
    wildcard_constraints:
        audit=one_of_these(audits_by("scores")),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **believed(of_audit(Plan.scores_settings)),
        folder=subpath(output.claims, parent=True),
    message:
        "Attacking the predictions of audit {wildcards.audit}"
    shell:
        command("audit_scores --output {params.folder:q}")


rule audit_coins:
    input:
        expand(f"{AUDIT}/include.csv", audit=tossed_audits()),
