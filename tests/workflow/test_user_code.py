"""The fingerprint of a user's own code: what counts, and what does not."""

import os
import sys
import time

import pytest

from truthserum.audit.options import Audit
from truthserum.options import checked
from truthserum.sentences import OptionError
from workflow import user_code
from workflow.user_code import closure, content, fingerprint, trained_by, version_of


@pytest.fixture
def folder(tmp_path):
    """A package with a model, its helpers, and a file that nothing imports."""
    files = {
        "churn/__init__.py": "import churn.setup",
        "churn/setup.py": "",
        "churn/model.py": "import numpy\nfrom . import helper\nfrom .deep.parts import layer",
        "churn/helper.py": "import outside",
        "churn/deep/parts.py": "from .. import shared\nlayer = 1",
        "churn/shared.py": "",
        "churn/unused.py": "",
        "outside.py": "",
        "train.R": "x <- 1",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_is_imported_from_the_folder_counts_and_nothing_else(folder):
    found = [str(path.relative_to(folder)) for path in closure(folder, "churn.model")]
    assert found == [
        "churn/__init__.py",
        "churn/deep/parts.py",
        "churn/helper.py",
        "churn/model.py",
        "churn/setup.py",
        "churn/shared.py",
        "outside.py",
    ]


@pytest.mark.parametrize("name, changes", [("churn/shared.py", True), ("churn/unused.py", False)])
def test_an_edit_changes_the_fingerprint_where_it_counts(folder, name, changes):
    before = fingerprint(folder, "churn.model")
    (folder / name).write_text("value = 2")
    assert (fingerprint(folder, "churn.model") != before) == changes


@pytest.mark.parametrize("text", ["\ufeffimport shared", "# coding: latin-1\nname = 'é'"])
def test_a_file_in_an_encoding_that_python_reads_is_read(folder, text):
    encoding = "latin-1" if "latin" in text else "utf-8"
    (folder / "outside.py").write_bytes(text.encode(encoding))
    assert closure(folder, "outside") == [folder / "outside.py"]


def test_files_that_are_named_count(folder):
    before = fingerprint(folder, None, [folder / "train.R"])
    (folder / "train.R").write_text("x <- 2")
    assert fingerprint(folder, None, [folder / "train.R"]) != before


def test_the_files_that_a_command_names_count_though_depends_does_not_name_them(folder):
    words = ["Rscript", "train.R", "{train}", "{ask}", "{seed}", "{out}"]
    about = {"data": {"file": "a.csv"}, "command": words, "path": str(folder)}
    before = trained_by(checked(Audit, about, "audit"))
    named = [str(folder / "train.R")]
    assert trained_by(checked(Audit, about | {"depends": named}, "audit")) == before
    (folder / "train.R").write_text("x <- 2")
    assert trained_by(checked(Audit, about, "audit")) != before


def test_what_is_not_there_is_said(folder):
    with pytest.raises(OptionError, match=r'no module "churn.modle" in .*allowed is a .py file'):
        closure(folder, "churn.modle")
    with pytest.raises(OptionError, match=r'no module "outside.py" in .*named without .py'):
        closure(folder, "outside.py")
    with pytest.raises(OptionError, match=r"depends: found no file .*train\.jl"):
        fingerprint(folder, None, [folder / "train.jl"])
    (folder / "churn" / "model.py").write_text("def (")
    with pytest.raises(OptionError, match="which is no Python"):
        closure(folder, "churn.model")


def test_an_interpreter_says_its_version(tmp_path):
    assert version_of(sys.executable) == sys.version
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\necho '2.7.18 (default, Jul  1 2022, 12:27:04)'\n")
    old.chmod(0o755)
    for other in (sys.executable + "\0", "true", "echo", str(old)):
        with pytest.raises(OptionError, match="allowed is an interpreter"):
            version_of(other)
    with pytest.raises(OptionError, match="allowed is an interpreter"):
        version_of("no/python")


@pytest.mark.parametrize("does", ["yes", "sleep 600", "exec sleep 600", "setsid sleep 20 &"])
def test_an_interpreter_that_never_ends_is_none(tmp_path, monkeypatch, does):
    """Neither what floods us, nor what says nothing, itself or by a program that it starts."""
    monkeypatch.setattr(user_code, "PATIENCE", 1)
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{does}\n")
    script.chmod(0o755)
    before = time.monotonic()
    with pytest.raises(OptionError, match="allowed is an interpreter"):
        version_of(str(script))
    assert time.monotonic() - before < 10


@pytest.mark.parametrize("count", [1, 5])
def test_data_that_an_older_file_took_the_place_of_is_other_data(tmp_path, count):
    files = [tmp_path / f"{k}.csv" for k in range(count)]
    for path in files:
        path.write_text("a\n1\n")
    before = content(files)
    os.utime(files[-1], (1, 1))
    assert content(files) == before
    files[-1].write_text("a\n2\n" if count == 1 else "a\n20\n")  # of many the size tells
    os.utime(files[-1], (2, 2))
    assert content(files) != before
    files[-1].unlink()
    assert content(files) != before
