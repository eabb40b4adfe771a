# How fast: the trainer, the attack and the workflow itself, measured on this machine.
# resources/bench.yaml says what is timed. Each job has the machine to itself.
import os

BENCH = f"{RESULTS}/bench"
# Not workflow.cores, which is unset when jobs go to a cluster; Snakemake scales it down to --cores.
WHOLE_MACHINE = os.cpu_count()


rule time_task:
    input:
        unpack(timed_data),
        after=timed_after,
    output:
        f"{BENCH}/{{task}}.json",
    log:
        "logs/time_task/{task}.log",
    wildcard_constraints:
        task=r"[a-z_]+",
    conda:
        "../envs/environment.yaml"
    threads: WHOLE_MACHINE
    resources:
        mem_mb=growing(4000),
        runtime=growing(20),
    params:
        **believed(timed_settings),
        results=subpath(output[0], ancestor=2),
        data=lambda wildcards, input: input.get("data", []),
    message:
        "Timing {wildcards.task}"
    shell:
        command(
            "bench time --results {params.results:q} --data {params.data:q} --output {output:q} "
            "--threads {threads}"
        )


rule bench:
    input:
        measures=timed_in("bench"),
        page=SHEET_PARTS,
    output:
        multiext(f"{BENCH}/bench", ".csv", ".md"),
        report(
            f"{BENCH}/bench.html",
            caption="../figures/captions/_bench.rst",
            category=ACROSS,
            labels={"result": "bench"},
        ),
    log:
        "logs/bench.log",
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        **believed(of_code("bench")),
    message:
        "Table of what the bench measured"
    shell:
        command(
            "bench report --measures {input.measures:q} --page {input.page:q} --output {output:q}"
        )


# On a machine with a GPU: what it can do, whether its digits hold, how fast it trains, how it leaks.
use rule bench as gpu_check with:
    input:
        measures=timed_in("gpu_check"),
        page=SHEET_PARTS,
    output:
        multiext(f"{BENCH}/gpu_check", ".csv", ".md", ".html"),
    log:
        "logs/gpu_check.log",
    message:
        "Table of what a GPU was measured to do"
