"""Own standard output and error: encoding, colour, closed or full streams, signals."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import signal
import sys
from typing import IO, TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

    from pkg_audit.report.style import Style

    Handler = Callable[[int, FrameType | None], object] | int | None

NARROWEST, WIDEST, USUAL = 40, 120, 80
MAX_MESSAGE = 1_000


class Terminated(BaseException):
    """SIGTERM came; unwinds so that temporary files go."""


class OutputError(Exception):
    """A report could not be written (exit code 3)."""


def prepare() -> Handler:
    """Keep the numbers of closed standard streams from going to other files, and turn SIGTERM into an unwinding.

    Returns who handled SIGTERM before, for `release`.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: the closed stream's
    with contextlib.suppress(ValueError):  # not in the main thread: the caller owns the signals
        before = signal.signal(signal.SIGTERM, _terminate)
        _end_quietly()
        return before
    return None


def release(before: Handler) -> None:
    """Give SIGTERM back: what it raises in an interpreter that goes down could only be printed."""
    if before is not None:
        signal.signal(signal.SIGTERM, before)


@functools.cache
def _end_quietly() -> None:
    """Let an interrupt end an interpreter that goes down, without a word on what it interrupted."""
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_DFL)


def write_out(text: str, machine: bool = False) -> None:
    """Write text to standard output and flush it. Raises BrokenPipeError, OutputError.

    `machine` text is UTF-8 whatever the terminal's encoding; other text becomes ASCII where that is not UTF-8.
    """
    stream = sys.stdout
    if stream is None:
        raise OutputError("standard output is closed: the report was not written")
    encoded = text.encode("utf-8" if machine or is_utf8(stream) else "ascii", "backslashreplace")
    try:
        stream.flush()
        buffer = getattr(stream, "buffer", None)
        if buffer is None:
            stream.write(encoded.decode("utf-8"))
        else:
            buffer.write(encoded)
            buffer.flush()
        stream.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is closed"
        raise OutputError(f"the report could not be written to standard output: {reason}") from None


def abandon_stdout() -> None:
    """Point standard output at nothing, so that the interpreter's last flush cannot fail."""
    try:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)
    except (OSError, ValueError, AttributeError):
        pass


def complain(message: str, hint: str = "") -> None:
    """Write `error:` lines, and `hint:`, to standard error, printable whatever they quote. Never fails."""
    from pkg_audit.report.words import printable

    lines = []
    for line in message.splitlines() or ["unknown fault"]:
        lead = "" if line.startswith(("hint: ", "error: ", "  ")) else "error: "
        lines.append(lead + printable(line, MAX_MESSAGE))
    if hint:
        lines.append(f"hint: {hint}")
    stream = sys.stderr
    if stream is None:
        return
    text = "\n".join(lines) + "\n"
    try:
        if not is_utf8(stream):
            text = text.encode("ascii", "backslashreplace").decode("ascii")
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):
        pass


def is_utf8(stream: IO[str]) -> bool:
    """Tell whether a stream's encoding is UTF-8; a stream without one holds text and takes anything."""
    encoding = getattr(stream, "encoding", None)
    return encoding is None or encoding.lower().replace("-", "").replace("_", "") in ("utf8", "utf8sig", "cp65001")


def wants_color(choice: str, environ: Mapping[str, str]) -> bool:
    """Decide about colour: the choice made, then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0") or environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return is_terminal() and environ.get("TERM", "") not in ("", "dumb") and environ.get("CLICOLOR") != "0"


def is_terminal() -> bool:
    """Tell whether a person reads standard output directly."""
    try:
        return sys.stdout is not None and sys.stdout.isatty()
    except ValueError:
        return False


def width(environ: Mapping[str, str]) -> int:
    """Return the columns to use: COLUMNS, else the terminal's, else 80; between 40 and 120."""
    text = environ.get("COLUMNS", "")
    if text.isascii() and text.isdigit() and int(text[:6]) > 0:
        columns = int(text[:6])
    elif is_terminal():
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns or USUAL
        except (OSError, ValueError, AttributeError):
            columns = USUAL
    else:
        columns = USUAL
    return max(NARROWEST, min(columns, WIDEST))


def style_for(color: str, show: str, quiet: int, command: str) -> Style:
    """Return the style for standard output as it is now."""
    from pkg_audit.report.style import Style

    return Style(
        width=width(os.environ),
        color=wants_color(color, os.environ),
        unicode=sys.stdout is None or is_utf8(sys.stdout),
        show_all=show == "all",
        quiet=quiet,
        command=command,
    )


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated
