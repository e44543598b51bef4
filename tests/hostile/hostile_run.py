"""Run one hostile case in a process of its own, under limits and an audit hook, and list what it broke."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
from hostile_case import SECRET, Box

from pkg_audit.report import FORMATS
from pkg_audit.report.schema import report_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

GUARDED = Path(__file__).parents[2] / "tools" / "guarded.py"
_COMMAND = re.compile(r"^\s*(::|##(vso)?\[|##teamcity\[)[a-z-]", re.MULTILINE)
_BIDIRECTIONAL = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_BIDIRECTIONAL}]")
_VALIDATOR = jsonschema.Draft202012Validator(report_schema())


@dataclass
class Result:
    """What came of one run."""

    code: int
    out: str
    err: str
    reports: dict[str, str]
    breaches: list[str]
    megabytes: int
    seconds: float


def run(box: Box) -> Result:
    """Audit the case's input in every format at once. Fails on a run that outlasts its limit."""
    out = box.folder / "reports"
    home = box.folder / "home"
    neutral = box.folder / "elsewhere"
    for folder in (out, home, neutral):
        folder.mkdir(exist_ok=True)
    log = box.folder / "breaches.txt"
    start = [sys.executable, "-I", str(GUARDED), str(box.root), str(log)]
    if box.as_module:
        start = [sys.executable, "-m", "pkg_audit"]
    files = {name: out / name for name in FORMATS if name != "text"}
    outputs = [word for name, path in files.items() for word in ("--output", f"{name}={path}")]
    command = [*start, box.path or str(box.folder / box.target), *outputs, "--show", "all", *box.arguments]
    environment: dict[str, str | None] = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DEMO_TOKEN": SECRET,
        "COLUMNS": "100",
        **box.environment,
    }
    if sys.platform == "win32":
        environment |= {"SYSTEMROOT": os.environ.get("SYSTEMROOT", ""), "USERPROFILE": str(home)}
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=box.cwd or neutral,
        env={name: value for name, value in environment.items() if value is not None},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    watch = threading.Timer(box.seconds, _kill, (process,))
    watch.start()
    collected: list[bytes] = [b"", b""]

    def collect(index: int, pipe: Any) -> None:
        collected[index] = pipe.read()

    readers = [threading.Thread(target=collect, args=(i, p)) for i, p in enumerate((process.stdout, process.stderr))]
    for reader in readers:
        reader.start()
    code, megabytes = _wait(process)
    for reader in readers:
        reader.join()
    watch.cancel()
    reports = {name: path.read_text("utf-8") for name, path in files.items() if path.exists()}
    noted = log.read_text("utf-8").splitlines() if log.exists() else []
    breaches = [line for line in noted if not line.startswith("peak ")]
    told = [int(line.split()[1]) for line in noted if line.startswith("peak ")]
    breaches += [f"left in a folder that was empty: {path.name}" for path in (*home.iterdir(), *neutral.iterdir())]
    out_text, err_text = (data.decode("utf-8", "surrogateescape") for data in collected)
    return Result(code, out_text, err_text, reports, breaches, told[0] if told else megabytes, time.monotonic() - began)


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Return exit code and peak of memory in MB, 0 where it is not known: a child's count starts with the parent's."""
    if sys.platform == "win32":
        return process.wait(), 0
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    import resource

    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return process.returncode, usage.ru_maxrss // scale if usage.ru_maxrss > inherited else 0


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def snapshot(folder: Path) -> dict[str, tuple[Any, ...]]:
    """Return what can be told about everything below a folder: type, mode, size, time and the start of its content."""
    found: dict[str, tuple[Any, ...]] = {}
    stack = [os.fsencode(folder)]
    while stack:
        current = stack.pop()
        try:
            entries = list(os.scandir(current))
        except OSError:
            continue  # unreadable, or deeper than the system's longest path
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            digest = ""
            if stat.S_ISDIR(status.st_mode):
                stack.append(entry.path)
            elif stat.S_ISREG(status.st_mode):
                try:
                    with open(entry.path, "rb") as file:
                        digest = hashlib.sha256(file.read(1 << 16)).hexdigest()
                except OSError:
                    digest = "unreadable"
            found[os.fsdecode(entry.path)] = (status.st_mode, status.st_size, status.st_mtime_ns, digest)
    return found


def faults(box: Box, result: Result, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Yield what the run broke of the promise in docs/security.md."""
    if result.seconds > box.seconds:
        yield f"still running after {box.seconds} s"
        return
    if result.code not in box.exits:
        yield f"exit code {result.code}, documented for this case are {sorted(box.exits)}: {result.err[-300:]}"
    if result.megabytes > box.megabytes:
        yield f"{result.megabytes} MB of memory, more than {box.megabytes}"
    if box.canary.exists():
        yield "code of the project was executed"
    yield from result.breaches
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if changed:
        yield f"changed: {changed[:3]}"
    texts = {"standard output": result.out, "standard error": result.err, **result.reports}
    for name, text in texts.items():
        yield from _text_faults(name, text)
    if result.code in (0, 1):
        if set(result.reports) != {name for name in FORMATS if name != "text"}:
            yield f"reports written: {sorted(result.reports)}"
        if not result.out.strip():
            yield "nothing was said"
    if "json" in result.reports:
        yield from _json_faults(result.reports["json"])
    said = result.reports.get("json", "") + result.err
    yield from (f"does not mention {text!r}" for text in box.mentions if text not in said)


def _text_faults(name: str, text: str) -> Iterator[str]:
    if "Traceback (most recent call last)" in text or "pkg-audit itself" in text:
        yield f"{name} tells an internal fault: {text[-300:]}"
    if SECRET in text:
        yield f"{name} shows a secret"
    if len(text) > 20 << 20:
        yield f"{name} has {len(text) >> 20} MB"
    control = _CONTROL.search(text)
    bad = control[0] if control else ""
    if not bad and not (name in FORMATS and FORMATS[name].machine):  # programs take what people cannot see
        bad = next((c for c in text if c != "\n" and not c.isprintable()), "")
    if bad:
        yield f"{name} holds the control character {bad!r}"
    found = _COMMAND.search(text)
    if found and name != "github":
        yield f"{name} holds a workflow command: {found[0]!r}"


def _json_faults(text: str) -> Iterator[str]:
    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    try:
        report = json.loads(text, parse_constant=refuse)
    except ValueError as error:
        yield f"the JSON report is none: {error}"
        return
    yield from (f"schema: {error.json_path}: {error.message[:200]}" for error in _VALIDATOR.iter_errors(report))
    for problem in report["problems"]:
        if "internal error" in problem["what"]:
            yield f"internal error: {problem}"
