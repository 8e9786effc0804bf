"""One writer of a conversation: fills templates in a style, and knows where each value stands."""

from random import Random

from pipeline.corpora import GoldSpan, Turn
from pipeline.training.dialogues.noise import EMOJI, PLAIN, Style, worded
from pipeline.training.dialogues.slots import ALTERNATIVES, Case, Piece
from pipeline.training.dialogues.templates import Choice, Node, Slot, Template, Words


class Writer:
    """Writes the turns of one speaker."""

    def __init__(self, speaker: str, style: Style, case: Case, random: Random) -> None:
        self.speaker = speaker
        self.style = style
        self.case = case
        self.random = random

    def turn(self, *templates: Template, between: str = " ") -> Turn:
        """Return one turn that says the templates one after the other."""
        pieces: list[Piece] = []
        for template in templates:
            if pieces:
                pieces.append(Piece(between))
            pieces += self.pieces(template.nodes)
        if self.style.emoji and self.random.random() < self.style.emoji:
            pieces.append(Piece(f" {self.random.choice(EMOJI)}"))
        return self.joined(pieces)

    def joined(self, pieces: list[Piece]) -> Turn:
        """Return the turn that the pieces make, in their order, without white space at its ends."""
        while pieces and not pieces[0].text.strip():
            pieces = pieces[1:]
        if pieces and not pieces[0].label:
            start = Piece(pieces[0].text.lstrip())
            if self.style.casing == "start":
                start = Piece(start.text[:1].lower() + start.text[1:])
            pieces = [start, *pieces[1:]]
        texts: list[str] = []
        spans: list[GoldSpan] = []
        at = 0
        for piece in pieces:
            if piece.label:
                end = at + len(piece.text)
                spans.append(GoldSpan(start=at, end=end, label=piece.label, alt=ALTERNATIVES.get(piece.label, ())))
            texts.append(piece.text)
            at += len(piece.text)
        text = "".join(texts).rstrip()
        return Turn(speaker=self.speaker, text=text, spans=tuple(spans))

    def pieces(self, nodes: tuple[Node, ...]) -> list[Piece]:
        """Return the pieces of a parsed template, noise included."""
        made: list[Piece] = []
        for node in nodes:
            match node:
                case Words(text):
                    made.append(Piece(worded(self.random, self.style, text) if self.style != PLAIN else text))
                case Slot():
                    made += self.case.pieces(node, self.style)
                case Choice(branches):
                    made += self.pieces(branches[int(self.random.random() * len(branches))])
        return made
