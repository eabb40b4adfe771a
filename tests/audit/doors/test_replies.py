"""Answers of a model, as confidences; and what is no answer."""

import numpy as np
import pytest
from scipy.special import softmax

from truthserum.audit.doors.replies import confidences
from truthserum.storage.files import DataError

CODES = np.array([0, 2, 1, 1])
ROWS = np.array([10, 20, 30, 40])


def asked(answer, output="probabilities"):
    return confidences(np.asarray(answer), CODES, ("a", "b", "c"), output, ROWS, "predict")


@pytest.fixture
def odds():
    return np.random.default_rng(0).normal(size=(4, 3)) * 5


def test_confidence_is_the_probability_of_the_true_class(odds):
    p = softmax(odds, axis=1)
    for found, right in (asked(p), asked(odds, "logits")):
        assert found == pytest.approx([p[0, 0], p[1, 2], p[2, 1], p[3, 1]])
        assert right.tolist() == [p[k].argmax() == CODES[k] for k in range(4)]


def test_probabilities_of_a_network_in_float32_tell_apart_what_is_nearly_1():
    """By the small ones beside it; of itself there is 1 - 6e-8, and then 1."""
    odds = np.zeros((4, 3))
    odds[np.arange(4), CODES] = [17, 19, 24, 30]
    found, right = asked(softmax(odds.astype(np.float32), axis=1))
    assert 1 - found == pytest.approx(2 * np.exp([-17.0, -19, -24, -30]), rel=1e-2)
    assert right.all()


@pytest.mark.parametrize("bits", [8, 11, 24])  # bfloat16, float16, float32
@pytest.mark.parametrize("classes", [3, 1000])
def test_a_softmax_in_few_bits_is_one(bits, classes):
    rng = np.random.default_rng(bits)
    p = softmax(rng.normal(scale=4, size=(500, classes)), axis=1)
    mantissa, exponent = np.frexp(p)
    rounded = np.ldexp(np.round(mantissa * 2**bits), exponent - bits)
    names, codes = [str(k) for k in range(classes)], rng.integers(classes, size=500)
    found, _ = confidences(rounded, codes, names, "probabilities", np.arange(500), "predict")
    assert found == pytest.approx(p[np.arange(500), codes], rel=2.0**-bits, abs=1e-6)


def test_classes_alone_are_right_or_wrong():
    found, right = asked([0, 1, 1, 2], "labels")
    assert found.tolist() == right.tolist() == [1, 0, 1, 0]


def test_a_signal_stays_as_it_is():
    found, right = asked([3.0, -1, 0, 9], "signal")
    assert found.tolist() == [3, -1, 0, 9]
    assert right is None


GOOD = np.full((4, 3), 1 / 3)


def changed(row, values):
    answer = GOOD.copy()
    answer[row] = values
    return answer


REFUSED = {
    "shape": (GOOD[:, :2], "probabilities", r"float64 \[4, 2\], allowed are numbers \[4, 3\]"),
    "rows": (GOOD[:3], "probabilities", r"\[3, 3\], allowed are numbers \[4, 3\]"),
    "text": (np.array(["a"] * 4), "labels", "allowed are numbers"),
    "not finite": (changed(2, np.nan), "probabilities", "not finite, .* for record 30"),
    "outside": (changed(1, [1.5, -0.5, 0]), "probabilities", "outside of 0 to 1 for record 20"),
    "sum": (changed(3, [0.5, 0.1, 0.1]), "probabilities", "do not add up to 1 for record 40"),
    "another class": (
        np.array([0, 1, 3, 2]),
        "labels",
        "another class for record 30 .1 in all.*a, b",
    ),
    "infinite signal": (np.array([1, 2, np.inf, 0]), "signal", "not finite, .* for record 30"),
}


@pytest.mark.parametrize("answer, output, sentence", REFUSED.values(), ids=REFUSED)
def test_what_is_no_answer_is_said_with_the_first_record(answer, output, sentence):
    with pytest.raises(DataError, match=sentence):
        asked(answer, output)


def test_probabilities_beyond_0_and_1_by_rounding_are_these():
    """As of an exponential of logarithms that are less than all by a rounding error."""
    found, right = asked([[1 + 1e-7, 0, -1e-7]] + 3 * [[1 / 3, 1 / 3, 1 / 3]])
    assert found[0] == 1 and right[0]
    with pytest.raises(DataError, match="outside of 0 to 1 for record 10"):
        asked([[1 + 1e-5, 0, -1e-5]] + 3 * [[1 / 3, 1 / 3, 1 / 3]])


@pytest.mark.parametrize("decimals", [2, 3, 4])
def test_probabilities_may_have_been_rounded(decimals):
    """Each is off by half of the last digit at most, and so are sums of many by more than one."""
    p = softmax(np.random.default_rng(0).normal(size=(500, 30)), axis=1).astype(np.float32)
    rounded, codes, rows = p.round(decimals), np.zeros(500, int), np.arange(500)
    names = list(map(str, range(30)))
    found, _ = confidences(rounded, codes, names, "probabilities", rows, "predict")
    assert found == pytest.approx(p[:, 0], abs=0.51 * 10.0**-decimals)
    with pytest.raises(DataError, match="do not add up to 1 for record 0"):
        confidences(p * 0.99, codes, names, "probabilities", rows, "predict")
    with pytest.raises(DataError, match="do not add up to 1 for record 7"):
        rounded[7] = 0.01
        confidences(rounded, codes, names, "probabilities", rows, "predict")


def test_one_number_for_two_classes_is_explained():
    with pytest.raises(DataError, match="found one number a record, allowed is a column for each"):
        confidences(np.zeros(4), CODES % 2, ("a", "b"), "probabilities", ROWS, "predict")
