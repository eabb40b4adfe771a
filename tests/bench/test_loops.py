import numpy as np
import pytest
from halves import halves

from truthserum.bench import loops
from truthserum.inference.attacks.base import Evidence
from truthserum.inference.attacks.lira import Lira


@pytest.mark.parametrize(
    "options",
    [
        Lira(variance="shrunk"),
        Lira(variance="fixed", deviations="shared", centre="median"),
        Lira(variance="fixed", centre="median"),
        Lira(variance="shrunk", prior=3.0),
    ],
    ids=lambda options: "-".join(map(str, vars(options).values())),
)
def test_loop_equals_the_closed_form(options):
    rng = np.random.default_rng(0)
    member = halves(rng, 8, 7)
    signals = rng.standard_normal((8, 7)) + member
    expected = options.score(Evidence.without_population(signals[..., None], member))
    np.testing.assert_allclose(loops.lira(options, signals, member), expected, rtol=1e-9)


def test_official_arithmetic_equals_the_closed_form():
    """Every point is held by half of the models: no list is cut."""
    rng = np.random.default_rng(1)
    member = halves(rng, 8, 50)
    signals = rng.standard_normal((8, 50)) + member
    options = Lira(variance="fixed", deviations="shared", centre="median")
    expected = options.score(Evidence.without_population(signals[..., None], member))
    for target in (0, 5):
        found = loops.official(signals, member, target)
        np.testing.assert_allclose(found, expected[target], rtol=1e-9)
