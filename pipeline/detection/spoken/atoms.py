"""What a text reads out, atom by atom, and which atoms are worth folding."""

from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from pipeline.detection.spoken.vocabulary import ACRONYMS


class Kind(Enum):
    """What one atom of a run is."""

    DIGIT = "digit"
    PAIR = "pair"
    NUMBER = "number"
    FIGURES = "figures"
    LETTER = "letter"
    CODE_WORD = "code word"
    ORDINAL = "ordinal"


# Tuples, in which a member is found by what it is: the hash of an enumeration's member is worked out in Python.
WORDED: Final = (Kind.DIGIT, Kind.PAIR, Kind.NUMBER)
LETTERS: Final = (Kind.LETTER, Kind.CODE_WORD)


class Atom(NamedTuple):
    """One digit, number or letter: what it folds to, its span, and what stands for the gap before it.

    `sure` letters say so themselves ("b as in bravo"). `joint` is a mark that was said or written, or "".
    """

    kind: Kind
    folded: str
    start: int
    end: int
    sure: bool = False
    joint: str = ""
    paused: bool = False

    def __repr__(self) -> str:
        return f"<Atom {self.kind.value}, {self.end - self.start} code points, concealed>"


class Run(NamedTuple):
    """Atoms that belong together; `lead` is where the fillers directly before them begin."""

    atoms: tuple[Atom, ...]
    lead: int

    def __repr__(self) -> str:
        return f"<Run of {len(self.atoms)} atoms, concealed>"

    @property
    def start(self) -> int:
        """Where the first atom starts."""
        return self.atoms[0].start

    @property
    def end(self) -> int:
        """Where the last atom ends."""
        return self.atoms[-1].end

    @property
    def letters(self) -> str:
        """The letters that were spelled, in order."""
        return "".join(atom.folded for atom in self.atoms if atom.kind in LETTERS)

    @property
    def digits(self) -> str:
        """The digits, in order."""
        return "".join(atom.folded for atom in self.atoms if atom.kind not in LETTERS)

    @property
    def said(self) -> int:
        """How many digits were read out one by one."""
        return sum(len(atom.folded) for atom in self.atoms if atom.kind is Kind.DIGIT)


def worth_folding(atoms: list[Atom], *, short: bool = False) -> Iterator[list[Atom]]:
    """Yield the parts that are worth folding; an acronym that leads to digits is a part of its own. Pure.

    Where it may be `short`, so is one digit, or two letters.
    """
    atoms = _told_apart(atoms)
    letters = 0
    while letters < len(atoms) and atoms[letters].kind is Kind.LETTER and not atoms[letters].sure:
        letters += 1
    word = "".join(atom.folded for atom in atoms[:letters])
    if 1 < letters < len(atoms) and word in ACRONYMS and atoms[letters].kind not in LETTERS:
        yield atoms[:letters]
        atoms = atoms[letters:]
    if atoms and (_is_worth_folding(atoms) or (short and (len(atoms) > 1 or atoms[0].kind in WORDED))):
        yield atoms


def _told_apart(atoms: list[Atom]) -> list[Atom]:
    """Make a zero of an "o" beside a digit, and a letter of one among letters."""
    told = []
    for place, atom in enumerate(atoms):
        if atom.kind is Kind.LETTER and atom.folded == "O" and not atom.sure:
            beside = atoms[max(0, place - 1) : place] + atoms[place + 1 : place + 2]
            if beside and all(other.kind not in LETTERS or other.folded == "O" for other in beside):
                told.append(atom._replace(kind=Kind.DIGIT, folded="0"))
                continue
        told.append(atom)
    return told


def _is_worth_folding(atoms: list[Atom]) -> bool:
    if atoms[0].kind is Kind.ORDINAL:
        return True
    letters = sum(len(atom.folded) for atom in atoms if atom.kind in LETTERS)
    digits = sum(len(atom.folded) for atom in atoms if atom.kind not in LETTERS)
    worded = sum(atom.kind in WORDED for atom in atoms)
    typed = any(atom.kind is Kind.FIGURES and len(atom.folded) > 1 for atom in atoms)
    if worded > typed and digits + letters > 1:
        return True
    sure = any(atom.sure for atom in atoms)
    coded = any(atom.kind is Kind.CODE_WORD for atom in atoms) and letters + digits > 2  # noqa: PLR2004 - as above
    return letters > 2 or sure or coded  # noqa: PLR2004 - two letters are "TV" and "PO"
