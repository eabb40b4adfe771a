"""What no machine does in a year is refused by the option that makes it so."""

import pytest

from truthserum.data.catalogue import SETS
from truthserum.data.tabular import Encoding
from truthserum.models.size import Size
from truthserum.work import MOST_ROWS, MOST_SHARDS, MOST_STEPS, Work, shape_of

KEYS = {"models": "models", "steps": "recipe.epochs", "records": "recipe.batch", "products": "net"}
USUAL = {
    "models": 100,
    "rows": 1000,
    "steps": 1000,
    "records": 100,
    "size": Size(10_000, 1_000_000),
}


def test_the_products_of_each_stage():
    work = Work(models=2, steps=3, records=5, size=Size(7, 11), asked=13, seen=17, attacked=19)
    assert work.products == {"train": 3 * 2 * 3 * 5 * 11, "observe": 13 * 11, "measure": 19}
    assert work.bytes == 2 * 7 * 4 + 17 * 8


def test_of_a_network_that_is_not_known_nothing_is_said():
    work = Work(models=2, steps=3, records=5, seen=17)
    work.check()
    assert work.products is None
    assert work.bytes == 17 * 8


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"steps": 10 * MOST_STEPS}, r"^recipe.epochs: found what makes 1e\+10 steps of each"),
        ({"rows": MOST_ROWS + 1}, r"^game: found what makes 1,000,001 rows to train on"),
        ({"models": 10**14}, r"^models: found what makes 3e\+25 multiplications, allowed are up"),
        ({"records": 10**14}, r"^recipe.batch: found what makes 3e\+25 multiplications"),
        (
            {"size": Size(1, 10**18)},
            r"^net: found what makes 3e\+25 mult.* machine does in a year$",
        ),
    ],
)
def test_what_cannot_end_is_refused_by_its_key(changes, sentence):
    Work(**USUAL, keys=KEYS).check()
    with pytest.raises(ValueError, match=sentence):
        Work(**(USUAL | changes), keys=KEYS).check()


def test_more_jobs_than_snakemake_can_plan_are_refused():
    work = Work(models=MOST_SHARDS * 2)
    work.check(per_shard=2)
    sentence = "machine.models_per_shard: found 1, with 100,000 models 100,000 jobs, allowed are"
    with pytest.raises(ValueError, match=sentence):
        work.check(per_shard=1)


def test_records_have_the_shape_that_a_network_sees():
    assert shape_of(SETS["mnist"]) == (1, 28, 28)
    adult = SETS["adult"]
    numeric = sum(not column.levels for column in adult.columns)
    encoding = Encoding(adult.columns, (0.0,) * numeric, (1.0,) * numeric)
    assert shape_of(adult) == (encoding.features,)
