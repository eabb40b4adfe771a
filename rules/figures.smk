# From tables to figures, the ledger and the report.


rule draw_figure:
    input:
        arms_of,
    output:
        multiext(f"{FIGURES}/{{experiment}}/{{figure}}", ".pdf", ".png", ".csv"),
    log:
        "logs/draw_figure/{experiment}/{figure}.log",
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        settings=figure_settings,
        arms=folders_of,
    message:
        "Figure {wildcards.figure} of {wildcards.experiment}"
    shell:
        "python scripts/draw.py --settings {params.settings:q} --arms {params.arms} "
        "--output {output} 2>&1 | tee {log}"


rule figures:
    input:
        [
            f"{FIGURES}/{name}/{figure}.{suffix}"
            for name, experiment in EXPERIMENTS.items()
            for figure in experiment.figures
            for suffix in ("pdf", "png", "csv")
        ],
