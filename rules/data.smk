# Real data, verified by content.


rule prepare_data:
    output:
        data=f"{RESULTS}/data/{{dataset}}-{{train}}-{{test}}.npz",
        manifest=f"{RESULTS}/data/{{dataset}}-{{train}}-{{test}}.json",
    log:
        "logs/prepare_data/{dataset}-{train}-{test}.log",
    benchmark:
        f"{RESULTS}/data/.benchmark/{{dataset}}-{{train}}-{{test}}.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    resources:
        sources=SOURCES,  # where from does not decide what
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **believed(data_settings),
    message:
        "The first {wildcards.train} + {wildcards.test} records of {wildcards.dataset}"
    shell:
        command(
            "prepare_data --sources {resources.sources:q} --output {output.data:q} "
            "--manifest {output.manifest:q}"
        )
