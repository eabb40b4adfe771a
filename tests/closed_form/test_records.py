import numpy as np
import pytest

from truthserum.closed_form.records import records
from truthserum.data.images import Images
from truthserum.data.tabular import Column, Encoding, Table


def test_images_are_means_of_squares_of_the_chosen_classes():
    images = np.arange(3 * 16, dtype=np.uint8).reshape(3, 1, 4, 4)
    held, test = records(
        Images(images, np.array([9, 1, 4]), images[:0], np.zeros(0, int), 10), [9, 4], 2
    )
    assert held.labels.tolist() == [1, 0]
    assert held.shape == (2, 2)
    assert test.x.shape == (0, 4)
    expected = [[images[i, 0, r : r + 2, c : c + 2].mean() / 255 for r in (0, 2) for c in (0, 2)]
                for i in (0, 2)]  # fmt: skip
    np.testing.assert_allclose(held.x, expected)


def test_rows_are_the_features_of_their_encoding():
    rng = np.random.default_rng(0)
    rows = np.stack([rng.normal(50, 20, 30), rng.integers(0, 3, 30)], 1).astype(np.float32)
    labels = rng.integers(0, 2, 30)
    columns = Column("age"), Column("colour", ("red", "green", "blue"))
    table = Table(rows[:20], labels[:20], rows[20:], labels[20:], 2, columns)
    train, test = records(table, [0, 1], 1)
    np.testing.assert_array_equal(test.x, Encoding.of(table).encode(rows[20:]))
    assert train.shape == (1, 4)
    assert train.labels.tolist() == labels[:20].tolist()
    with pytest.raises(ValueError, match="pooling: found 2, allowed is 1 for rows of a table"):
        records(table, [0, 1], 2)
