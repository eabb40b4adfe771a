# From tables to figures, the ledger and the report.


rule draw_figure:
    input:
        figure_tables,
    output:
        f"{FIGURES}/{{experiment}}/{{figure}}.pdf",
        report(
            f"{FIGURES}/{{experiment}}/{{figure}}.png",
            caption="../figures/captions/_figure.rst",
            category=title_of,
            labels={"figure": "{figure}", "experiment": "{experiment}"},
        ),
        f"{FIGURES}/{{experiment}}/{{figure}}.csv",
    log:
        "logs/draw_figure/{experiment}/{figure}.log",
    benchmark:
        f"{RESULTS}/{{experiment}}/.benchmark/draw_figure-{{figure}}.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(figure_settings),
        arms=placed_arms,
    message:
        "Figure {wildcards.figure} of {wildcards.experiment}"
    shell:
        command("draw --arms {params.arms:q} --output {output:q}")


rule draw_summary:
    input:
        panel_tables,
    output:
        f"{FIGURES}/{{summary}}.pdf",
        report(
            f"{FIGURES}/{{summary}}.png",
            caption="../figures/captions/_figure.rst",
            category=ACROSS,
            labels={"result": "{summary}"},
        ),
        f"{FIGURES}/{{summary}}.csv",
    log:
        "logs/draw_summary/{summary}.log",
    benchmark:
        f"{RESULTS}/.benchmark/draw_summary-{{summary}}.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(
            lambda wildcards: unfold.summary_settings(
                config["summaries"][wildcards.summary], EXPERIMENTS
            )
        ),
        arms=placed_panel_arms,
    message:
        "Figure {wildcards.summary} of several experiments"
    shell:
        command("draw_summary --arms {params.arms:q} --output {output:q}")


rule figures:
    input:
        [
            drawn(name, figure, suffix)
            for name, _, figure in shown_figures()
            for suffix in ("pdf", "png", "csv")
        ],


rule judge_labels:
    input:
        signals_of,
    output:
        f"{RESULTS}/{{experiment}}/label_only.csv",
    log:
        "logs/judge_labels/{experiment}.log",
    benchmark:
        f"{RESULTS}/{{experiment}}/.benchmark/judge_labels.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(2000),
    params:
        **believed(of_experiment(unfold.label_settings)),
    message:
        "Judging by labels alone, over the arms of {wildcards.experiment}"
    shell:
        command("label_only --signals {input:q} --output {output:q}")


rule compare_arms:
    input:
        measures_of,
    output:
        f"{RESULTS}/{{experiment}}/differences.csv",
    log:
        "logs/compare_arms/{experiment}.log",
    benchmark:
        f"{RESULTS}/{{experiment}}/.benchmark/compare_arms.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(of_experiment(unfold.compare_settings)),
        arms=placed_arms,
    message:
        "Comparing the arms of {wildcards.experiment}"
    shell:
        command("compare --arms {params.arms:q} --output {output:q}")


rule gather_seeds:
    input:
        repeats_of,
    output:
        f"{RESULTS}/{{experiment}}/seeds.csv",
    log:
        "logs/gather_seeds/{experiment}.log",
    benchmark:
        f"{RESULTS}/{{experiment}}/.benchmark/gather_seeds.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(of_experiment(unfold.seeds_settings)),
    message:
        "What other seeds gave in {wildcards.experiment}"
    shell:
        command("gather_seeds --metrics {input:q} --output {output:q}")


rule write_statements:
    input:
        statements=own("resources/statements.yaml"),
        differences=all_differences,
        seeds=all_seeds,
        page=SHEET_PARTS,
    output:
        f"{RESULTS}/statements.csv",
        f"{RESULTS}/seeds.csv",
        f"{RESULTS}/statements.md",
        report(
            f"{RESULTS}/statements.html",
            caption="../figures/captions/_statements.rst",
            category=ACROSS,
            labels={"result": "statements"},
        ),
    log:
        "logs/write_statements.log",
    benchmark:
        f"{RESULTS}/.benchmark/write_statements.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(
            lambda wildcards: unfold.statements_settings(
                config["scale"], compared(), repeated()
            )
        ),
    message:
        "What was found, by paired comparisons"
    shell:
        command(
            "statements --statements {input.statements:q} --differences {input.differences:q} "
            "--seeds {input.seeds:q} --page {input.page:q} --output {output:q}"
        )


rule statements:
    input:
        rules.write_statements.output,


rule derive_numbers:
    input:
        own("resources/derived.yaml"),
    output:
        f"{RESULTS}/derived.csv",
    log:
        "logs/derive_numbers.log",
    benchmark:
        f"{RESULTS}/.benchmark/derive_numbers.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(of_code("derive")),
    message:
        "Numbers of the ledger that follow from settings alone"
    shell:
        command("derive --numbers {input:q} --output {output:q}")


rule write_ledger:
    input:
        behind_all_metrics,
        claims=own("resources/claims.yaml"),
        metrics=all_metrics,
        derived=rules.derive_numbers.output,
        page=SHEET_PARTS,
    output:
        f"{RESULTS}/ledger.csv",
        f"{RESULTS}/ledger.md",
        report(
            f"{RESULTS}/ledger.html",
            caption="../figures/captions/_ledger.rst",
            category=ACROSS,
            labels={"result": "ledger"},
        ),
    log:
        "logs/write_ledger.log",
    benchmark:
        f"{RESULTS}/.benchmark/write_ledger.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(
            lambda wildcards: unfold.ledger_settings(config["scale"], EXPERIMENTS)
        ),
    message:
        "The ledger of published and measured values"
    shell:
        command(
            "ledger --claims {input.claims:q} --metrics {input.metrics:q} "
            "--derived {input.derived:q} --page {input.page:q} --output {output:q}"
        )


rule ledger:
    input:
        rules.write_ledger.output,
