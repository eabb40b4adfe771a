"""Guessing a protected column: a model that learns by heart tells it, and no other does."""

import numpy as np
import pytest
import torch
from halves import halves
from scipy.special import expit

from truthserum.audit.analysis import attribute
from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.attribute import (
    Secrets,
    claims,
    guessed,
    imputed,
    protected,
    secrets_of,
)
from truthserum.audit.data.prepared import versions
from truthserum.audit.doors.by_recipe import train
from truthserum.audit.doors.ours import Ours
from truthserum.audit.poison import nobody
from truthserum.audit.presence import Presence
from truthserum.audit.protected import Protected, targets
from truthserum.audit.shards import Asked, Shard
from truthserum.data.tabular import Column, Table
from truthserum.training.device import Device
from truthserum.training.products import Scratch
from truthserum.training.recipe import Recipe


def made(seed, gain=0.0, pairs=6, records=60, values=3, prior=None):
    """Log odds that rise by `gain` where a model held the record with the value asked about."""
    rng = np.random.default_rng(seed)
    member = halves(rng, 2 * pairs, records)
    value = rng.integers(0, values, records)
    centre = rng.normal(size=(records, values))
    odds = centre + 0.5 * rng.normal(size=(2 * pairs, records, values))
    odds += 2 * rng.normal(size=(2 * pairs, records, 1))  # of the record, whatever its value
    odds[:, np.arange(records), value] += gain * member
    if prior is None:
        prior = np.log(rng.dirichlet(np.ones(values), records))
    return Secrets("logit", odds, member, value, prior, np.arange(records))


