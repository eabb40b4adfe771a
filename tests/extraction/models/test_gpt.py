import numpy as np
import pytest
import torch
from rounding import rounding
from torch import nn

from truthserum.extraction.models.gpt import Gpt
from truthserum.extraction.models.network import load

torch.set_num_threads(1)
SMALL = Gpt(layers=2, width=12, heads=3, context=9)
VOCABULARY = 30
NEAR = rounding(SMALL.layers)


@pytest.fixture
def net():
    made = SMALL.build(VOCABULARY)
    made.reset(np.random.default_rng(0))
    for value in made.parameters():  # so that a bias or a norm that is left out is seen
        value.data += 0.3 * torch.randn(value.shape, generator=torch.Generator().manual_seed(1))
    return made.eval()


def tokens(batch, length):
    return torch.randint(VOCABULARY, (batch, length), generator=torch.Generator().manual_seed(2))


def plain(net, x):
    """The same network from torch's own transformer layer."""
    length, width = x.shape[1], net.norm.weight.shape[0]
    causal = nn.Transformer.generate_square_subsequent_mask(length)
    hidden = net.embedding(x) + net.position.weight[:length]
    for block in net.blocks:
        layer = nn.TransformerEncoderLayer(
            width, block.heads, 4 * width, dropout=0.0, batch_first=True, norm_first=True
        )
        ours = {
            "self_attn.in_proj_": block.attend,
            "self_attn.out_proj.": block.project,
            "linear1.": block.expand,
            "linear2.": block.contract,
            "norm1.": block.norm_1,
            "norm2.": block.norm_2,
        }
        layer.load_state_dict(
            {
                f"{key}{part}": getattr(own, part)
                for key, own in ours.items()
                for part in ("weight", "bias")
            }
        )
        hidden = layer(hidden, src_mask=causal)
    return net.norm(hidden) @ net.embedding.weight.T


def test_it_is_torchs_own_transformer(net):
    x = tokens(4, 9)
    assert torch.allclose(net(x)[0], plain(net, x), rtol=NEAR, atol=NEAR)


@pytest.mark.parametrize("length", [1, 4, 8])
def test_steps_after_a_shared_text_are_as_whole_texts(net, length):
    """Rows of one text, and of what each adds: every second child of three parents, and so on."""
    among = torch.tensor([4, 7, 11, 23])
    text = tokens(1, length)
    _, shared = net(text)
    own = [tuple(part[:, :0] for part in pair) for pair in shared]
    parents, children = torch.tensor([0, 0, 0]), torch.tensor([0, 2, 3])
    whole = text
    for _ in range(9 - length):
        whole = torch.cat([whole[parents], among[children, None]], 1)
        logits, new = net.step(parents, children, shared, own, among)
        expected, cache = net(whole)
        assert torch.allclose(logits, expected[:, -1, among], rtol=NEAR, atol=NEAR)
        own = [
            tuple(torch.cat([part[parents], added], 1) for part, added in zip(*pairs, strict=True))
            for pairs in zip(own, new, strict=True)
        ]
        for ours, theirs in zip(own, cache, strict=True):
            for tensor, part in zip(ours, theirs, strict=True):
                assert torch.allclose(tensor, part[:, length:], rtol=NEAR, atol=NEAR)
        parents, children = torch.tensor([0, 0, 2, 2, 2]), torch.tensor([1, 3, 0, 1, 2])


def test_no_token_sees_a_later_one(net):
    x = tokens(2, 8)
    other = x.clone()
    other[:, 5:] = (x[:, 5:] + 1) % VOCABULARY
    before, after = net(x)[0], net(other)[0]
    assert torch.allclose(before[:, :5], after[:, :5], rtol=NEAR, atol=NEAR)
    assert not torch.allclose(before[:, 5:], after[:, 5:], atol=1e-2)


def test_bfloat16_is_close_and_returns_float32(net):
    x = tokens(4, 9)
    exact = net(x)[0]
    net.dtype = torch.bfloat16
    rough = net(x)[0]
    assert rough.dtype == torch.float32
    assert 0 < (rough - exact).abs().max() < 0.05 * exact.abs().max()


def test_initial_weights_are_those_of_the_stream():
    first, again, other = SMALL.build(VOCABULARY), SMALL.build(VOCABULARY), SMALL.build(VOCABULARY)
    for made, seed in ((first, 3), (again, 3), (other, 4)):
        made.reset(np.random.default_rng(seed))
    weight = "blocks.1.expand.weight"
    assert torch.equal(first.get_parameter(weight), again.get_parameter(weight))
    assert not torch.equal(first.get_parameter(weight), other.get_parameter(weight))


def test_initial_deviations():
    net = Gpt(layers=2, width=64, heads=2).build(500)
    net.reset(np.random.default_rng(0))
    assert net.embedding.weight.std().item() == pytest.approx(0.02, rel=0.03)
    assert net.blocks[0].contract.weight.std().item() == pytest.approx(0.01, rel=0.03)
    assert not net.blocks[0].expand.bias.any()


def test_the_default_has_half_a_million_numbers():
    assert sum(value.numel() for value in Gpt().build(1024).parameters()) == 536_064


def test_a_network_comes_back_from_its_tensors(net):
    tensors = {name: value.detach()[None] for name, value in net.named_parameters()}
    found = load(SMALL, tensors)
    assert not found.training
    assert torch.equal(found(tokens(2, 9))[0], net(tokens(2, 9))[0])


def test_it_begins_with_a_tokenizer_of_its_size():
    tokenizer, net = SMALL.begin(["some text, 12", "more text"], 258, np.random.default_rng(0))
    assert len(net.embedding.weight) == tokenizer.get_vocab_size() == 258


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layers": 0}, "layers: found 0, allowed is 1 or more"),
        ({"width": 30}, "heads: found 4, allowed is a divisor of the width, 30"),
    ],
)
def test_refuses_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        Gpt(**options)
