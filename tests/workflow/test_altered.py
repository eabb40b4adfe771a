"""What lies in the place of a product and is another thing is refused before anything runs."""

import json
import shutil
import time
from pathlib import Path

import pandas as pd
import pytest
from bits import check_every_product, complaint, flip, products, sentence

from truthserum.storage.manifests import begin, manifest_of, signing, verified
from workflow.altered import blame
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
    because = {"settings": "was made with other code than asked for now", "manifest": "has no "}
    assert f"{DERIVED} {because[what]}" in said


@pytest.fixture
def chain(tmp_path, monkeypatch):
    """Two data sets, models of the first, and signals of these models and it."""
    monkeypatch.chdir(tmp_path)
    for name, sources in {
        "data/one.npz": [],
        "data/two.npz": [],
        "a/models.npz": ["data/one.npz"],
        "a/signals.npz": ["data/one.npz", "a/models.npz"],
    }.items():
        begin({})
        for source in sources:
            verified(Path(source))
        with signing(Path(name)) as part:
            part.write_text(name, "utf-8")
    begin({})
    return Path()


def blamed(path):
    """What is wrong with a product of the chain."""
    return blame(path, {}, ["data/one.npz", "data/two.npz", "a/models.npz"])


def exchanged(folder, name, other):
    """The file `other`, with its manifest, in the place of `name`."""
    shutil.copy2(folder / other, folder / name)
    shutil.copy2(manifest_of(folder / other), manifest_of(folder / name))


@pytest.mark.parametrize("name", ["a/models.npz", "a/signals.npz"])
def test_what_took_the_place_of_data_is_to_blame_and_not_what_was_made_of_them(chain, name):
    assert blamed(chain / name) is None
    exchanged(chain, "data/one.npz", "data/two.npz")
    found = blamed(chain / name)
    assert found.startswith("data/one.npz: found what was made as data/two.npz")
    assert found.endswith("delete data/one.npz and run again")
    (chain / "data/one.npz").unlink()
    assert blamed(chain / name) is None


def test_what_was_made_of_other_data_is_to_blame_where_these_are_what_they_say(chain):
    begin({})
    verified(chain / "data/two.npz")
    with signing(chain / "a/models.npz") as part:
        part.write_text("of other data", "utf-8")
    begin({})
    assert blamed(chain / "a/models.npz") is None
    (chain / "a/signals.npz").touch()
    found = blamed(chain / "a/signals.npz")
    assert found.startswith("a/signals.npz was made of another a/models.npz than lies there now")


@pytest.mark.parametrize(
    "inputs", [None, [], 1, {"\0": "x", "\ud800": "y", "a/../b": 3}, {"": "z"}]
)
def test_a_manifest_that_names_no_files_blames_the_product(chain, inputs):
    where = manifest_of(chain / "a/signals.npz")
    where.write_text(json.dumps(json.loads(where.read_text("utf-8")) | {"inputs": inputs}), "utf-8")
    (chain / "a/signals.npz").write_text("altered", "utf-8")
    assert "a/signals.npz" in blamed(chain / "a/signals.npz")


def test_one_other_bit_of_any_product_is_refused_by_its_name(rerun, monkeypatch):
    check_every_product(
        rerun.folder,
        monkeypatch,
        *("600-200.npz", "design.npz", "shard-001.safetensors", "shard-001.json", "signals.npz"),
        *("models.csv", "metrics.csv", "draws.npz", "label_only.csv", "differences.csv"),
        *("roc.pdf", "roc.png", "figure_one.png", "derived.csv", "statements.md", "seeds.csv"),
        *("ledger.csv", "ledger.html", "results/smoke/report.html"),
    )


def test_to_read_all_of_it_takes_less_than_a_hundredth_of_the_run(finished, monkeypatch):
    monkeypatch.chdir(finished.folder)
    told = [pd.read_csv(path, sep="\t")["s"].sum() for path in Path().rglob(".benchmark/*.tsv")]
    begun = time.process_time()
    assert [path for path in products() if complaint(path)] == []
    assert time.process_time() - begun < sum(told) / 100


@pytest.mark.parametrize(
    ("product", "again"),
    [
        ("results/smoke/targeted/copies-0/shard-000.safetensors", {}),  # what it gave is there
        ("figures/smoke/targeted/roc.pdf", {"draw_figure": 1, "report_page": 1}),
    ],
)
def test_one_other_bit_is_refused_before_anything_runs(rerun, product, again):
    flip(rerun.folder / product)
    run = rerun.snakemake("-n")
    assert run.returncode == 1 and "Traceback" not in run.stdout
    assert sentence(product) in run.stdout
    (rerun.folder / product).unlink()
    assert rerun.jobs() == again
