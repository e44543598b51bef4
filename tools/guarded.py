"""Run pkg-audit under an audit hook that notes everything a scan must never do.

    python -I tools/guarded.py ROOT LOG [ARGUMENT ...]

Runs the command line with the arguments and exits as it does. One line a breach goes to LOG: code below ROOT that is
executed or imported, any process started, any socket used, anything below ROOT opened for writing, made, moved or
removed. The first line says the most memory and the CPU time; a LOG without any other is the promise kept. The
interpreter raises these events itself (PEP 578), so nothing that the code calls can slip past. Memory ends at 4 GiB.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

NEVER = (
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.startfile",
    "pty.spawn", "pickle.find_class", "ctypes.dlopen", "socket.", "urllib.", "http.", "ftplib.", "smtplib.", "code.",
    "webbrowser.", "sqlite3.enable_load_extension",
)  # fmt: skip
CHANGES = frozenset(
    ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.utime",
     "os.truncate", "os.setxattr", "os.removexattr", "os.chflags", "os.chdir", "shutil.")
)  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Guard:
    """The hook and what it has seen."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.seen: list[str] = []
        self.busy = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.busy:
            return
        self.busy = True
        try:
            self._look(event, arguments)
        finally:
            self.busy = False

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "exec":
            name = getattr(arguments[0], "co_filename", "?")
            if self._below(name) or (not os.path.isabs(name) and not name.startswith("<frozen ") and self._is_ours()):
                self._note(event, name)
        elif event == "import":
            if self._below(arguments[1]) or any(self._below(entry) for entry in sys.path):
                self._note(event, arguments[0])
        elif event == "open":
            path, mode, flags = arguments
            by_flags = isinstance(flags, int) and flags & WRITING
            writes = by_flags or (isinstance(mode, str) and set(mode) & set("wax+"))
            # A relative path may be one below an open directory: nothing of ours is written by a relative path.
            if writes and isinstance(path, str | bytes) and (self._below(path) or not os.path.isabs(os.fsdecode(path))):
                self._note(event, path)
        elif event.startswith(NEVER):
            self._note(event, arguments)
        elif event.startswith(tuple(CHANGES)):
            paths = [a for a in arguments if isinstance(a, str | bytes)]
            if event == "os.chdir" or any(self._below(a) or not os.path.isabs(os.fsdecode(a)) for a in paths):
                self._note(event, arguments)

    def _below(self, path: Any) -> bool:
        if not isinstance(path, str | bytes) or not path:
            return False
        text = os.fsdecode(path)
        return os.path.isabs(text) and (text + os.sep).startswith(self.root + os.sep)

    def _is_ours(self) -> bool:
        """Tell whether the code that executes is the package's; the standard library's dataclasses execute too."""
        frame = sys._getframe(3)  # noqa: SLF001 - the frame that raised the event
        return "pkg_audit" in frame.f_globals.get("__name__", "")

    def _note(self, event: str, what: Any) -> None:
        self.seen.append(f"{event} {what!r}"[:300])


def limit() -> None:
    """Let the process hold 4 GiB and write files of 1 GiB at most, where the system can say so."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))


def peak() -> int:
    """Return the most memory that the process held, in MB; 0 where the system does not say.

    Linux' own counter starts with the program; that of `getrusage` starts with what the parent held when it forked.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) >> 10 for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most >> (20 if sys.platform == "darwin" else 10)


def main() -> int:
    """Run the command line; the exit code is its own."""
    root, log = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    limit()
    guard = Guard(root)
    sys.addaudithook(guard)
    code: int = 3
    try:
        from pkg_audit.cli import main as command_line

        code = command_line(sys.argv[3:])
    finally:
        guard.busy = True
        for name, module in list(sys.modules.items()):
            if guard._below(getattr(module, "__file__", None)):  # noqa: SLF001
                guard.seen.append(f"imported {name}")
        with open(log, "w", encoding="utf-8") as file:
            file.write(f"peak {peak()} MB {time.process_time():.1f} s\n")
            file.writelines(f"{line}\n" for line in guard.seen)
    return code


if __name__ == "__main__":
    sys.exit(main())
