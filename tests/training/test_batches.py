import numpy as np
import pytest
import torch
from torchvision.transforms import v2

from truthserum.data.tabular import Column, Encoding, Table
from truthserum.training.batches import (
    ImageBatches,
    Order,
    batches_of,
    features,
    poisson_samples,
)
from truthserum.training.device import Device
from truthserum.training.recipe import Augmentation


def streams(*seeds):
    return [np.random.default_rng(seed) for seed in seeds]


def taken(order, batches):
    """The next batches in a row: [K, batches * batch]."""
    return np.concatenate([next(order) for _ in range(batches)], axis=1)


@pytest.mark.parametrize("batch", [1, 3, 4, 10, 23])
def test_batches_are_full_and_each_pass_holds_each_row_once(batch):
    rows = np.arange(10)[None] + np.array([[0], [100]])
    order = Order(rows, streams(1, 2), batch)
    seen = taken(order, 30)
    assert seen.shape == (2, 30 * batch)
    for start in range(0, seen.shape[1] - 10, 10):
        assert (np.sort(seen[:, start : start + 10]) == rows).all()


def test_passes_differ():
    order = Order(np.arange(50)[None], streams(1), 50)
    assert (next(order) != next(order)).any()


def test_a_models_order_depends_on_its_own_stream_only():
    rows = np.arange(30).reshape(3, 10)
    together = taken(Order(rows, streams(1, 2, 3), 4), 8)
    alone = taken(Order(rows[1:2], streams(2), 4), 8)
    assert (together[1] == alone[0]).all()


def test_no_rows():
    with pytest.raises(ValueError, match="rows: found none to train on"):
        Order(np.empty((2, 0), np.int64), streams(1, 2), 4)


