"""What each kind of experiment refuses before anything runs, in one sentence."""

import copy

import pytest

from workflow.config import ConfigError
from workflow.experiments import experiments


@pytest.fixture
def refusal(written):
    """refusal(experiment, scale, path, value): how a changed setting of that scale is refused."""

    def refused(name, scale, path, value):
        config = {**copy.deepcopy(written), "scale": scale, "experiments": name}
        *parents, last = path.split(".")
        holder = config["catalogue"][name]["scales"][scale]
        for key in parents:
            holder = holder[key]
        holder[last] = value
        with pytest.raises(ConfigError) as caught:
            experiments(config)
        sentence = str(caught.value)
        assert "\n" not in sentence
        return sentence

    return refused


REFUSED = [
    ("canary", "language_model", "smal", 'found "smal", allowed are tiny, small, gpt2'),
    ("canary", "game.canary.window", 40, "found 40, allowed are up to 32, the context of the"),
    ("canary", "game.canary.prefix", 30, "tokens, allowed are at most the 20 of a window"),
    ("canary", "game.canary.digits", 10, "found 10, allowed is 9 or less"),
    ("canary", "game.canary.windows", 3, "allowed are at most the 3 that a model trains on"),
    ("canary", "game.canary.variant", "none", "allowed are prefix, different, constant, suffix"),
    ("untargeted", "game.untargeted.share", 1.5, "found 1.5, allowed is less than 1"),
    ("untargeted", "game.untargeted.share", -0.1, "found -0.1, allowed is 0 or more"),
    ("untargeted", "game.untargeted.pool", 590, "allowed are at most the 600 points of the data"),
    ("defended_targeted", "sweep", ["dp_9"], 'found "dp_9", allowed are no_poison, none'),
    ("defended_targeted", "model", {"cnn": {}}, "the model is cnn, allowed is mlp"),
    ("informed_mnist", "views.weights", ["kernl"], '(did you mean "kernel"?)'),
    ("informed_mnist", "views", {"gradients": ["mean"]}, 'found the key "gradients"'),
    ("informed_mnist", "shadow_counts", [90], "found 90, allowed are up to shadows, 80"),
    ("informed_mnist", "game.reconstruction.released", 12, "allowed is a multiple of 8"),
    ("informed_mnist", "game.reconstruction.shadows", 800, "allowed are at most the 300 of"),
    ("informed_mnist", "recipe", {"batch": 9, "privacy": {"clip": 1, "noise": 1}}, "batch is 9"),
    ("informed_mnist", "recipe", {"privacy": {"clip": 1}}, "allowed is one of epsilon and noise"),
    ("informed_mnist", "recipe", {"optimiser": "rmsprop"}, "allowed are sgd, adam"),
]


@pytest.mark.parametrize(("name", "path", "value", "rest"), REFUSED, ids=str)
def test_settings_that_do_not_go_together_are_refused(refusal, name, path, value, rest):
    assert rest in refusal(name, "smoke", path, value)


def test_dpsgd_is_for_dense_layers_in_the_dense_engine_too(refusal):
    sentence = refusal("informed_privacy", "smoke", "model", {"cnn": {}})
    assert "privacy is given for the model 'cnn', allowed is mlp" in sentence


@pytest.mark.parametrize(
    ("key", "value", "rest"),
    [
        ("shadow_groups", [8], "shadow_groups: found 8, allowed are multiples of 6"),
        ("shadow_groups", [6], "shadow_groups: found 6, too few for attacks.lira"),
    ],
)
def test_groups_of_models_hold_every_value_as_often(refusal, key, value, rest):
    assert rest in refusal("attribute_relationship", "laptop", key, value)


def test_a_panel_is_of_an_experiment_of_the_catalogue(written):
    config = {**copy.deepcopy(written), "scale": "smoke"}
    config["summaries"]["figure_one"]["membership inference"]["experiment"] = "targetd"
    with pytest.raises(ConfigError) as caught:
        experiments(config)
    assert str(caught.value).startswith(
        'summaries.figure_one.membership inference.experiment: found "targetd", allowed are '
    )
