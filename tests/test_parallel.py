from pathlib import Path
from types import SimpleNamespace

import pytest
from parallel import FIRST, pytest_collection_modifyitems, pytest_xdist_auto_num_workers

HERE = Path(__file__).parent


def test_the_longest_files_come_first_and_others_stay_in_order():
    names = ["test_b", FIRST[1], "test_a", FIRST[0], "test_b"]
    items = [SimpleNamespace(path=HERE / f"{name}.py") for name in names]
    pytest_collection_modifyitems(items)
    assert [item.path.stem for item in items] == [*FIRST[:2], "test_b", "test_a", "test_b"]


@pytest.mark.parametrize("name", FIRST)
def test_a_file_that_comes_first_is_there_and_is_the_only_one_of_its_name(name):
    assert len(list(HERE.rglob(f"{name}.py"))) == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([f"{__file__}::test_a_folder_is_made_once"], 0),
        ([__file__, f"{HERE}/conftest.py"], 0),
        ([__file__, f"{HERE}/workflow"], None),  # as xdist finds good
    ],
)
def test_files_alone_are_tested_in_one_process(arguments, expected):
    assert pytest_xdist_auto_num_workers(SimpleNamespace(args=arguments)) == expected


def test_a_folder_is_made_once(once):
    def make(folder):
        (folder / "product").write_text(folder.name)

    def make_again(folder):
        raise AssertionError

    folder = once("made_once", make)
    assert once("made_once", make_again) == folder
    assert [path.name for path in folder.iterdir()] == ["product"]


def test_a_folder_is_whole_or_not_there(once):
    def fail(folder):
        (folder / "half").touch()
        raise OSError

    with pytest.raises(OSError):
        once("made_after_a_failure", fail)
    folder = once("made_after_a_failure", lambda folder: (folder / "whole").touch())
    assert [path.name for path in folder.iterdir()] == ["whole"]
