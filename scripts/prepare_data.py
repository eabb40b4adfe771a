"""Write the first images, rows or documents of a data set, verified, as one file.

    python scripts/prepare_data.py
        --settings '{"set": "fashion_mnist", "train": 8000, "test": 2000}'
        --sources '{"folder": null, "package_clients": false, "download": true}'
        --output results/data/fashion_mnist.npz --manifest results/data/fashion_mnist.json

The manifest says which source gave the data and what proves it; `mean` and `std` are those of the
training pixels of each channel, scaled to [0, 1], or of each numeric column of the test rows, by
which features are standardised. `different` counts the training points without repetition.
"""

import json
from pathlib import Path

from program import parsed, parser, run, write_json

from truthserum.data.described import describe
from truthserum.data.load import load
from truthserum.data.sources import Loaded, Sources

RESOURCES = Path(__file__).resolve().parents[1] / "resources"


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
