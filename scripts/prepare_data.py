"""Write the first images of a data set, verified, as one file.

    python scripts/prepare_data.py --settings '{"set": "fashion_mnist", "train": 8000, "test": 2000}'
        --sources "{'folder': None, 'package_clients': False, 'download': True}"
        --output results/data/fashion_mnist.npz --manifest results/data/fashion_mnist.json

The manifest says which source gave the images and what proves them; `mean` and `std` are those of
the training pixels of each channel, scaled to [0, 1].
"""

import ast
from pathlib import Path

from program import parser, run, write_json
from truthserum.data.load import load
from truthserum.data.sources import Loaded, Sources

RESOURCES = Path(__file__).resolve().parents[1] / "resources"


def manifest(name: str, loaded: Loaded) -> dict[str, object]:
    """What a reader of the images must know: origin, size, and the scale of the pixels."""
    images = loaded.images
    channels = images.train_x.swapaxes(0, 1)  # one at a time: floats take 8 times the memory
    return {
        "set": name,
        "source": loaded.source,
        "md5": loaded.md5,
        "train": len(images.train_y),
        "test": len(images.test_y),
        "shape": images.shape,
        "classes": images.classes,
        "mean": [float(channel.mean()) / 255 for channel in channels],
        "std": [float(channel.std()) / 255 for channel in channels],
    }


def main() -> None:
    """Load what the settings say; ValueError, DataError or OSError where that cannot be."""
    arguments = parser(__doc__.splitlines()[0])
    # Where the data comes from does not decide what it is, so it is no part of the settings.
    arguments.add_argument("--sources", type=ast.literal_eval, required=True)
    arguments.add_argument("--output", type=Path, required=True)
    arguments.add_argument("--manifest", type=Path, required=True)
    options = arguments.parse_args()

    settings, allowed = options.settings, options.sources
    sources = Sources(
        RESOURCES,
        allowed["folder"] and Path(allowed["folder"]).expanduser(),
        allowed["package_clients"],
        allowed["download"],
    )
    loaded = load(settings["set"], settings["train"], settings["test"], sources)
    loaded.images.save(options.output)
    write_json(options.manifest, manifest(settings["set"], loaded))


if __name__ == "__main__":
    run(main)
