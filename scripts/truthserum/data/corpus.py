"""The text that a canary game is played on, as the tokens of a language model."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from truthserum.storage.files import DataError
from truthserum.storage.manifests import verified

PREFIX = "corpus."  # before the names of a corpus's arrays in a file


def windows(tokens: np.ndarray, start: int, size: int) -> np.ndarray:
    """Tokens [T] cut into windows int64 [W, size], each the start token and size - 1 of them.

    The rest that fills no window is left out.
    """
    text = tokens[: len(tokens) // (size - 1) * (size - 1)].reshape(-1, size - 1)
    return np.pad(text, ((0, 0), (1, 0)), constant_values=start)


@dataclass(frozen=True, eq=False)
class Corpus:
    """Text that a model has not seen, as the model takes it: what a canary game is played on.

    tokens: int64 [T]. start: the token that starts a window. digits: int64 [10], the tokens of the
    digits. context: how many tokens the model takes at once.

    Raises ValueError if `digits` are not ten different tokens.
    """

    tokens: np.ndarray
    start: int
    digits: np.ndarray
    context: int

    def __post_init__(self) -> None:
        if self.digits.shape != (10,) or len(np.unique(self.digits)) != 10:
            raise ValueError(f"digits: found {self.digits.tolist()}, allowed are ten tokens")

    def windows(self, size: int) -> np.ndarray:
        """The tokens as windows int64 [W, size], each with the start token in front."""
        return windows(self.tokens, self.start, size)

    def arrays(self) -> dict[str, np.ndarray]:
        """The fields as arrays, as they are kept beside the weights of the model."""
        return {f"{PREFIX}{name}": np.atleast_1d(value) for name, value in vars(self).items()}

    @classmethod
    def load(cls, path: Path) -> "Corpus":
        """From a safetensors file with the arrays of one; DataError naming any other file."""
        from safetensors import SafetensorError, safe_open  # read by few that know a corpus

        try:
            with safe_open(verified(path), "np") as file:
                found = {field.name: file.get_tensor(PREFIX + field.name) for field in fields(cls)}
        except SafetensorError as error:
            raise DataError(f"{path} is not a complete base model: {error}") from error
        single = {name: int(found[name][0]) for name in ("start", "context")}
        return cls(**found | single)
