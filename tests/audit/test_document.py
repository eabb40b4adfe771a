"""What stands in claims.json beside what was measured."""

import pytest

from truthserum.audit.claim import Claim
from truthserum.audit.document import Measured, Result, document
from truthserum.audit.result import Records, Subject


def untested(declared, *claims):
    """{id: reason} of what is said not to be tested."""
    about, skipped = Subject("loans", "recipe", (), declared), {"poisoned": "`poison` is 0"}
    result = Result(about, Measured(claims, (), (), (), (), {}), skipped, {}, "", {})
    found = document(result, Records("records.csv", "", 0, 0, ""), {})
    return {one.id: one.reason for one in found.not_tested}


@pytest.mark.parametrize(
    "measured, said, left_out",
    [("auc", "model_files", "weights"), ("reconstruction_exact", "weights", "model_files")],
)
def test_weights_that_were_read_are_not_said_to_be_unread(measured, said, left_out):
    reasons = untested({}, Claim(measured))
    assert said in reasons and left_out not in reasons
    assert reasons["poisoned"] == "`poison` is 0"


@pytest.mark.parametrize("declared", [{}, {"subject": None}])
def test_nothing_is_claimed_of_who_has_several_records_unless_it_is_said_whose_they_are(declared):
    assert "looks safer" in untested(declared)["several_records"]
    assert "several_records" not in untested({"subject": "patient"})
