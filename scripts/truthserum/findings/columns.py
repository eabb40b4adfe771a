"""The tables of several arms: comparisons, other seeds, statements, and the ledger."""

from truthserum.columns import DECISIONS, ESTIMATE, MEASURED, Columns

PLACE = {
    name: f"as in `metrics.csv`: {what}"
    for name, what in {
        "attack": "the attack",
        "group": "the points",
        "mode": "how they are seen",
        "measure": "what was measured",
    }.items()
}
EXPERIMENT = {"experiment": "its name"}
ARM = {"arm": "the swept value"}
COMPARED = {
    **ARM,
    "reference": "the arm that it is compared with (`compare` in the file, else the first)",
    "poison_share": "share of poison in the training sets of the arm, empty where none is designed",
    **PLACE,
    "value": "of the arm",
    "reference_value": "of the reference",
    "difference": "value less reference",
    "low": "lower end of the difference's interval, 95 %, paired",
    "high": "upper end of the difference's interval, 95 %, paired",
    "p": "that there is no difference, by Student's t with 7 degrees of freedom of the draws, of "
    "rates as angles and of guesses as logarithms; before any correction",
    "ratio": "value over reference",
    "ratio_low": "lower end of its interval, 95 %, paired",
    "ratio_high": "upper end of its interval, 95 %, paired",
    "coarse": "one of the two is",
}
GAIN = "gain of the adaptive choice over these copies"

TABLES = {
    "differences": Columns("a measure of an arm beside that of another", COMPARED),
    "label_only": Columns(
        "a measure of decisions by the top label alone",
        {
            "copies": "how many, or `adaptive`: as many as each target needs",
            "mode": PLACE["mode"],
            "measure": "`true_positive_rate`, `false_positive_rate` or `balanced_accuracy`",
            **ESTIMATE,
            "gain": GAIN,
            "gain_low": "lower end of its interval, 95 %, paired",
            "gain_high": "upper end of its interval, 95 %, paired",
            "chosen": "share of models and targets for which the adversary chooses so many",
            **DECISIONS,
        },
    ),
    "seeds": Columns(
        "a measure of an arm that was run again with another seed",
        {**ARM, "seed": "that other seed", **PLACE, **MEASURED},
    ),
    "all_seeds": Columns(
        "a measure of an arm of any experiment that was run again with another seed "
        "(`seeds.csv` beside the statements)",
        {**EXPERIMENT, **ARM, "seed": "that other seed", **PLACE, **ESTIMATE},
    ),
    "statements": Columns(
        "a question of `resources/statements.yaml`",
        {
            "asks": "the question",
            **EXPERIMENT,
            **COMPARED,
            "holm": "the p-value after Holm's correction for all of them",
            "answer": "raised or lowered, perhaps `but not after correction`; or no difference "
            "found",
        },
    ),
    "ledger": Columns(
        "a claim of `resources/claims.yaml`",
        {
            "claim": "in words",
            "published": "its value, with its interval where the error is known, and on what that "
            "rests",
            "measured": "in words",
            **ESTIMATE,
            "difference": "of ours from a single published number, with its interval; after × the "
            "ratio of the two",
            "margin": "how far apart both may lie and still agree",
            "verdict": "differs, undecided, agrees, other setting or not run",
            "p": "of a true difference within the margin; without correction for the number of "
            "claims",
            "setting": "which of our settings have a source",
            **EXPERIMENT,
            **ARM,
            **PLACE,
            "over": "where what it is divided by stands, if elsewhere",
            "source": "where the published number is read",
        },
    ),
    "plan": Columns(
        "an experiment before it is run, or `all` of them, as `snakemake plan` tells "
        "(`plan/plan.csv`)",
        {
            **EXPERIMENT,
            "arms": "how many, those that are run again with other seeds included",
            "models": "that are trained, in all arms",
            "records": "that each model is trained on, in the arm with most",
            "jobs": "that take time: design, training, observing, measuring",
            "core_hours": "of all jobs",
            "hours": "on this machine: never less than the longest job takes",
            "disk_gb": "gigabytes of weights and of what is seen",
            "memory_gb": "gigabytes that the largest job asks for",
            "by": "by what time is known: `its own jobs`, other jobs, or a timed network",
        },
    ),
    "intervals": Columns(
        "arms of an experiment, before they are run, whose intervals rest on as much "
        "(`plan/intervals.csv`)",
        {
            **EXPERIMENT,
            "arms": "how many",
            "models": "of each arm",
            "positives": "decisions on members (or targets, canaries, records) of each arm",
            "negatives": "decisions on others",
            "lowest_fpr": "the lowest false-positive rate that so many can measure",
            "measure": "what is told of: the true-positive rate at the lowest level that is "
            "resolved, of an attack that tells one member in ten; the mean exposure, in bits; a "
            "share of one half",
            "least": "how far from its value an interval ends at least: if decisions on a record "
            "are independent from model to model; if nothing was learned of a canary. Missing "
            "where no level is resolved",
            "most": "and at most: if all models agree on a record; if exposures are spread evenly",
            "wanted": "how far it may end",
            "models_wanted": "how many attacked models, each with its references, that takes at "
            "least",
            "records_wanted": "how many targets, canaries or records that takes at most, as more "
            "models need not help",
        },
    ),
    "derived": Columns(
        "a number of `resources/derived.yaml`, which follows without training",
        {**EXPERIMENT, **ARM, **PLACE, **ESTIMATE, **DECISIONS, "resolved": "always"},
    ),
}
