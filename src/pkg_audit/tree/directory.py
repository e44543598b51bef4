"""Read a project from a directory."""

from __future__ import annotations

import os

from pkg_audit.errors import ReadError, TreeError
from pkg_audit.tree.display import display
from pkg_audit.tree.listed import ListedTree, ProblemLog
from pkg_audit.tree.opener import Opener, make_opener
from pkg_audit.tree.walk import list_directory


class DirectoryTree(ListedTree):
    """The project files below a directory: those that git tracks and those that it would not ignore.

    Reads inside the root alone: for a directory within a work tree that has no `.git` of its own every file counts as
    tracked. Raises TreeError where the root is missing, not a directory or unreadable.
    """

    def __init__(self, root: str) -> None:
        try:
            full = os.path.abspath(root)
            opener = make_opener(root)
            opener.identity("")
            next(opener.entries(""), None)
        except FileNotFoundError:
            raise TreeError(f"{display(root)}: no such directory") from None
        except NotADirectoryError:
            raise TreeError(f"{display(root)}: not a directory") from None
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
            raise TreeError(f"{display(root)}: cannot be read: {reason}") from None
        log = ProblemLog()
        listing = list_directory(opener, log)
        super().__init__(
            "directory",
            os.path.basename(full) or "root",
            listing.files,
            listing.links,
            log,
            DirectoryReader(opener, log),
            tracked=listing.tracked,
        )


class DirectoryReader:
    """Read listed files through the opener; what fails is recorded once and raised as ReadError."""

    def __init__(self, opener: Opener, log: ProblemLog) -> None:
        self._opener = opener
        self._log = log
        self._sizes: dict[str, int | None] = {}

    def size(self, path: str) -> int | None:
        if path not in self._sizes:
            try:
                self._sizes[path] = self._opener.size(path)
            except OSError as error:
                self._note(path, error)
                self._sizes[path] = None
        return self._sizes[path]

    def head(self, path: str, count: int) -> bytes:
        try:
            return self._opener.head(path, count)
        except OSError as error:
            message = self._note(path, error)
            missing = isinstance(error, FileNotFoundError | NotADirectoryError)
            raise ReadError(path, "file-missing" if missing else "not-parseable", message) from None

    def _note(self, path: str, error: OSError) -> str:
        message = f"cannot be read: {error.strerror or type(error).__name__}"
        self._log.add(message, path)
        return message
