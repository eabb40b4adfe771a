# Truth Serum and Reconstructing Training Data with Informed Adversaries, as one DAG.
#
#   snakemake --cores all                          everything at the scale of config.yaml
#   snakemake --cores all --config scale=smoke     every leak and nearly every figure with tiny numbers
#   snakemake --cores all figures                  the figures alone
#   snakemake --cores all plan                     what a run will take and can show
#   snakemake --cores all audit --configfile my_audit.yaml     your own data and model, alone
from snakemake.utils import min_version

min_version("9.19")


include: "rules/config.smk"


configfile: CONFIG


report: "figures/captions/_workflow.rst"


include: "rules/common.smk"
include: "rules/settings.smk"
include: "rules/pages.smk"
include: "rules/data.smk"
include: "rules/pretrain.smk"
include: "rules/stages.smk"
include: "rules/figures.smk"
include: "rules/documents.smk"
include: "rules/timed.smk"
include: "rules/bench.smk"
include: "rules/plan.smk"
include: "rules/audits.smk"
include: "rules/report_page.smk"
include: "rules/audit.smk"
include: "rules/audit_given.smk"
include: "rules/audit_report.smk"


onstart:
    check_places()
    if workflow.local_exec:
        end_jobs_when_asked()


onsuccess:
    end_timers()


onerror:
    end_timers()


rule all:
    default_target: True
    input:
        rules.figures.input,
        rules.statements.input,
        rules.ledger.input,
        rules.audit.input,
        rules.report_page.output,
