# Language models that are trained once, for every experiment that trains on from them.


rule pretrain:
    input:
        text_of,
    output:
        weights=f"{RESULTS}/language/{{language_model}}.safetensors",
        manifest=f"{RESULTS}/language/{{language_model}}.json",
    log:
        "logs/pretrain/{language_model}.log",
    benchmark:
        f"{RESULTS}/language/.benchmark/train_{{language_model}}.tsv"
    conda:
        "../envs/environment.yaml"
    resources:
        device=config["device"],
        mem_mb=growing(3000),
        runtime=growing(240),
    params:
        **believed(
            lambda wildcards: unfold.language_settings(
                config, wildcards.language_model
            )
        ),
    message:
        "Pre-training the language model {wildcards.language_model}"
    shell:
        command(
            "pretrain --data {input:q} --output {output.weights:q} --manifest {output.manifest:q} "
            "--device {resources.device:q} --threads {threads}"
        )
