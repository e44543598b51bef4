"""Run the command line. Whatever happens ends in one of the documented exit codes, never in a traceback."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from pkg_audit import __version__
from pkg_audit.cli import streams

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

DONE, FINDINGS, USAGE, FAILED = 0, 1, 2, 3
INTERRUPTED, TERMINATED, PIPE_CLOSED = 130, 143, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1, 2, 3, or 130, 141, 143 where a signal ended it."""
    before = streams.prepare()
    collecting = gc.isenabled()
    gc.disable()  # records and syntax trees have no cycles; looking for some takes a fifth of a short run
    try:
        return _run(sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:
        streams.complain("interrupted")
        return INTERRUPTED
    except streams.Terminated:
        return TERMINATED
    except BrokenPipeError:
        streams.abandon_stdout()
        return PIPE_CLOSED
    except streams.OutputError as error:
        streams.abandon_stdout()
        streams.complain(str(error))
        return FAILED
    except Exception as error:  # noqa: BLE001 - the promise is that no fault of ours is a traceback either
        streams.complain(_describe(error), "this is a fault of pkg-audit itself; the report was not written")
        return FAILED
    finally:
        streams.release(before)
        if collecting:
            gc.enable()


def _run(argv: list[str]) -> int:
    if argv == ["--version"]:  # asked by every hook manager and editor: not worth building a parser for
        streams.write_out(f"pkg-audit {__version__}\n")
        return DONE
    from pkg_audit.errors import ConfigError, RuleError, TreeError

    try:
        from pkg_audit.cli.parser import parse

        arguments = parse(argv)
        if isinstance(arguments, int):
            return arguments
        from pkg_audit.cli import commands

        return commands.run(arguments)
    except (ConfigError, RuleError) as error:
        streams.complain(str(error))
        return USAGE
    except TreeError as error:
        streams.complain(str(error))
        return FAILED


def _describe(error: Exception) -> str:
    """Name an internal fault by its kind and the innermost line of ours; its text may quote the audited project."""
    place = "?"
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.startswith("pkg_audit"):
            place = f"{name} line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"internal fault: {type(error).__name__} in {place}: {error}"
