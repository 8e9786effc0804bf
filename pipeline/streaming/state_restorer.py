"""Read the conversation state of assigned partitions back from its topic, as the ciphertext that it is."""

from binascii import Error as NotHexadecimal
from binascii import unhexlify
from collections.abc import Callable, Collection
from typing import Final

from pipeline.conversation.state import NotAState, unseal_state
from pipeline.errors import InvariantBroken, Misconfigured
from pipeline.keys import CannotDecrypt, KeyRing
from pipeline.settings import Settings
from pipeline.streaming.partition_log import ConsumerFactory, LogRecord, read_to_end

KEY_LENGTH_BYTES: Final = 16

StoredStates = dict[bytes, bytes]
"""The sealed state of each conversation under the 16 bytes of its key, in the order of their last writes."""


class StateRestorer:
    """Reads the state topic with a consumer of its own, so that it can run inside the callback of an assignment."""

    def __init__(self, consumers: ConsumerFactory, keys: KeyRing, *, settings: Settings) -> None:
        self._consumers = consumers
        self._keys = keys
        self._topic = settings.topics.state
        self._group = settings.worker.group  # never joined; of another the client would need the right to ask
        self._delivery = settings.kafka.delivery

    def restore(
        self, partitions: Collection[int], *, timeout_s: float, progress: Callable[[], None] = lambda: None
    ) -> dict[int, StoredStates]:
        """Return what stands on the partitions at the time of the call; a tombstone removes.

        Waits for transactions that are open there, so what a predecessor committed is never missed. `progress` is
        called at least every 100 ms while the broker answers. One record of each key version and partition is
        decrypted to see that the keys are right; the others are when they are first used. Raises `Misconfigured` for
        wrong keys, `InvariantBroken` for a record that is no state, `Unavailable` after `timeout_s`.
        """
        states: dict[int, StoredStates] = {partition: {} for partition in partitions}
        proven: set[tuple[int, int]] = set()
        batches = read_to_end(
            self._consumers,
            self._topic,
            partitions,
            group=self._group,
            delivery=self._delivery,
            timeout_s=timeout_s,
            progress=progress,
        )
        for records in batches:
            for record in records:
                self._take(states[record.partition()], record, proven)
        return states

    def _take(self, states: StoredStates, record: LogRecord, proven: set[tuple[int, int]]) -> None:
        key, sealed = self._key(record), record.value()
        states.pop(key, None)  # a dictionary keeps a key's first place; the last write is wanted
        if sealed is None:
            return
        version = (record.partition(), sealed[0] if sealed else 0)
        if version not in proven:
            self._prove(key, sealed, record)
            proven.add(version)
        states[key] = sealed

    def _key(self, record: LogRecord) -> bytes:
        key = b""
        try:
            key = unhexlify(record.key() or b"")
        except NotHexadecimal:
            key = b""
        if len(key) != KEY_LENGTH_BYTES:
            raise InvariantBroken(f"{self._where(record)}: the key is not that of a conversation's state")
        return key

    def _prove(self, key: bytes, sealed: bytes, record: LogRecord) -> None:
        remedy = ""
        try:
            unseal_state(sealed, key.hex(), self._keys)
        except CannotDecrypt:
            remedy = "give the worker the key file that the state was written under"
        except NotAState:
            remedy = "start the version of redact that wrote it, or name a new state topic, which forgets conversations"
        if remedy:
            version = sealed[0] if sealed else 0
            raise Misconfigured([f"{self._where(record)}: state of key version {version} cannot be read; {remedy}"])

    def _where(self, record: LogRecord) -> str:
        return f"{self._topic} partition {record.partition()} offset {record.offset()}"
