from truthserum.training.spans import spans


def test_every_model_is_in_one_shard_and_only_the_last_is_smaller():
    for models in range(1, 9):
        for size in range(1, 10):
            found = spans(models, size)
            assert [m for first, stop in found for m in range(first, stop)] == list(range(models))
            assert {stop - first for first, stop in found[:-1]} <= {size}
            assert 0 < found[-1][1] - found[-1][0] <= size
