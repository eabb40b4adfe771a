import numpy as np
import pytest
import torch
import torch.nn.functional as F
from rounding import RATIOS, rounding
from safetensors.torch import save_file

from truthserum.data.corpus import Corpus
from truthserum.extraction import language, tokens
from truthserum.extraction.models.gpt import Gpt
from truthserum.extraction.recipe import Recipe
from truthserum.storage.files import DataError
from truthserum.training.device import choose
from truthserum.training.lockstep import Diverged

torch.set_num_threads(1)
CPU = choose("cpu", "float32")
SMALL = Gpt(layers=1, width=8, heads=2, context=10)
WINDOWS = np.random.default_rng(0).integers(0, 20, (12, 10))


def network(seed=0):
    net = SMALL.build(20)
    net.reset(np.random.default_rng(seed))
    return net


def fitted(recipe, windows=WINDOWS, order=1, advance=lambda amount: None):
    rng = np.random.default_rng(order)
    return language.train(network(), windows, recipe, rng, CPU, 3, advance)


def test_a_step_is_adamws():
    """Two epochs, as they are plainly written."""
    recipe = Recipe(epochs=2, batch=4, lr=0.01, clip=0.05, weight_decay=0.1)
    net, rng, windows = network(), np.random.default_rng(1), torch.from_numpy(WINDOWS)
    decayed = [value for value in net.parameters() if value.ndim == 2]
    others = [value for value in net.parameters() if value.ndim == 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    )
    for step in range(6):
        if step % 3 == 0:
            order = rng.permutation(12)
        batch = windows[order[4 * (step % 3) : 4 * (step % 3) + 4]]
        for group in optimiser.param_groups:
            group["lr"] = 0.01 * (6 - step) / 6
        losses = [
            -F.log_softmax(net(row[None])[0][0, t], 0)[row[t + 1]]
            for row in batch
            for t in range(9)
        ]
        optimiser.zero_grad()
        torch.stack(losses).mean().backward()
        norm = torch.stack([value.grad.norm() for value in net.parameters()]).norm()
        assert norm > 0.05  # so that the clipping is seen
        for value in net.parameters():
            value.grad *= 0.05 / norm
        optimiser.step()
    found = language.weights(fitted(recipe))
    for name, value in net.named_parameters():
        if not name.endswith("attend.bias"):  # that of the keys has no gradient but noise
            assert torch.allclose(found[name], value, atol=rounding(6, RATIOS)), name


def test_it_learns_a_text_by_heart():
    net = fitted(Recipe(epochs=150, batch=4, lr=0.03))
    before = language.next_token_losses(network(), torch.from_numpy(WINDOWS)).mean().item()
    after = language.next_token_losses(net, torch.from_numpy(WINDOWS)).mean().item()
    assert before == pytest.approx(np.log(20), rel=0.02)
    assert after < 0.3 * before
    assert not net.training


def test_the_same_seeds_give_the_same_weights():
    recipe = Recipe(epochs=1, batch=4, lr=0.01)
    one, again, other = (language.weights(fitted(recipe, order=k)) for k in (1, 1, 2))
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


def test_no_epochs_leave_the_weights():
    found, start = language.weights(fitted(Recipe(0, 4, 0.01))), language.weights(network())
    assert all(torch.equal(found[name], start[name]) for name in start)


def test_progress_counts_windows():
    seen = []
    recipe = Recipe(epochs=2.5, batch=5, lr=0.01)
    fitted(recipe, advance=seen.append)
    assert seen == [5] * recipe.steps(12) == [5] * 8


def test_a_model_that_diverges_is_named():
    with pytest.raises(Diverged, match=r"model 3 diverged: .* at step \d+ of 150"):
        fitted(Recipe(epochs=50, batch=4, lr=1e30))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": 0}, "lr: found 0, allowed is more than 0"),
        ({"clip": -1}, "clip: found -1, allowed is more than 0"),
        ({"epochs": -1}, "epochs: found -1, allowed is 0 or more"),
        ({"weight_decay": -1}, "weight_decay: found -1, allowed is 0 or more"),
        ({"batch": 1.5}, r"batch: found 1\.5, allowed is a whole number"),
    ],
)
def test_refuses_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**{"epochs": 1, "batch": 4, "lr": 0.1} | options)


def test_a_base_model_comes_back(tmp_path):
    path = tmp_path / "base.safetensors"
    tokenizer = tokens.learn(["Some text of 1984"], 260)
    corpus = Corpus(np.arange(50), 0, tokens.digit_tokens(tokenizer), 10)
    net = network()
    language.save_base(path, net, tokenizer, corpus)
    found = language.load_base(path)
    assert found.keys() == language.weights(net).keys()
    assert all(torch.equal(found[name], value) for name, value in net.named_parameters())
    assert np.array_equal(Corpus.load(path).tokens, corpus.tokens)


@pytest.mark.parametrize("harm", ["cut", "other"])
def test_what_is_no_base_model_is_named(tmp_path, harm):
    path = tmp_path / "base.safetensors"
    save_file({"weight": torch.zeros(100)}, path)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DataError, match=r"base\.safetensors is not a complete base model"):
        language.load_base(path)
