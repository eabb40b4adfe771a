"""The game of one audit: who is in which of its models, and what is added to their training."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from truthserum.audit import poison
from truthserum.audit.options import EXPOSED, Audit
from truthserum.audit.poison import Poison
from truthserum.audit.presence import Coins, Presence
from truthserum.audit.products import Records
from truthserum.seeds import audit_seed
from truthserum.storage.arrays import read_npz


@dataclass(frozen=True)
class Game:
    """The options of an audit, and the records that it is of, N in all."""

    audit: Audit
    records: Records

    @property
    def seed(self) -> int:
        """From which everything random comes."""
        return audit_seed(self.audit.seed)

    @property
    def asked(self) -> np.ndarray:
        """The rows that are asked about, int64 [P]."""
        return np.flatnonzero(self.records.asked)

    def coins(self, pairs: range) -> Coins:
        """The coins of these pairs of models."""
        of = self.records
        return Presence(of.unit, of.label, of.asked).coins(self.seed, pairs)

    def worst_contributor(self) -> Poison:
        """Whose copies are in every training set of the arm with poison."""
        copies = self.audit.poison
        return poison.draw(self.asked, self.records.label, self.audit.targets, copies, self.seed)


def read_leavers(path: Path | None, rows: int) -> np.ndarray:
    """Who leaves, as a file says, bool [N]; without one nobody."""
    return np.zeros(rows, bool) if path is None else read_npz(path)["leaving"]


def is_idle(arm: str, leaving: np.ndarray) -> bool:
    """Whether an arm has nothing to train: that without the exposed, where nobody leaves [N]."""
    return arm == EXPOSED and not leaving.any()
