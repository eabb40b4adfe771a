import pytest

from truthserum.data.files import DataError
from truthserum.data.web import read_url


def test_reads_the_whole_body(serve):
    assert read_url(serve({"file": (b"whole", 5)}) + "file") == b"whole"


def test_a_connection_that_is_cut_off_is_an_error(serve):
    with pytest.raises(DataError, match=r"/file: IncompleteRead\(4 bytes read, 96 more expected\)"):
        read_url(serve({"file": (b"half", 100)}) + "file")


def test_an_absent_file_is_an_error(serve):
    with pytest.raises(DataError, match="/absent: HTTP Error 404"):
        read_url(serve({}) + "absent")
