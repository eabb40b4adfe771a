# From what an audit measured to a verdict, a page and files for machines.
rule audit_report:
    input:
        claims=f"{AUDIT}/claims.json",
        records=f"{AUDIT}/records.csv",
        roc=f"{AUDIT}/roc.csv",
        scores=f"{AUDIT}/scores.csv",
        policy=policy_of,
        page=PAGES,
        content=shown_records,
    output:
        f"{AUDIT}/audit.json",
        report(
            f"{AUDIT}/report.html",
            caption="../figures/captions/_audit.rst",
            category="Audits",
            labels={"audit": "{audit}"},
        ),
        multiext(f"{AUDIT}/", "summary.md", "junit.xml", "audit.sarif"),
    log:
        "logs/audit_report/{audit}.log",
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(judged_settings),
    message:
        "The page of audit {wildcards.audit}"
    shell:
        command(
            "audit_report --claims {input.claims:q} --records {input.records:q} "
            "--roc {input.roc:q} --scores {input.scores:q} --policy={input.policy:q} "
            "--page {input.page:q} --output {output:q} -- {input.content:q}"
        )


rule audit_compare:
    input:
        audits=expand(f"{AUDIT}/audit.json", audit=["{one}", "{other}"]),
        page=PAGES,
    output:
        multiext("results/audit/compared/{one}-{other}", ".md", ".html"),
    log:
        "logs/audit_compare/{one}-{other}.log",
    wildcard_constraints:
        one=r"[a-z0-9_]+",
        other=r"[a-z0-9_]+",
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(of_code("audit_compare")),
    message:
        "Audit {wildcards.other} compared with {wildcards.one}"
    shell:
        command(
            "audit_compare --audits {input.audits:q} --page {input.page:q} --output {output:q}"
        )


rule audit_gate:
    input:
        expand(f"{AUDIT}/audit.json", audit=AUDITS),
    log:
        "logs/audit_gate.log",
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        programs=programs,
    message:
        "Whether every audit keeps its policy"
    shell:
        command("gate {input:q}", settings="")
