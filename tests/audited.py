"""An audit as its earlier stages write it, of a forest that leaks; numbers are made up."""

import numpy as np
import pandas as pd

GROUPS = ("class: bad", "class: good", "sex: f", "sex: m")
SCORES = ("lira_shrunk", "lira_pooled", "rmia", "threshold")


def claim(measure, value, low, high, **more):
    """One claim, of 16 models and many decisions unless it says otherwise."""
    usual = {"confidence": 0.95, "positives": 80_000, "negatives": 80_000, "models": 32}
    usual |= {"attack": "lira_pooled", "signal": "probability", "resolved": True}
    arm = more.get("arm", "clean")
    name = measure if arm == "clean" else f"{arm}.{measure}"
    return {"id": name, "value": value, "low": low, "high": high} | usual | more


def pairs(mean, seed=1):
    """Estimates of 16 pairs of models around a mean."""
    return list(np.round(mean + 0.01 * np.random.default_rng(seed).standard_normal(16), 6))


def claims(**more):
    """The content of claims.json; more: keys to replace."""
    made = {
        "schema": 1,
        "tool": "truthserum 1.0",
        "audit": {
            "name": "loans",
            "door": "function",
            "inputs": [{"path": "loans.csv", "sha256": "ab" * 32, "rows": 5000}],
            "declared": {"prior": 0.01, "epsilon": 8.0},
        },
        "claims": [
            claim("any_leak", 0.31, 0.28, 0.34, p=0.001),
            claim("tpr_at_fpr_0.001", 0.118, 0.099, 0.14, pairs=pairs(0.118)),
            claim("tpr_at_fpr_0.01", 0.22, 0.2, 0.24, pairs=pairs(0.22, 2)),
            claim("auc", 0.81, 0.8, 0.82, pairs=pairs(0.81, 3)),
            claim("accuracy", 0.83, 0.82, 0.84),
            claim("ppv_at_fpr_0.001", 0.54, 0.5, 0.58),
            claim("named_records", 23, 23, None, asked=5000, attack="sign test, Holm"),
            claim("epsilon_lower", 1.3, 1.3, None, ceiling=5.1),
            claim("tpr_at_fpr_0.001", 0.31, 0.27, 0.36, arm="poisoned"),
        ],
        "records": {
            "file": "records.csv",
            "sha256": "cd" * 32,
            "asked": 5000,
            "named": 23,
            "rule": "sign test over 16 pairs of models, Holm over 5,000 records at 5 %",
        },
        "groups": [
            {
                "group": name,
                "asked": 1250,
                "named": 4 + index,
                "claims": [
                    claim("tpr_at_fpr_0.001", rate, rate - 0.03, rate + 0.03, group=name),
                    claim("auc", 0.8, 0.78, 0.82, group=name),
                ],
            }
            for index, (name, rate) in enumerate(zip(GROUPS, (0.2, 0.06, 0.11, 0.12), strict=True))
        ],
        "mitigations": [
            mitigation("shallow", 0.02, 0.79, "The trees are less deep."),
            mitigation("top label only", 0.09, 0.82, "Attacks with many queries are not tested."),
        ],
        "checks": [
            check("randomisation", True, "With coins drawn anew 999 times, none leaked as much."),
            check("duplicates", True, "12 records have an equal; each pair is one unit."),
            check("blind_control", None, "There is no released model."),
            check("saturation", True, "3 % of answers are exactly 1.", voids=False),
        ],
        "not_tested": [
            {"what": "attacks that read the weights", "why": "no model file is loaded"},
            {"what": "reconstruction of records", "why": "the model is no linear model"},
        ],
        "cost": {"models": 64, "seconds": 412.5, "cores": 2},
        "provenance": {"seed": 2204, "python": "3.13", "code": "0123456789abcdef"},
    }
    return made | more


def mitigation(name, leak, accuracy, caution):
    """A mitigation of the leak of 0.118, at an accuracy of 0.83."""
    return {
        "name": name,
        "leak": claim("tpr_at_fpr_0.001", leak, leak - 0.01, leak + 0.01, arm=name),
        "leak_before": claim("tpr_at_fpr_0.001", 0.118, 0.099, 0.14),
        "change": claim("tpr_at_fpr_0.001", leak - 0.118, leak - 0.14, leak - 0.1, arm=name),
        "accuracy": accuracy,
        "accuracy_before": 0.83,
        "models": 16,
        "caution": caution,
    }


def check(name, passed, detail, voids=True):
    """A self-check."""
    return {"id": name, "passed": passed, "detail": detail, "voids": voids}


def records(count=5000, seed=3):
    """The table of records; the first 23 are named."""
    random = np.random.default_rng(seed)
    wins = random.binomial(16, 0.6, count)
    wins[:23] = 16
    tpr = wins / 16
    half = 0.12 + 0.1 * random.random(count)
    return pd.DataFrame(
        {
            "record": random.permutation(5000)[:count],
            "class": np.where(random.random(count) < 0.3, "bad", "good"),
            "groups": np.where(random.random(count) < 0.5, "sex: f", "sex: m"),
            "wins": wins,
            "pairs": 16,
            "p": 2.0**-wins,
            "named": np.arange(count) < 23,
            "tpr": tpr,
            "low": np.clip(tpr - half, 0, 1),
            "high": np.clip(tpr + half, 0, 1),
        }
    )


def curves():
    """The table of ROC curves: each attack for all records, the strongest for groups, too."""
    fpr = np.concatenate([[0], np.geomspace(1e-5, 1, 60)])
    parts = []
    for index, attack in enumerate(SCORES):
        for group in ("", *GROUPS) if index == 0 else ("",):
            tpr = fpr ** (0.3 + 0.15 * index)
            band = {"low": 0.85 * tpr, "high": np.minimum(1, 1.15 * tpr)}
            parts.append(pd.DataFrame({"attack": attack, "group": group, "fpr": fpr, "tpr": tpr}))
            parts[-1] = parts[-1].assign(**band)
    return pd.concat(parts, ignore_index=True)
