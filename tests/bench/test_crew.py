import importlib

import pytest

from truthserum.bench.crew import Crew

# What members do travels by name, so that it has to lie where other processes can import it.
WORK = """
import time
from pathlib import Path

def working(member, seconds, folder):
    def work():
        Path(folder, str(member)).touch()
        deadline = time.monotonic() + 60
        while not Path(folder, str(1 - member)).exists():  # until the other is at work, too
            assert time.monotonic() < deadline
            time.sleep(0.01)
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass
        return member + 1

    return work

def failing(member):
    raise ValueError(f"member {member}")
"""


@pytest.fixture
def work(tmp_path, monkeypatch):
    (tmp_path / "work_of_a_crew.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("work_of_a_crew")


def test_each_member_works_once_and_all_at_the_same_time(work, tmp_path):
    with Crew(2) as crew:
        # 1 + 2 units in half a second of the processor each, however busy the machine is
        assert 2.5 < crew.rate(work.working, 0.5, tmp_path) <= 3
        with pytest.raises(ValueError, match="member"):
            crew.rate(work.failing)
