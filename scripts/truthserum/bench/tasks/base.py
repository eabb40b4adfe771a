"""What a timed task is given, besides its own options."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from truthserum import registry


@dataclass(frozen=True)
class Place:
    """Where a task is timed: `threads` cores, prepared `data` if it asks for some, a run's results.

    precision: auto, float32 or bfloat16, as in config.yaml.
    """

    results: Path
    threads: int
    precision: str
    data: Path | None = None


def plugin(kind: str, choice: Mapping[str, Mapping]) -> object:
    """The plug-in that {name: options} describes; ValueError for an unknown name."""
    ((name, options),) = choice.items()
    return registry.load(kind, name)(**options)
