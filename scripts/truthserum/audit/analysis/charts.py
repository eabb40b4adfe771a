"""Tables that charts are drawn from: no row of them is about one record.

`roc.csv`: attack, group, fpr, tpr, low, high. `scores.csv`: signal, member, low, high, share.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.attacks import drawn_together
from truthserum.audit.analysis.found import Found
from truthserum.seeds import Purpose, stream
from truthserum.statistics.bins import bin_edges
from truthserum.statistics.curves import roc_band, roc_points

ROWS = 200  # of a curve
BINS = 40


def roc(arms: Mapping[str, Found]) -> pd.DataFrame:
    """The curve of every candidate and of the choice, which has a band, for each arm by name."""
    frames = []
    for group, found in arms.items():
        member, resampling = found.answers.member, found.resampling
        for candidate, scores in found.candidates.items():
            fpr, tpr = roc_points(scores, member, ROWS).T
            curve = {"attack": str(candidate), "group": group, "fpr": fpr, "tpr": tpr}
            frames.append(pd.DataFrame({**curve, "low": np.nan, "high": np.nan}))
        fpr, tpr = roc_points(found.chosen.scores, member, ROWS).T
        low, high = roc_band(
            found.chosen.scores,
            member,
            fpr,
            stream(resampling.seed, Purpose.BOOTSTRAP),
            drawn_together(member),
            resampling.unit,
            resampling.draws,
        )
        curve = {"attack": "chosen", "group": group, "fpr": fpr, "tpr": tpr}
        frames.append(pd.DataFrame({**curve, "low": low, "high": high}))
    return pd.concat(frames, ignore_index=True)


def histogram(answers: Answers) -> pd.DataFrame:
    """How each signal is distributed where records were members, and where not.

    A row is a bin from `low` to `high` and the share of the decisions of its side in it.
    """
    frames = []
    for name, values in answers.signals.items():
        edges = bin_edges(values, BINS)
        for member in (True, False):
            counts, _ = np.histogram(values[answers.member == member], edges)
            share = counts / max(1, counts.sum())
            side = {"signal": name, "member": int(member), "low": edges[:-1], "high": edges[1:]}
            frames.append(pd.DataFrame({**side, "share": share}))
    return pd.concat(frames, ignore_index=True)
