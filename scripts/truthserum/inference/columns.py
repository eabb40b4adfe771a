"""The tables of an arm of membership or attribute inference."""

from truthserum.columns import CURVE, MEASURED, Columns

ATTACK = {"attack": "name of the attack in the configuration"}
MODE = {"mode": "BatchNorm by the `batch`, by `running` statistics, or `none`"}
GROUP = {
    "group": "`targets`; `pool`: other points that the same models are asked about (untargeted "
    "ones, or, where one class is attacked, those of all other classes); `true_value`: where the "
    "secret is one of several values, decisions on those in the data, by the models that hold "
    "them, of attacks without and with (`…_imputation`) what the other columns tell, and of "
    "`imputation` alone"
}

TABLES = {
    "metrics": Columns("a measure of an attack", {**ATTACK, **GROUP, **MODE, **MEASURED}),
    "roc": Columns(
        "a vertex of a ROC curve; the band is drawn for targets only",
        {**ATTACK, **GROUP, **MODE, **CURVE},
    ),
    "targets": Columns(
        "a target under an attack (of more than two values: each of them, in their order)",
        {
            "target": "row of the pool",
            "label": "its class",
            "poison_label": "the class of its poisons",
            **MODE,
            **ATTACK,
            "d_prime": "distance of IN from OUT, in deviations",
            "auc": "of the decisions on this target",
        },
    ),
    "shadows": Columns(
        "a measure on the targets with so many shadow models",
        {"shadows": "how many; 0: one global threshold", **ATTACK, **MODE, **MEASURED},
    ),
    "scores": Columns(
        "a model's signal on one of a few targets",
        {
            "target": "row of the pool",
            **MODE,
            "model": "index of the model",
            "member": "1: the model was trained on the target",
            "signal": "logit-scaled confidence of the true label, mean over the queries",
        },
    ),
    "epsilon": Columns(
        "an attack that bounds epsilon from below; none where memberships are not what is guessed, "
        "or with fewer than four pairs of models. Epsilons are for one record replaced by another",
        {
            **ATTACK,
            **MODE,
            "lower": "the epsilon that is proven, at 95 % confidence",
            "ceiling": "what it would be if every guess were right",
            "coins": "memberships at stake",
            "guesses": "how many of them were guessed",
            "correct": "how many guesses were right",
            "models": "how many were audited",
            "shadows": "how many shadow models",
            "delta": "at which epsilon is bounded",
            "upper": "what the defence promises, by the tight accountant; empty without a promise",
        },
    ),
    "models": Columns(
        "a model",
        {
            "model": "its index",
            "test_accuracy": "share of right labels of the test part",
            "train_accuracy": "the same of the observed points that it was trained on",
            "poison_accuracy": "share of the poisons that it fits",
            "rows": "of the training set that the model was given",
            "poison_share": "share of these that are poison, whatever it is aimed at",
            "target_share": "share of these that are poisons aimed at one target, at that with the "
            "most; 0 where none is aimed at a target",
            "seconds": "of training and defence",
            "dropped_<role>": "share of these rows of the training set (`targets`, `poisons`, "
            "`others`) that the defence left out; empty where there were none",
        },
    ),
}
