# README and docs, whose numbers come from the tables. Not part of `all`: they are committed.


rule write_documents:
    input:
        tables=documented,
        statements=rules.statements.input,
        ledger=rules.ledger.input,
        templates=[
            own(f"docs/templates/{page}.md")
            for page in ("README", "results", "tables")
        ],
    output:
        # Kept where the job fails; numbers of what is not run now are taken over from before.
        readme=update("README.md"),
        results=update("docs/results.md"),
        tables=update("docs/tables.md"),
        numbers=update("docs/numbers.json"),
    log:
        "logs/write_documents.log",
    benchmark:
        f"{RESULTS}/.benchmark/write_documents.tsv"
    localrule: True
    conda:
        "../envs/environment.yaml"
    params:
        programs=programs,
        settings=lambda wildcards: unfold.canonical(
            documents_settings(config["scale"], EXPERIMENTS)
        ),
        results=lambda wildcards: placed(RESULTS),
    message:
        "Documents with the numbers of these results"
    shell:
        command(
            "documents --results {params.results:q} --templates {input.templates:q} "
            "--output {output.readme:q} {output.results:q} {output.tables:q} "
            "--numbers {output.numbers:q}"
        )


rule documents:
    input:
        rules.write_documents.output,
