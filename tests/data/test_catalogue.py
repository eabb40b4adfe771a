import subprocess
import sys
from pathlib import Path

import pytest
from torchvision import datasets

from truthserum.data.catalogue import IMAGE_SETS
from truthserum.data.image_sets import ImageSet

SCRIPTS = Path(__file__).parents[2] / "scripts"
OF_TORCHVISION = [known for known in IMAGE_SETS.values() if isinstance(known, ImageSet)]
# Whose files the project verifies itself, wherever they come from; of others torchvision does.
VERIFIED = {
    *("fashion_mnist", "mnist", "mnist_pooled", "kmnist", "qmnist", "svhn", "stl10"),
    *("emnist_digits", "emnist_balanced", "emnist_letters", "cifar10", "cifar100"),
}


def strings(value):
    """All strings in nested lists and mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)


@pytest.mark.parametrize("known", OF_TORCHVISION, ids=lambda known: known.name)
def test_what_is_known_is_what_torchvision_knows(known):
    kind = getattr(datasets, known.kind)
    theirs = {text for base in kind.__mro__ for text in strings(dict(vars(base)))}
    for copy in (known.full, known.archive):
        for name, found in copy.md5.items() if copy else ():
            assert len(found) == 32
            # of MNIST and Fashion-MNIST, torchvision knows the packed files
            assert found in theirs or f"{name}.gz" in theirs, name


def test_the_files_of_our_sets_are_verified():
    assert {known.name for known in OF_TORCHVISION if known.copies} >= VERIFIED


def test_the_catalogue_is_read_without_what_reads_images():
    program = "import sys, truthserum.data.catalogue, truthserum.data.corpus; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, cwd=SCRIPTS, capture_output=True, check=True, text=True)
    assert not set(run.stdout.split()) & {"torch", "torchvision", "PIL", "safetensors", "scipy"}
