"""What the earlier stages wrote, and policies on it."""

import program

import audited
import pandas as pd
import pytest

from truthserum.audit.report import page
from truthserum.audit.report.images import Tables, images
from truthserum.audit.report.policy import read_policy
from truthserum.audit.report.verdict import judge
from truthserum.audit.report.wording import headline_claim
from truthserum.audit.result import read_audit


@pytest.fixture(scope="session")
def parts():
    return program.read_texts(audited.PAGES)


def tables(records=None, content=None):
    return Tables(
        audited.table("records") if records is None else records,
        audited.table("roc"),
        audited.table("scores"),
        pd.DataFrame() if content is None else content,
    )


@pytest.fixture(scope="session")
def figures():
    """The figures of the example, which take longer than all else."""
    audit = read_audit(audited.claims(), "claims.json")
    return images(audit, tables(), headline_claim(audit))


@pytest.fixture
def write_page(draw_page, figures, monkeypatch):
    """The same as draw_page, with the figures of the example."""
    monkeypatch.setattr(page, "images", lambda *_: figures)
    return draw_page


@pytest.fixture
def draw_page(parts):
    """draw_page(claims, policy, records, content): the page of parsed claims."""

    def made(claims, policy="name: none", records=None, content=None):
        measured = read_audit(claims, "claims.json")
        audit = judge(measured, read_policy(policy, "policy.yaml"))
        return page.audit_page(audit, tables(records, content), parts)

    return made
