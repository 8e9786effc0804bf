"""The states of the conversations of the assigned partitions, in memory: what is committed, and what is not yet.

One thread owns the store (the worker's event loop). Committed states are kept as the ciphertext that stands on the
topic; a few that were used lately are kept decoded as well.
"""

from collections import OrderedDict
from collections.abc import Collection
from typing import Final, NamedTuple

from pipeline.conversation.state import NEW_CONVERSATION, ConversationState, NotAState, seal_state, unseal_state
from pipeline.errors import InvariantBroken
from pipeline.keys import CannotDecrypt, KeyRing
from pipeline.streaming.committed_states import CommittedStates
from pipeline.streaming.state_restorer import StoredStates

DECODED_MAX: Final = 8_192
FORGOTTEN_PER_BATCH_MAX: Final = 256
_Name = tuple[int, str]


class StateRecord(NamedTuple):
    """One record for the state topic, under the source partition's number; `value` None is a tombstone."""

    partition: int
    key: str
    value: bytes | None


class _Overlay:
    """What one uncommitted batch changed; None forgets a conversation."""

    __slots__ = ("batch_id", "changes", "partitions", "records")

    def __init__(self, batch_id: int, partitions: Collection[int]) -> None:
        self.batch_id = batch_id
        self.partitions = frozenset(partitions)
        self.changes: dict[_Name, ConversationState | None] = {}
        self.records: list[StateRecord] | None = None


