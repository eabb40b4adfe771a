"""Which models each shard of an arm holds."""


def spans(models: int, size: int) -> list[list[int]]:
    """First and last-plus-one model of each shard: runs of `size`, and what is left in the last."""
    return [[first, min(first + size, models)] for first in range(0, models, size)]
