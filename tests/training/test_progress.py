import io

from truthserum.training.progress import Progress


def lines(total, events):
    """What is printed while (seconds, call, amount) happen."""
    now, out = [0.0], io.StringIO()
    progress = Progress("arm/shard-0", total, every=10.0, out=out, clock=lambda: now[0])
    for seconds, call, amount in events:
        now[0] = seconds
        getattr(progress, call)(amount)
    return out.getvalue().splitlines()


def test_a_line_every_ten_seconds_and_one_at_the_end():
    events = [(second, "advance", 100) for second in range(1, 26)]
    assert lines(2500, events) == [
        "arm/shard-0:  40%, 100 images/s, 0:15 left",
        "arm/shard-0:  80%, 100 images/s, 0:05 left",
        "arm/shard-0: 100%, 100 images/s, 0:00 left",
    ]


def test_skipped_work_counts_as_done_but_not_as_speed():
    assert lines(10_000, [(0, "skip", 7000), (10, "advance", 1000)]) == [
        "arm/shard-0:  80%, 100 images/s, 0:20 left"
    ]


def test_minutes():
    assert lines(10_000, [(10, "advance", 100)]) == ["arm/shard-0:   1%, 10 images/s, 16:30 left"]


def test_another_unit_is_named():
    out = io.StringIO()
    Progress("models", 4, out=out, unit="windows").advance(4)
    assert "windows/s" in out.getvalue()