def test_guesses_are_those_of_the_loop():
    secrets = made(1, gain=0.4)
    seen, (models, records) = secrets.signal, (12, 60)
    for model in range(models):
        others = [m for m in range(models) if m // 2 != model // 2]
        mean = np.zeros((records, 3))
        for t in range(records):
            out = [m for m in others if not secrets.member[m, t]]
            mean[t] = np.mean([seen[m, t] for m in out], axis=0) if out else 0
        gains, squares = [], []
        for m in others:
            for t in range(records):
                apart = seen[m, t] - mean[t]
                apart = apart - apart.mean()
                if secrets.member[m, t]:
                    gains.append(apart[secrets.value[t]])
                else:
                    squares.extend(apart**2)
        weight = max(0, np.mean(gains)) / np.mean(squares)
        for t in range(records):
            apart = seen[model, t] - mean[t]
            score = secrets.prior[t] + weight * (apart - apart.mean())
            assert guessed(secrets)[model, t] == (score.argmax() == secrets.value[t])


def by_id(secrets, draws=60):
    return {claim.id: claim for claim in claims(secrets, 3, draws)}


def test_what_is_learnt_by_heart_is_told():
    found = by_id(made(2, gain=6.0))
    assert found["attribute_right"].low > 0.9
    assert found["attribute_control"].high < 0.6
    assert found["attribute_gain"].low > 0.3
    assert found["attribute_gain"].p < 0.01


@pytest.mark.parametrize("pairs", [2, 6])
def test_the_p_value_of_a_gain_is_that_of_its_interval(pairs):
    found = [by_id(made(seed, 0.3, pairs), 40)["attribute_gain"] for seed in range(40)]
    beyond = [gain.low > 0 or gain.high < 0 for gain in found]
    assert [gain.p < 0.05 for gain in found] == beyond
    if pairs > 2:
        assert 0 < sum(beyond) < len(found)


def test_the_control_covers_what_is_not_learnt():
    covered = []
    for seed in range(60):
        gain = by_id(made(seed), 40)["attribute_gain"]
        covered.append(gain.low <= 0 <= gain.high)
    assert np.mean(covered) >= 0.85  # 95 %, less three deviations


@pytest.mark.parametrize("leak", [0.5, 3.0])
def test_a_control_that_is_worse_than_no_model_adds_nothing_to_the_gain(leak):
    """Where models share nothing, the partner's noise overrules what other columns say."""
    rng = np.random.default_rng(5)
    member, value = halves(rng, 16, 400), rng.integers(0, 3, 400)
    signal = rng.normal(size=(16, 400, 3))
    signal[:, np.arange(400), value] += leak * member
    prior = np.log(rng.dirichlet(np.ones(3), 400))
    prior[np.arange(400), value] += 1  # other columns tell something
    found = by_id(Secrets("logit", signal, member, value, prior, np.arange(400)))
    told = {
        name: found[f"attribute_{name}"].value for name in ("right", "control", "guess", "gain")
    }
    assert told["control"] < told["guess"] - 0.02
    assert told["gain"] == pytest.approx(told["right"] - told["guess"])


def covers(pairs, spread, records=150, runs=150):
    """How often the gain of pairs that differ so much, in records that do, is in its interval."""

    def drawn(rng, pairs, records):
        easy = rng.random(records) / 2
        told = np.clip(0.7 + spread * rng.normal(size=(pairs, 1)), 0, 1)
        chance = [rng.random((pairs, records)) / 2 for _ in range(2)]
        return easy + chance[0] < told, easy + chance[1] < 0.5

    many = drawn(np.random.default_rng(0), 1000, 1000)
    truth = many[0].mean() - many[1].mean()
    hits = 0
    for run in range(runs):
        both = drawn(np.random.default_rng([1, run]), pairs, records)
        gain = attribute.gained(*both, np.arange(records), run, 40)
        hits += gain.low <= truth <= gain.high
    return hits / runs


@pytest.mark.parametrize("pairs, spread", [(4, 0.15), (4, 0.05), (8, 0.1)])
def test_the_interval_of_a_gain_covers_however_much_few_pairs_differ(pairs, spread):
    # Percentiles of the draws cover in 82 % where four pairs differ much.
    assert covers(pairs, spread) >= 0.9  # 95 %, less three deviations


@pytest.mark.parametrize("right", [(0.3, 0.3), (2, 1)])
def test_the_interval_of_a_share_of_few_people_covers_it(right):
    """Of 200 games of ten people with four records each percentiles held it in 177 and in 171."""
    unit, held = np.repeat(np.arange(10), 4), np.tile([[True], [False]], (4, 40))
    truth, covered, rng = right[0] / sum(right), 0, np.random.default_rng(0)
    for _ in range(200):
        told = rng.random(40) < rng.beta(*right, 10)[unit]
        prior = np.log(np.where(told[:, None], [0.9, 0.1], [0.1, 0.9]))
        value, signal = np.zeros(40, np.int64), np.zeros((8, 40, 2))
        secrets = attribute.Secrets("logit", signal, held, value, prior, unit)
        (found,) = (one for one in attribute.claims(secrets, 1, 60) if one.id.endswith("guess"))
        covered += found.low <= truth <= found.high
    assert covered >= 181


def test_what_the_other_columns_say_is_no_leak():
    secrets = made(4)
    prior = np.full((60, 3), -9.0)
    prior[np.arange(60), secrets.value] = 0
    found = by_id(made(4, prior=prior))
    for name in ("attribute_right", "attribute_control", "attribute_guess"):
        assert found[name].value == 1
        assert found[name].low < 1  # of sixty records alone
    assert found["attribute_gain"].value == 0
    assert found["attribute_base"].value == np.bincount(secrets.value).max() / 60


@pytest.fixture
def table():
    """Five columns of noise, a protected one that another tells in part, and labels of chance."""
    rng = np.random.default_rng(0)
    secret = rng.integers(0, 2, 160)
    x = np.column_stack([rng.normal(size=(160, 4)), secret + rng.normal(size=160), secret])
    x, y = x.astype(np.float32), rng.integers(0, 2, 160)
    columns = *(Column(str(k)) for k in range(5)), Column("married", ("no", "yes"))
    return Table(x, y, x, y, 2, tuple(columns))


def test_a_record_is_asked_about_with_each_value(table, tmp_path):
    rows, married = np.array([3, 8]), table.train_x[:, -1]
    protected(table, "married", rows, np.arange(160)).save(tmp_path / "secrets.npz")
    found = Protected.load(tmp_path / "secrets.npz")
    assert found.asked.tolist() == [3, 3, 8, 8]
    assert married[found.lent].tolist() == [0, 1, 0, 1]
    assert found.value.tolist() == married[rows].tolist()
    assert found.prior == pytest.approx(imputed(table, rows, "married", np.arange(160)))


@pytest.mark.parametrize("probability, name", [(True, "logit"), (False, "signal")])
def test_answers_on_versions_are_those_of_records_and_values(table, probability, name):
    of = protected(table, "married", np.array([3, 8, 9]), np.arange(160))
    member = np.random.default_rng(0).random((4, 160)) < 0.5
    answers = np.random.default_rng(1).random((4, 6))
    unit = np.arange(160) // 2
    right = answers > 0.5 if probability else None
    found = secrets_of(Answers(answers, member[:, of.asked], right), of, unit)
    assert found.name == name
    seen = expit(found.signal) if probability else found.signal
    assert seen[:, 2, 1] == pytest.approx(answers[:, 5])
    assert (found.member == member[:, of.rows]).all()
    assert found.unit.tolist() == [1, 4, 4]


def test_other_columns_tell_by_records_of_others(table):
    rows, unit = np.arange(160), np.arange(160) // 2
    p = np.exp(imputed(table, rows, "married", unit))
    assert p.sum(axis=1) == pytest.approx(np.ones(160))
    told = p.argmax(axis=1) == table.train_x[:, -1]
    assert 0.55 < told.mean() < 0.85
    # Not from itself: another value of its own changes nothing.
    changed = table.train_x.copy()
    changed[0, -1] = 1 - changed[0, -1]
    other = Table(changed, table.train_y, changed, table.train_y, 2, table.columns)
    assert imputed(other, rows[:1], "married", unit) == pytest.approx(np.log(p[:1]))


@pytest.mark.parametrize("rate, leaks", [(0.1, True), (1e-9, False)])
def test_our_models_tell_what_they_learn_by_heart(table, tmp_path, rate, leaks):
    torch.set_num_threads(1)
    unit = np.arange(160)
    coins = Presence(unit, table.train_y, np.ones(160, bool)).coins(1, range(4))
    recipe = Recipe(epochs=80, batch=16, lr=rate, weight_decay=0.0)
    ours = Ours({"mlp": {"widths": [64]}}, recipe, {"none": {}})
    of = protected(table, "married", targets(unit, 1), unit)
    asked = Asked(versions(table, of.asked, of.lent, "married"), table.train_y[of.asked])
    shard = Shard(range(8), 1, coins.member, nobody())
    device, scratch = Device("cpu", torch.float32), Scratch(tmp_path, "key")
    (confidence, right), _ = train(ours, table, shard, asked, device, scratch)
    answers = Answers(confidence, coins.member[:, of.asked], right)
    gain = by_id(secrets_of(answers, of, unit))["attribute_gain"]
    assert (gain.low > 0) == leaks
    assert gain.high >= 0
