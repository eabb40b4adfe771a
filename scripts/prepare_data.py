"""Write the first images of a data set, verified, as one file.

    python scripts/prepare_data.py --settings '{"set": "fashion_mnist", "train": 8000, "test": 2000,
        "folder": null, "package_clients": false, "download": true}'
        --output results/data/fashion_mnist.npz --manifest results/data/fashion_mnist.json

The manifest says which source gave the images and what proves them; `mean` and `std` are those of
the training pixels of each channel, scaled to [0, 1].
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from truthserum.data.files import DataError, replacing
from truthserum.data.load import load
from truthserum.data.sources import Loaded, Sources

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
KEYS = {"set", "train", "test", "folder", "package_clients", "download"}


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Load what the settings say; ValueError, DataError or OSError where that cannot be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--settings", type=json.loads, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--manifest", type=Path, required=True)
    options = parser.parse_args(arguments)

    settings = options.settings
    if settings.keys() != KEYS:
        raise ValueError(f"settings: found {sorted(settings)}, allowed exactly {sorted(KEYS)}")
    sources = Sources(
        RESOURCES,
        settings["folder"] and Path(settings["folder"]).expanduser(),
        settings["package_clients"],
        settings["download"],
    )
    loaded = load(settings["set"], settings["train"], settings["test"], sources)
    loaded.images.save(options.output)
    with replacing(options.manifest) as part:
        part.write_text(json.dumps(manifest(settings["set"], loaded), indent=2) + "\n")


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError, DataError) as error:
        sys.exit(f"prepare_data: {error}")
