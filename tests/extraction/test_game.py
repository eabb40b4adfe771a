from dataclasses import replace

import numpy as np
import pytest

from truthserum.data.corpus import Corpus
from truthserum.extraction.game import VARIANTS, Canary
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
    references=1,
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
    assert design.secret.shape == (6, 4)
    assert 0 <= design.secret.min() <= design.secret.max() <= 9
    assert design.role.tolist() == ["victim", "victim", "reference", "reference"]
    assert design.role.dtype == "<U9"
    assert design.victim.tolist() == [0, 1, 0, 1]
    assert [design.references(victim).tolist() for victim in (0, 1)] == [[2], [3]]
    assert np.array_equal(design.digit_tokens, DIGITS)
    assert design.held.shape == (4, 12)
    assert design.strings.shape == (6, 2, 4)
    for drawn in (design.prefix, design.secret, design.strings[:, 0]):
        assert len(np.unique(drawn, axis=0)) == 6


def test_prefixes_text_and_held_text_share_nothing():
    _, design = designed()
    prefix, held, text = (
        np.unique(part[:, 1:]) for part in (design.prefix, design.held, design.text)
    )
    assert not np.intersect1d(prefix, held).size
    assert not np.intersect1d(prefix, text).size
    assert not np.intersect1d(held, text).size


def test_canaries_are_the_same_however_many_are_in_a_victim():
    """Six in one, three in each of two, one in each of six: the models' text differs alone."""
    _, crowded = designed(canaries=6, victims=1)
    for canaries, victims in ((3, 2), (2, 3), (1, 6)):
        game, design = designed(canaries=canaries, victims=victims)
        assert design.owner.tolist() == np.repeat(range(victims), canaries).tolist()
        for name in ("prefix", "secret", "strings", "held", "text"):
            assert np.array_equal(getattr(design, name), getattr(crowded, name))
        assert game.poison_share == pytest.approx(canaries * 2 / 20)


def test_the_share_of_poison_is_what_the_windows_hold():
    game, design = designed(poisons=4)
    held = (numbers(game.trained(design, SEED, [0])[0]) >= 0).all(axis=1)
    assert (held.sum() - game.canaries) / game.windows == game.poison_share


def test_what_a_victim_trains_on():
    """Against a plain loop: its own text, over which canaries and then poisons are written."""
    game, design = designed(repeats=2)
    for model in range(2):
        mine = range(3 * model, 3 * model + 3)
        rng = stream(SEED, Purpose.TEXT, model)
        expected = design.text[rng.choice(len(design.text), 20, replace=False)]
        row = 0
        for _ in range(2):
            for canary in mine:
                secret = design.secret[canary]
                expected[row, :6] = design.prefix[canary]
                expected[row, 6:10] = [DIGITS[digit] for digit in secret]
                row += 1
        for copy in range(2):
            for canary in mine:
                expected[row, :6] = design.prefix[canary]
                expected[row, 6:10] = [DIGITS[digit] for digit in design.strings[canary, copy]]
                row += 1
        assert np.array_equal(game.trained(design, SEED, [model])[0], expected)


def test_references_hold_the_poisons_of_their_victim_and_no_secret():
    game, design = designed(references=2)
    for model in range(2, 6):
        victim, windows = game.trained(design, SEED, [model % 2, model])
        assert (numbers(windows[:3]) == -1).all()
        assert np.isin(windows[:3], design.text).all()
        assert np.array_equal(windows[3:9, :10], victim[3:9, :10])
        strings = design.strings[design.owner == model % 2]
        assert np.array_equal(numbers(windows[3:9]), strings.swapaxes(0, 1).reshape(6, 4))


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


def test_models_do_not_depend_on_how_many_there_are():
    game, design = designed()
    larger, wider = designed(references=3)
    assert np.array_equal(wider.secret, design.secret)
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
    assert np.array_equal(design.strings[:3, 0], strings[0])


@pytest.mark.parametrize("poisons", [0, 2])
def test_other_numbers_stand_in_the_text_alone(poisons):
    """Each in a window of its own, the same whatever the poisons are; all else is as without."""
    game, design = designed(poisons=poisons)
    plain, richer = (replace(game, others=n).trained(design, SEED, [0, 1]) for n in (0, 5))
    found = numbers(richer)[:, 3:8]
    assert (found >= 0).all()
    assert len(np.unique(found.reshape(-1, 4), axis=0)) == 10
    with_none = replace(game, poisons=0, others=5)
    alike = with_none.trained(designed(poisons=0)[1], SEED, [0, 1])
    assert np.array_equal(numbers(alike)[:, 3:8], found)
    without = np.delete(richer, range(3, 8), axis=1)
    assert np.array_equal(without[:, :3], plain[:, :3])
    assert np.array_equal(numbers(without), numbers(plain)[:, : 20 - 5])
    kept = np.ones(12, bool)
    kept[NUMBER] = False
    own = designed(poisons=0)[0].trained(designed(poisons=0)[1], SEED, [0, 1])
    assert np.array_equal(richer[:, 3:8][..., kept], own[:, 3:8][..., kept])


def test_a_secret_is_none_of_the_wrong_numbers():
    """With one digit, four different numbers leave few."""
    _, design = designed(digits=1, poisons=4, variant="different", canaries=1, victims=34)
    assert not (design.secret[:, None] == design.strings).any()
    assert len(set(design.secret[:, 0])) > 7


def test_wrong_numbers_are_drawn_blind_and_secrets_avoid_them():
    """With one digit a blind draw hits the secret often; the secret then is another one."""
    game = replace(GAME, digits=1, poisons=1, canaries=1, windows=2)
    ahead = np.zeros(10, int)  # of the wrong digit, modulo 10
    for seed in range(20):
        design = replace(game, victims=50).design(CORPUS, seed)
        ahead += np.bincount((design.secret - design.strings[:, 0])[:, 0] % 10, minlength=10)
    assert ahead[0] == 0
    assert ahead[1:].min() > 70  # 111 of each are expected, deviation 9.9


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"canaries": 0}, "canaries: found 0, allowed is 1 or more"),
        ({"poisons": -1}, "poisons: found -1, allowed is 0 or more"),
        ({"digits": 0}, "digits: found 0, allowed is 1 or more"),
        ({"digits": 8}, "digits: found 8, allowed is 7 or less"),
        (
            {"prefix": 8},
            "window: the start token, prefix and digits are 13 tokens, allowed are at most the 12",
        ),
        (
            {"poisons": 6},
            "windows: canaries, poisons and others take 21, allowed are at most the 20",
        ),
        (
            {"poisons": 10, "digits": 1, "windows": 40},
            "poisons: found 10, allowed are fewer than the 10 numbers that a secret can be",
        ),
        (
            {"variant": "infix"},
            'variant: found "infix", allowed are prefix, different',
        ),
    ],
)
def test_refuses_options_out_of_range(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(GAME, **changes)


def test_refuses_a_text_or_a_model_that_is_too_small():
    with pytest.raises(ValueError, match="canaries, held and windows are 30 together"):
        GAME.check(29, 16)
    with pytest.raises(ValueError, match="window is 12, allowed are at most the 11 tokens of the"):
        GAME.check(30, 11)
    GAME.check(30, 12)
    with pytest.raises(ValueError, match="window is 12"):
        GAME.design(replace(CORPUS, context=11), SEED)


def test_refuses_a_model_that_there_is_not():
    game, design = designed()
    with pytest.raises(ValueError, match="models: found 3 to 4, allowed 0 to 3"):
        game.trained(design, SEED, [3, 4])
