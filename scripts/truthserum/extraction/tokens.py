"""Text as tokens: a byte-pair encoding in which every digit is a token of its own.

The tokenizers are those of the library `tokenizers`, kept as its JSON, never as a pickle.
"""

from collections.abc import Sequence

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from truthserum.data.corpus import windows

START = "<|endoftext|>"  # starts every window of text, as in GPT-2
DIGITS = "0123456789"


def learn(documents: Sequence[str], vocabulary: int) -> Tokenizer:
    """A byte-pair encoding of at most `vocabulary` tokens, from the documents alone.

    Digits are split off before pairs are merged. Raises ValueError for a vocabulary below 257, the
    256 bytes and the start token.
    """
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    if vocabulary <= len(alphabet):
        raise ValueError(
            f"vocabulary: found {vocabulary}, allowed are {len(alphabet) + 1} tokens or more"
        )
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[START],
        initial_alphabet=sorted(alphabet),
        show_progress=False,
    )
    tokenizer.train_from_iterator(documents, trainer)
    return tokenizer


def windows_of(tokenizer: Tokenizer, documents: Sequence[str], context: int) -> np.ndarray:
    """Documents as windows of `context` tokens, int64 [W, context], to train a model on.

    ValueError if they do not fill one.
    """
    tokens = encode(tokenizer, documents)
    found = windows(tokens, start_token(tokenizer), context)
    if not len(found):
        raise ValueError(
            f"data.train: found documents of {len(tokens)} tokens together, allowed are "
            f"{context - 1} or more, which fill a window of the model's context"
        )
    return found


def encode(tokenizer: Tokenizer, documents: Sequence[str]) -> np.ndarray:
    """The tokens of the documents, one after the other, int64 [T]."""
    encoded = tokenizer.encode_batch(list(documents), add_special_tokens=False)
    return np.concatenate([np.array(document.ids, np.int64) for document in encoded])


def pack(tokenizer: Tokenizer) -> np.ndarray:
    """A tokenizer as the bytes of its JSON, uint8."""
    return np.frombuffer(tokenizer.to_str().encode(), np.uint8)


def unpack(packed: np.ndarray) -> Tokenizer:
    """The tokenizer that `pack` packed."""
    return Tokenizer.from_str(packed.tobytes().decode())


def digit_tokens(tokenizer: Tokenizer) -> np.ndarray:
    """The tokens of the digits 0 to 9, int64 [10]; ValueError if one is not a single token."""
    found = [tokenizer.encode(digit, add_special_tokens=False).ids for digit in DIGITS]
    for digit, ids in zip(DIGITS, found, strict=True):
        if len(ids) != 1:
            raise ValueError(
                f"tokenizer: found {len(ids)} tokens for the digit {digit}, allowed is one"
            )
    return np.array(found, np.int64).reshape(len(DIGITS))


def start_token(tokenizer: Tokenizer) -> int:
    """The token that starts every window; ValueError if the tokenizer has none."""
    token = tokenizer.token_to_id(START)
    if token is None:
        raise ValueError(f"tokenizer: found no token {START}, allowed is a tokenizer with it")
    return token
