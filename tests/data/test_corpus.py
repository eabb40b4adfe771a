import numpy as np
import pytest
from safetensors.numpy import save_file

from truthserum.data.corpus import Corpus
from truthserum.storage.files import DataError

CORPUS = Corpus(np.arange(25), start=99, digits=np.arange(10), context=8)


def test_windows_start_with_the_start_token_and_go_on():
    found = CORPUS.windows(8)
    assert found.tolist() == [[99, *range(k, k + 7)] for k in (0, 7, 14)]


def test_a_corpus_needs_ten_digits():
    with pytest.raises(ValueError, match=r"digits: found .*, allowed are ten tokens"):
        Corpus(np.arange(9), 0, np.array([1] * 10), 8)


def test_a_corpus_comes_back(tmp_path):
    path = tmp_path / "base.safetensors"
    save_file(CORPUS.arrays() | {"other": np.zeros(3)}, path)
    found = Corpus.load(path)
    assert (found.start, found.context) == (99, 8)
    assert np.array_equal(found.tokens, CORPUS.tokens)
    assert np.array_equal(found.digits, CORPUS.digits)


def test_a_file_without_a_corpus_is_named(tmp_path):
    path = tmp_path / "base.safetensors"
    save_file({"other": np.zeros(3)}, path)
    with pytest.raises(DataError, match=r"base\.safetensors is not a complete base model"):
        Corpus.load(path)
    path.write_bytes(b"no tensors")
    with pytest.raises(DataError, match=r"base\.safetensors is not a complete base model"):
        Corpus.load(path)
