import numpy as np
import pytest

from truthserum.inference.defences.losses import Losses


def test_wrong_labels_are_what_is_hard(defend, labelled, rows):
    """10 % of each training set, and all of it mislabelled where so much is."""
    x, labels = labelled
    wrong = rows[0, :4]
    labels = labels.copy()
    labels[wrong] = 1 - labels[wrong]
    _, kept = defend(Losses(share=0.1, first=1.0), x, labels)
    assert (~kept).sum(axis=1).tolist() == [4, 4, 4]
    assert set(rows[0][~kept[0]]) == set(wrong)


def test_progress_counts_what_an_undefended_run_would(defend):
    counted = []
    defend(Losses(), advance=counted.append)
    assert counted == [3 * 8] * 20  # 4 epochs of 40 rows in batches of 8


def test_the_first_training_decides(defend):
    kept = [defend(Losses(share=0.3, first=first))[1] for first in (0.05, 1.0)]
    assert not np.array_equal(*kept)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"share": 0}, "share: found 0, allowed is more than 0"),
        ({"share": 1}, "share: found 1, allowed is less than 1"),
        ({"first": 0}, "first: found 0, allowed is more than 0"),
        ({"first": 1.1}, r"first: found 1\.1, allowed is 1 or less"),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        Losses(**options)
