"""The order of effects, and what comes of a broker that refuses, recorded with a fake producer."""

import threading

import pytest
from confluent_kafka import KafkaError, KafkaException
from faust.types import TP

from pipeline.errors import InvariantBroken, Misconfigured, Unavailable
from pipeline.streaming.transport import Stage
from pipeline.streaming.transport.committers import AtLeastOnce, GaveBack, merged_offsets
from pipeline.streaming.transport.exactly_once import ExactlyOnce
from tests.support.fake_records import FakeRecord, make_batch

# A call that never returns, in place of an error.
HANGS = KafkaError(KafkaError._IN_PROGRESS)


class FakeMessage:
    def __init__(self, topic: str) -> None:
        self._topic = topic

    def topic(self) -> str:
        return self._topic


class FakeProducer:
    """Records the calls in `calls`; `failures` maps a call to the errors that it raises in turn."""

    def __init__(self, calls: list, failures: dict[str, list[KafkaError]]) -> None:
        self.calls = calls
        self.failures = failures
        self.unreported: list = []
        self.hang = threading.Event()

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.failures.get(name) == [HANGS]:
            self.failures[name].pop()
            self.hang.wait()
        if self.failures.get(name):
            raise KafkaException(self.failures[name].pop(0))

    def init_transactions(self, timeout_s: float) -> None:
        self._call("init")

    def begin_transaction(self) -> None:
        self._call("begin")

    def produce(self, topic, value, key, partition, on_delivery, timestamp=0) -> None:
        self._call(f"produce {topic}")
        if errors := self.failures.get(f"deliver {topic}"):
            self.unreported.append((on_delivery, errors.pop(0), FakeMessage(topic)))

    def flush(self, timeout_s: float = 0) -> int:
        self.calls.append("flush")
        if self.failures.get("flush"):
            # As CPython does where a callback runs while the exception of another is set.
            raise SystemError from KafkaException(self.failures["flush"].pop(0))
        self._report()
        return 0

    def send_offsets_to_transaction(self, offsets, membership, timeout_s: float) -> None:
        self._call("offsets " + " ".join(f"{tp.partition}:{tp.offset}" for tp in offsets) + f" {membership}")

    def commit_transaction(self, timeout_s: float) -> None:
        self._report()
        self._call("commit")

    def abort_transaction(self, timeout_s: float) -> None:
        self._call("abort")

    def purge(self) -> None:
        """Happens on the thread of the client that was given up, whenever it comes to it."""

    def poll(self, timeout_s: float) -> None:
        self._report()
        self.hang.wait(timeout_s)

    def _report(self) -> None:
        for on_delivery, error, message in self.unreported:
            on_delivery(error, message)
        self.unreported.clear()


class FakeConsumer:
    def __init__(self, calls: list, errors: list[KafkaError] | None = None) -> None:
        self.calls = calls
        self.errors = errors or []

    def commit(self, *, offsets, asynchronous: bool):
        self.calls.append("commit " + " ".join(f"{tp.partition}:{tp.offset}" for tp in offsets))
        if self.errors:
            raise KafkaException(self.errors.pop(0))
        return offsets


def filled(*offsets: int):
    batch = make_batch(*(FakeRecord(0, offset) for offset in offsets))
    batch.send(Stage.STATE, "state", b"s", b"k", 0)
    batch.send(Stage.OUTPUT, "out", b"v", b"k", 0)
    return batch


def exactly_once(
    failures: dict[str, list[KafkaError]] | None = None, transaction_s_max: float = 5
) -> tuple[ExactlyOnce, list]:
    calls: list = []
    failures = failures or {}

    def make() -> FakeProducer:
        calls.append("new")
        return FakeProducer(calls, failures)

    committer = ExactlyOnce(make, transaction_s_max=transaction_s_max)
    committer.start()
    calls.clear()
    return committer, calls


WHOLE = ["begin", "produce out", "produce state", "offsets 0:8 member", "commit"]


def test_a_transaction_holds_outputs_state_and_offsets():
    """In this order, with the membership that the records were read under."""
    committer, calls = exactly_once()
    assert committer.commit(filled(6, 7), "member")
    assert calls == WHOLE


def test_a_retriable_step_is_repeated():
    """A coordinator that moves or loads is waited for."""
    again = KafkaError(KafkaError.COORDINATOR_LOAD_IN_PROGRESS, "", False, True)
    committer, calls = exactly_once({"commit": [again]})
    assert committer.commit(filled(6, 7), "member")
    assert calls == [*WHOLE, "commit"]


