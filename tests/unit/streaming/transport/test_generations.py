"""Epochs: what ends them, and that a rewind cannot be missed or undone."""

import threading

from pipeline.streaming.transport.generations import Generations


def test_every_advance_is_a_new_epoch_with_all_its_slots():
    """Slots that stale batches hold do not count against the new epoch."""
    generations = Generations(depth=2)
    assert generations.current.slots.acquire(blocking=False)
    assert generations.current.slots.acquire(blocking=False)
    assert not generations.current.slots.acquire(blocking=False)
    later = generations.advance()
    assert later.epoch == 1
    assert later.slots.acquire(blocking=False)


def test_a_rewind_is_due_in_its_epoch_until_it_was_done():
    """The epoch and its rewind appear together."""
    generations = Generations(depth=1)
    generation = generations.advance(rewind=True)
    assert generation.rewind_due
    generations.rewound(generation.epoch)
    assert not generations.current.rewind_due
    assert generations.current.epoch == generation.epoch
    assert generations.current.slots is generation.slots


def test_a_late_rewind_does_not_settle_a_newer_one():
    """A batch that fails while an older rewind runs gets a rewind of its own."""
    generations = Generations(depth=1)
    older = generations.advance(rewind=True)
    newer = generations.advance(rewind=True)
    generations.rewound(older.epoch)
    assert generations.current == newer
    assert generations.current.rewind_due


def test_a_new_epoch_waits_for_the_running_transaction():
    """No batch changes its generation in the middle of its commit."""
    generations = Generations(depth=1)
    advanced = threading.Event()

    def advance() -> None:
        generations.advance()
        advanced.set()

    with generations.transaction:
        thread = threading.Thread(target=advance)
        thread.start()
        assert not advanced.wait(0.05)
        assert generations.current.epoch == 0
    thread.join(5)
    assert generations.current.epoch == 1
