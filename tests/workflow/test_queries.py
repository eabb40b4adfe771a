"""Models are asked about images as their training showed them, and all of an experiment alike."""

import copy

import pytest

from truthserum.sentences import OptionError
from workflow.experiments import experiments

SWEEP = "catalogue.targeted.sweep"


@pytest.fixture
def refusal(written):
    """How the experiment is refused with these queries and named arms; None where it is not."""

    def read(queries, **arms):
        config = {**copy.deepcopy(written), "scale": "smoke", "experiments": ["targeted"]}
        entry = config["catalogue"]["targeted"]
        # without figures of copies
        entry |= {"figures": ["roc"], "sweep": {"variant": arms}}
        entry["scales"]["smoke"]["queries"] = queries
        del entry["scales"]["smoke"]["sweep"]
        try:
            experiments(config)
        except OptionError as error:
            return str(error)
        return None

    return read


def test_a_query_that_training_never_showed_is_refused(refusal):
    """A mirrored image is noise to a model that was trained without flips, in whichever arm."""
    flips = {"recipe.augmentation": {"flip": True}}
    crops = {"recipe.augmentation": {"crop": 1}}
    assert refusal(["identity", "mirror"], flips=flips) is None
    assert refusal(["identity"], flips=flips, crops=crops) is None
    assert refusal(["identity", "mirror"], flips=flips, crops=crops) == (
        f'{SWEEP}: variant = crops: queries: found ["identity", "mirror"], allowed is '
        '["identity"], as no image is mirrored in training (recipe.augmentation.flip)'
    )


def test_all_arms_of_an_experiment_are_asked_alike(refusal):
    sentence = refusal(["identity"], asked={"queries": ["identity"]})
    assert sentence.startswith(f'{SWEEP}: found "queries", allowed are ')
