"""Bad input is refused before anything runs, in one sentence that says what is allowed."""

import copy

import pytest

from truthserum.sentences import OptionError
from workflow.config import LEAKS
from workflow.experiments import experiments

SMOKE = "catalogue.targeted.scales.smoke"
SWEEP = "catalogue.targeted.sweep"


@pytest.fixture
def config(written):
    changed = {**copy.deepcopy(written), "scale": "smoke"}
    changed["catalogue"]["targeted"]["shown"] = {"attack": "lira", "baseline": "threshold"}
    return changed


def at(config, where):
    """What holds the last part of a dotted path, and that part as a key or an index."""
    *parents, last = where.split(".")
    for key in parents:
        config = config[key]
    return config, int(last) if isinstance(config, list) else last


def put(config, where, value):
    """Set the value at a dotted path."""
    holder, key = at(config, where)
    holder[key] = value


def refusal(config):
    """The one sentence with which a config is refused."""
    with pytest.raises(OptionError) as caught:
        experiments(config)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


UNKNOWN_KEYS = [
    ("sede", "config", "seed"),
    ("data.foldr", "data", "folder"),
    ("recipes.fast.epoch", "recipes.fast", "epochs"),
    ("recipes.workstation.augmentation.flop", "recipes.workstation.augmentation", "flip"),
    ("attacks.lira.lirra", "attacks.lira", "lira"),
    ("attacks.lira.lira.varaince", "attacks.lira.lira", "variance"),
    ("catalogue.targeted.figure", "catalogue.targeted", "figures"),
    ("catalogue.targeted.shown.atack", "catalogue.targeted.shown", "attack"),
    ("catalogue.targeted.scales.smok", "catalogue.targeted.scales", "smoke"),
    (f"{SMOKE}.modles", SMOKE, "models"),
    (f"{SMOKE}.data.trian", f"{SMOKE}.data", "train"),
    (f"{SMOKE}.game.membrship", f"{SMOKE}.game", "membership"),
    (f"{SMOKE}.game.membership.target", f"{SMOKE}.game.membership", "targets"),
    (f"{SMOKE}.model.cn", f"{SMOKE}.model", "cnn"),
    (f"{SMOKE}.model.cnn.widht", f"{SMOKE}.model.cnn", "width"),
]


@pytest.mark.parametrize(("key", "where", "meant"), UNKNOWN_KEYS, ids=lambda part: part)
def test_a_misspelt_key_is_named_with_its_neighbour(config, key, where, meant):
    holder, found = at(config, key)
    holder[found] = holder.pop(meant, {})
    sentence = refusal(config)
    assert sentence.startswith(f'{where}: found the key "{found}", allowed are ')
    assert sentence.endswith(f'(did you mean "{meant}"?)')


UNKNOWN_NAMES = [
    ("scale", "smok", "smoke"),
    ("experiments", ["targetd"], "targeted"),
    ("experiments", "targetd", "targeted"),
    ("device", "gpu", "cpu"),
    ("precision", "bfloat", "bfloat16"),
    ("recipes.fast.schedule", "oficial", "official"),
    ("attacks.lira.lira.variance", "shrunken", "shrunk"),
    ("catalogue.targeted.attacks.0", "lirra", "lira"),
    ("catalogue.targeted.figures.0", "rok", "roc"),
    ("catalogue.targeted.shown.attack", "rmiaa", "rmia"),
    ("catalogue.targeted.shown.baseline", "treshold", "threshold"),
    (f"{SMOKE}.data.set", "mnst", "mnist"),
    (f"{SMOKE}.game.membership.label", "randm", "random"),
    (f"{SMOKE}.recipe", "fats", "fast"),
    (f"{SMOKE}.queries.0", "identify", "identity"),
]


@pytest.mark.parametrize(("key", "value", "meant"), UNKNOWN_NAMES, ids=str)
def test_an_unknown_name_is_named_with_its_neighbour(config, key, value, meant):
    put(config, key, value)
    (found,) = value if isinstance(value, list) else [value]
    where = "catalogue.targeted.attacks" if "attacks.0" in key else key
    sentence = refusal(config)
    assert sentence.startswith(f'{where}: found "{found}", allowed are ')
    assert sentence.endswith(f'(did you mean "{meant}"?)')


