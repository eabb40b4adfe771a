from dataclasses import replace

import numpy as np
import pytest
import torch

from truthserum.options import checked
from truthserum.reconstruction.reconstructors import learning
from truthserum.reconstruction.reconstructors.network import Network
from truthserum.statistics.image_errors import pixel_errors
from truthserum.storage.kept import Place
from truthserum.training import midway

SMALL = {"widths": (40,), "lr": 1e-2, "batch": 25, "epochs": 40, "looks": 2}


def mse(fitted, pairs):
    return pixel_errors(fitted.predict(pairs.views), pairs.images)["mse"].mean()


@pytest.mark.parametrize(
    "options", [{}, {"optimiser": "adamw", "activation": "gelu", "schedule": "triangle"}]
)
def test_it_learns_the_way_back(options, study, released):
    fitted = Network(**SMALL | options).fit(study)
    variance = released.images.var()
    assert mse(fitted, released) < 0.1 * variance
    assert fitted.predict(released.views).dtype == np.float32


def test_pixels_end_in_the_chosen_function(study, released):
    """Both learn; a sigmoid is between 0 and 1 and never reaches them, a ReLU does both."""
    found = [Network(**SMALL, output=output).fit(study) for output in ("sigmoid", "relu")]
    soft, hard = (fitted.predict(released.views) for fitted in found)
    assert soft.min() > 0 and soft.max() < 1
    assert hard.min() == 0 and hard.max() > 1
    assert max(mse(fitted, released) for fitted in found) < 0.5 * released.images.var()


def test_the_same_stream_gives_the_same_network_whatever_was_drawn_before(study, released):
    object.__setattr__(study, "rng", np.random.default_rng(8))
    first = Network(**SMALL, noise=0.1).fit(study).predict(released.views)
    torch.rand(3)
    object.__setattr__(study, "rng", np.random.default_rng(8))
    np.testing.assert_array_equal(
        Network(**SMALL, noise=0.1).fit(study).predict(released.views), first
    )


def test_the_best_look_is_kept(study):
    """At a rate at which more epochs do harm, an early look is the best of many."""
    study.validation.images[:] = 0.5
    fitted = Network(**SMALL | {"looks": 40}).fit(study)
    last = Network(**SMALL | {"looks": 1}).fit(study)
    assert fitted.chosen["epochs"] < last.chosen["epochs"] == 40
    assert fitted.loss < last.loss


def test_it_says_how_far_it_has_come(study, capsys):
    Network(**SMALL).fit(study)
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"network on {len(study.shadows.views):,} models: 100%")


def test_few_shadow_models_get_more_epochs(study):
    options = SMALL | {"epochs": 1, "steps": 17, "looks": 1}
    assert Network(**options).fit(study).chosen["epochs"] == 3  # of 8 steps each


def test_faithful_defaults_are_those_of_the_notebook():
    network = Network()
    assert (network.widths, network.activation) == ((1000, 1000), "relu")
    assert network.output == "sigmoid"
    assert (network.optimiser, network.lr, network.schedule) == ("rmsprop", 3e-4, "constant")
    assert (network.batch, network.epochs, network.looks) == (32, 200, 1)
    assert str(*network.features) == "Standardise()"


def test_initial_weights_are_haikus():
    net = Network(widths=(400,)).build(900, (6,), torch.Generator().manual_seed(0))
    weight = net[0].weight.detach().numpy()
    assert abs(weight).max() <= 2 / 30
    assert weight.std() == pytest.approx(0.8796 / 30, rel=0.01)
    assert not net[0].bias.any() and not net[2].bias.any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"activation": "swish"}, 'activation: found "swish", allowed are relu, gelu'),
        ({"optimiser": "sgd"}, 'optimiser: found "sgd"'),
        ({"schedule": "cosine"}, 'schedule: found "cosine"'),
        ({"precision": "half"}, 'precision: found "half"'),
        ({"epochs": 0}, "epochs: found 0"),
        ({"noise": -1}, "noise: found -1"),
        ({"widths": ()}, "widths: found "),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=f"Network.{message}"):
        Network(**options)


class Killed(Exception):
    pass


@pytest.mark.parametrize("kill_at", [1, 3, 7])
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_a_killed_fit_goes_on_to_the_same_digits(
    study, released, monkeypatch, tmp_path, kill_at, noise
):
    """Killed in an epoch of the first or of the second features, and before or after a look."""
    features = [[{"standardise": {}}], [{"standardise": {}}, {"unit_norm": {}}]]
    options = SMALL | {"epochs": 4, "looks": 2, "noise": noise, "features": features}
    network = checked(Network, options, "network")

    def fit(place, network=network):
        return network.fit(replace(study, rng=np.random.default_rng(8), place=place))

    made = []
    step = learning.OPTIMISERS["rmsprop"]

    def counting(*arguments, **rates):
        optimiser = step(*arguments, **rates)

        def count(*_):
            made.append(1)
            if len(made) == stop:
                raise Killed

        optimiser.register_step_pre_hook(count)
        return optimiser

    monkeypatch.setitem(learning.OPTIMISERS, "rmsprop", counting)
    monkeypatch.setattr(midway, "EVERY", 0.0)
    stop = 0
    whole = fit(None)
    steps = len(made)
    place, stop = Place(tmp_path / "kept", "a"), kill_at * steps // 8 + 2
    made.clear()
    with pytest.raises(Killed):
        fit(place)
    stop = 0
    made.clear()
    again = fit(place)
    assert len(made) <= steps - kill_at * steps // 8
    assert (again.loss, again.chosen) == (whole.loss, whole.chosen)
    np.testing.assert_array_equal(again.predict(released.views), whole.predict(released.views))
    rounded = checked(Network, options | {"precision": "bfloat16"}, "network")
    for other in (place, rounded), (replace(place, key="b"), network):  # rounded as elsewhere
        made.clear()
        fit(*other)
        assert len(made) == steps
