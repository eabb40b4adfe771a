"""Models trained by a network each, as on a GPU: what stacks of one are."""

from functools import partial
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from rounding import rounding
from torch.testing import assert_close

from truthserum.models.layers import initialise
from truthserum.models.mlp import Mlp
from truthserum.seeds import Purpose
from truthserum.training import apart
from truthserum.training.batches import ImageBatches
from truthserum.training.device import Device
from truthserum.training.lockstep import Fit, Task, filtered, plain, train
from truthserum.training.midway import Midway
from truthserum.training.products import Scratch
from truthserum.training.recipe import Augmentation, Recipe

MODELS = [3, 5, 6]
NEAR = {"rtol": 0, "atol": rounding(steps=6)}
AUGMENTATIONS = {"crops": Augmentation(flip=True, crop=2), "none": Augmentation()}


def by_themselves(net, fit, done, rows=None):
    """`apart.gradients` in the place of `plain`."""
    return apart.gradients(net, fit, done, fit.rows if rows is None else rows)


@pytest.fixture
def job(images, make_rows, fit):
    """job(models, …): what a stack of these models is trained on."""

    def make(models, architecture="cnn", augmentation="crops", dtype=torch.float32, **more):
        recipe = Recipe(
            epochs=2, batch=8, lr=0.05, nesterov=True, augmentation=AUGMENTATIONS[augmentation]
        )
        x, y = images
        batches = ImageBatches(x, recipe.augmentation, Device("cpu", dtype))
        task = Task(fit.architectures[architecture], recipe, fit.classes, fit.seed)
        return Fit(task, batches, y, make_rows(models), models, **more)

    return make


def trained(job, gradients=plain):
    seen = []
    net = train(job, gradients, seen.append)
    assert not net.training
    return net.state_dict(), sum(seen)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("augmentation", AUGMENTATIONS)
@pytest.mark.parametrize("architecture", ["mlp", "cnn", "wrn"])
def test_a_model_is_what_it_is_in_a_stack_of_one(job, architecture, augmentation, dtype):
    one = partial(job, MODELS[:1], architecture, augmentation, dtype)
    (found, seen), (alone, expected) = trained(one(), by_themselves), trained(one())
    assert all(torch.equal(found[name], value) for name, value in alone.items())
    assert seen == expected


@pytest.mark.parametrize("architecture", ["mlp", "cnn", "wrn"])
def test_beside_others_its_gradients_are_the_same(job, architecture):
    """Of the same weights, to the bit; on a CPU the optimiser rounds as a number lies in memory."""

    def first(models, gradients):
        one = job(models, architecture)
        task, streams = one.task, one.streams(Purpose.WEIGHTS)
        net = task.architecture.build(len(models), one.batches.shape, task.classes).train()
        initialise(net, streams)
        losses = next(gradients(net, one, 0))
        return [losses, *(own.grad for own in net.parameters()), *net.buffers()]

    found = first(MODELS, by_themselves)
    for k, model in enumerate(MODELS):
        alone = first([model], plain)
        assert all(torch.equal(own[k], other[0]) for own, other in zip(found, alone, strict=True))


def test_rows_that_a_defence_leaves_out(job):
    kept = np.random.default_rng(0).random((3, 20)) < np.array([[1.1], [0.6], [0.4]])
    whole = job(MODELS)
    rows = [own[keep] for own, keep in zip(whole.rows, kept, strict=True)]
    found, _ = trained(whole, partial(by_themselves, rows=rows))
    for k, model in enumerate(MODELS):
        alone, _ = trained(job([model]), partial(filtered, kept[k : k + 1]))
        assert_close({name: value[k] for name, value in found.items()}, _only(alone), **NEAR)


def _only(stacked):
    return {name: value[0] for name, value in stacked.items()}


def test_what_was_interrupted_goes_on_to_the_same_bits(job, tmp_path, cpu):
    whole, _ = trained(job(MODELS), by_themselves)
    skipped = []

    def midway():
        kept = Midway.within(Scratch(tmp_path, "key"), "three", cpu, skipped.append)
        kept.every = 0
        return kept

    class Killed(Exception):
        pass

    def until(step, net, fit, done):
        yield from islice(by_themselves(net, fit, done), step)
        raise Killed

    with pytest.raises(Killed):
        trained(job(MODELS, midway=midway()), partial(until, 3))
    found, _ = trained(job(MODELS, midway=midway()), by_themselves)
    assert skipped == [3]
    assert all(torch.equal(found[name], value) for name, value in whole.items())


def test_all_that_is_random_is_drawn_before_the_first_step(job):
    """A step reads nothing but what lies on the device, so that it may be replayed."""
    one = job(MODELS)
    net = one.task.architecture.build(3, one.batches.shape, one.task.classes).train()
    made = by_themselves(net, one, 0)
    next(made)
    one.batches.device = SimpleNamespace(dtype=torch.float32)  # on which nothing can be placed
    assert len(list(islice(made, 5))) == 5