class StateStore:
    """Committed states, and over them the changes of the batches in flight, oldest first.

    A conversation that was silent for longer than the ttl, by the record timestamps of its own events, begins anew:
    that is the same for every batch size and after every restart. Its record is removed some time later, at most 256 a
    batch and partition, by the time that the partition's other records tell; no clock is asked.
    """

    def __init__(self, keys: KeyRing, *, ttl_ms: int, decoded_max: int = DECODED_MAX) -> None:
        self._keys = keys
        self._ttl_ms = ttl_ms
        self._decoded_max = decoded_max
        self._partitions: dict[int, CommittedStates] = {}
        self._overlays: list[_Overlay] = []
        self._decoded: OrderedDict[_Name, ConversationState] = OrderedDict()
        self.expired = 0

    @property
    def conversations(self) -> int:
        """How many committed conversations are held."""
        return sum(len(states) for states in self._partitions.values())

    @property
    def stored_bytes(self) -> int:
        """How many bytes of ciphertext are held."""
        return sum(states.stored_bytes for states in self._partitions.values())

    @property
    def partitions(self) -> frozenset[int]:
        """The partitions whose state is here, so whose records may be worked on."""
        return frozenset(self._partitions)

    def install(self, partition: int, states: StoredStates) -> None:
        """Take over what was restored for a partition (the dictionary too), in place of what was held for it."""
        if any(partition in overlay.partitions for overlay in self._overlays):
            raise InvariantBroken(f"state of partition {partition} was restored while a batch of it is in flight")
        self._drop_decoded({partition})
        self._partitions[partition] = CommittedStates(states, self._ttl_ms)

    def revoke(self, partitions: Collection[int]) -> None:
        """Forget partitions that another worker owns now, with what batches in flight changed there."""
        gone = frozenset(partitions)
        for partition in gone:
            self._partitions.pop(partition, None)
        self._drop_decoded(gone)
        for overlay in self._overlays:
            overlay.partitions -= gone
            overlay.changes = {name: state for name, state in overlay.changes.items() if name[0] not in gone}
            if overlay.records is not None:
                overlay.records = [record for record in overlay.records if record.partition not in gone]

    def begin(self, batch_id: int, partitions: Collection[int]) -> None:
        """Open the changes of a batch, over those of all batches begun before. Raises `InvariantBroken`."""
        missing = sorted(set(partitions) - self._partitions.keys())
        if missing:
            raise InvariantBroken(f"batch {batch_id}: state of partitions {missing} was not restored")
        if any(overlay.batch_id == batch_id for overlay in self._overlays):
            raise InvariantBroken(f"batch {batch_id} was begun before")
        self._overlays.append(_Overlay(batch_id, partitions))

    def get(self, partition: int, key: str, timestamp_ms: int) -> ConversationState:
        """Return what is remembered of a conversation for an event of that record timestamp.

        The newest batch in flight wins, then what is committed; `NEW_CONVERSATION` where nothing is, or where the
        conversation was silent for longer than the ttl.
        """
        state = self._latest(partition, key)
        return NEW_CONVERSATION if self.is_forgotten(state.last_seen_ms, timestamp_ms) else state

    def is_forgotten(self, last_seen_ms: int, timestamp_ms: int) -> bool:
        """Say whether a conversation seen last at that time was silent for longer than the ttl. Pure."""
        return timestamp_ms - last_seen_ms > self._ttl_ms

    def put(self, batch_id: int, partition: int, key: str, state: ConversationState) -> None:
        """Remember a conversation as of the batch; `last_seen_ms` is its event's record timestamp."""
        overlay = self._overlay(batch_id)
        if partition not in overlay.partitions or overlay.records is not None:
            raise InvariantBroken(f"batch {batch_id}: no change of partition {partition} is due")
        overlay.changes[partition, key] = state
        self._partitions[partition].saw(state.last_seen_ms)

    def sealed(self, batch_id: int) -> list[StateRecord]:
        """Close the changes of a batch and return them for the topic: one record for each conversation it changed.

        Tombstones of conversations that are silent for too long are among them. Effects: reads the system's randomness.
        """
        overlay = self._overlay(batch_id)
        if overlay.records is None:
            for partition in sorted(overlay.partitions):
                self._forget_silent(overlay, partition)
            overlay.records = [
                StateRecord(partition, key, None if state is None else seal_state(state, key, self._keys))
                for (partition, key), state in overlay.changes.items()
            ]
        return overlay.records

    def committed(self, batch_id: int) -> None:
        """Make the changes of the oldest batch in flight the committed state. Raises `InvariantBroken` for another."""
        overlay = self._overlay(batch_id)
        if overlay is not self._overlays[0] or overlay.records is None:
            raise InvariantBroken(f"batch {batch_id} was committed out of order, or before its states were written")
        del self._overlays[0]
        for partition, key, value in overlay.records:
            states = self._partitions[partition]
            state = overlay.changes[partition, key]
            if value is None or state is None:
                states.drop(key)
                self._decoded.pop((partition, key), None)
                self.expired += 1
            else:
                states.keep(key, value, state.last_seen_ms)
                self._remember((partition, key), state)

    def aborted(self) -> None:
        """Throw away the changes of every batch in flight: none of them was committed, and all will be read again.

        Where it is not known whether the last one was, `revoke`, restore and `install` its partitions instead.
        """
        for overlay in self._overlays:
            for (partition, key), state in overlay.changes.items():
                if state is None:
                    self._partitions[partition].look_again(key)
        self._overlays.clear()

    def _latest(self, partition: int, key: str) -> ConversationState:
        name = (partition, key)
        for overlay in reversed(self._overlays):
            if name in overlay.changes:
                return overlay.changes[name] or NEW_CONVERSATION
        state = self._decoded.get(name)
        if state is not None:
            self._decoded.move_to_end(name)
            return state
        states = self._partitions.get(partition)
        if states is None:
            raise InvariantBroken(f"state of partition {partition} was not restored")
        value = states.sealed(key)
        if value is None:
            return NEW_CONVERSATION
        state = self._unsealed(partition, key, value)
        self._remember(name, state)
        return state

    def _forget_silent(self, overlay: _Overlay, partition: int) -> None:
        def touched(key: str) -> bool:
            return any((partition, key) in each.changes for each in self._overlays)

        def last_seen_ms(key: str, value: bytes) -> int:
            return self._unsealed(partition, key, value).last_seen_ms

        states = self._partitions[partition]
        for key in states.silent(FORGOTTEN_PER_BATCH_MAX, touched, last_seen_ms):
            overlay.changes[partition, key] = None

    def _unsealed(self, partition: int, key: str, value: bytes) -> ConversationState:
        state: ConversationState | None = None
        try:
            state = unseal_state(value, key, self._keys)
        except (CannotDecrypt, NotAState):
            state = None
        if state is None:
            raise InvariantBroken(
                f"a conversation's state on partition {partition} cannot be read with these keys by this version"
            )
        return state

    def _overlay(self, batch_id: int) -> _Overlay:
        for overlay in self._overlays:
            if overlay.batch_id == batch_id:
                return overlay
        raise InvariantBroken(f"batch {batch_id} is not in flight")

    def _remember(self, name: _Name, state: ConversationState) -> None:
        self._decoded[name] = state
        self._decoded.move_to_end(name)
        if len(self._decoded) > self._decoded_max:
            self._decoded.popitem(last=False)

    def _drop_decoded(self, partitions: Collection[int]) -> None:
        for name in [name for name in self._decoded if name[0] in partitions]:
            del self._decoded[name]


class BatchStates:
    """The states as one batch sees and changes them."""

    def __init__(self, store: StateStore, batch_id: int) -> None:
        self._store = store
        self._batch_id = batch_id

    def get(self, partition: int, key: str, timestamp_ms: int) -> ConversationState:
        """Return what is remembered of a conversation, as `StateStore.get` does."""
        return self._store.get(partition, key, timestamp_ms)

    def is_forgotten(self, last_seen_ms: int, timestamp_ms: int) -> bool:
        """Say whether a conversation seen last at that time was silent for longer than the ttl. Pure."""
        return self._store.is_forgotten(last_seen_ms, timestamp_ms)

    def put(self, partition: int, key: str, state: ConversationState) -> None:
        """Remember a conversation as of the batch."""
        self._store.put(self._batch_id, partition, key, state)
