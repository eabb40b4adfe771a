"""What a canary experiment costs, by arithmetic, is what is built and trained."""

import pytest

from truthserum.extraction.models.gpt import Gpt
from truthserum.extraction.settings import LanguageModel
from truthserum.models.size import size_of

RECIPE = {"epochs": 1, "batch": 16, "lr": 0.003}
TEXT = {"set": "enwiki", "train": 4, "test": 4}


def test_the_size_of_a_language_model_is_that_of_what_is_built():
    architecture = Gpt(layers=2, width=8, heads=2, context=5)
    net, size = architecture.build(11), size_of(architecture, 11)
    assert size.parameters == sum(parameter.numel() for parameter in net.parameters())
    kernels = [p.numel() for name, p in net.named_parameters() if p.ndim == 2 and "blocks" in name]
    # each token meets every weight of the blocks, 5 keys and values of each block, all tokens
    assert size.products == sum(kernels) + 2 * 2 * 5 * 8 + 11 * 8


def test_what_is_not_known_has_no_size():
    assert size_of(object(), 11) is None


def test_what_no_job_has_room_for_is_refused():
    model = {"gpt": {"width": 100_000, "layers": 12}}
    sentence = r"model\.gpt\.width: found 100000, which makes 1.4e\+12 parameters, allowed are up"
    with pytest.raises(ValueError, match=sentence):
        LanguageModel(TEXT, model, RECIPE, 400)
