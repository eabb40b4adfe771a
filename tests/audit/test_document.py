"""What stands in claims.json beside what was measured."""

import pytest

from truthserum.audit.document import document

BODY = dict.fromkeys(("claims", "groups", "growth", "mitigations", "checks"), ())


@pytest.mark.parametrize(
    "measured, said, left_out",
    [("auc", "model_files", "weights"), ("reconstruction_exact", "weights", "model_files")],
)
def test_weights_that_were_read_are_not_said_to_be_unread(measured, said, left_out):
    body = BODY | {"claims": [{"id": measured}]}
    found = document({}, body, {}, {"poisoned": "`poison` is 0"}, {}, {})
    reasons = {one["id"]: one["reason"] for one in found["not_tested"]}
    assert said in reasons and left_out not in reasons
    assert reasons["poisoned"] == "`poison` is 0"
