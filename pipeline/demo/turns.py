"""A few turns to look at: conversations in which much was found."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from pipeline.demo.reconcile import Published
from pipeline.demo.summary import Turn
from pipeline.event.conversation_event import decode
from pipeline.event.receipt import Receipt
from pipeline.operations.broker import StoredRecord

CONVERSATIONS_SHOWN: Final = 2
TURNS_SHOWN: Final = 5


class _Seen(msgspec.Struct):
    text: str = ""


def shown_turns(published: Sequence[Published], sanitized: Iterable[StoredRecord]) -> list[Turn]:
    """Return some turns of the conversations with the most kinds of findings, raw beside sanitized. Pure."""
    texts = {
        record.key.decode(): msgspec.json.decode(record.value, type=_Seen).text
        for record in sanitized
        if record.key is not None and record.value is not None
    }
    by_conversation: dict[bytes, list[Published]] = {}
    for each in published:
        if each.planned.key is not None and each.planned.customer:
            by_conversation.setdefault(each.planned.key, []).append(each)
    richest = sorted(by_conversation.values(), key=_kinds, reverse=True)[:CONVERSATIONS_SHOWN]
    return [turn for conversation in richest for turn in _turns(conversation, texts)]


def _kinds(conversation: Sequence[Published]) -> int:
    return len({label for each in conversation for receipt in each.receipts for label in _labels(receipt)})


def _labels(receipt: Receipt) -> list[str]:
    return [finding.label for finding in receipt.purposes[0].findings] if receipt.purposes else []


def _turns(conversation: Sequence[Published], texts: dict[str, str]) -> list[Turn]:
    shown: list[Turn] = []
    for each in conversation:
        found = any(_labels(receipt) for receipt in each.receipts)
        outputs = [texts[line.id] for receipt in each.receipts for line in receipt.purposes[:1] if line.id in texts]
        if found and outputs and len(shown) < TURNS_SHOWN:
            event = decode(each.planned.value).event
            shown.append(Turn(event.author.role.value, event.text, outputs[0]))
    return shown
