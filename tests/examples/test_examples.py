"""Each example is run, and the numbers that it prints are computed again, plainly."""

import re
import runpy
from pathlib import Path

import dp_accounting
import numpy as np
import pytest
from dp_accounting.pld import PLDAccountant
from scipy.stats import mannwhitneyu, norm

from truthserum.bench import loops
from truthserum.inference.attacks.lira import Lira

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"


@pytest.fixture
def ran(capsys):
    """ran(name): the variables of an example, and the numbers of each line that it prints."""

    def run(name):
        variables = runpy.run_path(str(ROOT / "examples" / f"{name}.py"))
        lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
        numbers = {label: list(map(float, re.findall(NUMBER, rest))) for label, rest in lines}
        return variables, numbers

    return run


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_says_how_it_is_run_and_is_listed(path):
    assert f"PYTHONPATH=scripts python examples/{path.name}\n" in path.read_text()
    assert f"- `{path.name}`: " in (path.parent / "README.md").read_text()


def test_lira_is_the_loop_over_models_and_points(ran):
    made, printed = ran("lira")
    signals, member = made["signals"], made["member"]
    scores = loops.lira(Lira(variance="shrunk", centre="mean"), signals, member)
    inside, outside = scores[member], scores[~member]
    auc = mannwhitneyu(inside, outside).statistic / (inside.size * outside.size)
    value, low, high = printed["auc"]
    assert value == pytest.approx(auc, abs=1e-4)
    assert low < value < high
    threshold = np.sort(outside)[-int(0.01 * outside.size) - 1]
    assert printed["tpr_at_fpr_0.01"][0] == pytest.approx((inside > threshold).mean(), abs=1e-3)
    # between one threshold for all points and the likelihood ratio of the law that they come from
    gap = made["GAP"]
    assert norm.cdf(gap / 2) < low
    assert value < norm.cdf(gap / np.sqrt(2))


def test_the_regression_is_inverted_and_its_gradient_is_what_the_theorem_says(ran):
    made, printed = ran("invert_regression")
    x, y, theta = made["x"], made["y"], made["theta"]
    predicted = 1 / (1 + np.exp(-(theta[0] + x @ theta[1:])))
    gradient = x.T @ (predicted - y) + theta[1:]
    assert abs(gradient).max() < 1e-10  # the minimiser, by the gradient written out
    assert printed["residual"][0] == pytest.approx((y - predicted)[0].item(), abs=1e-6)
    assert printed["error"][0] < 1e-9
    assert printed["label"] == pytest.approx([y[0].item()] * 2, abs=1e-6)
    assert 1e-4 < printed["rounded"][0] < 0.1


def test_the_bound_is_the_best_of_the_profile(ran):
    made, printed = ran("bound_dpsgd")
    run = made["run"]
    step = dp_accounting.GaussianDpEvent(run.noise_multiplier)
    steps = dp_accounting.SelfComposedDpEvent(
        dp_accounting.PoissonSampledDpEvent(run.rate, step), run.steps
    )
    losses = PLDAccountant().compose(steps)
    epsilon = printed["epsilon"][0]
    assert epsilon == pytest.approx(losses.get_epsilon(1e-5), abs=1e-3)
    assert epsilon < printed["Renyi"][0]
    blind = printed["blind"][0]
    assert blind == 1 / made["CANDIDATES"]
    profile = [(each, losses.get_delta(each)) for each in np.linspace(0, 4, 41)]
    # of each (epsilon, delta): success at most e^epsilon blind + delta, and failure in the same way
    bounds = [np.exp(each) * blind + delta for each, delta in profile]
    bounds += [1 - np.exp(-each) * (1 - blind - delta) for each, delta in profile]
    assert printed["bound"][0] == pytest.approx(min(bounds), abs=1e-3)
    assert blind < printed["bound"][0] < 1
