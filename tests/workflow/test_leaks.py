"""What each kind of experiment refuses before anything runs, in one sentence."""

import copy

import pytest

from truthserum.sentences import OptionError
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
        with pytest.raises(OptionError) as caught:
            experiments(config)
        sentence = str(caught.value)
        assert "\n" not in sentence
        return sentence

    return refused


POOLED = {"set": "mnist_pooled", "train": 200, "test": 1}
DELTA = {"clip": 1, "noise": 1, "delta": 1e-5}
BATCH = {"epochs": 1, "batch": 400, "lr": 0.1}
LARGE = {"clip": 1, "epsilon": 1, "delta": 0.02}
PLAIN = {"cnn": {"normalise": False}}
REFUSED = [
    ("canary", "language_model", "smal", 'found "smal", allowed are tiny, small, '),
    ("canary", "game.canary.window", 40, "found 40, allowed are up to 32, the context of the"),
    ("canary", "game.canary.prefix", 30, "tokens, allowed are at most the 20 of a window"),
    ("canary", "game.canary.digits", 8, "found 8, allowed is 7 or less"),
    ("canary", "game.canary.windows", 3, "allowed are at most the 3 that a model trains on"),
    ("canary", "game.canary.variant", "none", "allowed are prefix, different, constant, suffix"),
    ("untargeted", "game.untargeted.share", 1.5, "found 1.5, allowed is less than 1"),
    ("untargeted", "game.untargeted.share", -0.1, "found -0.1, allowed is 0 or more"),
    ("untargeted", "game.untargeted.pool", 590, "allowed are at most the 600 different points"),
    ("defended_targeted", "sweep", ["dp_9"], 'found "dp_9", allowed are no_poison, none'),
    ("defended_targeted", "model", PLAIN, "the model is cnn, allowed is mlp"),
    ("informed_mnist", "views.weights", ["kernl"], '(did you mean "kernel"?)'),
    ("informed_mnist", "views.gradients", ["mean"], 'found the key "gradients"'),
    ("informed_mnist", "views", {"logits": ["kernel"]}, 'the key "weights" is missing'),
    ("informed_mnist", "views.weights", ["mean", "average"], 'found "kernel", allowed are mean'),
    (
        "informed_mnist",
        "views.weights",
        ["mean"],
        'shown.attack: found "network", allowed are mean',
    ),
    ("informed_mnist", "shadow_data", POOLED, 'set: found "mnist_pooled", allowed are fashion'),
    ("informed_mnist", "game.reconstruction.validation", 0, "found 0, allowed is 1 or more"),
    ("informed_mnist", "game.reconstruction.shadows", 1, "found 1, allowed is 2 or more"),
    ("informed_mnist", "shadow_counts", [90], "found 90, allowed are up to shadows, 80"),
    ("informed_mnist", "game.reconstruction.released", 12, "allowed is a multiple of 8"),
    ("informed_mnist", "game.reconstruction.shadows", 800, "allowed are at most the 300 different"),
    (
        "informed_mnist",
        "recipe",
        {"batch": 9, "privacy": {"clip": 1, "noise": 1}},
        "batch: found 9",
    ),
    ("informed_mnist", "recipe", {"privacy": {"clip": 1}}, "allowed is one of epsilon and noise"),
    ("informed_mnist", "recipe", {"optimiser": "rmsprop"}, "allowed are sgd, adam"),
    ("informed_mnist", "recipe", {"privacy": DELTA}, "found delta with noise, allowed is delta"),
    ("informed_mnist", "recipe", {"privacy": LARGE}, "delta is 0.02, allowed is below 1 / 61 rec"),
    ("defended_targeted", "recipe", BATCH, "batch: found 400, allowed are up to the 360 rows th"),
    ("informed_privacy", "reference", "nope", 'found "nope", allowed are clipped, 10'),
    ("informed_privacy", "reference", "10", 'found privacy {"clip": 1, "epsilon": 10'),
    ("informed_privacy", "recipe.initialisation", "own", "weights of each model's own in clipped"),
]


@pytest.mark.parametrize(("name", "path", "value", "rest"), REFUSED, ids=str)
def test_settings_that_do_not_go_together_are_refused(refusal, name, path, value, rest):
    assert rest in refusal(name, "smoke", path, value)


def test_dpsgd_is_for_dense_layers_in_the_dense_engine_too(refusal):
    sentence = refusal("informed_privacy", "smoke", "model", {"cnn": {}})
    assert "privacy is given for the model 'cnn', allowed is mlp" in sentence


