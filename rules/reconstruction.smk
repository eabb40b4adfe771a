# Reconstruction of whole records by an adversary who knows all the others.


rule reconstruct_glm:
    input:
        data=data_of,
    output:
        tables_of("glm"),
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
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        settings=settings("measure"),
        folder=subpath(output[0], parent=True),
    message:
        "Reconstructing records from the weights of {wildcards.experiment}, {wildcards.arm}"
    shell:
        "python scripts/reconstruct_glm.py --settings {params.settings:q} --data {input.data} "
        "--output {params.folder} 2>&1 | tee {log}"


rule reconstruct:
    input:
        signals=f"{ARM}/signals.npz",
        reference=reference_of,
    output:
        measured_of("informed"),
    log:
        "logs/reconstruct/{experiment}/{arm}.log",
    benchmark:
        f"{ARM}/.benchmark/reconstruct.tsv"
    wildcard_constraints:
        experiment=named("informed"),
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        device=config["device"],
        mem_mb=memory_of,
        runtime=growing(720),
    params:
        settings=settings("measure"),
        folder=subpath(output[0], parent=True),
        reference=lambda wildcards, input: (
            f"--reference {input.reference}" if input.reference else ""
        ),
    message:
        "Reconstructing records from the models of {wildcards.experiment}, {wildcards.arm}"
    shell:
        "python scripts/reconstruct.py --settings {params.settings:q} --signals {input.signals} "
        "{params.reference} --output {params.folder} --device {resources.device} 2>&1 | tee {log}"
