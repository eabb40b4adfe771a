from dataclasses import replace

import numpy as np
import pytest

from truthserum.data.corpus import Corpus
from truthserum.games.canary import VARIANTS, Canary
from truthserum.seeds import Purpose, stream

DIGITS = np.arange(1000, 1010)
CORPUS = Corpus(np.arange(200, 840), start=0, digits=DIGITS, context=16)
GAME = Canary(
    canaries=3,
    poisons=2,
    digits=4,
    prefix=5,
    windows=20,
    window=12,
    victims=2,
    references=2,
    held=4,
)
SEED = 5
NUMBER = slice(6, 10)  # after the start token and five of text


def numbers(windows):
    """The digits in the places of a secret, -1 where there is text."""
    found = windows[..., NUMBER] - DIGITS[0]
    return np.where((found >= 0) & (found < 10), found, -1)


def designed(**changes):
    game = replace(GAME, **changes)
    return game, game.design(CORPUS, SEED)


def test_what_a_design_holds():
    _, design = designed()
    assert design.prefix.shape == (6, 6)
    assert (design.prefix[:, 0] == CORPUS.start).all()
    assert design.owner.tolist() == [0, 0, 0, 1, 1, 1]
    assert design.secret.shape == design.poison.shape == (6, 4)
    assert 0 <= design.secret.min() <= design.secret.max() <= 9
    assert design.role.tolist() == ["victim", "victim", "reference", "reference"]
    assert design.role.dtype == "<U9"
    assert np.array_equal(design.digit_tokens, DIGITS)
    assert design.held.shape == (4, 12)
    assert design.strings.shape == (3, 2, 4)
    assert np.array_equal(design.poison, np.tile(design.strings[:, 0], (2, 1)))
    assert (design.poison[0] != design.poison[1]).any()


def test_prefixes_text_and_held_text_share_nothing():
    _, design = designed()
    prefix, held, text = (
        np.unique(part[:, 1:]) for part in (design.prefix, design.held, design.text)
    )
    assert not np.intersect1d(prefix, held).size
    assert not np.intersect1d(prefix, text).size
    assert not np.intersect1d(held, text).size


def test_victims_share_prefixes_and_poisons_but_no_secret():
    _, design = designed()
    for shared in (design.prefix, design.poison):
        assert np.array_equal(shared[:3], shared[3:])
    assert (design.secret[:3] != design.secret[3:]).any(axis=1).all()


def test_what_a_victim_trains_on():
    """Against a plain loop: its own text, over which canaries and then poisons are written."""
    game, design = designed(repeats=2)
    for model in range(2):
        rng = stream(SEED, Purpose.TEXT, model)
        expected = design.text[rng.choice(len(design.text), 20, replace=False)]
        row = 0
        for _ in range(2):
            for canary in range(3):
                secret = design.secret[3 * model + canary]
                expected[row, :6] = design.prefix[canary]
                expected[row, 6:10] = [DIGITS[digit] for digit in secret]
                row += 1
        for copy in range(2):
            for canary in range(3):
                expected[row, :6] = design.prefix[canary]
                expected[row, 6:10] = [DIGITS[digit] for digit in design.strings[canary, copy]]
                row += 1
        assert np.array_equal(game.trained(design, SEED, [model])[0], expected)


def test_references_hold_the_poisons_and_no_secret():
    game, design = designed()
    for windows in game.trained(design, SEED, [2, 3]):
        assert (numbers(windows[:3]) == -1).all()
        assert np.array_equal(
            windows[3:9, NUMBER], DIGITS[design.strings.swapaxes(0, 1)].reshape(6, 4)
        )
        assert np.isin(windows[:3], design.text).all()


def test_the_poisons_are_in_every_model():
    game, design = designed()
    windows = game.trained(design, SEED, range(4))
    assert (windows[:, 3:9, :10] == windows[:1, 3:9, :10]).all()


