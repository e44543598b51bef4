"""Write reports to files: whole or not at all, and never through a link."""

from __future__ import annotations

import os
import secrets
import stat

from pkg_audit.cli.streams import OutputError
from pkg_audit.errors import ConfigError


def check_target(path: str) -> str:
    """Return why a report cannot be written to the path, "" where nothing speaks against it yet."""
    if not path or "\0" in path:
        return "names no file"
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        folder = os.path.dirname(path) or "."
        return "" if os.path.isdir(folder) else "its folder does not exist"
    except OSError as error:
        return error.strerror or "cannot be reached"
    if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
        return ""
    return "is a folder" if stat.S_ISDIR(mode) else "is not a regular file"


def parse_outputs(values: list[str], formats: list[str]) -> tuple[tuple[str, str], ...]:
    """Read `FORMAT=FILE` values. Raises ConfigError with all faults."""
    from pkg_audit.config.names import quote, unknown_name

    outputs: list[tuple[str, str]] = []
    faults = []
    for value in values:
        name, equals, path = value.partition("=")
        if not equals:
            faults.append(f"--output: {quote(value)} is not FORMAT=FILE")
        elif name not in formats:
            faults.append(f"--output: {unknown_name('format', name, formats)}")
        elif reason := check_target(path):
            faults.append(f"--output: {quote(path)} {reason}")
        elif path in [other for _, other in outputs]:
            faults.append(f"--output: {quote(path)} is named twice")
        else:
            outputs.append((name, path))
    if faults:
        raise ConfigError("\n".join(faults))
    return tuple(outputs)


def write_file(path: str, text: str) -> None:
    """Replace a file by UTF-8 text in one step. A link is replaced, not followed. Raises OutputError.

    The text goes to a new file beside the target first, so that nobody ever reads half a report.
    """
    data = text.encode("utf-8", "backslashreplace")
    temporary = os.path.join(os.path.dirname(path), f".pkg-audit-{secrets.token_hex(8)}.tmp")
    try:
        if reason := check_target(path):
            raise OutputError(f"{path}: the report could not be written: {reason}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(temporary, flags, 0o644)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise OutputError(f"{path}: the report could not be written: {error.strerror or 'unknown reason'}") from None
