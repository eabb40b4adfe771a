import pytest

from truthserum.bench.tasks.base import Place


@pytest.fixture
def measured(tmp_path):
    """measured(task, data=None): {name: values} of its measures, on one core in float32."""

    def run(task, data=None):
        place = Place(tmp_path, threads=1, precision="float32", data=data)
        return {each.name: each.values for each in task.measures(place)}

    return run
