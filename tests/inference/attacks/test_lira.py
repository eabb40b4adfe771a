from itertools import product

import numpy as np
import pytest
from scipy.stats import norm

from truthserum.inference.attacks import base
from truthserum.inference.attacks.base import Evidence
from truthserum.inference.attacks.lira import Lira
from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.measures import measure
from truthserum.statistics.roc import roc

VARIANCES = ("fixed", "pooled", "per_example", "shrunk")
CENTRES = ("mean", "median")


def naive_sides(evidence, target):
    """Lists [points][models, queries] of IN and of OUT signals of all models of other groups."""
    group = evidence.group
    others = [k for k in range(len(evidence.signals)) if k // group != target // group]
    return [
        [
            evidence.signals[[k for k in others if evidence.member[k, point] == holds], point]
            for point in range(evidence.signals.shape[1])
        ]
        for holds in (True, False)
    ]


def naive_variance(options, lists, point):
    """Variance of one point's side, a number or one per query."""
    raw = np.concatenate([values.ravel() for values in lists])
    squares = [((values - values.mean(axis=0)) ** 2).sum(axis=0) for values in lists]
    freedom = sum((len(values) - 1) * values.shape[1] for values in lists)
    pooled = sum(each.sum() for each in squares) / freedom
    return {
        "fixed": raw.var(),
        "pooled": pooled,
        "per_example": lists[point].var(axis=0),
        "shrunk": (options.prior * pooled + squares[point])
        / (options.prior + len(lists[point]) - 1),
    }[options.variance]


def naive_score(options, evidence):
    """The attack written from the equations, one target model and point at a time."""
    signals, member = evidence.signals, evidence.member
    centre = getattr(np, options.centre)
    scores = np.empty(member.shape)
    for target, point in np.ndindex(*member.shape):
        inside, outside = naive_sides(evidence, target)
        seen = signals[target, point]
        out = norm(centre(outside[point], axis=0), naive_variance(options, outside, point) ** 0.5)
        if options.mode == "online":
            deviation_in = naive_variance(options, inside, point) ** 0.5
            if options.deviations == "shared":
                out = norm(centre(outside[point], axis=0), deviation_in)
            into = norm(centre(inside[point], axis=0), deviation_in)
            ratio = into.logpdf(seen) - out.logpdf(seen)
        else:
            ratio = -out.logpdf(seen) if options.mode == "offline" else -out.logsf(seen)
        scores[target, point] = ratio.mean()
    return scores


ONLINE = [
    Lira("online", *options) for options in product(VARIANCES, ("separate", "shared"), CENTRES)
]
OFFLINE = [
    Lira(mode, variance, "separate", centre)
    for mode, variance, centre in product(("offline", "one_sided"), VARIANCES, CENTRES)
]


def name(options):
    return "-".join(map(str, vars(options).values()))


@pytest.mark.parametrize("options", ONLINE + OFFLINE, ids=name)
def test_closed_form_equals_the_loop(options, game, grouping):
    evidence = game(18, 4, queries=2, grouping=grouping)
    np.testing.assert_allclose(options.score(evidence), naive_score(options, evidence), rtol=1e-9)


def test_blocks_of_points_do_not_matter(game, monkeypatch):
    evidence, options = game(8, 23, queries=2), Lira(variance="shrunk", centre="median")
    whole = options.score(evidence)
    monkeypatch.setattr(base, "BLOCK_VALUES", 5 * 8)
    np.testing.assert_allclose(options.score(evidence), whole, rtol=1e-12)


@pytest.mark.parametrize(("variance", "centre"), list(product(VARIANCES, CENTRES)))
def test_auc_approaches_that_of_known_gaussians(variance, centre, game):
    evidence = game(128, 200, separation=1.5)
    scores = Lira(variance=variance, centre=centre).score(evidence)
    assert abs(roc(scores, evidence.member).auc() - norm.cdf(1.5 / 2**0.5)) < 0.015


@pytest.mark.parametrize("variance", VARIANCES)
def test_no_leak_is_found_where_there_is_none(variance, game, rng):
    evidence = game(32, 300, separation=0.0)
    scores = Lira(variance=variance).score(evidence)
    found = measure(scores, evidence.member, rng, pairs(32), np.arange(300), draws=100)
    rows = {row.name: row for row in found}
    assert rows["auc"].low < 0.5 < rows["auc"].high
    assert rows["tpr_at_fpr_0.01"].low < 0.01 < rows["tpr_at_fpr_0.01"].high


def test_a_wide_gap_is_separated_perfectly(game):
    evidence = game(16, 50, separation=60.0)
    for options in (Lira(), Lira("offline", "pooled"), Lira("one_sided", "pooled")):
        scores = options.score(evidence)
        assert np.isfinite(scores).all()
        assert roc(scores, evidence.member).auc() == 1


def test_offline_is_two_sided_and_one_sided_is_not(game):
    evidence = game(16, 1, separation=0.0)
    signals = evidence.signals.copy()
    signals[0] = signals.min() - 10
    low = Evidence.without_population(signals, evidence.member)
    assert Lira("offline", "per_example").score(low).argmax() == 0
    assert Lira("one_sided", "per_example").score(low).argmin() == 0


def test_equal_signals_score_finitely():
    member = np.arange(8)[:, None] % 2 == np.zeros((1, 3))
    equal = Evidence.without_population(np.full((8, 3, 1), 0.1), member)
    for variance in VARIANCES:
        np.testing.assert_allclose(Lira(variance=variance).score(equal), 0, atol=1e-9)


def test_too_few_models_are_refused(game):
    evidence = game(4, 5)
    assert Lira().score(evidence).shape == (4, 5)
    with pytest.raises(ValueError, match=r"IN models .*found 1 \(4 models, 5 points\).*at least 2"):
        Lira(variance="per_example").score(evidence)
    with pytest.raises(ValueError, match=r"OUT models .*found 0"):
        Lira("offline").score(evidence.select(np.array([0, 1])))
    for variance in ("pooled", "shrunk"):
        with pytest.raises(ValueError, match="pooled variance: found one model left per side"):
            Lira(variance=variance).score(evidence)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "on"}, 'mode: found "on", allowed are online, offline, one_sided'),
        (
            {"variance": "global"},
            'variance: found "global", allowed are fixed, pooled',
        ),
        ({"deviations": "same"}, 'deviations: found "same", allowed are separate, shared'),
        ({"mode": "offline", "deviations": "shared"}, "deviations: found 'shared' with mode"),
        ({"centre": "mode"}, 'centre: found "mode", allowed are mean, median'),
        ({"prior": 0.0}, "prior: found 0.0"),
        ({"prior": float("nan")}, "prior: found NaN, allowed is a finite number"),
    ],
)
def test_options_outside_of_the_allowed_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Lira(**options)
