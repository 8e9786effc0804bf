"""What is wrong with a policy document: where, which field, what was required, what to do. Never a value of it."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final, NamedTuple

from pipeline.errors import Misconfigured

_SPOKEN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}", re.ASCII)
_PROBLEMS_SHOWN_MAX: Final = 100


class Problem(NamedTuple):
    """One mistake of the author. `field` is a path of the document (`purposes.analytics.labels.EMAIL`)."""

    line: int
    field: str
    required: str
    remedy: str


class Problems:
    """Gathers every problem of one document, so that an author mends them in one go."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._found: list[Problem] = []

    def add(self, line: int, field: str, required: str, remedy: str = "") -> None:
        """Note a problem."""
        self._found.append(Problem(line, field, required, remedy))

    def raise_any(self) -> None:
        """Raise `Misconfigured` with every problem in the order of the lines, if there is one."""
        if not self._found:
            return
        ordered = [self._render(problem) for problem in sorted(self._found)]
        if len(ordered) > _PROBLEMS_SHOWN_MAX:
            left_out = len(ordered) - _PROBLEMS_SHOWN_MAX
            ordered = [*ordered[:_PROBLEMS_SHOWN_MAX], f"{self.origin}: {left_out} more problems are left out"]
        raise Misconfigured(ordered)

    def _render(self, problem: Problem) -> str:
        where = f"{self.origin}:{problem.line}"
        what = f"{problem.field}: {problem.required}" if problem.field else problem.required
        return f"{where}: {what}; {problem.remedy}" if problem.remedy else f"{where}: {what}"


def join_path(path: str, key: str) -> str:
    """Append a key to a field path; a key that is no plain word (it might be a value) becomes `?`. Pure."""
    spoken = key if _SPOKEN_KEY.fullmatch(key) else "?"
    return f"{path}.{spoken}" if path else spoken


def suggest(word: object, known: Iterable[str]) -> str:
    """Return `did you mean X?` for the nearest known word, else the list of known words. Pure."""
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold()[:64], by_fold, n=1) if isinstance(word, str) else []
    if near:
        return f"did you mean `{by_fold[near[0]]}`?"
    return f"known are {', '.join(sorted(by_fold.values()))}" if by_fold else "none is known"
