"""Versions of loaded libraries, by the files that lie beside them."""

import pytest

from truthserum.audit.doors.by_function import versions


@pytest.fixture
def installed(tmp_path):
    """installed(library, version, file, …): its metadata beside what it brought; those files."""

    def made(library, version, file, kind="dist-info", **texts):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
        folder = tmp_path / f"{library.replace('-', '_')}-{version}.{kind}"
        folder.mkdir()
        about = "METADATA" if kind == "dist-info" else "PKG-INFO"
        (folder / about).write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: {version}\n")
        for name, text in texts.items():
            (folder / name).write_text(text)
        return str(tmp_path / file)

    return made


def test_a_library_is_found_by_its_list_of_files(installed):
    forest = installed("big-forest", "1.2", "forest/__init__.py", RECORD="forest/__init__.py,,\n")
    single = installed("six", "3", "six.py", RECORD="six.py,sha256=ab,9\n")
    other = installed("other", "4", "others/__init__.py", RECORD="others/__init__.py,,\n")
    assert versions({"forest": forest, "six": single}) == {"big-forest": "1.2", "six": "3"}
    assert versions({"others": other, "os": "/usr/lib/python3/os.py"}) == {"other": "4"}
    assert versions({}) == {}


def test_without_a_list_it_is_found_by_its_names(installed):
    old = installed("Old-Lib", "0.1", "old_lib/__init__.py", "egg-info")
    listed = installed("listed", "2", "yaml/__init__.py", "egg-info", **{"top_level.txt": "yaml\n"})
    assert versions({"old_lib": old}) == {"Old-Lib": "0.1"}
    assert versions({"yaml": listed}) == {"listed": "2"}


def test_metadata_that_say_no_version_are_none(installed, tmp_path):
    file = installed("odd", "1", "odd.py", RECORD="odd.py,,\n")
    (tmp_path / "odd-1.dist-info" / "METADATA").write_text("Name: odd\n")
    assert versions({"odd": file}) == {}


def test_metadata_in_another_encoding_are_those_of_no_library(installed, tmp_path):
    """They are no reason to lose what was trained."""
    file = installed("bar", "2", "bar.py", RECORD="bar.py,,\n")
    installed("foo", "1", "foo.py", RECORD="foo.py,,\n")
    installed("baz", "3", "baz.py", "egg-info")
    (tmp_path / "foo-1.dist-info" / "RECORD").write_bytes(b"Andr\xe9.py,,\n")
    (tmp_path / "baz-3.egg-info" / "PKG-INFO").write_bytes(b"Name: baz\nAuthor: Andr\xe9\n")
    assert versions({"bar": file}) == {"bar": "2"}