VALUES = [
    ("seed", True, "found true, allowed is a whole number"),
    ("seed", "1", 'found the text "1", allowed is a whole number'),
    ("seed", 1.0, "found 1.0, allowed is a whole number"),
    ("seed", None, "found null, allowed is a whole number"),
    ("seed", -1, "found -1, allowed is 0 or more"),
    ("scale", None, "found null, allowed are smoke, laptop, workstation, paper"),
    ("experiments", None, "found null, allowed is text or a list"),
    ("experiments", [], "found [], allowed is a list of 1 or more"),
    ("experiments", ["targeted"] * 2, "allowed is a list without repetitions"),
    ("data.folder", 1, "found 1, allowed is text or null"),
    ("data.download", "yes", 'found the text "yes", allowed is true or false'),
    ("recipes", {}, "found {}, allowed is 1 or more keys"),
    ("recipes.fast.lr", "0.1", 'found the text "0.1", allowed is a finite number'),
    ("recipes.fast.lr", float("nan"), "found NaN, allowed is a finite number"),
    ("recipes.fast.lr", 0, "found 0, allowed is more than 0"),
    ("recipes.fast.epochs", float("inf"), "found Infinity, allowed is a finite number"),
    ("recipes.fast.momentum", 1, "found 1, allowed is less than 1"),
    ("recipes.fast.augmentation", None, "found null, allowed is a section of keys"),
    ("attacks.threshold", None, "found null, allowed is a section of keys"),
    ("attacks.rmia.rmia.offline_a", 2, "found 2, allowed is 1 or less"),
    ("attacks.lira_offline.lira.deviations", "shared", "allowed 'separate'"),
    ("catalogue", None, "found null, allowed is a section of keys"),
    ("catalogue.targeted", None, "found null, allowed is a section of keys"),
    ("catalogue.targeted.title", None, "found null, allowed is text"),
    ("catalogue.targeted.title", " ", 'found " ", allowed is words'),
    ("catalogue.targeted.scales.smoke", None, "found null, allowed is a section of keys"),
    (f"{SMOKE}.models", None, "found null, allowed is a whole number"),
    (f"{SMOKE}.models", 7, "found 7, allowed is a multiple of 2"),
    (f"{SMOKE}.models", 2, "found 2, allowed is 4 or more"),
    (f"{SMOKE}.models", 10**9, "found 1000000000, allowed is 1,000,000 or less"),
    (f"{SMOKE}.machine.models_per_shard", 0, "found 0, allowed is 1 or more"),
    (f"{SMOKE}.shadow_groups", [4, 16], "found 16, allowed are sizes up to models, 8"),
    (f"{SMOKE}.machine.stack", 0, "found 0, allowed is 1 or more"),
    (f"{SMOKE}.draws", 5, "found 5, allowed is 20 or more"),
    (f"{SMOKE}.game", {}, "found {}, allowed is exactly one key"),
    (f"{SMOKE}.model", {"cnn": {}, "mlp": {}}, "allowed is exactly one key"),
    (f"{SMOKE}.model.cnn", None, "found null, allowed is a section of keys"),
    (f"{SMOKE}.data.train", 601, "found 601, allowed is a multiple of 2"),
    (f"{SMOKE}.sweep", [0, 0], "found [0, 0], allowed is a list without repetitions"),
]


@pytest.mark.parametrize(("key", "value", "rest"), VALUES, ids=str)
def test_a_bad_value_is_named_with_what_is_allowed(config, key, value, rest):
    put(config, key, value)
    sentence = refusal(config)
    assert sentence.startswith(key)
    assert sentence.endswith(rest)


SWEPT = [
    ("game.copies", -1, "game.membership.copies: found -1, allowed is 0 or more"),
    ("game.copies", "x", 'game.membership.copies: found the text "x", allowed is a whole number'),
    ("game.copies", True, "game.membership.copies: found true, allowed is a whole number"),
    ("game.copies", 4.0, "game.membership.copies: found 4.0, allowed is a whole number"),
    ("game.copis", 4, 'found the key "copis", '),
    ("model.width", 0, "model.cnn.width: found 0, allowed is 1 or more"),
    ("recipe.lr", 0, "lr: found 0, allowed is more than 0"),
    ("recipe.rate", 0.1, 'found the key "rate", '),
]


@pytest.mark.parametrize(("factor", "value", "rest"), SWEPT)
def test_a_bad_swept_value_is_named_with_its_arm(config, factor, value, rest):
    put(config, SWEEP, {factor: [value]})
    del config["catalogue"]["targeted"]["scales"]["smoke"]["sweep"]
    sentence = refusal(config)
    assert sentence.startswith(f"{SWEEP}: {factor} = {value}: ")
    assert rest in sentence


@pytest.mark.parametrize(
    ("factor", "rest"),
    [
        (
            "gme.copies",
            'found "gme", allowed are data, game, model, recipe, defence (did you mean "game"?)',
        ),
        ("copies", 'found "copies", allowed are data, game, model, recipe, defence'),
        ("a.b.c.d", 'found "a.b.c.d", allowed is section.option, such as game.copies, or one word'),
        (3, "found 3, allowed is text"),
    ],
)
def test_a_swept_option_that_is_none_is_refused(config, factor, rest):
    put(config, SWEEP, {factor: [1]})
    assert refusal(config) == f"{SWEEP}: {rest}"


def test_only_one_option_is_swept(config):
    put(config, SWEEP, {"game.copies": [0], "game.targets": [1]})
    assert refusal(config).endswith("allowed is exactly one key")


