import pytest

from truthserum.data.text import Text
from truthserum.extraction.rehearsal import rehearse

PROSE = "The harbour froze in the night, and none of the 12 boats went out. " * 60
CANARY = {"canaries": 1, "digits": 2, "prefix": 4, "windows": 8, "window": 12, "held": 2}
SETTINGS = {
    "language_model": {
        "data": {"set": "letters", "train": 2, "test": 1},
        "model": {"gpt": {"layers": 1, "width": 8, "heads": 1, "context": 32}},
        "recipe": {"epochs": 1, "batch": 4, "lr": 0.003},
        "vocabulary": 280,
    },
    "game": {"canary": CANARY | {"poisons": 2, "victims": 1}},
    "recipe": {"epochs": 1, "batch": 4, "lr": 0.003},
}


@pytest.mark.parametrize("first", ["A dedication.", PROSE])
def test_a_text_may_begin_with_a_short_document(first):
    rehearse(SETTINGS, lambda data: Text((first, PROSE), (PROSE,)))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (Text(("A dedication.",), (PROSE,)), "data.train: found documents of .* allowed are 31 or"),
        (Text((PROSE,), ("Few words.",)), "canary: .* 11 together, allowed are at most the 0 wind"),
    ],
)
def test_too_short_a_text_is_one_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        rehearse(SETTINGS, lambda data: text)