@pytest.mark.parametrize("batch", [3, 4, 23])
def test_models_may_have_different_numbers_of_rows(batch):
    rows = [np.arange(10), np.arange(100, 103), np.arange(200, 230)]
    together = taken(Order(rows, streams(1, 2, 3), batch), 12)
    for k, own in enumerate(rows):
        alone = taken(Order([own], streams(k + 1), batch), 12)[0]
        assert (together[k] == alone).all()
        passes = alone[: len(alone) // len(own) * len(own)].reshape(-1, len(own))
        assert (np.sort(passes) == own).all()


def test_no_rows_for_one_of_the_models():
    with pytest.raises(ValueError, match="rows: found none to train on"):
        Order([np.arange(3), np.arange(0)], streams(1, 2), 4)


def test_poisson_samples_take_each_row_by_itself():
    rows, rate, steps = np.arange(40).reshape(2, 20), 0.3, 2000
    samples = poisson_samples(rows, streams(1, 2), rate)
    seen = np.zeros((steps, 2, 20), bool)
    for step in range(steps):
        chosen, counted = next(samples)
        assert chosen.shape == counted.shape
        assert counted.sum(axis=1).max() == chosen.shape[1]
        for k in range(2):
            held = chosen[k][counted[k]]
            assert len(set(held)) == len(held)
            seen[step, k, held - 20 * k] = True
    flat = seen.reshape(steps, 40).astype(float)
    deviation = np.sqrt(rate * (1 - rate) / steps)
    assert abs(flat.mean(axis=0) - rate).max() < 4 * deviation
    assert abs(np.corrcoef(flat.T)[np.triu_indices(40, 1)]).max() < 4.5 / np.sqrt(steps)


def test_a_models_samples_depend_on_its_own_stream_only():
    rows = np.arange(30).reshape(3, 10)
    together, alone = (
        poisson_samples(rows, streams(1, 2, 3), 0.4),
        poisson_samples(rows[1:2], streams(2), 0.4),
    )
    for _ in range(20):
        (chosen, counted), (own, own_counted) = next(together), next(alone)
        assert (chosen[1][counted[1]] == own[0][own_counted[0]]).all()


def test_empty_samples_have_a_place_that_does_not_count():
    chosen, counted = next(poisson_samples(np.arange(5)[None], streams(1), 0.0))
    assert chosen.shape == (1, 1)
    assert not counted.any()


@pytest.fixture
def pictures():
    """All 256 values of a pixel occur."""
    return np.random.default_rng(0).permutation(256 * 3).reshape(12, 1, 8, 8).astype(np.uint8)


def pixels(batch):
    """Exact bytes of a batch, by inverting the scale."""
    restored = (batch.double() + 1) * 127.5
    assert (restored - restored.round()).abs().max() < 1e-4
    return restored.round().numpy().astype(np.uint8)


def naive(image, augmentation, down, right, flip):
    """One image at a time: reflect by index, crop, mirror."""
    height, width = image.shape[1:]

    def source(place, shift, side):
        place = abs(place + shift - augmentation.crop)
        return 2 * (side - 1) - place if place >= side else place

    out = np.empty_like(image)
    for i in range(height):
        for j in range(width):
            at = source(i, down, height), source(width - 1 - j if flip else j, right, width)
            out[:, i, j] = image[:, at[0], at[1]]
    return out


def by_torchvision(image, augmentation, down, right, flip):
    """The same by transforms.v2: reflect, crop, mirror."""
    height, width = image.shape[1:]
    found = v2.functional.pad(torch.from_numpy(image), [augmentation.crop], padding_mode="reflect")
    found = v2.functional.crop(found, down, right, height, width)
    return (v2.functional.horizontal_flip(found) if flip else found).numpy()


@pytest.mark.parametrize("expected_of", [naive, by_torchvision])
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("crop", [0, 3])
def test_augmentation_equals_one_image_at_a_time(pictures, cpu, flip, crop, expected_of):
    augmentation = Augmentation(flip, crop)
    batches = ImageBatches(pictures, augmentation, cpu)
    rows = np.random.default_rng(1).integers(0, 12, (2, 20))
    found = pixels(batches.draw(rows, streams(8, 9)))
    assert found.shape == (2, 20, 1, 8, 8)
    for k, stream in enumerate(streams(8, 9)):
        down, right = stream.integers(0, 2 * crop + 1, (2, 20))
        flips = stream.integers(0, 2, 20) if flip else np.zeros(20)
        for b in range(20):
            at = int(down[b]), int(right[b]), flips[b]
            expected = expected_of(pictures[rows[k, b]], augmentation, *at)
            assert (found[k, b] == expected).all()


def test_crops_and_flips_are_uniform(cpu):
    # one bright pixel in the middle tells the shift; a second one beside it the flip
    image = np.zeros((1, 1, 9, 9), np.uint8)
    image[0, 0, 4, 4], image[0, 0, 4, 5] = 200, 100
    batches = ImageBatches(image, Augmentation(flip=True, crop=1), cpu)
    drawn = pixels(batches.draw(np.zeros((1, 9000), np.int64), streams(3)))[0, :, 0]
    flat = drawn.reshape(9000, 81)
    bright, dim = flat.argmax(1), (flat == 100).argmax(1)
    mirrored = dim < bright
    assert abs(mirrored.mean() - 0.5) < 0.025
    _, counts = np.unique(bright, return_counts=True)
    assert len(counts) == 9
    assert (abs(counts - 1000) < 150).all()


def test_no_augmentation_leaves_images_alone(pictures, cpu):
    batches = ImageBatches(pictures, Augmentation(), cpu)
    rows = np.array([[3, 0], [11, 3]])
    assert (pixels(batches.draw(rows, streams(1, 2))) == pictures[rows]).all()


@pytest.mark.parametrize("crop", [0, 2])
def test_plain_images_are_whole(pictures, cpu, crop):
    batches = ImageBatches(pictures, Augmentation(flip=True, crop=crop), cpu)
    assert (pixels(batches.plain(slice(2, 7))) == pictures[None, 2:7]).all()


@pytest.mark.parametrize("crop", [0, 2])
def test_features_are_all_images_as_they_are(pictures, cpu, crop):
    found = features(ImageBatches(pictures, Augmentation(flip=True, crop=crop), cpu))
    assert (pixels(found) == pictures.reshape(12, 64)).all()
    assert found.dtype == torch.float32


def test_pixels_go_from_minus_one_to_one(cpu):
    image = np.array([0, 51, 204, 255], np.uint8).reshape(1, 1, 2, 2)
    plain = ImageBatches(image, Augmentation(), cpu).plain(slice(1))
    assert plain.flatten().tolist() == pytest.approx([-1, -0.6, 0.6, 1], abs=1e-6)


def test_the_device_chooses_the_type(pictures):
    batches = ImageBatches(pictures, Augmentation(), Device("cpu", torch.bfloat16))
    assert batches.plain(slice(2)).dtype == torch.bfloat16


def test_no_images(cpu):
    batches = ImageBatches(np.empty((0, 1, 8, 8), np.uint8), Augmentation(), cpu)
    assert batches.plain(slice(0)).shape == (1, 0, 1, 8, 8)


@pytest.fixture
def table():
    rng = np.random.default_rng(2)
    x = np.column_stack([rng.integers(17, 90, 12), rng.integers(0, 3, 12)]).astype(np.float32)
    y = rng.integers(0, 2, 12)
    return Table(x, y, x[:4], y[:4], 2, (Column("age"), Column("race", ("a", "b", "c"))))


def test_rows_of_a_table_are_its_features(table):
    cpu = Device("cpu", torch.float32)
    batches = batches_of(table, table.train_x, Augmentation(), cpu)
    assert batches.shape == (4,)
    features = Encoding.of(table).encode(table.train_x)
    rows = np.array([[3, 1], [7, 7]])
    assert (batches.draw(rows, streams(1, 2)).numpy() == features[rows]).all()
    assert (batches.plain(slice(2, 5)).numpy() == features[None, 2:5]).all()
    half = batches_of(table, table.train_x, Augmentation(), Device("cpu", torch.bfloat16))
    assert half.plain(slice(0, 1)).dtype == torch.bfloat16


def test_rows_are_not_augmented(table):
    with pytest.raises(ValueError, match=r"augmentation: found .* allowed is none for a table"):
        batches_of(table, table.train_x, Augmentation(crop=2), Device("cpu", torch.float32))