def test_a_batch_of_an_old_generation_is_aborted_and_given_back():
    """Nothing of it becomes visible."""
    fenced = KafkaError(KafkaError.ILLEGAL_GENERATION, "", False, False, True)
    committer, calls = exactly_once({"offsets 0:8 member": [fenced]})
    with pytest.raises(GaveBack, match="ILLEGAL_GENERATION"):
        committer.commit(filled(6, 7), "member")
    assert calls[-1] == "abort"
    assert committer.commit(filled(8), "member")


def test_a_refused_output_is_an_error_for_a_person():
    """Nothing is committed and the worker ends: repeating could not help."""
    too_large = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)
    failed = KafkaError(KafkaError._INCONSISTENT, "", False, False, True)
    for failures in ({"produce out": [too_large]}, {"deliver out": [too_large], "commit": [failed]}):
        committer, _ = exactly_once(failures)
        with pytest.raises(Misconfigured, match="topic out refused a record \\(MSG_SIZE_TOO_LARGE\\)"):
            committer.commit(filled(6, 7), "member")


def test_a_fenced_producer_is_made_anew_but_not_for_ever():
    """Another worker with the same transactional id would fence it again and again."""
    fenced = KafkaError(KafkaError._FENCED, "", True)
    committer, calls = exactly_once({"commit": [fenced] * 6})
    for _ in range(5):
        with pytest.raises(GaveBack):
            committer.commit(filled(6, 7), "member")
        committer.recover()
        assert calls[-2:] == ["new", "init"]
    with pytest.raises(Misconfigured, match=r"another live worker has its worker\.slot"):
        committer.commit(filled(6, 7), "member")


def test_being_fenced_is_told_from_what_the_client_makes_of_it():
    """The call that fails says only that the error is fatal, and the next one raises it wrapped."""
    fatal, fenced = KafkaError(KafkaError._FATAL, "", True), KafkaError(KafkaError._FENCED, "", True)
    committer, _ = exactly_once({"produce out": [fatal] * 6, "flush": [fenced] * 6})
    for _ in range(5):
        with pytest.raises(GaveBack, match="_FENCED"):
            committer.commit(filled(6, 7), "member")
        committer.recover()
    with pytest.raises(Misconfigured, match=r"worker\.slot"):
        committer.commit(filled(6, 7), "member")


def test_an_error_of_the_interpreter_alone_is_not_taken_for_the_brokers():
    """It ends the worker as what it is."""

    def broken(_limit_s: float) -> None:
        raise SystemError

    producer = FakeProducer([], {})
    producer.commit_transaction = broken
    committer = ExactlyOnce(lambda: producer, transaction_s_max=5)
    committer.start()
    with pytest.raises(SystemError):
        committer.commit(filled(6, 7), "member")


@pytest.mark.parametrize("where", ["offsets 0:8 member", "commit"])
def test_a_call_that_never_returns_is_left_behind(where: str):
    """The batch is given back in time, and the next client fences the one that hangs before anything is read again."""
    committer, calls = exactly_once({where: [HANGS]}, transaction_s_max=0.05)
    with pytest.raises(GaveBack, match="_TIMED_OUT"):
        committer.commit(filled(6, 7), "member")
    assert calls[-1] == where
    committer.recover()
    assert calls[-2:] == ["new", "init"]
    assert committer.commit(filled(6, 7), "member")


def test_after_a_doubtful_failure_nothing_is_committed_before_a_new_client_is_open():
    """An abort through the client that failed is not trusted: what it still knows may be wrong."""
    failed = KafkaError(KafkaError.NOT_COORDINATOR, "", False, False, True)
    committer, calls = exactly_once({"commit": [failed]})
    for _ in range(2):
        with pytest.raises(GaveBack):
            committer.commit(filled(6, 7), "member")
    assert calls == [*WHOLE, "flush"]
    committer.recover()
    committer.recover()
    assert calls == [*WHOLE, "flush", "new", "init"]


def test_an_abort_that_fails_makes_the_producer_anew():
    """Its successor aborts what is left open."""
    moved = KafkaError(KafkaError.ILLEGAL_GENERATION, "", False, False, True)
    committer, calls = exactly_once({"commit": [moved], "abort": [KafkaError(KafkaError._STATE)]})
    with pytest.raises(GaveBack):
        committer.commit(filled(6, 7), "member")
    committer.recover()
    assert calls[-3:] == ["abort", "new", "init"]


def test_a_doubtful_client_is_replaced_before_the_next_transaction():
    """Its first transaction after an outage would hang: while there is nothing to do, or at the latest then."""
    committer, calls = exactly_once()
    committer.doubt()
    committer.idle()
    committer.idle()
    assert calls == ["new", "init"]
    assert committer.commit(filled(6, 7), "member")
    committer.doubt()
    with pytest.raises(GaveBack):
        committer.commit(filled(8), "member")
    committer.recover()
    assert committer.commit(filled(8), "member")


