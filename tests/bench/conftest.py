import numpy as np
import pytest

from truthserum.data.tabular import Column, Table


@pytest.fixture
def table():
    """Eight rows of a number and a word."""
    x = np.column_stack([np.arange(8), np.arange(8) % 3]).astype(np.float32)
    columns = (Column("age"), Column("kind", ("a", "b", "c")))
    return Table(x, np.arange(8) % 2, x, np.arange(8) % 2, 2, columns)
