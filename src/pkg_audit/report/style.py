"""Say how a report for people may look: width, colour, symbols, how much."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """What the reader's terminal and command line allow. The defaults are those of a file: plain and complete.

    `width` is in columns. `unicode` False: the output's encoding cannot show symbols, ASCII only. `show_all` unfolds
    what the short report only counts. `quiet` 1 leaves the findings only. `command` is what reruns this audit, for
    hints ("pkg-audit src"); it is ours plus the path as the user gave it.
    """

    width: int = 80
    color: bool = False
    unicode: bool = True
    show_all: bool = False
    quiet: int = 0
    command: str = "pkg-audit"
