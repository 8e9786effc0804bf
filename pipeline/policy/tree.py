"""YAML read into a tree that remembers its lines: text, numbers, truth values, lists and mappings, nothing else.

Scalars follow the core schema of YAML 1.2.2 (section 10.3.2) without hexadecimal, octal, infinite and undefined
numbers: `no`, `off` and `2024-01-01` are text. Tags, anchors, aliases and directives are refused: a policy means what
it shows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)

from pipeline.policy.problems import Problems, join_path

DOCUMENT_BYTES_MAX: Final = 128 * 1024
NESTING_MAX: Final = 12

ScalarValue: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = "ScalarValue | list[Plain] | dict[str, Plain]"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One scalar. A value of a mapping bears the line of its key."""

    line: int
    value: ScalarValue = field(repr=False)


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: "tuple[Node, ...]" = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the order written."""

    line: int
    entries: "Mapping[str, Node]" = field(repr=False)


Node: TypeAlias = Leaf | Items | Table

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]{1,18}|[0-9]{1,18}(?:\.[0-9]{0,18})?)(?:[eE][-+]?[0-9]{1,2})?", re.ASCII)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Unreadable(Exception):
    """Reading cannot go on after this line."""

    def __init__(self, line: int, required: str, remedy: str) -> None:
        self.line = line
        self.required = required
        self.remedy = remedy
        super().__init__(required)


def read_tree(content: bytes, problems: Problems) -> Node | None:
    """Read one YAML document; None, with the problem noted, where reading could not go on to the end.

    Bounded: `DOCUMENT_BYTES_MAX`, `NESTING_MAX`. Nothing of the content enters a problem but keys of its paths.
    """
    if len(content) > DOCUMENT_BYTES_MAX:
        problems.add(1, "", f"must be at most {DOCUMENT_BYTES_MAX} bytes", "split it into several policies")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(1 + content[: error.start].count(b"\n"), "", "must be UTF-8", "save the file as UTF-8")
        return None
    try:
        return _Reader(text, problems).document()
    except _Unreadable as stop:
        problems.add(stop.line, "", stop.required, stop.remedy)
    except (YAMLError, ValueError, OverflowError) as error:
        # ruamel's message quotes the document, so only its mark is used; escapes above U+10FFFF overflow in `chr`.
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        problems.add(line, "", "must be YAML", "check the indentation, colons and quotes here and just above")
    return None


def with_setting(root: Table, path: str, value: Node) -> Table:
    """Return the tree with a node at a dotted path, instead of what stood there or beside it. Pure.

    Mappings on the way are made where there are none; what is made bears the line of what it stands in.
    """
    key, _, rest = path.partition(".")
    if rest:
        below = root.entries.get(key)
        line = root.line if below is None else below.line
        value = with_setting(below if isinstance(below, Table) else Table(line, {}), rest, value)
    elif isinstance(value, Leaf):
        value = Leaf(root.entries[key].line if key in root.entries else root.line, value.value)
    return Table(root.line, {**root.entries, key: value})


class _Reader:
    """Turns the events of ruamel's parser into the tree; its own composer recurses without a bound."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
        self._problems = problems

    def document(self) -> Node | None:
        event = self._next()
        if isinstance(event, StreamStartEvent):
            event = self._next()
        if not isinstance(event, DocumentStartEvent):
            raise _Unreadable(1, "must be a mapping of settings", "the file is empty; see docs/policy.md")
        if event.version is not None or event.tags:
            raise _Unreadable(1, "directives are not allowed", "remove the lines that start with %")
        root = self._node(self._next(), "", None, 0)
        after = self._next()
        while isinstance(after, DocumentEndEvent):
            after = self._next()
        if isinstance(after, DocumentStartEvent):
            raise _Unreadable(after.start_mark.line + 1, "must be one document", "remove everything from `---` on")
        return root

    def _next(self) -> Event:
        return next(self._events)

    def _node(self, event: Event, path: str, line: int | None, depth: int) -> Node:
        here = event.start_mark.line + 1
        line = line or here
        if depth > NESTING_MAX:
            raise _Unreadable(here, f"must not nest deeper than {NESTING_MAX}", "see docs/policy.md for the structure")
        if isinstance(event, AliasEvent):
            self._problems.add(here, path, "aliases are not allowed", "write the value out, or use `like` in a purpose")
            return Leaf(line, None)
        if isinstance(event, NodeEvent) and event.anchor is not None:
            self._problems.add(here, path, "anchors are not allowed", "remove the `&` name")
        if getattr(event, "tag", None) is not None:
            self._problems.add(here, path, "tags are not allowed", "remove the `!` tag")
        match event:
            case ScalarEvent():
                return Leaf(line, self._scalar(event, path))
            case SequenceStartEvent():
                return Items(line, tuple(self._items(path, depth)))
            case MappingStartEvent():
                return Table(line, self._entries(path, depth))
            case _:
                raise _Unreadable(here, "must be YAML", "check the indentation here and just above")

    def _items(self, path: str, depth: int) -> Iterator[Node]:
        index = 0
        while not isinstance(event := self._next(), SequenceEndEvent):
            yield self._node(event, f"{path}[{index}]", None, depth + 1)
            index += 1

    def _entries(self, path: str, depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        first_lines: dict[str, int] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            line = event.start_mark.line + 1
            written = self._node(event, path, None, depth + 1)
            key = _key_text(written, event)
            below = join_path(path, key or "?")
            node = self._node(self._next(), below, line, depth + 1)
            if key is None:
                self._problems.add(line, below, "a key must be text", "put it in quotes")
            elif key in entries:
                self._problems.add(line, below, f"is there already, on line {first_lines[key]}", "keep one of the two")
            else:
                entries[key], first_lines[key] = node, line
        return entries

    def _scalar(self, event: ScalarEvent, path: str) -> ScalarValue:
        text: str = event.value
        if _SURROGATE.search(text):
            self._problems.add(event.start_mark.line + 1, path, "must be Unicode text", "remove the lone surrogate")
            return None
        return text if event.style else _resolve(text)


def _key_text(written: Node, event: Event) -> str | None:
    """Return a key as written: `1` and `true` are no keys unless quoted. Pure."""
    if isinstance(written, Leaf) and isinstance(written.value, str) and isinstance(event, ScalarEvent):
        return written.value
    return None


def _resolve(text: str) -> ScalarValue:
    """Return what a plain scalar means. Pure."""
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text


def plain(node: Node) -> Plain:
    """Return the tree as the values that JSON has. Pure."""
    match node:
        case Leaf(_, value):
            return value
        case Items(_, items):
            return [plain(item) for item in items]
        case Table(_, entries):
            return {key: plain(entry) for key, entry in entries.items()}
