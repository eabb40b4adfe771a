"""What lies in the place of a product and is another thing is refused before anything runs."""

import pytest

from truthserum.data.manifests import begin, manifest_of, signing
from workflow.fingerprint import code_of

DERIVED = "results/smoke/derived.csv"


@pytest.fixture
def made(checkout):
    """made(**changes): the checkout with a product of the settings asked for, but for changes."""

    def make(**changes):
        begin({"code": code_of("derive", {})} | changes)
        with signing(checkout.folder / DERIVED) as part:
            part.write_text("a\n1\n", "utf-8")
        begin({})
        return checkout

    return make


def asked(checkout):
    run = checkout.snakemake("--cores", "1", DERIVED, experiments="glm_mnist")
    return run.returncode, run.stdout


def test_what_was_made_as_asked_for_is_believed_without_snakemakes_memory(made):
    status, said = asked(made())
    assert status == 0 and "Nothing to be done" in said


def test_an_altered_table_that_nothing_reads_is_refused_until_it_is_deleted(made):
    checkout = made()
    (checkout.folder / DERIVED).write_text("a\n2\n", "utf-8")
    status, said = asked(checkout)
    assert status == 1 and "Traceback" not in said
    assert f"{DERIVED} is cut short or altered: " in said
    assert f"delete {DERIVED} and run again" in said
    (checkout.folder / DERIVED).unlink()
    run = checkout.snakemake("-n", "--cores", "1", DERIVED, experiments="glm_mnist")
    assert run.returncode == 0 and "lock" not in run.stdout.lower()


@pytest.mark.parametrize("what", ["settings", "manifest"])
def test_what_snakemake_has_forgotten_is_known_by_its_manifest(made, what):
    checkout = made(code="0123")
    if what == "manifest":
        manifest_of(checkout.folder / DERIVED).unlink()
    status, said = asked(checkout)
    assert status == 1 and "Traceback" not in said
    because = {"settings": "was made with other code than asked for now", "manifest": "has no mani"}
    assert f"{DERIVED} {because[what]}" in said
