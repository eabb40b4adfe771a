"""README and docs say what was measured, with the settings of today."""

import json
import re

import pytest

from truthserum.findings.documents import render
from workflow.documents import documents_settings, settings_hash
from workflow.experiments import experiments

PAGES = {"README.md": "README.md", "results.md": "docs/results.md", "tables.md": "docs/tables.md"}
HOW = "CONTRIBUTING.md says how to write it anew"


@pytest.fixture(scope="module")
def stored(root):
    return json.loads((root / "docs" / "numbers.json").read_text())


@pytest.mark.parametrize("template", PAGES)
def test_a_document_is_its_template_with_the_stored_numbers(root, stored, template):
    def ask(call):
        assert str(call) in stored["numbers"], f"{template} asks for {call}: {HOW}"
        return stored["numbers"][str(call)]

    text = render((root / "docs" / "templates" / template).read_text("utf-8"), ask)
    assert (root / PAGES[template]).read_text("utf-8") == text, f"{PAGES[template]} is stale: {HOW}"


def test_no_number_was_measured_with_other_settings(stored, written):
    for scale, made in stored["experiments"].items():
        recorded = {name: one["settings"] for name, one in made.items() if one["settings"]}
        today = experiments({**written, "scale": scale, "experiments": list(recorded) or "all"})
        changed = [name for name in recorded if settings_hash(today[name]) != recorded[name]]
        assert not changed, f"numbers of {', '.join(changed)} are of other settings: {HOW}"


def test_a_hash_of_settings_knows_what_decides_and_not_the_machine(written):
    def hashed(**changes):
        (one,) = experiments(
            {**written, "scale": "smoke", "experiments": ["targeted"], **changes}
        ).values()
        return one, settings_hash(one)

    one, before = hashed()
    assert hashed(device="cpu")[1] == before != hashed(seed=1)[1]
    next(iter(one.arms.values())).settings["machine"]["stack"] += 1
    assert settings_hash(one) == before
    next(iter(one.arms.values())).settings["draws"] += 1
    assert settings_hash(one) != before


def test_the_program_is_told_of_every_arm(written):
    chosen = experiments({**written, "scale": "smoke", "experiments": ["targeted", "canary"]})
    told = documents_settings("smoke", chosen)
    assert told["experiments"]["targeted"]["arms"] == {"copies-0": "0", "copies-3": "3"}
    assert told["experiments"]["canary"]["leak"] == "extraction" and told["code"]


def test_the_readme_is_short(root):
    assert len((root / "README.md").read_text().splitlines()) < 110


def test_every_link_leads_somewhere(root):
    for page in (root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if not link.startswith("http"):
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_documents_are_no_part_of_all_and_need_all_experiments(pristine):
    assert "write_documents" not in pristine.jobs(experiments="all")
    refused = pristine.snakemake("-n", "documents", scale="laptop", experiments="targeted")
    assert 'experiments: found "targeted", allowed for documents is all' in refused.stdout


def test_documents_of_another_folder_are_left_alone(pristine, tmp_path):
    (tmp_path / "README.md").write_text("mine", "utf-8")
    refused = pristine.snakemake("documents", "--cores", "1", "-d", str(tmp_path)).stdout
    assert f"documents: found the folder {tmp_path}, allowed is {pristine.folder}" in refused
    assert (tmp_path / "README.md").read_text("utf-8") == "mine"


def test_the_rule_keeps_the_numbers_of_other_scales(root, rerun):
    rerun.make("--cores", "2", "documents")
    for path in (*PAGES.values(), "docs/numbers.json"):
        assert (rerun.folder / path).read_bytes() == (root / path).read_bytes()
