import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from truthserum.privacy.guarantees import FDP, RDP, ZCDP, ApproximateDP, Gaussian

KAPPAS = np.array([1e-12, 1e-3, 0.05, 0.125, 0.5, 0.9, 0.999])
LOG_KAPPAS = np.concatenate([[-2129.3, -2000, -300.0, -50], np.log(KAPPAS), [0.0]])
PARAMETERS = [0.0, 1e-6, 0.01, 0.3, 1.0, 2.5, 7.0, 40.0, 1500.0]


def pure(epsilon):
    return ApproximateDP(epsilon, 0.0)


def pair_by_pair(epsilon):
    return FDP((ApproximateDP(epsilon, 1e-5), pure(2 * epsilon)))


# Each family in its one parameter, which is worth no protection at all at infinity.
FAMILIES = {
    "approximate": pure,
    "renyi": lambda epsilon: RDP(1e9, epsilon),
    "zcdp": ZCDP,
    "gaussian": Gaussian,
    "f": lambda epsilon: FDP((pure(epsilon),)),
}


def log_phi_shifted(log_kappa, mu):
    """ln Phi(Phi^-1(kappa) + mu) by root finding with 400 digits."""
    with mpmath.workdps(400):
        start = -mpmath.sqrt(2 * abs(log_kappa)) if log_kappa < -1 else mpmath.mpf(0)
        log_cdf = lambda x: mpmath.log(mpmath.ncdf(x)) - log_kappa  # noqa: E731
        return float(mpmath.log(mpmath.ncdf(mpmath.findroot(log_cdf, start) + mu)))


@pytest.mark.parametrize(
    ("kappa", "rho", "expected"),
    [
        (0.1, 0.1, 0.236246),
        (0.125, 1, 0.822516),
        (1e-3, 2, 0.229028),
        (1e-10, 5, 0.00140715),
    ],
)
def test_zcdp_known_values(kappa, rho, expected):
    assert np.exp(ZCDP(rho).log_success(np.log(kappa))) == pytest.approx(expected, rel=3e-6)


