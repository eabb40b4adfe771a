"""What resources/bench.yaml says of one contest."""

from typing import Annotated, Any, Literal

from pydantic import Field

from truthserum.options import Maybe, Several, Written, options
from truthserum.sections import Distinct
from truthserum.settings import SCALES, Labelled, Scale


@options
class Timed:
    """A contest, and when it is held."""

    task: Annotated[dict[str, dict[str, Any]], Field(min_length=1, max_length=1)]
    """Which of `truthserum.bench.tasks`, and its options."""
    data: Maybe[Annotated[Labelled, Written]] = None
    """What is prepared for it."""
    after: Maybe[str] = None
    """The target of the workflow that must be there first."""
    scales: Distinct[Several[Scale]] = SCALES
    """The scales at which it is held."""
    table: Literal["bench", "gpu_check"] = "bench"
    """The table that tells how it ended."""
