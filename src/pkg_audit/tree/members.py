"""Collect an archive's members by name and say which names cannot stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.tree.names import name_fault, parents

if TYPE_CHECKING:
    from pkg_audit.tree.listed import ProblemLog
    from pkg_audit.tree.opener import Kind


class Members:
    """Names of files, directories and links with clean names; every fault goes to the log."""

    def __init__(self, log: ProblemLog) -> None:
        self._log = log
        self.kinds: dict[str, Kind] = {}
        self._folded: dict[str, str] = {}

    def add(self, raw_name: str, kind: Kind) -> str | None:
        """Return the clean name of a member that may be listed, None where it may not."""
        name = raw_name.removeprefix("./").removesuffix("/")
        if kind == "dir" and name in {"", "."}:
            return None
        problem = name_fault(name)
        if problem is None and kind == "other":
            problem = "a device, FIFO or socket"
        if problem is None and name in self.kinds:
            if kind == "dir" == self.kinds[name]:
                return None
            problem = "two members have this name"
        if problem:
            self._log.add(problem, name, blocking=True)
            return None
        self.kinds[name] = kind
        twin = self._folded.setdefault(name.casefold(), name)
        if twin != name:
            self._log.add("differs from another member in upper and lower case only", name)
        return name

    def of_kind(self, kind: Kind) -> list[str]:
        """Return the names of one kind, in the archive's order."""
        return [name for name, have in self.kinds.items() if have == kind]

    def check_parents(self) -> None:
        """Record members that would be written through a link, or below a file."""
        for above in parents(self.kinds):
            if self.kinds.get(above, "dir") != "dir":
                self._log.add("members lie below it, but it is not a directory", above, blocking=True)

    def single_top(self) -> str | None:
        """Return the one top-level directory with its final slash, None where there is not exactly one."""
        tops = {name.partition("/")[0] for name in self.kinds}
        if len(tops) != 1:
            return None
        top = tops.pop()
        return top + "/" if self.kinds.get(top, "dir") == "dir" else None
