"""Write the first images, rows or articles of a data set, verified, as one file.

    python scripts/prepare_data.py
        --settings '{"set": "fashion_mnist", "train": 8000, "test": 2000}'
        --sources '{"folder": null, "package_clients": false, "download": true}'
        --output results/data/fashion_mnist.npz --manifest results/data/fashion_mnist.json

The manifest says which source gave the data and what proves it; `mean` and `std` are those of the
training pixels of each channel, scaled to [0, 1], or of each numeric column of the test rows, by
which features are standardised. `different` counts the training points without repetition.
"""

import json
from functools import singledispatch
from pathlib import Path

from program import parsed, parser, run, write_json

from truthserum.data.equal import first_of_each
from truthserum.data.images import Images
from truthserum.data.load import load
from truthserum.data.sources import Loaded, Sources
from truthserum.data.tabular import Encoding, Table
from truthserum.data.text import Text

RESOURCES = Path(__file__).resolve().parents[1] / "resources"


def labelled(data: Images | Table) -> dict[str, int]:
    """The size of both parts, of the first without repetition, and the number of classes."""
    return {
        "train": len(data.train_y),
        "different": len(first_of_each(data.train_x)),
        "test": len(data.test_y),
        "classes": data.classes,
    }


@singledispatch
def describe(data: object) -> dict[str, object]:
    """What a reader must know of data; TypeError for what is none."""
    raise TypeError(f"data: found {type(data).__name__}, allowed are Images, Table and Text")


@describe.register
def _(data: Images) -> dict[str, object]:
    """What a reader must know of images: their number, shape and the scale of the pixels."""
    channels = data.train_x.swapaxes(0, 1)  # one at a time: floats take 8 times the memory
    return {
        **labelled(data),
        "shape": data.shape,
        "mean": [float(channel.mean()) / 255 for channel in channels],
        "std": [float(channel.std()) / 255 for channel in channels],
    }


@describe.register
def _(data: Table) -> dict[str, object]:
    """What a reader must know of rows: their columns, the scale of these, how many features."""
    encoding = Encoding.of(data)
    return {
        **labelled(data),
        "columns": [vars(column) for column in data.columns],
        "mean": encoding.mean,
        "std": encoding.std,
        "features": encoding.features,
    }


@describe.register
def _(data: Text) -> dict[str, object]:
    """What a reader must know of a text: how many articles and characters."""
    return {
        "train": len(data.train),
        "test": len(data.test),
        "characters": sum(map(len, data.train + data.test)),
    }


def manifest(name: str, loaded: Loaded) -> dict[str, object]:
    """Origin, size and description of what was loaded."""
    return {
        "set": name,
        "source": loaded.source,
        "md5": loaded.md5,
        **describe(loaded.data),
    }


def main() -> None:
    """Load what the settings say; ValueError, DataError or OSError where that cannot be."""
    arguments = parser(__doc__, "output", "manifest")
    # Where the data comes from does not decide what it is, so it is no part of the settings.
    arguments.add_argument("--sources", type=json.loads, required=True)
    options = parsed(arguments)

    settings, allowed = options.settings, options.sources
    sources = Sources(
        RESOURCES,
        allowed["folder"] and Path(allowed["folder"]).expanduser(),
        allowed["package_clients"],
        allowed["download"],
    )
    loaded = load(settings["set"], settings["train"], settings["test"], sources)
    loaded.data.save(options.output)
    write_json(options.manifest, manifest(settings["set"], loaded))


if __name__ == "__main__":
    run(main)
