"""Support dialogues with labelled personal data, made from templates: what the names tier learns from.

`templates.py` explains the templates, `scenes.py` how a conversation goes, `writings.py` e-mails, `slots.py` where the
values come from.
"""

from collections.abc import Iterator
from random import Random
from typing import Final

from pipeline.corpora import Conversation
from pipeline.training.dialogues import scenes, writings
from pipeline.training.dialogues.stock import stock

KINDS: Final = (
    (scenes.chat, False, 44),
    (scenes.chat, True, 13),
    (scenes.customer_only, False, 12),
    (writings.letter, False, 11),
    (writings.prose, False, 14),
    (writings.pasted, False, 9),
    (scenes.things, False, 18),
    (scenes.alone, False, 24),
)
"""How conversations go, whether they are spoken, and how often each."""
SWAPPED: Final = 0.06
"""Share of conversations whose speakers are exchanged, so that a role alone proves nothing."""
SWAP: Final = {"customer": "agent", "user": "agent", "agent": "customer", "bot": "customer"}


def generate(count: int, seed: int) -> Iterator[Conversation]:
    """Yield that many conversations; the same seed gives the same ones, each independent of the count. Pure.

    The spans of a turn are exact, sorted, and do not overlap. `source` is "generated", `domain` the trade.
    """
    templates = stock()
    weights = [weight for _, _, weight in KINDS]
    for number in range(count):
        random = Random(f"{seed}/{number}")  # noqa: S311 - text to learn from, not a secret
        write, voice, _ = random.choices(KINDS, weights)[0]
        scene = scenes.Scene(random, templates, random.choice(templates.industries), voice=voice)
        write(scene)
        turns = [turn for turn in scene.turns if turn.text]
        if random.random() < SWAPPED:
            turns = [
                type(turn)(speaker=SWAP.get(turn.speaker, turn.speaker), text=turn.text, spans=turn.spans)
                for turn in turns
            ]
        yield Conversation(
            id=f"generated-{seed}-{number}",
            turns=tuple(turns),
            source="generated",
            domain=scene.industry.name,
            license="Apache-2.0",
        )