class Graph:
    """In place of a CUDA graph: what was called while it was captured, called again."""

    def __init__(self, log):
        self.log, self.calls = log, []

    def replay(self):
        self.log.append("replay")
        for call in self.calls:
            call()


@pytest.fixture
def streams(monkeypatch):
    """A machine whose CUDA streams, events and graphs are notes of what was asked of them."""
    log, graphs = [], []

    class Stream:
        def __init__(self, name=None):
            self.name = name or f"stream {sum('made' in each for each in log)}"
            log.append(f"{self.name} made")

        def wait_stream(self, other):
            log.append(f"{self.name} waits for {other.name}")

        def __enter__(self):
            log.append(f"{self.name} begins")

        def __exit__(self, *_):
            log.append(f"{self.name} ends")

    class Capture:
        def __init__(self, graph):
            self.graph = graph

        def __enter__(self):
            log.append("capture")
            graphs.append(self.graph)

        def __exit__(self, *_):
            log.append("captured")
            graphs.clear()

    main = Stream("main")
    step = apart.Member.step

    def noted(member, now):
        for graph in graphs:
            graph.calls.append(partial(step, member, now))
        return None if graphs else step(member, now)  # a capture computes nothing

    apart._stream.cache_clear()
    for name, other in {
        "Stream": Stream,
        "stream": lambda stream: stream,
        "current_stream": lambda: main,
        "synchronize": lambda: log.append("wait"),
        "CUDAGraph": lambda: Graph(log),
        "graph": Capture,
    }.items():
        monkeypatch.setattr(torch.cuda, name, other)
    monkeypatch.setattr(apart.Member, "step", noted)
    log.clear()
    yield log
    apart._stream.cache_clear()


def test_a_captured_step_is_replayed_as_if_nothing_had_been_tried_before(job, streams):
    """Kernels are warmed up on the models themselves, which must not show."""
    one = job(MODELS)

    def recorded(net, fit, done):
        every = list(apart._members(net, fit, fit.rows, losses := torch.zeros(3)))
        now = torch.full((1,), done)
        step = apart._captured(every, now, list(net.buffers()))
        while True:
            step()
            now += 1
            yield losses.clone()

    found, _ = trained(one, recorded)
    expected, _ = trained(job(MODELS), by_themselves)
    assert all(torch.equal(found[name], value) for name, value in expected.items())
    begun, captured = streams.index("capture"), streams.index("captured")
    assert [each for each in streams[begun:captured] if "begins" in each] == [
        f"stream {k} begins" for k in range(3)
    ]
    for k in range(3):  # each after what came before, and all before what comes
        assert f"stream {k} waits for main" in streams[begun:captured]
        assert f"main waits for stream {k}" in streams[begun:captured]
    assert streams[begun - 1] == "wait"
    assert set(streams[captured + 1 :]) == {"replay"}


def members_of(job, models):
    one = job(models)
    net = one.task.architecture.build(len(models), one.batches.shape, one.task.classes).train()
    every = list(apart._members(net, one, one.rows, torch.zeros(len(models))))
    return every, torch.zeros(1, dtype=torch.int64), list(net.buffers())


def test_streams_are_joined_and_the_reason_told_where_a_capture_fails(job, streams, monkeypatch):
    """Left unjoined, CUDA refuses to end the capture, and only that would be heard of."""
    members, now, buffers = members_of(job, MODELS)
    step, captures = apart.Member.step, lambda: "capture" in streams

    def roomless(member, at):
        if captures() and member is members[1]:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return step(member, at)

    monkeypatch.setattr(apart.Member, "step", roomless)
    with pytest.raises(torch.OutOfMemoryError, match=r"^CUDA out of memory\.$"):
        apart._captured(members, now, buffers)
    begun = streams[streams.index("capture") :]
    for k in range(3):
        assert begun.index(f"stream {k} waits for main") < begun.index(f"main waits for stream {k}")


def test_stacks_share_their_streams(job, streams):
    for models in (MODELS, MODELS[:2]):
        apart._captured(*members_of(job, models))
    assert sum("made" in each for each in streams) == 3


def test_the_network_of_a_member_lies_in_the_memory_of_the_stack(job):
    one = job([1, 2])
    net = Mlp((9,)).build(2, one.batches.shape, one.task.classes)
    task = Task(Mlp((9,)), one.task.recipe, one.task.classes, one.task.seed)
    fit = Fit(task, one.batches, one.labels, one.rows, one.models)
    first, second = apart._members(net, fit, fit.rows, torch.zeros(2))
    with torch.no_grad():
        for parameter in net.parameters():
            parameter[1] = 7
    assert all((own == 7).all() for own in second.net.parameters())
    assert not any((own == 7).all() for own in first.net.parameters())
