"""What a reader must know of a data set, as the manifest beside it says."""

from functools import singledispatch

from truthserum.data.equal import first_of_each
from truthserum.data.images import Images
from truthserum.data.tabular import Encoding, Table
from truthserum.data.text import Text


@singledispatch
def describe(data: object) -> dict[str, object]:
    """What a reader must know of data; TypeError for what is none."""
    raise TypeError(f"data: found {type(data).__name__}, allowed are Images, Table and Text")


@describe.register
def _(data: Images) -> dict[str, object]:
    """What a reader must know of images: their number, shape and the scale of the pixels."""
    channels = data.train_x.swapaxes(0, 1)  # one at a time: floats take 8 times the memory
    return {
        **_labelled(data),
        "shape": data.shape,
        "mean": [float(channel.mean()) / 255 for channel in channels],
        "std": [float(channel.std()) / 255 for channel in channels],
    }


@describe.register
def _(data: Table) -> dict[str, object]:
    """What a reader must know of rows: their columns, the scale of these, how many features."""
    encoding = Encoding.of(data)
    return {
        **_labelled(data),
        "columns": [vars(column) for column in data.columns],
        "mean": encoding.mean,
        "std": encoding.std,
        "features": encoding.features,
    }


@describe.register
def _(data: Text) -> dict[str, object]:
    """What a reader must know of a text: how many documents and characters."""
    return {
        "train": len(data.train),
        "test": len(data.test),
        "characters": sum(map(len, data.train + data.test)),
    }


def _labelled(data: Images | Table) -> dict[str, int]:
    """The size of both parts, of the first without repetition, and the number of classes."""
    return {
        "train": len(data.train_y),
        "different": len(first_of_each(data.train_x)),
        "test": len(data.test_y),
        "classes": data.classes,
    }
