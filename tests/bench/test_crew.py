import importlib

import pytest

from truthserum.bench.crew import Crew

# What members do travels by name, so that it has to lie where other processes can import it.
WORK = """
import time

def sleeping(member, seconds):
    return lambda: time.sleep(seconds) or member + 1

def failing(member):
    raise ValueError(f"member {member}")
"""


@pytest.fixture
def work(tmp_path, monkeypatch):
    (tmp_path / "work_of_a_crew.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("work_of_a_crew")


def test_each_member_works_once_and_all_at_the_same_time(work):
    with Crew(2) as crew:
        # long beside what other processes cost on a busy machine
        rates = [crew.rate(work.sleeping, 2) for _ in range(2)]
        # 1 + 2 units in two seconds; one after the other, it would be half the rate
        assert all(3 / 3 < rate <= 3 / 2 for rate in rates)
        with pytest.raises(ValueError, match="member"):
            crew.rate(work.failing)
