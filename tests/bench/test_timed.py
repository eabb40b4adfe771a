from pathlib import Path

import pytest

from truthserum.bench.timed import Timed
from truthserum.options import checked
from truthserum.sentences import OptionError
from truthserum.settings import SCALES
from truthserum.storage.written import section

ENTRIES = section(Path(__file__).parents[2] / "resources" / "bench.yaml")


@pytest.mark.parametrize("name", ENTRIES)
def test_every_contest_of_the_project_is_described(name):
    timed = checked(Timed, ENTRIES[name], name)
    assert timed.task == ENTRIES[name]["task"]
    assert timed.scales == tuple(ENTRIES[name].get("scales", SCALES))
    assert bool(timed.data) == ("data" in ENTRIES[name])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scalez": ["laptop"]}, 'lira: found the key "scalez", allowed are after, data, scales'),
        ({"scales": ["desktop"]}, 'lira.scales.0: found "desktop", allowed are smoke, laptop'),
        ({"data": {"set": "mnist"}}, 'lira.data: the key "train" is missing'),
        ({"task": {}}, "lira.task: found {}, allowed is 1 or more keys"),
        ({"table": "benches"}, 'lira.table: found "benches", allowed are bench, gpu_check'),
    ],
)
def test_what_is_no_contest_is_one_sentence(changes, sentence):
    with pytest.raises(OptionError) as error:
        checked(Timed, ENTRIES["lira"] | changes, "lira")
    assert str(error.value).startswith(sentence)