@pytest.mark.parametrize(
    ("reconstructor", "rest"),
    [
        (
            {"kernel": {"features": [[{"clip": {"limit": -1}}]]}},
            "clip.limit: found -1, allowed is",
        ),
        (
            {"kernel": {"features": [[{"standard": {}}]]}},
            'features.0.0: found the key "standard"',
        ),
        ({"convolutional": {"channels": [8, 8, 8, 8]}}, "extra.channels: found 4, allowed are at"),
    ],
    ids=str,
)
def test_reconstructors_fit_what_they_read_and_write(written, reconstructor, rest):
    config = {**copy.deepcopy(written), "scale": "smoke", "experiments": "informed_mnist"}
    config["reconstructors"]["extra"] = reconstructor
    settings = config["catalogue"]["informed_mnist"]["scales"]["smoke"]
    settings["views"]["weights"].append("extra")
    with pytest.raises(OptionError, match=rest):
        experiments(config)


@pytest.mark.parametrize(
    ("key", "value", "rest"),
    [
        ("shadow_groups", [8], "shadow_groups: found 8, allowed are multiples of 6"),
        ("shadow_groups", [6], "attacks.lira (shadow_groups: 6): IN models left"),
        ("shadow_groups", [12], "attacks.lira (shadow_groups: 12): pooled variance: found one"),
    ],
)
def test_groups_of_models_hold_every_value_as_often(refusal, key, value, rest):
    assert rest in refusal("attribute_relationship", "laptop", key, value)


def test_a_query_that_training_never_showed_is_refused(refusal):
    found = refusal("targeted", "laptop", "queries", ["identity", "mirror"])
    assert 'queries: found ["identity", "mirror"], allowed is ["identity"], as no image is' in found


@pytest.mark.parametrize("name", ["targeted", "untargeted", "attribute_sex"])
def test_an_attack_that_needs_other_points_is_refused_where_there_are_none(written, name):
    config = {**copy.deepcopy(written), "scale": "smoke", "experiments": name}
    config["catalogue"][name]["attacks"] = ["lira", "rmia", "threshold"]
    settings = config["catalogue"][name]["scales"]["smoke"]
    if name == "targeted":
        experiments(config)
        settings["game"]["membership"]["untargeted"] = 0
    with pytest.raises(OptionError) as caught:
        experiments(config)
    rest = f"attacks.rmia (models: {settings['models']}): population: found no points beside the "
    assert rest in str(caught.value)


def test_a_panel_is_of_an_experiment_of_the_catalogue(written):
    config = {**copy.deepcopy(written), "scale": "smoke"}
    config["summaries"]["figure_one"]["membership inference"]["experiment"] = "targetd"
    with pytest.raises(OptionError) as caught:
        experiments(config)
    assert str(caught.value).startswith(
        'summaries.figure_one.membership inference.experiment: found "targetd", allowed are '
    )


def test_the_language_model_may_be_swept(written):
    """Each arm has the network of its own; a name that is none is refused where it stands."""
    config = {**copy.deepcopy(written), "scale": "smoke", "experiments": "canary"}
    named = {"short": {}, "long": {"language_model": "large"}}
    config["catalogue"]["canary"] |= {"sweep": {"variant": named}}
    del config["catalogue"]["canary"]["scales"]["smoke"]["sweep"]
    arms = experiments(config)["canary"].arms.values()
    widths = [(arm.settings["language_model"], arm.settings["model"]["gpt"]) for arm in arms]
    assert [(name, model["width"]) for name, model in widths] == [("tiny", 32), ("large", 256)]

    named["long"]["language_model"] = "larg"
    with pytest.raises(OptionError) as caught:
        experiments(config)
    assert str(caught.value).startswith(
        'catalogue.canary.sweep: variant = long: language_model: found "larg", allowed are '
    )


@pytest.mark.parametrize("name", ["targeted", "informed_mnist", "glm_mnist"])
def test_the_data_may_be_swept(written, name):
    """By name or by size, where a leak is of data of its own; what is too much is of its arm."""
    config = {**copy.deepcopy(written), "scale": "smoke", "experiments": name}
    entry = config["catalogue"][name]
    entry |= {"sweep": {"data.set": ["mnist", "fashion_mnist"]}, "figures": entry["figures"][:1]}
    del entry["scales"]["smoke"]["sweep"]
    if name == "glm_mnist":
        entry["scales"]["smoke"]["glm"]["family"] = "ridge"
    arms = experiments(config)[name].arms
    assert {arm: each.settings["data"]["set"] for arm, each in arms.items()} == {
        "set-mnist": "mnist",
        "set-fashion_mnist": "fashion_mnist",
    }

    entry["sweep"] = {"data.train": [600, 70_000]}
    with pytest.raises(OptionError) as caught:
        experiments(config)
    sentence = f"catalogue.{name}.sweep: data.train = 70000: data.train: found 70000, allowed"
    assert str(caught.value).startswith(sentence)