@pytest.mark.parametrize("rho", [0.1, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("log_kappa", [-2000.0, -23.0, -6.9, -2.08])
def test_zcdp_is_the_best_of_its_renyi_bounds(rho, log_kappa):
    def renyi(log_order):
        alpha = 1 + np.exp(log_order)
        # Without the cap at 1, so that the minimum is found where it is worth nothing, too.
        return (alpha - 1) / alpha * (log_kappa + rho * alpha)

    best = minimize_scalar(renyi, bounds=(-12, 12), method="bounded", options={"xatol": 1e-10}).fun
    assert ZCDP(rho).log_success(log_kappa) == pytest.approx(min(0, best), rel=1e-8, abs=1e-5)
    orders = 1 + np.geomspace(1e-3, 1e3, 60)
    bounds = [RDP(alpha, rho * alpha).log_success(log_kappa) for alpha in orders]
    assert ZCDP(rho).log_success(log_kappa) <= min(bounds) + 1e-9


@pytest.mark.parametrize("epsilon", [0.0, 0.3, 2.0, 5.0])
def test_probabilities_by_the_formulas_as_printed(epsilon):
    def success(guarantee):
        return np.exp(guarantee.log_success(np.log(KAPPAS)))

    np.testing.assert_allclose(
        success(pure(epsilon)), np.minimum(1, KAPPAS * np.exp(epsilon)), rtol=1e-12
    )
    np.testing.assert_allclose(
        success(ApproximateDP(epsilon, 1e-3)),
        np.minimum(1, KAPPAS * np.exp(epsilon) + 1e-3),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        success(RDP(3.0, epsilon)),
        np.minimum(1, (KAPPAS * np.exp(epsilon)) ** (2 / 3)),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        success(Gaussian(epsilon)), norm.cdf(norm.ppf(KAPPAS) + epsilon), rtol=1e-9
    )
    f = [
        np.maximum.reduce([0 * KAPPAS, 1 - d - np.exp(e) * KAPPAS, np.exp(-e) * (1 - d - KAPPAS)])
        for e, d in ((epsilon, 1e-5), (2 * epsilon, 0.0))
    ]
    np.testing.assert_allclose(
        success(pair_by_pair(epsilon)), 1 - np.maximum(*f), rtol=1e-9, atol=1e-15
    )


@pytest.mark.parametrize("mu", [0.5, 5.0, 60.0])
@pytest.mark.parametrize("log_kappa", [-2000.0, -543.4, -8.0, -0.5])
def test_gaussian_in_the_far_tail(log_kappa, mu):
    expected = log_phi_shifted(log_kappa, mu)
    # Where success is all but certain, its logarithm is as small as its complement.
    assert Gaussian(mu).log_success(log_kappa) == pytest.approx(expected, rel=1e-7, abs=1e-300)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
class TestEveryFamily:
    def test_no_protection_lost_leaves_the_blind_guess(self, family):
        np.testing.assert_allclose(family(0.0).log_success(LOG_KAPPAS), LOG_KAPPAS, rtol=2e-9)

    def test_a_little_lost_changes_little(self, family):
        np.testing.assert_allclose(family(1e-16).log_success(LOG_KAPPAS), LOG_KAPPAS, atol=5e-6)

    def test_much_lost_protects_nothing(self, family):
        assert family(1e4).log_success(-2000.0) == pytest.approx(0, abs=1e-12)

    def test_success_is_between_blind_guess_and_certainty_without_underflow(self, family):
        for parameter in PARAMETERS:
            log_success = family(parameter).log_success(LOG_KAPPAS)
            assert np.isfinite(log_success).all()
            assert (log_success <= 0).all()
            assert (log_success >= LOG_KAPPAS - 1e-9 * (1 - LOG_KAPPAS)).all()

    def test_success_rises_with_the_parameter(self, family):
        successes = np.array([family(each).log_success(LOG_KAPPAS) for each in PARAMETERS])
        rises = np.diff(successes, axis=0)
        assert (rises >= -1e-9 * (1 - LOG_KAPPAS)).all()
        assert (rises[3:5, :-1] > 0)[:, LOG_KAPPAS[:-1] < -5].all()

    def test_success_rises_with_kappa(self, family):
        grid = np.concatenate([np.linspace(-2200, -1, 300), np.linspace(-0.99, 0, 100)])
        for parameter in PARAMETERS:
            assert (np.diff(family(parameter).log_success(grid)) >= 0).all()

    def test_certain_and_impossible_guesses(self, family):
        impossible, certain = family(1.0).log_success([-np.inf, 0.0])
        assert impossible == -np.inf
        assert certain == pytest.approx(0, abs=1e-15)

    def test_shape_is_kept(self, family):
        assert family(1.0).log_success(np.full((2, 3), -4.0)).shape == (2, 3)
        assert np.ndim(family(1.0).log_success(-4.0)) == 0

    @pytest.mark.parametrize("log_kappa", [0.1, [-1.0, 2.0], np.nan])
    def test_what_is_no_log_probability_is_refused(self, family, log_kappa):
        with pytest.raises(ValueError, match=r"log_kappa: found .*, allowed at most 0"):
            family(1.0).log_success(log_kappa)


def test_approximate_dp_rises_with_delta_and_never_falls_below_it():
    deltas = [0.0, 1e-30, 1e-9, 1e-5, 0.1, 1.0]
    successes = np.array([ApproximateDP(1.0, each).log_success(LOG_KAPPAS) for each in deltas])
    assert (np.diff(successes, axis=0) >= 0).all()
    assert successes[2, 0] == pytest.approx(np.log(1e-9))
    np.testing.assert_array_equal(successes[0], np.minimum(0, LOG_KAPPAS + 1))


@pytest.mark.parametrize("epsilon", [0.1, 2.0, 30.0])
def test_renyi_falls_to_pure_with_the_order(epsilon):
    limit = pure(epsilon).log_success(LOG_KAPPAS)
    orders = [1.001, 1.5, 4, 64, 1e12]
    renyi = np.array([RDP(each, epsilon).log_success(LOG_KAPPAS) for each in orders])
    assert (np.diff(renyi, axis=0) <= 0).all()
    assert (renyi >= limit).all()
    np.testing.assert_allclose(renyi[-1], limit, rtol=1e-11)


@pytest.mark.parametrize("mu", [0.01, 0.37, 1.0, 5.0, 40.0])
def test_gaussian_is_under_its_zcdp_which_is_under_its_renyi_and_approximate_dp(mu):
    gaussian = Gaussian(mu)
    exact, zcdp = gaussian.log_success(LOG_KAPPAS), gaussian.zcdp().log_success(LOG_KAPPAS)
    assert (exact <= zcdp + 1e-9).all()
    for alpha in (1.01, 2, 8, 100):
        assert (zcdp <= gaussian.rdp(alpha).log_success(LOG_KAPPAS) + 1e-9).all()
    for delta in (1e-9, 1e-5, 1e-2):
        # The textbook conversion (Bun and Steinke, arXiv 1605.02065).
        rho = gaussian.zcdp().rho
        converted = ApproximateDP(rho + 2 * np.sqrt(rho * np.log(1 / delta)), delta)
        assert (zcdp <= converted.log_success(LOG_KAPPAS) + 1e-9).all()


@pytest.mark.parametrize("alpha", [1.5, 3.0, 20.0])
@pytest.mark.parametrize("kappa", [1e-30, 1e-4, 0.125])
def test_renyi_bound_is_the_best_of_the_approximate_dp_it_converts_to(alpha, kappa):
    epsilon = 0.4
    targets = np.linspace(0, 100, 20_001)
    # Canonne, Kamath and Steinke, arXiv 2004.00010; as kappa e^x + delta(x) is
    # minimal over x, Hölder's inequality is an equality.
    log_deltas = (alpha - 1) * (epsilon - targets + np.log1p(-1 / alpha)) - np.log(alpha)
    best = np.min(np.logaddexp(np.log(kappa) + targets, log_deltas))
    renyi = RDP(alpha, epsilon).log_success(np.log(kappa))
    assert renyi == pytest.approx(best, abs=2e-3)
    assert renyi <= best + 1e-9


@pytest.mark.parametrize("epsilon", [0.2, 1.0, 1.9, 2.1, 12.0])
def test_zcdp_of_pure_dp_is_the_better_bound_only_for_little_loss_and_likely_guesses(epsilon):
    # epsilon-DP is epsilon^2/2-zCDP; which of the two bounds is lower depends on kappa.
    log_kappas = -np.linspace(0, 300, 12_001)
    plain, zcdp = (each.log_success(log_kappas) for each in (pure(epsilon), ZCDP(epsilon**2 / 2)))
    better = (np.sqrt(-2 * log_kappas) <= 1 + epsilon / 2) & (epsilon < 2)
    assert better.any() == (epsilon < 2)
    assert (zcdp[better] <= plain[better] + 1e-9).all()
    assert (zcdp[~better] >= plain[~better] - 1e-9).all()


@pytest.mark.parametrize("mu", [0.2, 1.0, 5.0])
def test_f_dp_of_the_profile_of_a_gaussian_is_gaussian_dp(mu):
    epsilons = np.linspace(0, 40, 4001)
    # Privacy profile of the Gaussian mechanism: Balle and Wang, arXiv 1805.06530, Eq. (6).
    deltas = norm.cdf(mu / 2 - epsilons / mu) - np.exp(
        epsilons + norm.logcdf(-mu / 2 - epsilons / mu)
    )
    pairs = zip(epsilons, np.clip(deltas, 0, 1), strict=True)
    profile = FDP(tuple(ApproximateDP(*each) for each in pairs))
    log_kappas = np.log(KAPPAS[1:])
    exact = Gaussian(mu).log_success(log_kappas)
    found = profile.log_success(log_kappas)
    assert (found >= exact - 1e-12).all()
    np.testing.assert_allclose(found, exact, atol=2e-4)


def test_f_dp_of_one_pure_pair_is_below_pure_dp_and_met_by_randomised_response():
    epsilon, log_kappa = 1.7, np.log(0.5)
    truthful = np.exp(epsilon) / (1 + np.exp(epsilon))
    # Two answers against a fixed one of them: the test that accepts the right answer.
    profile = FDP((pure(epsilon),))
    assert np.exp(profile.log_success(np.log(1 - truthful))) == pytest.approx(truthful)
    assert truthful < np.exp(profile.log_success(log_kappa))
    assert profile.log_success(log_kappa) < pure(epsilon).log_success(log_kappa)


@pytest.mark.parametrize("size", [2, 10, 1000])
@pytest.mark.parametrize("epsilon", [0.1, 2.0, 8.0])
def test_pure_dp_is_met_by_randomised_response_against_a_uniform_reference(size, epsilon):
    success = np.exp(epsilon) / (np.exp(epsilon) + size - 1)
    kappa = 1 / size
    # Without the record the answer is uniform, so epsilon is ln of the largest ratio to that.
    to_reference = np.log(size * success)
    assert np.exp(pure(to_reference).log_success(np.log(kappa))) == pytest.approx(success)
    assert success <= np.exp(pure(epsilon).log_success(np.log(kappa)))


def test_two_candidates_are_told_apart_by_total_variation():
    # ReRo for all pairs is (0, 2 gamma - 1)-DP; with reference halfway the bound is attained.
    mu = 0.8
    total_variation = 2 * norm.cdf(mu) - 1  # of N(-mu, 1) and N(mu, 1)
    gamma = np.exp(Gaussian(mu).log_success(np.log(0.5)))
    assert 2 * gamma - 1 == pytest.approx(total_variation)
    assert gamma <= np.exp(ApproximateDP(0.0, total_variation).log_success(np.log(0.5)))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: pure(-0.1),
        lambda: pure(np.inf),
        lambda: ApproximateDP(np.nan, 0.1),
        lambda: ApproximateDP(1.0, 1.1),
        lambda: ApproximateDP(1.0, -1e-9),
        lambda: RDP(1.0, 1.0),
        lambda: RDP(np.inf, 1.0),
        lambda: RDP(2.0, -1.0),
        lambda: ZCDP(-1.0),
        lambda: Gaussian(-1.0),
        lambda: FDP(()),
    ],
)
def test_what_is_no_guarantee_is_refused(wrong):
    with pytest.raises(ValueError, match=r"found .*, allowed"):
        wrong()
