# What a run will take and can show: `snakemake plan`, before anything is run.
from workflow.plan import plan_settings, stack_settings

PLAN = f"{RESULTS}/plan"


rule time_stack:
    output:
        f"{PLAN}/stack.json",
    log:
        "logs/time_stack.log",
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        **believed(lambda wildcards: stack_settings(config["precision"])),
    message:
        "Timing a network for the plan"
    shell:
        command("plan time --output {output:q}")


rule plan:  # has no output, so that it is told each time
    input:
        stack=f"{PLAN}/stack.json",
    log:
        "logs/plan.log",
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        programs=programs,
        # With what ran here at any scale.
        settings=lambda wildcards: unfold.canonical(
            plan_settings(EXPERIMENTS, config, Path(placed("results")), TRAINING)
        ),
        cores=WHOLE_MACHINE,
        folder=subpath(input.stack, parent=True),
    message:
        "What this run will take and can show"
    shell:
        command(
            "plan tell --stack {input.stack:q} --cores {params.cores} --output {params.folder:q}"
        )
