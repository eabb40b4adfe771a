# How fast: the trainer, the attack and the workflow itself, measured on this machine.
# resources/bench.yaml says what is timed. Each job has the machine to itself.
import os
from pathlib import Path

import yaml

BENCH = f"{RESULTS}/bench"
# Not workflow.cores, which is unset when jobs go to a cluster; Snakemake scales it down to --cores.
WHOLE_MACHINE = os.cpu_count()
TIMED = {
    task: how
    for task, how in yaml.safe_load(
        Path(workflow.basedir, "resources/bench.yaml").read_text()
    ).items()
    if config["scale"] in how.get("scales", [config["scale"]])
}


def timed_data(wildcards):
    """What is prepared for a task, if it asks for data."""
    how = TIMED[one_of("task", wildcards.task, TIMED)]
    return {"data": prepared(how["data"])} if "data" in how else {}


def timed_after(wildcards):
    """What must be made before a task, if it times how that was made."""
    after = TIMED[one_of("task", wildcards.task, TIMED)].get("after")
    return list(getattr(rules, after).input) if after else []


def timed_settings(wildcards):
    """The settings of a task, with the fingerprint of the code that is timed."""
    asked = {
        "task": TIMED[wildcards.task]["task"],
        "precision": config["precision"],
    }
    return unfold.canonical(asked | {"code": code_of("bench", asked)})


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
        settings=timed_settings,
        results=subpath(output[0], ancestor=2),
        data=lambda wildcards, input: input.get("data", []),
    message:
        "Timing {wildcards.task}"
    shell:
        "python scripts/bench.py --settings {params.settings:q} time --results {params.results} "
        "--data {params.data} --output {output} --threads {threads} 2>&1 | tee {log}"


rule bench:
    input:
        expand(f"{BENCH}/{{task}}.json", task=TIMED),
    output:
        multiext(f"{BENCH}/bench", ".csv", ".md"),
    log:
        "logs/bench.log",
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        settings=unfold.canonical({"code": code_of("bench", {})}),
    message:
        "Table of what the bench measured"
    shell:
        "python scripts/bench.py --settings {params.settings:q} report --measures {input} "
        "--output {output} 2>&1 | tee {log}"
