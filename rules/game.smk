# The stages of a privacy game: design, train, observe, guess and measure. They know no game.


rule draw_design:
    input:
        data=data_of,
    output:
        f"{ARM}/design.npz",
    log:
        "logs/draw_design/{experiment}/{arm}.log",
    benchmark:
        f"{ARM}/.benchmark/draw_design.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        settings=design_settings,
    message:
        "Targets and poisons of {wildcards.experiment}, {wildcards.arm}"
    shell:
        "python scripts/design.py --settings {params.settings:q} --data {input.data} "
        "--output {output} 2>&1 | tee {log}"


rule train_shard:
    input:
        data=data_of,
        design=f"{ARM}/design.npz",
    output:
        weights=f"{ARM}/shard-{{shard}}.safetensors",
        manifest=f"{ARM}/shard-{{shard}}.json",
    log:
        "logs/train_shard/{experiment}/{arm}/{shard}.log",
    benchmark:
        f"{ARM}/.benchmark/train_shard-{{shard}}.tsv"
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        stack=stack_of,  # how fast, not what: no reason to run again
        device=config["device"],
        mem_mb=3000,
        runtime=240,
    params:
        settings=shard_settings,
    message:
        "Training shard {wildcards.shard} of {wildcards.experiment}, {wildcards.arm}"
    shell:
        "python scripts/train_shard.py --settings {params.settings:q} --data {input.data} "
        "--design {input.design} --output {output.weights} --manifest {output.manifest} "
        "--stack {resources.stack} --device {resources.device} --threads {threads} 2>&1 | tee {log}"


rule observe_models:
    input:
        unpack(shards_of),
        data=data_of,
        design=f"{ARM}/design.npz",
    output:
        signals=f"{ARM}/signals.npz",
        models=f"{ARM}/models.csv",
    log:
        "logs/observe_models/{experiment}/{arm}.log",
    benchmark:
        f"{ARM}/.benchmark/observe_models.tsv"
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        device=config["device"],
        mem_mb=4000,
        runtime=60,
    params:
        settings=signal_settings,
    message:
        "Asking all models of {wildcards.experiment}, {wildcards.arm}"
    shell:
        "python scripts/signals.py --settings {params.settings:q} --data {input.data} "
        "--design {input.design} --shards {input.shards} --output {output.signals} "
        "--models {output.models} --device {resources.device} --threads {threads} 2>&1 | tee {log}"


rule measure_leakage:
    input:
        f"{ARM}/signals.npz",
    output:
        [f"{ARM}/{table}.csv" for table in TABLES["game"] if table != "models"],
    log:
        "logs/measure_leakage/{experiment}/{arm}.log",
    benchmark:
        f"{ARM}/.benchmark/measure_leakage.tsv"
    wildcard_constraints:
        experiment=named("game"),
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        settings=measure_settings,
        folder=subpath(output[0], parent=True),
    message:
        "Attacking {wildcards.experiment}, {wildcards.arm}"
    shell:
        "python scripts/measure.py --settings {params.settings:q} --signals {input} "
        "--output {params.folder} 2>&1 | tee {log}"
