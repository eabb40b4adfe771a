"""What is named in one place of the config fits what is said in another."""

import copy

import pytest

from truthserum import registry
from truthserum.data.catalogue import IMAGE_SETS, SETS, TEXT_SETS
from truthserum.data.load import load_embedded
from truthserum.options import adapter
from truthserum.sentences import OptionError
from truthserum.training.observe import modes
from workflow.config import LEAKS
from workflow.experiments import experiments

GAME = "catalogue.targeted"
ROWS = "catalogue.attribute_sex.scales.smoke"
WORDS = "language_models.tiny"
CANARY = "catalogue.canary"
DENSE = "catalogue.defended_targeted"
INFORMED = "catalogue.informed_mnist"
LINEAR = "catalogue.glm_mnist.scales.smoke"
PANEL = "summaries.figure_one.canary extraction"
SHADOWS = {"set": "fashion_mnist", "train": 60001, "test": 1}
REFUSED = [
    (f"{GAME}.shown", {"mode": "none"}, 'mode: found "none", allowed are batch, running'),
    (f"{DENSE}.shown", {"mode": "running"}, 'mode: found "running", allowed are none'),
    (f"{GAME}.sweep", {"model.cnn.width": [1]}, 'or one word (did you mean "model.width"?)'),
    (f"{GAME}.attacks", ["rmia", "threshold"], 'found the default "lira", allowed are rmia, thr'),
    (f"{CANARY}.shown", {"attack": "lira"}, 'found "lira", allowed are plain, half, full'),
    (f"{CANARY}.shown", {"baseline": "hlaf"}, '(did you mean "half"?)'),
    (f"{CANARY}.shown", {"mode": "none"}, 'found the key "mode", allowed are attack, baseline'),
    (f"{PANEL}.figure", "roc", 'figure: found "roc", allowed are guesses'),
    (f"{PANEL}.experiment", "targeted", 'figure: found "guesses", allowed are roc'),
    (f"{PANEL}.experiment", "glm_mnist", 'figure: found "guesses", allowed are none'),
    (f"{GAME}.scales.smoke.data.test", 10001, "allowed 1 to 10000 images of fashion_mnist"),
    (f"{ROWS}.data.train", 32562, "data.train: found 32562, allowed 1 to 32561 rows of adult"),
    (f"{INFORMED}.scales.smoke.shadow_data", SHADOWS, "shadow_data.train: found 60001, allowed 1"),
    (f"{WORDS}.data.train", 73, "data.train: found 73, allowed 1 to 72 documents of enwiki"),
    (f"{WORDS}.vocabulary", None, "found null, allowed is null for a pretrained model, and for no"),
    ("language_models.gpt2.vocabulary", 400, "found 400, allowed is null for a pretrained model"),
    (f"{WORDS}.model", {"gpt": {"heads": 3}}, "heads: found 3, allowed is a divisor of the width"),
    (f"{WORDS}.model", {"mlp": {}}, 'found the key "mlp", allowed are gpt, pretrained'),
    (f"{GAME}.scales.smoke.model", {"gpt": {}}, 'found the key "gpt", allowed are cnn, mlp, wrn'),
    (f"{INFORMED}.scales.smoke.model", {"wrn": {}}, 'found the key "wrn", allowed are cnn, mlp'),
    (f"{LINEAR}.glm.classes", [4, 10], "glm.classes: found 10, allowed are 0 to 9 of mnist"),
    (f"{LINEAR}.glm.targets", 601, "glm.targets: found 601, allowed are up to 600"),
    (f"{LINEAR}.glm.pooling", 3, "glm.pooling: found 3, allowed divide 28, 28"),
    (f"{GAME}.sweep", {"recipe": ["fats"]}, 'sweep.recipe: found "fats", allowed are fast, '),
    (f"{CANARY}.sweep", {"recipe": ["fast"]}, 'recipe: found the text "fast", allowed is'),
]


@pytest.fixture
def config(written):
    """config.yaml at smoke scale, to change."""
    return {**copy.deepcopy(written), "scale": "smoke"}


