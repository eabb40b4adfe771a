# The stages of a privacy game: design, train, observe, guess and measure. They know no game.


rule draw_design:
    input:
        data=designed_from,
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
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        program=program("design"),
        settings=settings("design"),
    message:
        "Targets and poisons of {wildcards.experiment}, {wildcards.arm}"
    shell:
        "python scripts/{params.program}.py --settings {params.settings:q} --data {input.data} "
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
        lockstep=lockstep_of,  # how fast, not what: no reason to run again
        device=config["device"],
        mem_mb=growing(3000),
        runtime=growing(240),
    params:
        program=program("train"),
        settings=shard_settings,
    message:
        "Training shard {wildcards.shard} of {wildcards.experiment}, {wildcards.arm}"
    shell:
        "python scripts/{params.program}.py --settings {params.settings:q} --data {input.data} "
        "--design {input.design} --output {output.weights} --manifest {output.manifest} "
        "{resources.lockstep} --device {resources.device} --threads {threads} 2>&1 | tee {log}"


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
        mem_mb=memory_of,
        runtime=growing(60),
    params:
        program=program("observe"),
        settings=observe_settings,
    message:
        "Asking all models of {wildcards.experiment}, {wildcards.arm}"
    shell:
        "python scripts/{params.program}.py --settings {params.settings:q} --data {input.data} "
        "--design {input.design} --shards {input.shards} --output {output.signals} "
        "--models {output.models} --device {resources.device} --threads {threads} 2>&1 | tee {log}"


for kind in ("canary", "game"):

    rule:
        name:
            f"measure_{kind}"
        input:
            f"{ARM}/signals.npz",
        output:
            measured_of(kind),
        log:
            f"logs/measure_{kind}/{{experiment}}/{{arm}}.log",
        benchmark:
            f"{ARM}/.benchmark/measure.tsv"
        wildcard_constraints:
            experiment=named(kind),
        conda:
            "../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=growing(4000),
            runtime=growing(60),
        params:
            program=program("measure"),
            settings=settings("measure"),
            folder=subpath(output[0], parent=True),
        message:
            "Attacking {wildcards.experiment}, {wildcards.arm}"
        shell:
            "python scripts/{params.program}.py --settings {params.settings:q} --signals {input} "
            "--output {params.folder} 2>&1 | tee {log}"
