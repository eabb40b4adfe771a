# One page with the whole reproduction: ledger, statements, every figure, cost and provenance.
REPORT_PARTS = [
    str(path.relative_to(workflow.basedir))
    for folder in ("report/page", "findings/templates")
    for path in sorted(Path(workflow.basedir, "scripts/truthserum", folder).iterdir())
]


def shown_figures():
    """(experiment, its title, figure) of every figure, those of several experiments first."""
    across = [["all", ACROSS, name] for name in config["summaries"] if panels_of(name)]
    of_one = [
        [name, experiment.title, figure]
        for name, experiment in EXPERIMENTS.items()
        for figure in experiment.figures
    ]
    return across + of_one


def image_of(experiment, figure):
    """The file of a figure."""
    inside = "" if experiment == "all" else f"{experiment}/"
    return f"{FIGURES}/{inside}{figure}.png"


def report_settings(wildcards):
    arms = {name: list(experiment.arms) for name, experiment in EXPERIMENTS.items()}
    settings = {"scale": config["scale"], "seed": config["seed"], "arms": arms}
    settings |= {"figures": shown_figures(), "code": code_of("report_page", {})}
    return unfold.canonical(settings)


rule report_page:
    input:
        ledger=f"{RESULTS}/ledger.csv",
        statements=f"{RESULTS}/statements.csv",
        images=[image_of(name, figure) for name, _, figure in shown_figures()],
        captions=sorted(
            {f"figures/captions/{figure}.rst" for *_, figure in shown_figures()}
        ),
        page=REPORT_PARTS,
    output:
        f"{RESULTS}/report.html",
    log:
        "logs/report_page.log",
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        settings=report_settings,
        results=lambda wildcards: RESULTS,
    message:
        "The page of the reproduction"
    shell:
        "python scripts/report_page.py --settings {params.settings:q} "
        "--results {params.results} --ledger {input.ledger} --statements {input.statements} "
        "--images {input.images} --captions {input.captions} --page {input.page} "
        "--output {output} 2>&1 | tee {log}"