@pytest.mark.parametrize(("path", "value", "rest"), REFUSED, ids=str)
def test_what_does_not_fit_is_refused_before_anything_runs(config, path, value, rest):
    *parents, last = path.split(".")
    holder = config
    for key in parents:
        holder = holder[key]
    holder[last] = value
    if last == "sweep":
        for settings in config["catalogue"][parents[1]]["scales"].values():
            settings.pop("sweep", None)
    with pytest.raises(OptionError) as caught:
        experiments(config)
    assert rest in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "sweep",
    [
        {"recipe": ["fast", "fitted"]},
        {"variant": {"fast": {"recipe": "fast"}, "fitted": {"recipe": "fitted"}}},
    ],
)
def test_recipes_are_swept_by_name(config, sweep):
    config["catalogue"]["targeted"]["sweep"] = sweep
    config["catalogue"]["targeted"]["figures"].remove("label_only")  # of numbers of copies alone
    del config["catalogue"]["targeted"]["scales"]["smoke"]["sweep"]
    arms = experiments({**config, "experiments": "targeted"})["targeted"].arms.values()
    assert [arm.value for arm in arms] == ["fast", "fitted"]
    assert [arm.settings["recipe"] for arm in arms] == [
        config["recipes"][name] for name in ("fast", "fitted")
    ]


@pytest.mark.parametrize("factor", ["shadow_recipe.lr", "shadow_data.train"])
def test_what_the_adversary_believes_may_be_swept(config, factor):
    entry = config["catalogue"]["informed_mnist"]
    entry["sweep"] = {factor: [100, 200]}
    entry["scales"]["smoke"]["shadow_data"] = {"set": "fashion_mnist", "train": 200, "test": 1}
    entry["scales"]["smoke"].pop("sweep")
    found = experiments({**config, "experiments": "informed_mnist"})["informed_mnist"]
    assert list(found.arms) == [f"{factor.split('.')[1]}-{value}" for value in (100, 200)]


def parts_of(config, names):
    """The pairs (average, part of it) among some reconstructors."""
    for name in names:
        for part in config["reconstructors"][name].get("average", {}).get("of", ()):
            yield name, part


def test_figures_show_the_usual_mode_of_the_arms_that_have_several(written):
    dense, normalised = {"model": {"mlp": {}}}, {"model": {"cnn": {}}}
    config = {**copy.deepcopy(written), "scale": "smoke", "experiments": ["targeted"]}
    entry = config["catalogue"]["targeted"]
    del entry["scales"]["smoke"]["sweep"]
    for arms in ({"a": dense, "b": normalised}, {"a": normalised, "b": dense}):
        entry["sweep"], entry["figures"] = {"model": arms}, ["roc"]
        assert experiments(config)["targeted"].shown["mode"] == "running"


@pytest.mark.parametrize("scale", ["smoke", "laptop", "workstation", "paper"])
def test_the_shipped_config_fits_at_every_scale(written, scale):
    found = experiments({**written, "scale": scale, "experiments": "all"})
    for name, experiment in found.items():
        for arm in experiment.arms.values():
            settings, shown = arm.settings, experiment.shown
            for data in (settings[key] for key in ("data", "shadow_data") if key in settings):
                full = SETS[data["set"]].full
                assert data["train"] <= full.train, name
                assert data["test"] <= full.test, name
            if experiment.leak == "inference":
                assert {shown["attack"], shown["baseline_attack"]} <= set(settings["attacks"]), name
                assert shown["mode"] in modes(network(settings["model"])), name
            for view, names in settings.get("views", {}).items():
                for average, part in parts_of(written, names):
                    assert names.index(part) < names.index(average), (name, view)


def network(model):
    """A small image's network of the architecture that the config names."""
    ((name, options),) = model.items()
    return registry.load("model", name)(**options).build(1, (1, 8, 8), 2)


@pytest.mark.parametrize("name", [name for name in SETS if name not in TEXT_SETS])
def test_what_is_said_of_classes_and_shapes_is_so(root, name):
    if SETS[name].embedded is None:
        pytest.skip("does not ship with the project")
    loaded = load_embedded(SETS[name], root / "resources")
    assert loaded.data.classes == SETS[name].classes
    if name in IMAGE_SETS:
        assert loaded.data.shape == SETS[name].shape


def test_panels_are_figures_of_their_kind_that_have_one():
    for leak in LEAKS.values():
        figures = adapter(leak).json_schema()["properties"]["figures"]["items"]["enum"]
        for name in leak.panels:
            assert name in figures
            assert hasattr(registry.load("figure", name), "panel")
