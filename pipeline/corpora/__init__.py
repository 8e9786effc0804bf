"""Labelled conversations: the bundled samples, and the reader for anybody's own files of the same format.

The format, the sources and their licences stand in `README.md` beside this file.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from pipeline.errors import Misconfigured
from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import Author, Channel, ConversationEvent, Role, SubjectValue

BUNDLED: Final = tuple(Path(__file__).parent / name for name in ("star.jsonl.gz", "multidogo.jsonl.gz"))
"""The samples that come with the package, in the order in which `bundled` reads them."""
GZIP_MAGIC: Final = b"\x1f\x8b"
LINE_BYTES_MAX: Final = 64 << 20
CUSTOMER_SPEAKERS: Final = frozenset({"user", "customer", "client", "caller"})

Offset = Annotated[int, Meta(ge=0)]
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When a conversation is said to have happened that does not say it."""


class GoldSpan(Concealed, frozen=True, kw_only=True):
    """Personal data that people marked: half-open code points of the turn's text.

    `label` is a `Label` or a label of the corpora alone (VENUE, OPTIONAL, ...). A span that is not `sure` counts
    neither for nor against a detector; the labels in `alt` are right as well.
    """

    start: Offset
    end: Offset
    label: str
    sure: bool = True
    alt: tuple[str, ...] = ()


class Turn(Concealed, frozen=True, kw_only=True):
    """What one speaker said, and the personal data in it, sorted and without overlaps.

    `layers` is set where fewer annotators than usual saw the turn: then a lack of spans proves nothing.
    """

    speaker: str
    text: str
    spans: tuple[GoldSpan, ...] = ()
    layers: int | None = None

    @property
    def role(self) -> Role:
        """Customer for a customer's or user's turn, agent for everybody else's."""
        return Role.CUSTOMER if self.speaker.casefold() in CUSTOMER_SPEAKERS else Role.AGENT


class Conversation(Concealed, frozen=True, kw_only=True):
    """One conversation in the order of its turns. `known` is what the dialogue's own back end knew of the customer."""

    id: Annotated[str, Meta(min_length=1)]
    turns: tuple[Turn, ...]
    source: str = "own"
    domain: str = ""
    license: str = ""
    known: dict[str, SubjectValue] = {}


_decoder = msgspec.json.Decoder(Conversation)


def read_conversations(path: Path) -> Iterator[Conversation]:
    """Yield the conversations of a file, one a line, gzipped or plain, in its order. Empty lines are passed over.

    Raises `Misconfigured` that names file and line, never the line's content.
    """
    for number, line in numbered_lines(path):
        yield _conversation(path, number, line)


def bundled() -> Iterator[Conversation]:
    """Yield the conversations that come with the package: STAR, then MultiDoGO."""
    for path in BUNDLED:
        yield from read_conversations(path)


def events_of(
    conversations: Iterable[Conversation], tenant: str, *, locale: str = "en", with_known: bool = True
) -> list[ConversationEvent]:
    """Return the turns of conversations as events of a tenant, in order; `known` is their subject, if wanted. Pure."""
    return [
        ConversationEvent(
            schema_version=1,
            event_id=str(number),
            tenant=tenant,
            # Not the conversation's own id: two of one id in a file must not share a memory.
            conversation_id=str(place),
            occurred_at=_BEGINNING,
            channel=Channel.CHAT,
            author=Author(role=turn.role),
            text=turn.text,
            sequence=number,
            locale=locale,
            subject=conversation.known if with_known else {},
        )
        for place, conversation in enumerate(conversations)
        for number, turn in enumerate(conversation.turns)
    ]


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a gzipped or plain file that are not blank, each with its number from 1.

    Raises `Misconfigured` where the file cannot be read, is damaged, or has a line of more than `LINE_BYTES_MAX`.
    """
    problem = ""
    number = 0
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == GZIP_MAGIC
            raw.seek(0)
            with gzip.GzipFile(fileobj=raw) if zipped else raw as lines:
                while line := lines.readline(LINE_BYTES_MAX + 1):
                    number += 1
                    if len(line) > LINE_BYTES_MAX:
                        problem = f"{path}:{number}: a line may have {LINE_BYTES_MAX} bytes: split the file"
                        break
                    if line.strip():
                        yield number, line
    except OSError as error:
        problem = f"{path}: cannot be read ({error.strerror or 'damaged gzip'}): name a .jsonl or .jsonl.gz file"
    except (EOFError, zlib.error):
        problem = f"{path}:{number + 1}: the gzip stream is damaged: make the file again"
    if problem:
        raise Misconfigured([problem])


def _conversation(path: Path, number: int, line: bytes) -> Conversation:
    # A decoding error's context holds the payload: the refusal is raised outside `except`, so that nothing chains it.
    try:
        conversation = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = "UTF-8 is required" if isinstance(error, UnicodeDecodeError) else str(error)
    else:
        problem = _misplaced(conversation)
    if problem:
        raise Misconfigured([f"{path}:{number}: {problem}: see the format in pipeline/corpora/README.md"])
    return conversation


def _misplaced(conversation: Conversation) -> str:
    for index, turn in enumerate(conversation.turns):
        end = 0
        for place, span in enumerate(turn.spans):
            if not end <= span.start < span.end <= len(turn.text):
                return f"turns[{index}].spans[{place}] must be sorted, not empty, not overlapping, inside its text"
            end = span.end
    return ""
