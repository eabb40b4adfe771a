import pytest

from truthserum import registry
from truthserum.data.catalogue import SETS
from truthserum.options import checked
from truthserum.sentences import OptionError
from truthserum.settings import Images, Labelled, Machine, Part

LEAKS = {name: registry.load("experiment", name) for name in registry.names("experiment")}


@pytest.mark.parametrize("name", SETS)
def test_a_part_is_as_large_as_the_set_at_most(name):
    full = SETS[name].full
    assert Part(name, full.train, full.test).train == full.train
    for train, test, key in ((full.train + 1, 1, "train"), (1, full.test + 1, "test")):
        with pytest.raises(OptionError, match=rf"Part\.{key}: found \d+, allowed 1 to \d+ "):
            Part(name, train, test)


def test_what_has_no_images_is_no_set_of_images():
    assert Labelled("adult", 2, 1).set == "adult"
    for kind, name in ((Images, "adult"), (Labelled, "enwiki")):
        with pytest.raises(OptionError, match=f'set: found "{name}", allowed are '):
            kind(name, 2, 1)


def test_a_machine_trains_one_model_at_a_time_where_nothing_is_said():
    assert checked(Machine, {"models_per_shard": 8}, "machine") == Machine(8, memory=5000, stack=1)
    with pytest.raises(OptionError, match='machine: the key "models_per_shard" is missing'):
        checked(Machine, {"stack": 2}, "machine")


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_says_what_the_workflow_asks(leak):
    experiment = LEAKS[leak]
    assert list(experiment.stages)[-1] == "measure"
    assert "metrics" in registry.load("columns", leak)
    assert set(experiment.known) <= set(experiment.sections)
    assert set(experiment.stages) <= {"design", "train", "observe", "measure"}
