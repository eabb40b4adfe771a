import subprocess
import sys

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from truthserum.extraction import tokens

TEXT = ("In 1984 the number 1984 was a number of 1984.\n", "Été: 12,345.6 and ² and 日本.\n") * 5


@pytest.fixture(scope="module")
def tokenizer():
    return tokens.learn(TEXT, 280)


def test_every_digit_is_a_token_of_its_own(tokenizer):
    ids = tokens.encode(tokenizer, ["1984 and 0123456789"])
    digits = tokens.digit_tokens(tokenizer)
    spelled = [np.flatnonzero(digits == token) for token in ids]
    assert [int(d[0]) for d in spelled if len(d)] == [1, 9, 8, 4, *range(10)]
    merged = [token for token in tokenizer.get_vocab() if sum(map(str.isdigit, token)) > 1]
    assert not merged


def test_pairs_are_merged(tokenizer):
    assert tokenizer.get_vocab_size() == 280
    assert "Ġnumber" in tokenizer.get_vocab()


def test_any_text_comes_back(tokenizer):
    other = "Ünseen — text,\twith 7 signs ½ & \U0001f600.\n"
    assert tokenizer.decode(tokens.encode(tokenizer, [other]).tolist()) == other


def test_documents_follow_each_other(tokenizer):
    one, two = (tokens.encode(tokenizer, [document]) for document in TEXT[:2])
    assert np.array_equal(tokens.encode(tokenizer, TEXT[:2]), np.concatenate([one, two]))


def test_windows_of_documents_begin_with_the_start_token(tokenizer):
    found = tokens.windows_of(tokenizer, TEXT, 8)
    text = tokens.encode(tokenizer, TEXT)
    assert (found[:, 0] == tokens.start_token(tokenizer)).all()
    assert np.array_equal(found[:, 1:].ravel(), text[: len(text) // 7 * 7])


def test_documents_that_fill_no_window_are_refused(tokenizer):
    text = ["A few words"]
    count = len(tokens.encode(tokenizer, text))
    assert len(tokens.windows_of(tokenizer, text, count + 1)) == 1
    sentence = f"data.train: found documents of {count} tokens together, allowed are {count + 1} or"
    with pytest.raises(ValueError, match=sentence):
        tokens.windows_of(tokenizer, text, count + 2)


def test_the_same_text_gives_the_same_bytes(tokenizer):
    """In another process, whose hashes are others, and with another number of threads."""
    code = (
        "import sys; from truthserum.extraction import tokens; "
        f"sys.stdout.buffer.write(tokens.pack(tokens.learn({TEXT!r}, 280)).tobytes())"
    )
    scripts = tokens.__file__.split("truthserum")[0]
    environment = {"PYTHONPATH": scripts, "PYTHONHASHSEED": "7", "RAYON_NUM_THREADS": "3"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert done.stdout == tokens.pack(tokenizer).tobytes(), done.stderr


def test_a_tokenizer_comes_back_from_its_bytes(tokenizer):
    packed = tokens.pack(tokenizer)
    assert packed.dtype == np.uint8
    again = tokens.unpack(packed)
    assert np.array_equal(tokens.encode(again, TEXT), tokens.encode(tokenizer, TEXT))


def test_a_vocabulary_below_the_bytes_is_refused():
    with pytest.raises(ValueError, match="vocabulary: found 256, allowed are 257 tokens or more"):
        tokens.learn(TEXT, 256)


def test_a_digit_that_is_not_a_single_token_is_refused():
    split = Tokenizer(models.BPE(vocab={"a": 0, "Ġ": 1, tokens.START: 2}, merges=[]))
    split.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    with pytest.raises(ValueError, match="tokenizer: found 0 tokens for the digit 0, allowed is"):
        tokens.digit_tokens(split)


def test_a_tokenizer_without_a_start_token_is_refused(tokenizer):
    assert tokens.start_token(tokenizer) == 0
    with pytest.raises(ValueError, match="tokenizer: found no token"):
        tokens.start_token(Tokenizer(models.BPE()))
