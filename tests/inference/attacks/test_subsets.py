import numpy as np
import pytest

from truthserum.inference.attacks.lira import Lira
from truthserum.inference.attacks.subsets import few_shadows
from truthserum.inference.attacks.threshold import Threshold
from truthserum.statistics.roc import roc


def test_groups_are_consecutive_and_blind_to_each_other(game):
    evidence = game(14, 5, population=3)
    scores, member = few_shadows(evidence, Lira(), 4)
    np.testing.assert_array_equal(member, evidence.member[:12])
    for start in (0, 4, 8):
        alone = Lira().score(evidence.select(np.arange(start, start + 4)))
        np.testing.assert_array_equal(scores[start : start + 4], alone)


@pytest.mark.parametrize("count", [4, 6, 12])
def test_an_attack_without_shadow_models_does_not_care(count, game):
    evidence = game(12, 5)
    scores, _ = few_shadows(evidence, Threshold(), count)
    np.testing.assert_array_equal(scores, Threshold().score(evidence))


def test_more_shadow_models_help(game):
    evidence = game(64, 300, separation=1.5)
    few, some, many = (roc(*few_shadows(evidence, Lira(), count)).auc() for count in (4, 16, 64))
    assert few < some < many


@pytest.mark.parametrize("count", [2, 5, 14])
def test_group_sizes_that_cannot_be_are_refused(count, game):
    with pytest.raises(ValueError, match=f"count: found {count}, allowed multiples of 2 from 4"):
        few_shadows(game(12, 5), Threshold(), count)
