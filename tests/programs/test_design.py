import re

import numpy as np
import pytest

from truthserum.data.images import Images
from truthserum.inference.games.membership import Membership
from truthserum.seeds import experiment_seed


def test_the_file_is_the_games_design(arm):
    images = Images.load(arm.data)
    game = Membership(targets=10, copies=2, untargeted=40)
    expected = game.design(images, experiment_seed(7, "tiny"))
    with np.load(arm.design, allow_pickle=False) as found:
        assert set(found) == set(vars(expected))
        for name, value in vars(expected).items():
            assert (found[name] == value).all(), name


def test_the_same_settings_give_the_same_bytes(arm, call, tmp_path):
    settings, options = arm.designing()
    again = tmp_path / "again.npz"
    assert call("design", (settings, options | {"output": again})) is None
    assert again.read_bytes() == arm.design.read_bytes()


def test_another_experiment_has_other_targets(arm, call, tmp_path):
    settings, options = arm.designing()
    other = tmp_path / "other.npz"
    asked = settings | {"experiment": "other"}, options | {"output": other}
    assert call("design", asked) is None
    with np.load(arm.design) as ours, np.load(other) as theirs:
        assert set(ours["targets"]) != set(theirs["targets"])


@pytest.mark.parametrize(
    ("game", "message"),
    [
        ({"membership": {"targets": 121}}, "design: membership: targets and untargeted are 121"),
        ({"membership": {"target": 1}}, 'game.membership: found the key "target".* mean "targets"'),
        ({"member": {}}, 'design: game: found the key "member", allowed are'),
        ({}, "design: game: found {}, allowed is exactly one key"),
        ({"membership": {}, "other": {}}, "allowed is exactly one key"),
    ],
)
def test_a_users_error_is_one_line(arm, call, tmp_path, game, message):
    settings, options = arm.designing()
    error = call("design", (settings | {"game": game}, options | {"output": tmp_path / "d.npz"}))
    assert re.search(message, error)
    assert "\n" not in error
    assert not list(tmp_path.iterdir())
