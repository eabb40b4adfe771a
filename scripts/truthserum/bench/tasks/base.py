"""What a timed task is given, besides its own options."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where a task is timed: `threads` cores, prepared `data` if it asks for some, a run's results.

    precision: auto, float32 or bfloat16, as in config.yaml.
    """

    results: Path
    threads: int
    precision: str
    data: Path | None = None

    @property
    def prepared(self) -> Path:
        """The data; ValueError if there are none."""
        if self.data is None:
            raise ValueError("data: found none, allowed is a file of prepared data for this task")
        return self.data
