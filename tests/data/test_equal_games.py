"""No point that counts as a non-member has the content of a row that the model was trained on."""

from pathlib import Path

import numpy as np
import pytest

from truthserum.data.catalogue import IMAGE_SETS, TABLE_SETS
from truthserum.data.corpus import Corpus
from truthserum.data.images import Images
from truthserum.data.load import load_embedded
from truthserum.data.tabular import Column, Table
from truthserum.extraction.game import Canary
from truthserum.inference.games.attribute import Attribute
from truthserum.inference.games.membership import Membership
from truthserum.inference.games.untargeted import Untargeted

MODELS, SEED, SIZE = range(6), 3, 4000
RESOURCES = Path(__file__).resolve().parents[2] / "resources"
SHIPPED = {
    name: known
    for name, known in (IMAGE_SETS | TABLE_SETS).items()
    if known.embedded and known.name == name
}


def twins(columns=()):
    """120 records of which 40 are different and 30 have both labels, as images or as a table."""
    rng = np.random.default_rng(8)
    of, y = rng.integers(0, 40, 120), rng.integers(0, 2, 120)
    x = rng.integers(0, 2, (40, 9))
    x[:, 0] = np.arange(40)
    if columns:
        x = x[of][:, :2].astype(np.float32)
        return Table(x, y, x[:20], y[:20], 2, columns)
    return Images(x[of].astype(np.uint8).reshape(-1, 1, 3, 3), y, np.zeros((0, 1, 3, 3), np.uint8),
                  y[:0], 2)  # fmt: skip


COLUMNS = (Column("age"), Column("sex", ("Female", "Male")))
DATA = {"twins": twins, "twin_rows": lambda: twins(COLUMNS)} | {
    name: lambda known=known: load_embedded(known, RESOURCES).data
    for name, known in SHIPPED.items()
}


@pytest.fixture(scope="module", params=DATA)
def data(request):
    found = DATA[request.param]()
    size = min(len(found.train_y), SIZE)
    return found.first(size, min(len(found.test_y), 400))


def trained_on_non_members(data, game):
    """(decisions on non-members that are about what the model was trained on, all of these)."""
    design, size = game.design(data, SEED), len(data.train_y)
    x = np.concatenate([data.train_x, design.extra_x])
    y = np.concatenate([data.train_y, design.extra_y])
    keys = [(row.tobytes(), int(label)) for row, label in zip(x, y, strict=True)]
    trained = game.trained(size, design, SEED, MODELS)
    wrong = total = 0
    for own in trained:
        held = {keys[row] for row in np.flatnonzero(own)}
        absent = design.asked[~own[design.asked]]
        wrong, total = wrong + sum(keys[row] in held for row in absent), total + len(absent)
    assert trained.sum(axis=1).max() <= game.rows(size, data.columns)
    return wrong, total


def games(data):
    few = len(data.train_y) < 1000
    targets, pool = (6, 20) if few else (200, 2000)
    for label in ("random", "next"):
        yield Membership(targets, copies=2, label=label)
    yield Membership(targets)
    for label in ("random", "next", "one", "correct", "none"):
        yield Untargeted(pool, share=0.4, label=label)
    yield Untargeted(pool, share=0.05, label="random", target_class=1)
    if not data.columns:
        yield Untargeted(pool, share=0.05, label="correct", target_class=1, collision=0.05)
    if data.columns and not few:
        yield Attribute(targets, "sex", copies=2)
        yield Attribute(50, "relationship", copies=1)


def test_no_non_member_is_among_the_rows_trained_on(data):
    for game in games(data):
        wrong, total = trained_on_non_members(data, game)
        assert wrong == 0, game
        assert total > 0, game


def test_near_copies_are_nobody_elses_image(data):
    if not data.columns and len(data.train_y) > 1000:
        game = Membership(200, copies=4, poison="augmented")
        assert trained_on_non_members(data, game)[0] == 0


def test_correct_copies_are_the_target_itself_by_design(data):
    """What the control is: a model without the target was trained on its copies."""
    wrong, total = trained_on_non_members(
        data, Membership(6, copies=1, label="correct", untargeted=0)
    )
    assert wrong == total > 0


def test_no_two_windows_of_a_text_begin_alike():
    """Else a canary's prefix, which the adversary poisons, could be that of another one."""
    rng = np.random.default_rng(4)
    text = rng.integers(20, 23, (300, 7))
    corpus = Corpus(text.ravel(), start=0, digits=np.arange(10, 20), context=8)
    game = Canary(canaries=6, digits=2, prefix=4, windows=40, window=8, held=10, victims=1)
    design = game.design(corpus, SEED)
    windows = [*design.prefix, *design.held[:, :5], *design.text[:, :5]]
    assert len({window.tobytes() for window in windows}) == len(windows) > 56
