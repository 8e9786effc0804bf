r"""Templates of support turns: the files beside this module, and the small language that they are written in.

One template a line, under a heading `[scene]` or `[scene about]`; `#` starts a comment, blank lines are passed over.

    {PERSON.full}     a labelled value: slot in capitals, optionally its form (`slots.FORMS` lists them)
    {price}           an unlabelled value that resembles one, in small letters
    <a|b|>            one of these, at random; here also nothing
    \n                a line break;  \< \| \> \{ \} \\ the character itself
    @order = A | B    a fact of the whole file: shapes of its order numbers, words for them, ...
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.errors import Misconfigured

FOLDER: Final = Path(__file__).parent / "templates"
ESCAPES: Final = {"n": "\n", "<": "<", ">": ">", "|": "|", "{": "{", "}": "}", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Words:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value; `form` is empty where the template leaves the form open."""

    name: str
    form: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several continuations, at random, each as probable as the others."""

    branches: tuple[tuple["Node", ...], ...]


Node = Words | Slot | Choice


@dataclass(frozen=True, slots=True)
class Template:
    """One line of a file, parsed."""

    nodes: tuple[Node, ...]

    def slots(self) -> Iterator[Slot]:
        """Yield every slot, in any branch, in the order of the text. Pure."""
        yield from _slots(self.nodes)


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """One file: its templates by heading, in order, and its facts by name."""

    name: str
    scenes: Mapping[str, tuple[Template, ...]]
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def load(path: Path, known: Container[Slot]) -> TemplateFile:
    """Read a file of templates. `known` holds each slot with each form that it can take.

    Raises `Misconfigured` with file and line of every line that is no template of this language.
    """
    scenes: dict[str, list[Template]] = {}
    facts: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    heading = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        place = f"{path.name}:{number}"
        if text.startswith("[") and text.endswith("]"):
            heading = text[1:-1]
            scenes.setdefault(heading, [])
        elif text.startswith("@"):
            name, _, values = text[1:].partition("=")
            facts[name.strip()] = tuple(value.strip() for value in values.split("|") if value.strip())
        elif not heading:
            problems.append(f"{place}: a template must stand under a [heading]")
        else:
            _add(text, place, known, scenes[heading], problems)
    if problems:
        raise Misconfigured(problems)
    return TemplateFile(path.stem, {name: tuple(lines) for name, lines in scenes.items()}, facts)


def parse(text: str) -> Template:
    """Return the template that one line holds. Raises `ValueError` that says what is wrong with its syntax. Pure."""
    nodes, rest = _sequence(text, 0, nested=False)
    if rest != len(text):
        raise ValueError("'|' and '>' must stand inside '<...>' or be escaped")
    return Template(nodes)


def _add(text: str, place: str, known: Container[Slot], into: list[Template], problems: list[str]) -> None:
    try:
        template = parse(text)
    except ValueError as error:
        problems.append(f"{place}: {error}")
        return
    problems += [f"{place}: no such slot: {slot.name}.{slot.form}" for slot in template.slots() if slot not in known]
    into.append(template)


def _slots(nodes: tuple[Node, ...]) -> Iterator[Slot]:
    for node in nodes:
        match node:
            case Slot():
                yield node
            case Choice(branches):
                for branch in branches:
                    yield from _slots(branch)
            case Words():
                pass


def _sequence(text: str, at: int, *, nested: bool) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    words: list[str] = []

    def flush() -> None:
        if words:
            nodes.append(Words("".join(words)))
            words.clear()

    while at < len(text):
        character = text[at]
        if character in "|>" and nested:
            break
        if character in "|>}":
            raise ValueError(f"'{character}' must be escaped here")
        if character == "\\":
            words.append(ESCAPES.get(text[at + 1 : at + 2], ""))
            if not words[-1]:
                raise ValueError("a backslash must stand before one of n < > | { } \\")
            at += 2
        elif character == "{":
            flush()
            end = text.find("}", at)
            if end < 0:
                raise ValueError("'{' without '}'")
            name, _, form = text[at + 1 : end].partition(".")
            nodes.append(Slot(name, form))
            at = end + 1
        elif character == "<":
            flush()
            choice, at = _choice(text, at + 1)
            nodes.append(choice)
        else:
            words.append(character)
            at += 1
    flush()
    return tuple(nodes), at


def _choice(text: str, at: int) -> tuple[Choice, int]:
    branches = []
    while True:
        branch, at = _sequence(text, at, nested=True)
        branches.append(branch)
        if at >= len(text):
            raise ValueError("'<' without '>'")
        at += 1
        if text[at - 1] == ">":
            return Choice(tuple(branches)), at
