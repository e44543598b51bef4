"""Say what could not be read or done; a problem is never a silent pass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read or done. `probe` names the part of the audit that met it.

    `internal` marks our own faults (an exception in a probe or a rule): they make the exit code 3 unless findings
    already make it 1. `blocking` marks input that could not be judged at all (a damaged archive): never exit 0.
    """

    what: str
    path: str | None = None
    line: int | None = None
    probe: str = ""
    internal: bool = False
    blocking: bool = False
