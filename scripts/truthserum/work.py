"""What the models of an arm cost, by arithmetic: before any is trained."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from truthserum.data.catalogue import TableSet
from truthserum.data.image_sets import FolderSet, ImageSet
from truthserum.models.size import Size

BACKWARD = 3  # passes of training, in forward passes: one forward, and two for the gradients
FLOAT = 4  # bytes
# What no machine does in a year, which has 3e7 seconds: 3e14 multiplications in each is the peak of
# one of the fastest chips there are. The largest arm of scale `paper` needs 2e17, weeks of cores.
MOST_PRODUCTS = 1e22
# Steps of a model come one after the other, a millisecond or more each: that would be 11 days, and
# the list of its learning rates 32 gigabytes. The longest at scale `paper` has 12,000.
MOST_STEPS = 1_000_000_000
# Poisons are rows, too, and lie in memory with the others: a gigabyte of small images.
MOST_ROWS = 1_000_000
# Snakemake plans ten thousand jobs in 12 seconds, and these in a minute.
MOST_SHARDS = 50_000
# Of the largest arms of scale `paper`: what is most above these makes an arm too large.
USUAL = {"models": 60_000, "steps": 12_000, "records": 10_000, "products": 200_000_000}


@dataclass(frozen=True)
class Basis:
    """What the interval of an arm's measure rests on.

    measure: `tpr` at a false-positive rate, `mean_exposure`, or the name of a share of records.
    units: what models are drawn in, of so many `models` each (0 where none is attacked). positives,
    negatives: decisions in a unit on members, or targets, and on others. bits: of a secret that is
    exposed.
    """

    measure: str
    units: int
    models: int
    positives: float
    negatives: float = 0
    bits: float = 0


@dataclass(frozen=True)
class Work:
    """One arm.

    models: how many are trained. rows: that each is trained on. steps: of each, one after another.
    records: in each step. size: of a network, or None where it is not known. asked: records, or
    tokens, that all models together are asked about. seen: numbers that are kept of what is seen of
    them. attacked: multiplications of the last stage. basis: what its intervals rest on, or None
    where that is not known. keys: by which option each of `USUAL` grows.
    """

    models: int = 0
    rows: int = 0
    steps: int = 0
    records: int = 0
    size: Size | None = None
    asked: float = 0
    seen: float = 0
    attacked: float = 0
    basis: Basis | None = None
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def products(self) -> dict[str, float] | None:
        """Multiplications of each stage that takes time, or None where they are not known."""
        if self.size is None:
            return None
        one = self.size.products
        trained = BACKWARD * one * self.records * self.steps * self.models
        return {"train": trained, "observe": one * self.asked, "measure": self.attacked}

    @property
    def bytes(self) -> float:
        """On disk: weights of all models in float32, and what is seen of them in float64."""
        parameters = 0 if self.size is None else self.size.parameters
        return FLOAT * parameters * self.models + 2 * FLOAT * self.seen

    def check(self, per_shard: int = 1) -> None:
        """ValueError, which begins with the option, for what no machine does in a year.

        per_shard: how many models are trained by a job.
        """
        if self.rows > MOST_ROWS:
            raise ValueError(
                f"game: found what makes {self.rows:,} rows to train on, allowed are up to "
                f"{MOST_ROWS:,}"
            )
        if self.steps > MOST_STEPS:
            raise ValueError(
                f"{self.keys['steps']}: found what makes {self.steps:.2g} steps of each model, "
                f"allowed are up to {MOST_STEPS:,}"
            )
        products = (self.products or {"train": 0})["train"]
        if products > MOST_PRODUCTS:
            raise ValueError(
                f"{self._largest}: found what makes {products:.2g} multiplications, allowed are up "
                f"to {MOST_PRODUCTS:.0e}, more than any machine does in a year"
            )
        if (shards := -(-self.models // per_shard)) > MOST_SHARDS:
            raise ValueError(
                f"machine.models_per_shard: found {per_shard}, with {self.models:,} models "
                f"{shards:,} jobs, allowed are up to {MOST_SHARDS:,} jobs"
            )

    @property
    def _largest(self) -> str:
        """The option that is furthest above what is usual."""
        assert self.size is not None
        own = {**vars(self), "products": self.size.products}
        return self.keys[max(self.keys, key=lambda name: own[name] / USUAL[name])]


def shape_of(known: ImageSet | FolderSet | TableSet) -> tuple[int, ...]:
    """The shape in which a network sees a record of a set."""
    if isinstance(known, TableSet):
        return (sum(column.features for column in known.columns),)
    return known.shape
