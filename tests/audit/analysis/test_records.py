"""The table of records, against loops; poison; and what is kept on disk."""

import json

import numpy as np
import pytest
from scipy.stats import binomtest

from truthserum.audit import poison
from truthserum.audit.analysis.found import Resampling, find
from truthserum.audit.analysis.records import records
from truthserum.audit.products import Pair, Records, digest_of
from truthserum.storage.files import DataError
from truthserum.storage.manifests import key_of


def test_a_record_has_its_own_rate_at_the_common_threshold(make_study):
    study = make_study(pairs=10, records=60, shift=2.0)
    found = find(study.clean, Resampling(0, 20, study.resampling.unit))
    table = records(found, study.people)
    member = study.clean.member
    for i in (0, 17, 59):
        held = [k for k in range(20) if member[k, i]]
        hit = sum(found.chosen.scores[k, i] >= -found.rate for k in held)
        exact = binomtest(hit, 10).proportion_ci()
        row = table.loc[i]
        assert (row["tpr"], row["low"], row["high"]) == pytest.approx((hit / 10, *exact))
        gains = [study.clean.confidence[k, i] - study.clean.confidence[k ^ 1, i] for k in held]
        assert row["wins"] == sum(gain > 0 for gain in gains)
        assert json.loads(row["groups"]) == {"sex": study.people.groups["sex"][i]}


def test_one_model_names_nobody(make_study):
    study = make_study(pairs=10, records=60, shift=2.0)
    alone = study.clean.select(np.arange(1))
    table = records(find(alone, Resampling(0, 20, study.resampling.unit)), study.people)
    assert not table["named"].any()
    assert table[["tpr", "low", "high"]].isna().all(axis=None)


def test_a_record_that_one_model_holds_has_no_share(make_study):
    study = make_study(pairs=2, records=60, shift=2.0)
    three = study.clean.select(np.arange(3))
    table = records(find(three, Resampling(0, 20, study.resampling.unit)), study.people)
    held = three.member.sum(axis=0)
    assert set(held) == {1, 2}
    assert table["tpr"].isna().tolist() == (held == 1).tolist()


def test_poison_claims_another_label_and_is_little(rng):
    codes, asked = rng.integers(0, 3, 400), np.arange(0, 400, 2)
    drawn = poison.draw(asked, codes, 100, 4, 7)
    assert len(drawn.rows) == 4 * len(drawn.targets) <= 0.05 * 400
    assert set(drawn.targets) <= set(asked)
    assert (codes[drawn.labels] != codes[drawn.rows]).all()
    for target in drawn.targets:
        assert len(set(drawn.labels[drawn.rows == target])) == 1
    assert len(poison.draw(asked, codes, 3, 1, 7).targets) == 3


def test_poison_of_one_stratum_takes_the_label_of_another_record(rng):
    drawn = poison.draw(np.arange(100), np.zeros(100, int), 10, 2, 7)
    assert (drawn.labels != drawn.rows).all()


@pytest.fixture
def kept(tmp_path):
    pair = Pair(np.ones((2, 3)), np.ones((2, 3), bool), {"key": "k", "seconds": [1, 2]})
    pair.save(tmp_path / "pair.npz")
    return tmp_path / "pair.npz"


def test_a_pair_is_believed_by_its_key_alone(kept):
    found = Pair.load(kept, "k")
    assert found.made["seconds"] == [1, 2]
    assert (found.confidence == 1).all()
    with pytest.raises(DataError, match="of other settings, code or data than asked for now"):
        Pair.load(kept, "another")


def test_records_are_kept(tmp_path):
    own = Records(np.arange(4) % 2, ("no", "yes"), np.arange(4), np.ones(4, bool), 1)
    own.save(tmp_path / "records.npz")
    found = Records.load(tmp_path / "records.npz")
    assert found.classes == own.classes
    assert found.repeated == 1
    assert (found.label == own.label).all()


def test_the_key_holds_settings_and_content(tmp_path):
    (tmp_path / "a").write_text("1,2")
    keys = {key_of({"seed": 1}, digest_of(tmp_path / "a"))}
    keys.add(key_of({"seed": 2}, digest_of(tmp_path / "a")))
    (tmp_path / "a").write_text("1,3")
    keys.add(key_of({"seed": 1}, digest_of(tmp_path / "a")))
    assert len(keys) == 3
