# One page with the whole reproduction: ledger, statements, every figure, cost and provenance.
rule report_page:
    input:
        ledger=f"{RESULTS}/ledger.csv",
        statements=f"{RESULTS}/statements.csv",
        seeds=f"{RESULTS}/seeds.csv",
        images=[drawn(name, figure) for name, _, figure in shown_figures()],
        captions=sorted(
            {own(f"figures/captions/{figure}.rst") for *_, figure in shown_figures()}
        ),
        audits=expand(f"{AUDIT}/report.html", audit=AUDITS),
        plan=plan_made,
        page=REPORT_PARTS,
    output:
        f"{RESULTS}/report.html",
    log:
        "logs/report_page.log",
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(report_settings, whatever_lies_there),
        results=lambda wildcards: placed(RESULTS),
    message:
        "The page of the reproduction"
    shell:
        command(
            "report_page --results {params.results:q} --ledger {input.ledger:q} "
            "--statements {input.statements:q} --seeds {input.seeds:q} --images {input.images:q} "
            "--captions {input.captions:q} --page {input.page:q} --audits {input.audits:q} "
            "--plan {input.plan:q} --output {output:q}"
        )
