"""The last published turns of a conversation as they stand in the streams: what an amendment starts from.

They hold what was let out and nothing else, less what a new revision says anew (the versions it was decided under).
"""

from collections.abc import Collection
from typing import Final

import msgspec

from pipeline.conversation.kept_turns import KeptOutput, KeptTurn, decode_turn, encode_turn

TURNS_MAX: Final = 8
"""So far back a turn can be amended."""

TURNS_BYTES_MAX: Final = 16 << 10
"""Of a conversation's kept turns together, over all purposes; the oldest are dropped first."""

_KEPT_FROM: Final = b'"findings":'
_ENVELOPE_BYTES_MIN: Final = 100  # what is surely before it: more than the names of the fields
_TEXT: Final = b'"text":'


def keep(recent: tuple[bytes, ...], turn: KeptTurn) -> tuple[bytes, ...]:
    """Return the kept turns with one more, the oldest dropped past the bounds. Pure."""
    value = encode_turn(turn)
    if len(value) > TURNS_BYTES_MAX:
        value = encode_turn(msgspec.structs.replace(turn, outputs=()))
    return bounded((*recent, value))


def bounded(turns: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return the newest of the turns that the bounds allow. Pure."""
    if len(turns) > TURNS_MAX:
        turns = turns[-TURNS_MAX:]
    size_bytes = sum(map(len, turns))
    while size_bytes > TURNS_BYTES_MAX:
        size_bytes -= len(turns[0])
        turns = turns[1:]
    return turns


def without(recent: tuple[bytes, ...], ids: Collection[str]) -> tuple[bytes, ...]:
    """Return the kept turns but for those with an output of these ids. Pure."""
    return tuple([turn for turn in recent if not any(output.id in ids for output in decode_turn(turn).outputs)])


def kept_rest(value: bytes) -> bytes:
    """Return what is kept of an encoded sanitized event. Pure."""
    return value[value.find(_KEPT_FROM, _ENVELOPE_BYTES_MIN) :]


def text_in_json(output: KeptOutput) -> bytes:
    """Return the end of a kept output's JSON that holds its text, and its attributes: to look whether to read it."""
    return output.rest[output.rest.find(_TEXT) :]
