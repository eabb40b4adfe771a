# How fast: the trainer, the attack and the workflow itself, measured on this machine.
# Each job has the machine to itself.
import os

from workflow.fingerprint import code_of

BENCH = f"{RESULTS}/bench"
# Not workflow.cores, which is unset when jobs go to a cluster; Snakemake scales it down to --cores.
WHOLE_MACHINE = os.cpu_count()
# A yardstick that no edit of the config bends: the laptop's data, network, recipe and attacks.
TIMED_DATA = f"{RESULTS}/data/fashion_mnist-8000-2000.npz"
TIMED_TRAINING = {
    "model": {"cnn": {"width": 16}},
    "recipe": {
        "epochs": 8,
        "batch": 64,
        "lr": 0.1,
        "schedule": "triangle",
        "nesterov": True,
    },
    "stack": 4,
    "precision": config["precision"],
}
TIMED_ATTACKS = {
    "lira": {"variance": "shrunk", "centre": "mean"},
    "lira_official": {
        "variance": "fixed",
        "deviations": "shared",
        "centre": "median",
        "sizes": "matched",
    },
}


rule bench_training:
    input:
        data=TIMED_DATA,
    output:
        f"{BENCH}/training.json",
    log:
        "logs/bench_training.log",
    conda:
        "../envs/environment.yaml"
    threads: WHOLE_MACHINE
    resources:
        mem_mb=4000,
        runtime=20,
    params:
        settings=unfold.canonical(
            TIMED_TRAINING | {"code": code_of("bench_training", TIMED_TRAINING)}
        ),
    message:
        "Timing the trainer against a plain loop"
    shell:
        "python scripts/bench_training.py --settings {params.settings:q} --data {input.data} "
        "--output {output} --threads {threads} 2>&1 | tee {log}"


rule bench_attack:
    output:
        f"{BENCH}/{{attack}}.json",
    log:
        "logs/bench_attack/{attack}.log",
    wildcard_constraints:
        attack="|".join(TIMED_ATTACKS),
    conda:
        "../envs/environment.yaml"
    threads: WHOLE_MACHINE
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        settings=lambda wildcards: unfold.canonical(
            {
                "name": wildcards.attack,
                "options": TIMED_ATTACKS[wildcards.attack],
                "code": code_of("bench_attack", {}),
            }
        ),
    message:
        "Timing the attack {wildcards.attack}"
    shell:
        "python scripts/bench_attack.py --settings {params.settings:q} --output {output} "
        "2>&1 | tee {log}"


rule bench_workflow:
    input:
        rules.figures.input,
    output:
        f"{BENCH}/workflow.json",
    log:
        "logs/bench_workflow.log",
    conda:
        "../envs/environment.yaml"
    threads: WHOLE_MACHINE
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        results=subpath(output[0], ancestor=2),
        code=code_of("bench_workflow", {}),
    message:
        "What the run spent its time on"
    shell:
        "python scripts/bench_workflow.py --results {params.results} --output {output} "
        "2>&1 | tee {log}"


rule bench:
    input:
        f"{BENCH}/training.json",
        expand(f"{BENCH}/{{attack}}.json", attack=TIMED_ATTACKS),
        [f"{BENCH}/workflow.json"] if config["scale"] == "laptop" else [],
    output:
        multiext(f"{BENCH}/bench", ".csv", ".md"),
    log:
        "logs/bench.log",
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        code=code_of("bench_report", {}),
    message:
        "Table of what the bench measured"
    shell:
        "python scripts/bench_report.py --measures {input} --output {output} 2>&1 | tee {log}"
