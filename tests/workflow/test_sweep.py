"""What is swept becomes arms."""

import copy

import pytest

from truthserum.sentences import OptionError
from truthserum.settings import Repeats
from workflow.experiments import experiments
from workflow.sweep import against, arms_of, option_of, repeated

SETTINGS = {"game": {"membership": {"targets": 9, "copies": 1}}, "recipe": {"lr": 0.1}, "models": 4}
SECTIONS = ("game", "recipe", "defence")


RECIPES = {"recipe": {"fast": {"lr": 1}, "slow": {"lr": 0.01}}}


def arms(factor, /, **settings):
    found = arms_of(factor, SETTINGS | settings, SECTIONS, "here", RECIPES)
    return {value: (arm, called) for value, arm, called in found}


def test_each_value_of_an_option_is_an_arm():
    found = arms({"game.copies": [0, 8]})
    assert [arm["game"]["membership"]["copies"] for arm, _ in found.values()] == [0, 8]
    assert found[8][1] == "here: game.copies = 8"
    assert SETTINGS["game"]["membership"]["copies"] == 1


def test_a_scale_may_have_values_of_its_own():
    found = arms({"recipe.lr": [1, 2]}, sweep=[3])
    assert list(found) == [3]
    assert "sweep" not in found[3][0]


def test_a_section_without_options_is_set_itself():
    found = arms({"defence": ["none", "copies"]})
    assert [arm["defence"] for arm, _ in found.values()] == ["none", "copies"]


def test_a_variant_changes_several_options():
    variants = {
        "plain": {},
        "long": {"recipe.epochs": 9, "game.copies": 0},
        "other": {"recipe.lr": 2},
    }
    found = arms({"variant": variants}, sweep=["plain", "long"])
    assert list(found) == ["plain", "long"]
    assert found["plain"][0]["recipe"] == {"lr": 0.1}
    assert found["long"][0]["recipe"] == {"lr": 0.1, "epochs": 9}
    assert found["long"][0]["game"]["membership"]["copies"] == 0
    assert found["long"][1] == "here: variant = long"


def test_a_name_stands_for_a_section():
    found = arms({"recipe": ["fast", "slow"]})
    assert [arm["recipe"] for arm, _ in found.values()] == [{"lr": 1}, {"lr": 0.01}]


@pytest.mark.parametrize("options", [("recipe", "recipe.epochs"), ("recipe.epochs", "recipe")])
def test_a_variant_may_change_options_of_what_it_names(options):
    values = {"recipe": "fast", "recipe.epochs": 3}
    found = arms({"variant": {"a": {key: values[key] for key in options}, "b": {}}})
    assert found["a"][0]["recipe"] == {"lr": 1, "epochs": 3}
    assert RECIPES["recipe"]["fast"] == {"lr": 1}


@pytest.mark.parametrize(
    ("sweep", "settings", "sentence"),
    [
        ({"recipe": ["fats"]}, {}, 'here.recipe: found "fats", allowed are fast, slow (did you'),
        (
            {"variant": {"a": {"defence.share": 1}}},
            {"defence": "losses"},
            'here.defence: found "losses", allowed is a section of keys where one of its options',
        ),
        ({"model.width": [1]}, {}, 'here: found "model", allowed are game, recipe, defence'),
        (
            {"variant": {"a": {"modl.x": 1}}},
            {},
            'here: found "modl", allowed are game, recipe, defence',
        ),
        ({"variant": {"a": {}}}, {"sweep": ["b"]}, 'here.variant: found "b", allowed are a'),
    ],
)
def test_what_cannot_be_swept_is_refused(sweep, settings, sentence):
    with pytest.raises(OptionError) as caught:
        arms(sweep, **settings)
    assert str(caught.value).startswith(sentence)


def test_arms_are_called_by_the_last_part():
    assert option_of({"game.copies": [1]}) == "copies"
    assert option_of({"variant": {}}) == "variant"


def test_arms_are_run_again_with_other_seeds():
    assert repeated(Repeats([3, 4], [8]), 1, [0, 8], "here") == [(8, 3), (8, 4)]
    with pytest.raises(OptionError, match=r"here\.seeds: found 3, allowed are others"):
        repeated(Repeats([3, 4], [8]), 3, [0, 8], "here")
    with pytest.raises(OptionError, match=r"here\.arms: found 4, allowed are 0, 8"):
        repeated(Repeats([3], [4]), 1, [0, 8], "here")


def smaller_targeted(written, smaller):
    config = {**copy.deepcopy(written), "scale": "smoke", "experiments": "targeted"}
    repeats = {"seeds": [7], "arms": [0], "smaller": smaller}
    config["catalogue"]["targeted"]["scales"]["smoke"]["repeats"] = repeats
    return experiments(config)["targeted"]


def test_arms_that_are_run_again_may_be_smaller(written):
    smaller = {"models": 6, "shadow_groups": [6], "game.targets": 5}
    found = smaller_targeted(written, smaller)
    assert list(found.repeats) == ["copies-0-seed-7"]
    again, first = found.repeats["copies-0-seed-7"].settings, found.arms["copies-0"].settings
    assert (again["models"], again["game"]["membership"]["targets"], again["seed"]) == (6, 5, 7)
    assert (first["models"], first["game"]["membership"]["targets"]) == (8, 20)
    changed = {"models", "shadow_groups", "game", "seed"}
    assert {key for key in first if first[key] != again[key]} == changed


@pytest.mark.parametrize(
    ("smaller", "sentence"),
    [
        ({"models": 6}, r"smaller: shadow_groups: found 8, allowed are sizes up to models, 6"),
        ({"models": 6.5}, r"smaller: models: found 6\.5"),
        ({"game.target": 6}, r"smaller: .*game.*target"),
        ({"modles": 6}, r"smaller: .*modles"),
    ],
)
def test_what_is_smaller_is_checked_as_what_is_run_first(written, smaller, sentence):
    with pytest.raises(OptionError, match=sentence):
        smaller_targeted(written, smaller)


def test_without_a_comparison_there_is_no_figure_of_differences(written):
    config = {**copy.deepcopy(written), "scale": "smoke", "experiments": "targeted"}
    assert "differences" in experiments(config)["targeted"].figures
    config["catalogue"]["targeted"]["scales"]["smoke"]["sweep"] = [3]
    assert "differences" not in experiments(config)["targeted"].figures


def test_without_other_seeds_there_is_no_figure_of_them(written):
    config = {**copy.deepcopy(written), "scale": "smoke", "experiments": "targeted"}
    assert "seeds" not in experiments(config)["targeted"].figures
    smoke = config["catalogue"]["targeted"]["scales"]["smoke"]
    smoke["repeats"] = {"seeds": [7], "arms": [3]}
    assert "seeds" in experiments(config)["targeted"].figures


def test_arms_are_compared_with_the_first_or_with_what_is_said():
    sweep = {"variant": {"none": {}, "long_none": {}, "long": {}, "short": {}}}
    assert against(sweep, None, ["none", "long"], "here") == {"long": "none"}
    compare = {"long": "long_none", "short": "long"}
    everything = ["none", "long_none", "long", "short"]
    expected = {"long_none": "none", "long": "long_none", "short": "long"}
    assert against(sweep, compare, everything, "here") == expected
    # what is not run is compared with nothing
    assert against(sweep, compare, ["none", "long"], "here") == {}
    with pytest.raises(OptionError, match=r'here: found "lng_none", .* mean "long_none"'):
        against(sweep, {"long": "lng_none"}, everything, "here")
