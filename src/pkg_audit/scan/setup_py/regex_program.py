"""Hold a compiled pattern: instructions for a machine that visits each pair of instruction and position once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

CLASSES = {"d": str.isdecimal, "w": lambda c: c.isalnum() or c == "_", "s": str.isspace}


@dataclass(frozen=True, slots=True)
class Letters:
    """A set of characters: single ones, ranges and classes such as `\\d` (upper case: the opposite)."""

    singles: frozenset[str] = frozenset()
    ranges: tuple[tuple[str, str], ...] = ()
    classes: str = ""
    negated: bool = False
    ignore_case: bool = False
    known: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def __contains__(self, letter: str) -> bool:
        answer = self.known.get(letter)
        if answer is None:
            answer = self.known[letter] = self._has(letter) is not self.negated
        return answer

    def _has(self, letter: str) -> bool:
        if letter in self.singles or any(low <= letter <= high for low, high in self.ranges):
            return True
        if any(CLASSES[name.lower()](letter) is name.islower() for name in self.classes):
            return True
        if self.ignore_case and letter.lower() != letter.upper():
            forms = {letter.lower(), letter.upper()}
            return bool(forms & self.singles) or any(low <= form <= high for form in forms for low, high in self.ranges)
        return False


Kind = Literal["letters", "split", "jump", "save", "assert", "look", "match"]


@dataclass(slots=True)
class Instruction:
    """One step. `first` is preferred over `second`; `data` names the assertion, or where a loop's split leaves it."""

    kind: Kind
    letters: Letters | None = None
    first: int = 0
    second: int = 0
    data: str = ""
    slot: int = 0
    looked: Program | None = None
    width: int = 0


@dataclass(slots=True)
class Program:
    """A compiled pattern; group 0 is the whole match.

    `prefix` is the text that every match begins with, `first` the set of letters if there is no such text.
    """

    code: list[Instruction] = field(default_factory=list)
    groups: int = 1
    names: dict[str, int] = field(default_factory=dict)
    multiline: bool = False
    prefix: str = ""
    first: Letters | None = None
