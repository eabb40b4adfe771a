"""The tables of an arm of canaries in language models."""

from truthserum.columns import MEASURED, Columns

ATTACK = {
    "attack": "`plain` (numbers ranked by their likelihood under the victim), `full` or `half` "
    "(calibrated: less the mean log-likelihood under reference models, or half of it)"
}
SHARE = {"poison_share": "poisons over the windows that a model was trained on"}

TABLES = {
    "metrics": Columns(
        "a measure of an attack with all its references; `positives` are the canaries",
        {**ATTACK, "group": "`canaries`", "mode": "`none`", **MEASURED},
    ),
    "canaries": Columns(
        "a canary under an attack; every canary has its own prefix, and its number names the same "
        "one in all arms",
        {
            "model": "the victim",
            "canary": "its number",
            **ATTACK,
            "references": "how many reference models the attack uses",
            "guesses": "rank of the secret; ties count half, and what the adversary wrote itself "
            "comes last",
            "exposure": "in bits",
            "ties": "other numbers with the same score",
            "log_likelihood": "of the secret under the victim, among the digits",
            "candidates": "how many numbers there are",
            **SHARE,
        },
    ),
    "models": Columns(
        "a model",
        {
            "model": "its index",
            "role": "`victim` or `reference`",
            **SHARE,
            "held_loss": "nats per token on text that no model was trained on",
            "base_held_loss": "the same of the pre-trained model",
            "seconds": "of training",
        },
    ),
}
