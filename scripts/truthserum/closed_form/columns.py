"""The tables of an arm of reconstruction from generalised linear models."""

from truthserum.columns import MEASURED, Columns

CONVENTION = {
    "intercept": "convention: how the intercept is treated",
    "loss": "convention: whether the loss is a sum or a mean",
}
PUBLISHED = {"published": "precision of the weights"}
TOLERANCE = {"tolerance": "of the solver; 0: as far as float64 goes"}
ERROR = {"residual": "norm of target minus prediction", "max_error": "largest over the features"}

TABLES = {
    "metrics": Columns(
        "a measure of the best fit; `positives` are the records",
        {
            "attack": "`closed_form`",
            "group": "the convention",
            "mode": "the precision of the weights",
            **MEASURED,
        },
    ),
    "records": Columns(
        "a record that an adversary reconstructed",
        {
            "target": "row of the records used",
            **CONVENTION,
            **TOLERANCE,
            **PUBLISHED,
            **ERROR,
            "mse": "over the features",
            "label_correct": "whether the nearest label is right",
            "recovered": "every feature is right to half a grey level",
        },
    ),
    "fits": Columns(
        "released weights",
        {
            **CONVENTION,
            **TOLERANCE,
            **PUBLISHED,
            "steps": "of Newton's method",
            "gradient": "largest coordinate of the objective's, in sum form",
            "train_accuracy": "share of right labels of the records",
            "test_accuracy": "the same of the test part",
            "records": "how many the weights were fitted to",
        },
    ),
    "images": Columns(
        "a pixel of a shown reconstruction, in the first convention",
        {
            "rank": "of its error in float64",
            **PUBLISHED,
            "row": "of the pixel",
            "column": "of the pixel",
            "original": "its value in the record",
            "reconstruction": "its value as it was found",
            **ERROR,
            **CONVENTION,
        },
    ),
}