def test_clients_are_not_given_up_without_end():
    """Each lives on until the process ends."""
    failed = KafkaError(KafkaError.NOT_COORDINATOR, "", False, False, True)
    committer, _ = exactly_once({"commit": [failed] * 11})
    for _ in range(10):
        with pytest.raises(GaveBack):
            committer.commit(filled(6, 7), "member")
        committer.recover()
    with pytest.raises(InvariantBroken, match="11 transactional producers"):
        committer.commit(filled(6, 7), "member")


def test_a_broker_without_transactions_is_refused_at_the_start():
    """With the remedy."""
    failures = {"init": [KafkaError(KafkaError._UNSUPPORTED_FEATURE)]}
    with pytest.raises(Misconfigured, match="at least once"):
        ExactlyOnce(lambda: FakeProducer([], failures), transaction_s_max=5).start()


def test_a_transactional_id_that_may_not_be_used_is_an_error_for_a_person():
    """It says what to grant, and nothing of brokers without transactions."""
    failures = {"init": [KafkaError(KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)]}
    with pytest.raises(Misconfigured, match="transactional id: TRANSACTIONAL_ID_AUTHORIZATION_FAILED; grant"):
        ExactlyOnce(lambda: FakeProducer([], failures), transaction_s_max=5).start()


def test_a_transaction_without_the_rights_for_it_is_an_error_for_a_person():
    """Reading the batch again could not help."""
    committer, _ = exactly_once({"commit": [KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED, "", False, False, True)]})
    with pytest.raises(Misconfigured, match="TOPIC_AUTHORIZATION_FAILED; grant"):
        committer.commit(filled(6, 7), "member")


def test_a_broker_that_does_not_answer_is_unavailable():
    """Starting again later may help."""
    failures = {"init": [KafkaError(KafkaError._TIMED_OUT, "", False, True)]}
    calls: list = []
    committer = ExactlyOnce(lambda: FakeProducer(calls, failures), transaction_s_max=5, start_s_max=0.01)
    with pytest.raises(Unavailable):
        committer.start()
    assert calls == ["init"]


def at_least_once(failures: dict[str, list[KafkaError]] | None = None) -> tuple[AtLeastOnce, list]:
    calls: list = []
    committer = AtLeastOnce(lambda: FakeProducer(calls, failures or {}))
    committer.start()
    return committer, calls


def test_without_transactions_each_stage_is_acknowledged_before_the_next():
    """Outputs, then state, then offsets."""
    committer, calls = at_least_once()
    batch = filled(6, 7)
    assert not committer.commit(batch, None)
    assert calls == ["produce out", "flush", "produce state", "flush"]
    assert committer.settle_offsets(FakeConsumer(calls)) == [batch]
    assert calls[-1] == "commit 0:8"
    assert committer.settle_offsets(FakeConsumer(calls)) == []


@pytest.mark.parametrize("where", ["produce out", "deliver out"])
def test_without_transactions_an_output_that_fails_keeps_state_and_offsets_back(where: str):
    """The worker ends; the batch is read again."""
    committer, calls = at_least_once({where: [KafkaError(KafkaError._MSG_TIMED_OUT)]})
    with pytest.raises(Unavailable, match="_MSG_TIMED_OUT"):
        committer.commit(filled(6, 7), None)
    assert "produce state" not in calls
    assert committer.settle_offsets(FakeConsumer(calls)) == []


def test_offsets_that_were_not_committed_wait_until_the_final_call():
    """After a revocation they belong to somebody else, who reads the records again."""
    committer, calls = at_least_once()
    first, second = filled(6), filled(7)
    committer.commit(first, None)
    busy = KafkaError(KafkaError.COORDINATOR_LOAD_IN_PROGRESS)
    assert committer.settle_offsets(FakeConsumer(calls, [busy])) == []
    committer.commit(second, None)
    assert committer.settle_offsets(FakeConsumer(calls)) == [first, second]
    committer.commit(first, None)
    assert committer.settle_offsets(FakeConsumer(calls, [busy]), final=True) == []
    assert committer.settle_offsets(FakeConsumer(calls)) == []


def test_merged_offsets_are_those_of_the_last_batch():
    """One offset per partition."""
    batches = [make_batch(FakeRecord(0, 1), FakeRecord(1, 5)), make_batch(FakeRecord(0, 2))]
    assert {(TP(tp.topic, tp.partition), tp.offset) for tp in merged_offsets(batches)} == {
        (TP("raw", 0), 3),
        (TP("raw", 1), 6),
    }
