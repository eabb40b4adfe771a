"""With a GPT-2 of random weights and a tokenizer learned here, saved as the hub keeps them."""

import sys

import numpy as np
import pytest
import torch
from rounding import rounding
from torch import nn

from truthserum.extraction import language, tokens
from truthserum.extraction.models.network import load
from truthserum.extraction.models.pretrained import Pretrained
from truthserum.extraction.models.wrapped import PIN, Wrapped

torch.set_num_threads(1)
ARTICLES = ["Some text of 1984.", "Other text of 2001."]


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ValueError, match=f"run `pip install transformers=={PIN}`"):
        Pretrained("gpt2").begin(ARTICLES, None, None)


def test_nothing_is_drawn_that_hangs_on_the_models_before():
    wrapped = Wrapped(nn.Sequential(nn.Dropout(0.1), nn.Linear(2, 2))).train()
    assert torch.equal(wrapped.network[0](ones := torch.ones(99)), ones)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    transformers = pytest.importorskip("transformers")
    made = tmp_path_factory.mktemp("gpt2")
    tokenizer = tokens.learn(ARTICLES, 265)
    size = tokenizer.get_vocab_size()
    options = {"n_layer": 2, "n_embd": 12, "n_head": 3, "n_positions": 16}
    config = transformers.GPT2Config(vocab_size=size, **options)
    torch.manual_seed(0)
    transformers.GPT2LMHeadModel(config).save_pretrained(made)
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=tokens.START, eos_token=tokens.START
    )
    fast.save_pretrained(made)
    return made


@pytest.fixture
def begun(folder):
    return Pretrained(str(folder)).begin(ARTICLES, None, np.random.default_rng(0))


def test_tokenizer_and_context_are_the_models(folder, begun):
    tokenizer, _ = begun
    expected = tokens.encode(tokens.learn(ARTICLES, 265), ARTICLES)
    assert np.array_equal(tokens.encode(tokenizer, ARTICLES), expected)
    assert len(tokens.digit_tokens(tokenizer)) == 10
    assert Pretrained(str(folder)).context == 16


def test_it_steps_as_gpt_does(begun):
    net = begun[1].eval()
    prefix, among = torch.arange(5)[None], torch.arange(20, 24)
    _, shared = net(prefix)
    assert [tensor.shape for pair in shared for tensor in pair] == [(1, 5, 3, 4)] * 4
    own = [tuple(part[:, :0] for part in pair) for pair in shared]
    first, parents, children = torch.zeros(4).long(), torch.tensor([0, 2, 2]), torch.arange(3)
    _, own = net.step(first, torch.arange(4), shared, own, among)
    logits, new = net.step(parents, children, shared, own, among)
    whole = torch.cat([prefix.expand(3, 5), among[parents, None], among[children, None]], 1)
    assert [tensor.shape for pair in new for tensor in pair] == [(3, 1, 3, 4)] * 4
    assert logits.dtype == torch.float32
    assert torch.allclose(logits, net(whole)[0][:, -1, among], rtol=0, atol=rounding())


def test_a_network_comes_back_from_its_tensors(folder, begun):
    net = begun[1].eval()
    tensors = {name: value[None] for name, value in language.weights(net).items()}
    found = load(Pretrained(str(folder)), tensors)
    x = torch.arange(10)[None]
    assert not found.training
    assert torch.equal(found(x)[0], net(x)[0])


def test_it_brings_its_own_vocabulary(folder):
    with pytest.raises(ValueError, match="vocabulary: found 300, allowed is null"):
        Pretrained(str(folder)).begin(ARTICLES, 300, None)


def test_a_pickle_is_refused(folder, tmp_path):
    for path in folder.iterdir():
        if path.suffix == ".json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(OSError, match="safetensors"):
        Pretrained(str(tmp_path)).begin(ARTICLES, None, None)
