"""The figures of a page: what is drawn, and what is said of it."""

from dataclasses import replace

import pandas as pd

from truthserum.audit.report.images import Tables, images
from truthserum.audit.report.wording import headline_claim


def test_a_thousand_marks_are_of_the_level_that_they_say_or_not_drawn(audit):
    found, nothing = audit(), Tables(*[pd.DataFrame()] * 4)
    told = headline_claim(found)
    bare = replace(found, claims=(told,), groups=(), growth=(), mitigations=())
    people = images(bare, nothing, told)["people"]
    for said in (people.alt, people.caption):
        assert "if 1 in 1,000 others may be wrongly accused" in said
    assert images(bare, nothing, replace(told, reached=False))["people"] is None