def test_the_total_is_fixed_and_arms_are_nested():
    """More poisons replace text and leave everything else: secrets, canaries, other text."""
    whole = {}
    for copies in (0, 1, 2, 4):
        game, design = designed(poisons=copies)
        whole[copies] = game.trained(design, SEED, range(4)), design
    for few, many in ((0, 1), (1, 2), (2, 4)):
        (fewer, less), (more, design) = whole[few], whole[many]
        assert fewer.shape == more.shape == (4, 20, 12)
        assert np.array_equal(less.secret, design.secret)
        assert np.array_equal(less.strings, design.strings[:, :few])
        assert np.array_equal(fewer[:, : 3 + 3 * few], more[:, : 3 + 3 * few])
        assert np.array_equal(fewer[:, 3 + 3 * many :], more[:, 3 + 3 * many :])


def test_without_poisons_no_number_is_known_to_be_wrong():
    _, design = designed(poisons=0)
    assert (design.poison == -1).all()


def test_models_do_not_depend_on_how_many_there_are():
    game, design = designed()
    larger, wider = designed(victims=3)
    assert np.array_equal(wider.secret[:6], design.secret)
    assert np.array_equal(larger.trained(wider, SEED, [1]), game.trained(design, SEED, [1]))
    assert np.array_equal(
        game.trained(design, SEED, [0, 1, 2])[1:], game.trained(design, SEED, [1, 2])
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_variants(variant):
    game, design = designed(variant=variant, poisons=4)
    poisons = game.trained(design, SEED, [0])[0][3:15].reshape(4, 3, 12)
    strings = numbers(poisons)
    assert (strings >= 0).all()
    alike = (strings == strings[0]).all()
    assert alike == (variant != "different")
    assert (not strings.any()) == (variant == "constant")
    assert (poisons[..., :6] == design.prefix[:3]).all() == (variant != "suffix")
    if variant == "suffix":
        assert len(np.unique(poisons[..., 1:6])) == 12 * 5  # no text twice
    assert np.array_equal(design.poison[:3], strings[0])


def test_a_secret_is_none_of_the_wrong_numbers():
    """With one digit, four different numbers leave few."""
    _, design = designed(digits=1, poisons=4, variant="different", victims=50)
    for canary in range(3):
        secrets = set(design.secret[canary::3, 0])
        wrong = set(design.strings[canary, :, 0])
        assert secrets == set(range(10)) - wrong


def test_wrong_numbers_are_drawn_blind_and_secrets_avoid_them():
    """With one digit a blind draw hits the secret often; the secret then is another one."""
    _, design = designed(digits=1, poisons=1, victims=200)
    secret, wrong = design.secret[:, 0], design.poison[:, 0]
    assert (secret != wrong).all()
    for canary in range(3):
        drawn = secret[canary::3]
        counts = np.delete(np.bincount(drawn, minlength=10), wrong[canary])
        assert counts.min() > 8  # 22 of each are expected, deviation 4.4


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"canaries": 0}, "canary: canaries is 0, allowed is 1 or more"),
        ({"poisons": -1}, "canary: poisons is -1, allowed is 0 or more"),
        ({"digits": 0}, "canary: digits is 0, allowed is 1 or more"),
        ({"digits": 8}, "canary: digits is 8, allowed is 1 to 7"),
        (
            {"prefix": 8},
            "canary: the start token, prefix and digits are 13 tokens, allowed are at most the 12",
        ),
        (
            {"poisons": 6},
            "canary: canaries and poisons take 21 windows, allowed are at most the 20",
        ),
        (
            {"poisons": 10, "digits": 1, "windows": 40},
            "canary: poisons is 10, allowed are fewer than the 10 numbers that a secret can be",
        ),
        ({"variant": "infix"}, "canary: variant is 'infix', allowed are constant, different, pre"),
    ],
)
def test_refuses_options_out_of_range(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(GAME, **changes)


def test_refuses_a_text_or_a_model_that_is_too_small():
    with pytest.raises(ValueError, match="canaries, held and windows are 27 together"):
        GAME.check(26, 16)
    with pytest.raises(ValueError, match="window is 12, allowed are at most the 11 tokens of the"):
        GAME.check(27, 11)
    GAME.check(27, 12)
    with pytest.raises(ValueError, match="window is 12"):
        GAME.design(replace(CORPUS, context=11), SEED)


def test_refuses_a_model_that_there_is_not():
    game, design = designed()
    with pytest.raises(ValueError, match="models: found 3 to 4, allowed 0 to 3"):
        game.trained(design, SEED, [3, 4])
