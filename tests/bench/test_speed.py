"""How many multiplications a second are counted."""

import itertools

from truthserum.bench import speed


def test_forward_and_backward_passes_count(monkeypatch):
    ticks = itertools.count(start=0, step=2)  # seconds
    monkeypatch.setattr(speed.time, "process_time", lambda: next(ticks))
    # 28 x 28 is halved to 14, 7 and 4: nine weights between each two channels, and the head
    places = 14**2 * 1 * 16 + 7**2 * 16 * 32 + 4**2 * 32 * 64
    products = 9 * places + 4**2 * 64 * 10
    # eight models with 64 of 128 records each are one step
    assert speed.multiplications("float32", 128) == 3 * products * 8 * 64 / 2
