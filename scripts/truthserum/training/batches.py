"""Batches for K models at once, from images or rows that stay on the device."""

from collections.abc import Iterator, Sequence
from functools import singledispatch

import numpy as np
import torch
import torch.nn.functional as F

from truthserum.data.images import Images
from truthserum.data.tabular import Encoding, Table
from truthserum.training.device import Device
from truthserum.training.recipe import Augmentation

Rows = Sequence[np.ndarray] | np.ndarray  # of each model, int64 [n], not necessarily as many


class Order(Iterator):
    """The rows of K models in random order, batch after batch, without end.

    `rows` are K arrays int64 [n], the indices that each model trains on; model k's order comes from
    `streams[k]` alone. Each item is int64 [K, batch]. A model's rows are reshuffled when it has
    used all; batches are always full. Raises ValueError where a model has no rows.
    """

    def __init__(self, rows: Rows, streams: Sequence[np.random.Generator], batch: int) -> None:
        if not all(map(len, rows)):
            raise ValueError("rows: found none to train on, allowed are one or more for each model")
        self.rows, self.streams, self.batch = rows, streams, batch
        self.waiting = [np.empty(0, np.int64)] * len(rows)

    def __next__(self) -> np.ndarray:
        for k, (own, stream) in enumerate(zip(self.rows, self.streams, strict=True)):
            while len(self.waiting[k]) < self.batch:
                self.waiting[k] = np.concatenate([self.waiting[k], stream.permutation(own)])
        ready = np.stack([waiting[: self.batch] for waiting in self.waiting])
        self.waiting = [waiting[self.batch :] for waiting in self.waiting]
        return ready


def poisson_samples(
    rows: np.ndarray, streams: Sequence[np.random.Generator], rate: float
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Samples of the rows of K models, each row taken with probability `rate` by itself.

    rows: int64 [K, n]; model k's samples come from `streams[k]` alone. Without end, (rows [K, B],
    taken bool [K, B]) with B the largest of the K samples; a place that is not taken holds a row
    that does not count.
    """
    while True:
        taken = np.stack([stream.random(rows.shape[1]) for stream in streams]) < rate
        widest = max(1, taken.sum(axis=1).max())
        first = np.argsort(~taken, axis=1, kind="stable")[:, :widest]
        yield np.take_along_axis(rows, first, 1), np.take_along_axis(taken, first, 1)


class ImageBatches:
    """Images uint8 [N, C, H, W], resident on the device, as normalised and augmented batches.

    Pixels are scaled to [-1, 1] by x / 127.5 - 1 (mi_lira_2021/train.py). The images are padded
    once; a random crop is then one indexed read of a sliding window.
    """

    def __init__(self, images: np.ndarray, augmentation: Augmentation, device: Device) -> None:
        self.device, self.augmentation = device, augmentation
        self.shape = tuple(images.shape[1:])
        margins = (augmentation.crop,) * 2
        padded = device.place(np.pad(images, ((0, 0), (0, 0), margins, margins), mode="reflect"))
        # [N, C, 2 crop + 1, 2 crop + 1, H, W], a view: each image in every crop
        self.windows = padded.unfold(2, self.shape[1], 1).unfold(3, self.shape[2], 1)

    def draw(self, rows: np.ndarray, streams: Sequence[np.random.Generator]) -> torch.Tensor:
        """The batch [K, B, C, H, W] of `rows` int64 [K, B], model k augmented by `streams[k]`."""
        changes = [self.changes(rows.shape[1], stream) for stream in streams]
        placed = [self.device.place(np.stack(each)) for each in zip(*changes, strict=True)]
        return self.take(self.device.place(rows), *placed)

    def changes(self, batch: int, stream: np.random.Generator) -> tuple[np.ndarray, ...]:
        """How the images of a model's next batch are augmented: what `take` needs, each [B]."""
        down, right = stream.integers(0, self.windows.shape[2], (2, batch))
        if not self.augmentation.flip:
            return down, right
        return down, right, stream.integers(0, 2, batch).astype(bool)

    def take(
        self,
        rows: torch.Tensor,
        down: torch.Tensor,
        right: torch.Tensor,
        mirrored: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The batch [..., C, H, W] of rows [...] so changed, [...] each, all on the device."""
        x = self.windows[rows, :, down, right]
        if mirrored is not None:
            x = torch.where(mirrored[..., None, None, None], x.flip(-1), x)
        return self._scale(x)

    def plain(self, part: slice) -> torch.Tensor:
        """The images of a slice as they are: [1, B, C, H, W], to be shared by all models."""
        crop = self.augmentation.crop
        return self._scale(self.windows[None, part, :, crop, crop])

    def _scale(self, x: torch.Tensor) -> torch.Tensor:
        return (x.float() / 127.5 - 1).to(self.device.dtype)


class TableBatches:
    """Rows of a table as batches of the features that its `encoding` makes of them.

    x: float32 [N, C], encoded once; the features stay on the device.
    """

    def __init__(self, x: np.ndarray, encoding: Encoding, device: Device) -> None:
        self.device = device
        self.shape = (encoding.features,)
        self.features = device.place(encoding.encode(x)).to(device.dtype)

    def draw(self, rows: np.ndarray, streams: Sequence[np.random.Generator]) -> torch.Tensor:
        """The batch [K, B, F] of `rows` int64 [K, B]; nothing is drawn from the streams."""
        return self.take(self.device.place(rows))

    def changes(self, batch: int, stream: np.random.Generator) -> tuple[np.ndarray, ...]:
        """Nothing is drawn."""
        return ()

    def take(self, rows: torch.Tensor) -> torch.Tensor:
        """The batch [..., F] of rows [...], on the device."""
        # Copies whole rows: six times as fast as an indexed read on a CPU.
        return F.embedding(rows, self.features)

    def plain(self, part: slice) -> torch.Tensor:
        """The rows of a slice: [1, B, F], to be shared by all models."""
        return self.features[None, part]


Batches = ImageBatches | TableBatches


@singledispatch
def batches_of(
    data: Images | Table, x: np.ndarray, augmentation: Augmentation, device: Device
) -> Batches:
    """Batches of records x of the same kind as the data: of Images, or of a Table.

    Raises ValueError for an augmentation of rows.
    """
    return ImageBatches(x, augmentation, device)


@batches_of.register
def _(data: Table, x: np.ndarray, augmentation: Augmentation, device: Device) -> TableBatches:
    if augmentation.flip or augmentation.crop:
        raise ValueError(f"augmentation: found {augmentation}, allowed is none for a table")
    return TableBatches(x, Encoding.of(data), device)


def features(batches: Batches) -> torch.Tensor:
    """All N rows as a network sees them, without augmentation: float32 [N, F], on the device."""
    return batches.plain(slice(None))[0].flatten(1).float()
