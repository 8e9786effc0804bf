"""A mapping of the document while it is read: hands out its entries typed, and notes each problem where it stands."""

import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import TypeVar

from pipeline.policy.problems import Problems, join_path, suggest
from pipeline.policy.tree import Items, Leaf, Node, Table

E = TypeVar("E", bound=StrEnum)


class Section:
    """Reads one mapping. Every method returns None (or nothing) where the entry is absent or wrong; wrong is noted."""

    def __init__(self, table: Table, path: str, problems: Problems) -> None:
        self.line = table.line
        self.path = path
        self.problems = problems
        self._table = table

    def __contains__(self, key: str) -> bool:
        return key in self._table.entries

    def __len__(self) -> int:
        return len(self._table.entries)

    def below(self, key: str) -> str:
        """Return the field path of a key. Pure."""
        return join_path(self.path, key)

    def allow(self, known: Collection[str], *, what: str = "setting", required: Collection[str] = ()) -> None:
        """Note every key that is not known, and every required one that is absent."""
        for key, node in self._table.entries.items():
            if key not in known:
                self.problems.add(node.line, self.below(key), f"is not a known {what}", suggest(key, known))
        for key in required:
            if key not in self._table.entries:
                self.problems.add(self.line, self.below(key), "is required", "add it")

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Iterate over keys and nodes in the order written."""
        return iter(self._table.entries.items())

    def node(self, key: str) -> Node | None:
        """Return the node under a key."""
        return self._table.entries.get(key)

    def refuse(self, key: str, required: str, remedy: str = "") -> None:
        """Note a problem at a key, or at the mapping where the key is absent."""
        node = self._table.entries.get(key)
        self.problems.add(self.line if node is None else node.line, self.below(key), required, remedy)

    def text(self, key: str, pattern: str = r".*", required: str = "must be text", remedy: str = "") -> str | None:
        """Return text that matches the pattern as a whole."""
        node = self.node(key)
        if node is None:
            return None
        if isinstance(node, Leaf) and isinstance(node.value, str):
            if re.fullmatch(pattern, node.value, re.ASCII | re.DOTALL):
                return node.value
            self.refuse(key, required, remedy)
            return None
        self.refuse(key, required, "put it in quotes if it is meant as text")
        return None

    def flag(self, key: str) -> bool | None:
        """Return a truth value."""
        node = self.node(key)
        if node is None:
            return None
        if isinstance(node, Leaf) and isinstance(node.value, bool):
            return node.value
        self.refuse(key, "must be true or false", "write `true` or `false`, without quotes")
        return None

    def choice(self, key: str, options: type[E]) -> E | None:
        """Return one of the words of an enumeration."""
        node = self.node(key)
        if node is None:
            return None
        words = [option.value for option in options]
        value = node.value if isinstance(node, Leaf) else None
        if isinstance(value, str) and value in words:
            return options(value)
        self.refuse(key, f"must be one of {', '.join(words)}", suggest(value, words))
        return None

    def section(self, key: str) -> "Section | None":
        """Return the mapping under a key."""
        node = self.node(key)
        if node is None:
            return None
        if isinstance(node, Table):
            return Section(node, self.below(key), self.problems)
        self.refuse(key, "must be a mapping", "write `name: value` lines, indented below it")
        return None

    def texts(self, key: str, pattern: str, required: str) -> tuple[str, ...] | None:
        """Return a list of different texts, each of which matches the pattern as a whole."""
        node = self.node(key)
        if node is None:
            return None
        if not isinstance(node, Items):
            self.refuse(key, "must be a list", "write `[one, two]`, or one `- item` a line")
            return None
        found: dict[str, None] = {}
        for index, item in enumerate(node.items):
            path = f"{self.below(key)}[{index}]"
            if not isinstance(item, Leaf) or not isinstance(item.value, str):
                self.problems.add(item.line, path, required, "put it in quotes if it is meant as text")
            elif not re.fullmatch(pattern, item.value, re.ASCII | re.DOTALL):
                self.problems.add(item.line, path, required)
            elif item.value in found:
                self.problems.add(item.line, path, "is listed twice", "keep one of the two")
            else:
                found[item.value] = None
        return tuple(found)
