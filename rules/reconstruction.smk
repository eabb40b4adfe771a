# Reconstruction of whole records by an adversary who knows all the others.


rule reconstruct_glm:
    input:
        data=data_of,
    output:
        [f"{ARM}/{table}.csv" for table in TABLES["glm"]],
    log:
        "logs/reconstruct_glm/{experiment}/{arm}.log",
    benchmark:
        f"{ARM}/.benchmark/reconstruct_glm.tsv"
    wildcard_constraints:
        experiment=named("glm"),
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        settings=glm_settings,
        folder=subpath(output[0], parent=True),
    message:
        "Reconstructing records from the weights of {wildcards.experiment}, {wildcards.arm}"
    shell:
        "python scripts/reconstruct_glm.py --settings {params.settings:q} --data {input.data} "
        "--output {params.folder} 2>&1 | tee {log}"
