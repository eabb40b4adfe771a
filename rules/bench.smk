# How fast: the trainer, the attack and the workflow itself, measured on this machine.
# Each job has the machine to itself.
import os

from workflow.fingerprint import code_of

BENCH = f"{RESULTS}/bench"
# Not workflow.cores, which is unset when jobs go to a cluster; Snakemake scales it down to --cores.
WHOLE_MACHINE = os.cpu_count()
# A yardstick that no edit of the config bends: the laptop's data, network, recipe and attacks.
TIMED = {
    "training": (
        "bench_training",
        f"{RESULTS}/data/fashion_mnist-8000-2000.npz",
        {
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
        },
    ),
    "training_rows": (
        "bench_training",
        f"{RESULTS}/data/adult-4000-4000.npz",
        {
            "model": {"mlp": {"widths": [128, 128]}},
            "recipe": {
                "epochs": 20,
                "batch": 128,
                "lr": 0.1,
                "schedule": "triangle",
                "nesterov": True,
            },
            "stack": 16,
            "precision": config["precision"],
        },
    ),
    "informed": (
        "bench_informed",
        f"{RESULTS}/data/mnist-14000-1000.npz",
        {
            "model": {"mlp": {"widths": [10], "activation": "elu"}},
            "recipe": {"steps": 100, "lr": 0.1},
            "fixed": 1000,
            "stack": 48,
            "chunk": 50,
        },
    ),
}
TIMED_LANGUAGE = {
    "model": {"gpt": {"layers": 2, "width": 128, "heads": 4, "context": 64}},
    "recipe": {"epochs": 1, "batch": 8, "lr": 0.004},
    "vocabulary": 1024,
    "windows": 240,
    "window": 32,
    "stack": 4,
    "precision": config["precision"],
}
TIMED_ATTACKS = {
    "lira": {"variance": "shrunk", "centre": "mean"},
    "lira_official": {
        "variance": "fixed",
        "deviations": "shared",
        "centre": "median",
    },
}


rule bench_training:
    input:
        data=lambda wildcards: TIMED[wildcards.task][1],
    output:
        f"{BENCH}/{{task}}.json",
    log:
        "logs/bench_training/{task}.log",
    wildcard_constraints:
        task="|".join(TIMED),
    conda:
        "../envs/environment.yaml"
    threads: WHOLE_MACHINE
    resources:
        mem_mb=growing(4000),
        runtime=growing(20),
    params:
        program=lambda wildcards: TIMED[wildcards.task][0],
        settings=lambda wildcards: timed_settings(*TIMED[wildcards.task]),
    message:
        "Timing the trainer against a plain loop: {wildcards.task}"
    shell:
        "python scripts/{params.program}.py --settings {params.settings:q} --data {input.data} "
        "--output {output} --threads {threads} 2>&1 | tee {log}"


rule bench_language:
    output:
        f"{BENCH}/language.json",
    log:
        "logs/bench_language.log",
    conda:
        "../envs/environment.yaml"
    threads: WHOLE_MACHINE
    resources:
        mem_mb=growing(4000),
        runtime=growing(20),
    params:
        settings=timed_settings("bench_language", None, TIMED_LANGUAGE),
    message:
        "Timing language models one at a time against a stack"
    shell:
        "python scripts/bench_language.py --settings {params.settings:q} --output {output} "
        "2>&1 | tee {log}"


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
        mem_mb=growing(3000),
        runtime=growing(20),
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
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        results=subpath(output[0], ancestor=2),
        games="targeted",
        code=code_of("bench_workflow", {}),
    message:
        "What the run spent its time on"
    shell:
        "python scripts/bench_workflow.py --results {params.results} --games {params.games} "
        "--output {output} 2>&1 | tee {log}"


rule bench:
    input:
        expand(f"{BENCH}/{{task}}.json", task=[*TIMED, "language"]),
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
