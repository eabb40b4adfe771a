# The stages of an experiment: design, train, observe and measure. They know no leak.


rule design:
    input:
        data=designed_from,
    output:
        f"{ARM}/design.npz",
    log:
        "logs/design/{experiment}/{arm}.log",
    benchmark:
        f"{ARM}/.benchmark/design.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        **believed(stage_settings("design")),
    message:
        "Targets and poisons of {wildcards.experiment}, {wildcards.arm}"
    shell:
        command("design --data {input.data:q} --output {output:q}")


rule train:
    input:
        data=data_of,
        design=f"{ARM}/design.npz",
    output:
        weights=f"{ARM}/shard-{{shard}}.safetensors",
        manifest=f"{ARM}/shard-{{shard}}.json",
    log:
        "logs/train/{experiment}/{arm}/{shard}.log",
    benchmark:
        f"{ARM}/.benchmark/train-{{shard}}.tsv"
    conda:
        "../envs/environment.yaml"
    resources:
        stack=stack_of,  # how fast, not what: no reason to run again
        device=config["device"],
        mem_mb=growing(TRAINING),
        runtime=growing(240),
    params:
        **believed(rehearsed(shard_settings)),
    message:
        "Training shard {wildcards.shard} of {wildcards.experiment}, {wildcards.arm}"
    shell:
        command(
            "train --data {input.data:q} --design {input.design:q} --output {output.weights:q} "
            "--manifest {output.manifest:q} --stack {resources.stack} "
            "--device {resources.device:q} --threads {threads}"
        )


rule observe:
    input:
        unpack(shards_of),
        data=data_of,
        design=f"{ARM}/design.npz",
    output:
        signals=f"{ARM}/signals.npz",
        models=f"{ARM}/models.csv",
    log:
        "logs/observe/{experiment}/{arm}.log",
    benchmark:
        f"{ARM}/.benchmark/observe.tsv"
    conda:
        "../envs/environment.yaml"
    resources:
        device=config["device"],
        mem_mb=memory_of,
        runtime=growing(60),
    params:
        **believed(of_experiment(unfold.observe_settings, "arm")),
    message:
        "Asking all models of {wildcards.experiment}, {wildcards.arm}"
    shell:
        command(
            "observe --data {input.data:q} --design {input.design:q} --shards {input.shards:q} "
            "--output {output.signals:q} --models {output.models:q} --device {resources.device:q} "
            "--threads {threads}"
        )


# Once for each leak, whose tables it names.
for leak in LEAKS:

    rule:
        name:
            f"measure_{leak}"
        input:
            measured_from,
        output:
            measured_of(leak),
        log:
            f"logs/measure_{leak}/{{experiment}}/{{arm}}.log",
        benchmark:
            f"{ARM}/.benchmark/measure.tsv"
        wildcard_constraints:
            experiment=one_of_these(n for n, e in EXPERIMENTS.items() if e.leak == leak),
        conda:
            "../envs/environment.yaml"
        resources:
            device=config["device"],
            mem_mb=memory_of,
            runtime=growing(720),
        params:
            **believed(rehearsed(stage_settings("measure"))),
            folder=subpath(output[0], parent=True),
        message:
            "Attacking {wildcards.experiment}, {wildcards.arm}"
        shell:
            command(
                "measure --input {input:q} --output {params.folder:q} "
                "--device {resources.device:q}"
            )
