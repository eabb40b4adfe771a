"""The tables of an arm of reconstruction by an informed adversary."""

from truthserum.columns import CURVE, MEASURED, Columns

ATTACK = {
    "attack": "the reconstructor; `oracle_<pool>`: the nearest image of a pool, which is `shadows` "
    "(records of the shadow models) or `known` (these, the fixed set and the records of validation "
    "models); or `blind`: a guess without a look at any model"
}
GROUP = {"group": "what the adversary sees: `weights`, `last_layer` or `logits`"}
MODE = {"mode": "the shadow models that are learnt from: `all`"}
ERRORS = {
    "mae_plus_mse": "mean absolute plus mean squared error, pixels in [0, 1]",
    "mse": "mean squared error",
    "mae": "mean absolute error",
}

TABLES = {
    "metrics": Columns("a measure of a reconstructor", {**ATTACK, **GROUP, **MODE, **MEASURED}),
    "records": Columns(
        "a released model under a reconstructor",
        {
            "model": "its index",
            **ATTACK,
            **GROUP,
            **MODE,
            **ERRORS,
            "gain_over_mean": "by how much the MAE + MSE is below that of the mean image",
            "oracle_<pool>": "MSE of the nearest image of the pool",
            "beats_<pool>": "whether the MSE is smaller",
        },
    ),
    "roc": Columns(
        "a vertex of the ROC of telling this model's target from those of others",
        {**ATTACK, **GROUP, **MODE, **CURVE},
    ),
    "shadows": Columns(
        "a measure with the first so many shadow models",
        {"shadows": "how many", **ATTACK, **GROUP, **MEASURED},
    ),
    "images": Columns(
        "a pixel of a shown reconstruction",
        {
            **ATTACK,
            **GROUP,
            **MODE,
            "rank": "of its MSE",
            "model": "whose target it is",
            "channel": "of the pixel",
            "row": "of the pixel",
            "column": "of the pixel",
            "original": "its value in the target",
            "reconstruction": "its value as it was found",
            "oracle": "its value in the nearest known image",
            "mse": "of the reconstruction",
            "oracle_mse": "of the nearest known image",
        },
    ),
    "choices": Columns(
        "a fitted reconstructor",
        {
            **ATTACK,
            **GROUP,
            "shadows": "how many it learnt from",
            "loss": "MAE + MSE on the validation models",
            "chosen": "the options that had the least",
        },
    ),
    "prior": Columns(
        "a way to tell a few candidates apart",
        {
            "attack": "`gradients`: all noisy ones; `weights`: the final ones, against models "
            "trained without noise; `confidences`: those in each candidate, against "
            "models that hold none",
            "candidates": "how many there are",
            "success": "share of the models whose candidate was picked",
            "low": "lower end of its interval, 95 %",
            "high": "upper end of its interval, 95 %",
            "chance": "of a blind guess",
            "trials": "how many models",
        },
    ),
    "bounds": Columns(
        "a bound on success by differential privacy; no rows for training without noise",
        {
            "guarantee": "the definition that the bound is of",
            "bound": "the largest success of any adversary",
            "epsilon": "tight",
            "renyi_epsilon": "of the same noise by the accountant of most published runs",
            "delta": "at which both are",
            "adjacency": "which data sets are neighbours",
            "log_kappa": "natural logarithm of the success of a blind guess",
            "prior": "whose kappa it is: of one of few `candidates`; from above at 95 % confidence "
            "over the fixed set, of the best of the `guesses` at hand or of `any_guess`; or "
            "(without confidence, and not the law of images) under a law uniform in a `ball`",
            "radius": "the MSE within which a record counts as reconstructed; 0 for candidates",
        },
    ),
    "models": Columns(
        "a model",
        {
            "model": "its index",
            "role": "`released`, `validation` or `shadow`",
            "test_accuracy": "of released models",
            "train_accuracy": "on the fixed set",
            "seconds": "of training",
        },
    ),
}
