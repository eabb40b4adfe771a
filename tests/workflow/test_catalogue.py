"""The folder of experiments, whatever lies in it, and what a config lays over it."""

import shutil
import subprocess
import sys

import pytest

from truthserum.sentences import OptionError
from truthserum.storage.written import read
from workflow import catalogue, experiments


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the folder of experiments, which is read in place of it."""
    own = tmp_path / "experiments"
    shutil.copytree(catalogue.FOLDER, own)
    monkeypatch.setattr(catalogue, "FOLDER", own)
    return own


def test_hidden_files_of_editors_are_no_experiments(folder):
    before = catalogue.complete({})
    (folder / ".#targeted.yaml").symlink_to("somebody@host.1:1")
    (folder / "._targeted.yaml").write_bytes(b"\0\5\x16\7")
    assert catalogue.complete({}) == before


@pytest.mark.parametrize("name", ["mine.yml", "Mine.YAML", "mine.yaml "])
def test_a_file_that_nobody_would_read_is_refused(folder, name):
    shutil.copy(folder / "targeted.yaml", folder / name)
    with pytest.raises(OptionError, match=rf'{name}: found the ending "\..*", allowed is \.yaml$'):
        catalogue.complete({})


def test_a_folder_that_may_not_be_read_is_named_with_the_reason(folder):
    shutil.rmtree(folder)
    with pytest.raises(OptionError, match=r"experiments: found that it cannot be read \(No such"):
        catalogue.complete({})
    folder.touch()
    with pytest.raises(OptionError, match=r"experiments: found that it cannot be read \(Not a d"):
        catalogue.complete({})


@pytest.mark.parametrize("text", [None, "", "- 1\n"])
def test_what_experiments_share_is_named_where_it_is_none(folder, text):
    shared = folder / "_shared.yaml"
    shared.unlink()
    if text is not None:
        shared.write_text(text)
    with pytest.raises(OptionError, match=r"_shared\.yaml: found .*, allowed are sections"):
        catalogue.complete({})


def test_a_default_of_a_config_leaves_the_others_as_they_are():
    before = catalogue.complete({})["defaults"]
    after = catalogue.complete({"defaults": {"inference": {"smoke": {"draws": 7, "models": 6}}}})
    smoke = before["inference"]["smoke"] | {"draws": 7, "models": 6}
    assert smoke != before["inference"]["smoke"]
    inference = before["inference"] | {"smoke": smoke}
    assert after["defaults"] == before | {"inference": inference}


@pytest.mark.parametrize(
    "config",
    [
        {"catalogue": {"mine": {"leak": [], "scales": {"smoke": {"models": 8}}}}},
        {"catalogue": {"mine": {"leak": {}, "scales": {"smoke": {"models": 8}}}}},
        {"defaults": {"inference": "x"}},
        {"defaults": {"inference": None}},
        {"defaults": []},
    ],
)
def test_what_is_no_section_is_left_to_the_check(config):
    config = {"scale": "smoke", "experiments": "all", "seed": 1} | config
    with pytest.raises(OptionError) as error:
        experiments.experiments(catalogue.complete(config))
    assert "\n" not in str(error.value)


def test_a_grid_of_rows_of_a_table_is_refused_on_reading(folder, root):
    """It drew blank strips."""
    path = folder / "glm_adult.yaml"
    assert "closed_form_grid" not in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace("figures: [", "figures: [closed_form_grid, "))
    config = catalogue.complete({**read(root / "config.yaml"), "experiments": ["glm_adult"]})
    with pytest.raises(OptionError, match=r'figures: found "closed_form_grid" of the table adult'):
        experiments.experiments(config)


def test_no_experiment_has_the_name_of_all_of_them(folder, root):
    shutil.copy(folder / "targeted.yaml", folder / "all.yaml")
    config = catalogue.complete(read(root / "config.yaml"))
    with pytest.raises(OptionError, match=r'^catalogue: found "all", which stands for every exp'):
        experiments.experiments(config)


@pytest.mark.parametrize(
    ("file", "entry", "sentence"),
    [
        (
            "image_sets",
            "{class: USPS, shape: [1, 16, 16], clases: 10, train: 7291, test: 2007}",
            'found the key "clases", allowed are archive',
        ),
        ("text_sets", "{file: mine.txt}", 'the key "md5" is missing'),
    ],
)
def test_a_set_that_is_wrong_is_one_sentence_before_anything_runs(checkout, file, entry, sentence):
    with (checkout.folder / "resources" / f"{file}.yaml").open("a") as entries:
        entries.write(f"mine: {entry}\n")
    command = [sys.executable, "-m", "snakemake", "-n"]
    run = subprocess.run(command, cwd=checkout.folder, capture_output=True, text=True)
    assert run.returncode == 1
    assert f"{file}.yaml: mine: {sentence}" in run.stdout
    assert f"{file}.py" not in run.stdout + run.stderr
