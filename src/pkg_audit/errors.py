"""Name the three faults that are ours or the caller's; the audited project's faults are findings or problems."""

from __future__ import annotations


class PkgAuditError(Exception):
    """Base of every error that this package raises on purpose."""


class ConfigError(PkgAuditError):
    """The command line or a configuration file asks for something that does not exist (exit code 2)."""


class RuleError(PkgAuditError):
    """A rule, technology or decision file is malformed; lists all faults of the file at once (exit code 2)."""


class TreeError(PkgAuditError):
    """The named root cannot be audited: missing, unreadable, no Python at all, not an archive (exit code 3)."""


class ReadError(PkgAuditError):
    """One file below the root cannot be read; costs a problem, never the audit.

    `reason` is one of the closed list of reasons in `pkg_audit.facts.place`.
    """

    def __init__(self, path: str, reason: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.reason = reason
