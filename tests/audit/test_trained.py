"""What an audit declares of the user's settings."""

from types import SimpleNamespace

import numpy as np
import pytest

from truthserum.audit.game import Game
from truthserum.audit.options import Audit
from truthserum.audit.trained import declared

TABLE = {"file": "visits.csv"}
WHO = {
    "a table": (TABLE, {}, None),
    "a subject": ({**TABLE, "subject": "patient"}, {}, None),
    "images": ({"folder": "xrays"}, {}, "images"),
    "as the user says": ({"folder": "xrays"}, {"unit": "patients"}, "patients"),
}


@pytest.mark.parametrize("data, more, unit", WHO.values(), ids=WHO)
def test_what_records_are_of_is_what_they_are(data, more, unit):
    records = SimpleNamespace(unit=np.arange(9), label=np.zeros(9), classes=("a",), repeated=0)
    study = SimpleNamespace(clean=SimpleNamespace(member=np.zeros((2, 9))), poisoned=None)
    game = Game(Audit(data=data, function="a:b", **more), records)
    assert declared(game, study)["unit"] == unit
