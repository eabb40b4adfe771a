import pytest

from truthserum.privacy.dpsgd import DPSGD, Adjacency


def test_mu_of_full_batch_descent_and_its_adjacency():
    assert DPSGD(2.0, 100, 1.0, Adjacency.ADD_REMOVE).gaussian().mu == pytest.approx(5)
    assert DPSGD(2.0, 100, 1.0, Adjacency.REPLACE_ONE).gaussian().mu == pytest.approx(10)
    assert DPSGD(2.0, 100, 1.0, Adjacency.ADD_REMOVE).gaussian().zcdp().rho == pytest.approx(12.5)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: DPSGD(0.0, 1, 1.0, Adjacency.ADD_REMOVE),
        lambda: DPSGD(float("inf"), 1, 1.0, Adjacency.ADD_REMOVE),
        lambda: DPSGD(1.0, 0, 1.0, Adjacency.ADD_REMOVE),
        lambda: DPSGD(1.0, 1.5, 1.0, Adjacency.ADD_REMOVE),
        lambda: DPSGD(1.0, 1, 0.0, Adjacency.ADD_REMOVE),
        lambda: DPSGD(1.0, 1, 1.1, Adjacency.ADD_REMOVE),
        lambda: DPSGD(1.0, 1, 1.0, "add_remove"),
        lambda: DPSGD(1.0, 1, 0.5, Adjacency.ADD_REMOVE).gaussian(),
    ],
)
def test_what_is_no_such_descent_is_refused(wrong):
    with pytest.raises(ValueError, match=r"found .*, allowed"):
        wrong()