@pytest.mark.parametrize(("train", "targets"), [(100, 20), (600, 500)])
def test_a_pool_must_hold_the_targets(config, train, targets):
    put(config, f"{SMOKE}.data.train", train)
    put(config, f"{SMOKE}.game.membership.targets", targets)
    assert refusal(config).endswith(
        f"targets and untargeted are {targets + 200} together, allowed are at most the {train} "
        "points of the pool"
    )


TABLE = "catalogue.attribute_sex.scales.smoke"


@pytest.mark.parametrize(
    ("key", "value", "rest"),
    [
        ("game.attribute.column", "age", "categorical column; the nearest is 'race'"),
        ("game.attribute.column", "sexx", "categorical column; the nearest is 'sex'"),
        ("data.set", "mnist", "categorical column, of which there is none"),
        ("queries", ["identity", "mirror"], 'for a table allowed ["identity"]'),
        ("recipe", "official", 'for a table allowed {"flip": false, "crop": 0}'),
        ("model", {"cnn": {"normalise": False}}, 'found "cnn", allowed are mlp'),
        ("game", {"membership": {"targets": 20, "poison": "augmented"}}, "for rows of a table"),
    ],
)
def test_what_a_table_does_not_allow_is_refused_before_anything_runs(config, key, value, rest):
    put(config, "catalogue.attribute_sex.figures", [])  # one is of attributes alone
    put(config, f"{TABLE}.{key}", value)
    sentence = refusal(config)
    assert sentence.startswith("catalogue.attribute_sex.sweep: game.copies = ")
    assert sentence.endswith(rest)


@pytest.mark.parametrize("name", ["Big", "a-b", "a/b", "", "x" * 81])
@pytest.mark.parametrize(
    "section",
    ["attacks", "catalogue", "defences", "language_models", "recipes", "reconstructors"],
)
def test_a_name_can_be_that_of_a_folder(config, section, name):
    config[section][name] = next(iter(config[section].values()))
    said = f'{section}: found "{name}", allowed is a name of lower-case letters, digits and _, 80 '
    assert refusal(config).startswith(said)


@pytest.mark.parametrize("where", ["", "data", "summaries.figure_one.canary extraction", SMOKE])
def test_a_missing_key_is_named(config, where):
    holder, _ = at(config, f"{where}.last" if where else "last")
    *_, last = holder
    del holder[last]
    assert refusal(config).startswith(f'{where or "config"}: the key "{last}" is missing, found ')


def test_a_scale_without_experiments_is_refused(config):
    config |= {"catalogue": {"targeted": config["catalogue"]["targeted"]}, "summaries": {}}
    del config["catalogue"]["targeted"]["scales"]["smoke"]
    assert refusal(config) == 'experiments: found "all", at scale smoke allowed are none'


def test_an_experiment_that_the_scale_lacks_is_refused(config):
    config["experiments"] = ["targeted_cifar100"]
    allowed = 'found "targeted_cifar100", at scale smoke allowed are attribute_sex, '
    assert refusal(config).startswith(f"experiments: {allowed}")


def test_all_stands_alone(config):
    config["experiments"] = ["all", "targeted"]
    found, allowed = '["all", "targeted"]', "all alone, or a list of other names"
    assert refusal(config) == f"experiments: found {found}, allowed is {allowed}"


def test_an_experiment_says_which_leak_it_is_of(config):
    config["catalogue"]["targeted"]["leak"] = "inferense"
    assert refusal(config) == (
        'catalogue.targeted.leak: found "inferense", allowed are '
        f'{", ".join(LEAKS)} (did you mean "inference"?)'
    )
    del config["catalogue"]["targeted"]["leak"]
    assert refusal(config).startswith('catalogue.targeted: the key "leak" is missing, found are ')


@pytest.mark.parametrize("chosen", ["targeted", ["targeted"]])
def test_experiments_are_chosen_by_name_or_list(config, chosen):
    assert list(experiments({**config, "experiments": chosen})) == ["targeted"]


@pytest.mark.parametrize("chosen", ["all", ["all"]])
def test_all_is_every_experiment_of_the_scale(config, chosen):
    at_smoke = [name for name, one in config["catalogue"].items() if "smoke" in one["scales"]]
    assert list(experiments({**config, "experiments": chosen})) == at_smoke


def test_labels_are_judged_over_numbers_of_copies_alone(config):
    put(config, SWEEP, {"recipe.epochs": [1, 2]})
    del config["catalogue"]["targeted"]["scales"]["smoke"]["sweep"]
    assert refusal(config) == (
        f'{SWEEP} (figure label_only): found "recipe.epochs", allowed are game.copies'
    )


def test_a_list_that_holds_itself_is_shown_and_a_long_value_is_cut(config):
    loop = []
    loop.append(loop)
    assert refusal({**config, "experiments": loop}).startswith("experiments")
    put(config, "scale", "s" * 20_000)
    assert len(refusal(config)) < 400
