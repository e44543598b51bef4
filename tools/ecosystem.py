"""Audit the newest sdists of widely used projects: no crash, no exit 3, none above 20 s or 500 MB.

    python tools/ecosystem.py CACHE [--projects FILE] [--limit N] [--page FILE] [--reports FOLDER]
    python tools/ecosystem.py CACHE --local FOLDER ... --snapshots FOLDER ... [--page FILE] [--reports FOLDER]

Fetches through the index that pip is configured with, one request at a time, and keeps what it has in CACHE, so that a
run can be broken off and resumed. `--limit N` takes the first N of the list. `--local` and `--snapshots` audit what is
at hand instead, and fetch nothing: sdists (archives, or unpacked in folders of their own), and checkouts in folders
that are called as their distribution packages. `--page FILE` writes the table, `--reports FOLDER` keeps the reports.

Every audit is a process of its own under limits and under the audit hook of tools/guarded.py: a project of which
anything is executed, or into which anything is written, fails. Exit code 1 where a project breaks a limit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SECONDS = 20
"""CPU seconds, which a busy machine does not stretch."""
MEGABYTES = 500
STATUSES = ("ready", "ready-with-work", "blocked", "unknown", "not-suited")
ACCEPT = "application/vnd.pypi.simple.v1+json"
SNAPSHOT = "snapshot"
"""Stands for the version of a checkout: it is no release."""
ANY_VERSION = re.compile(r"-([0-9][0-9A-Za-z.!+_-]*?)(?:\.tar\.gz|\.zip|\.tgz)?$")


@dataclass
class Row:
    """One project's audit. `note` says why there is none."""

    project: str
    version: str = ""
    note: str = ""
    code: int | None = None
    seconds: float = 0.0
    megabytes: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """Return how the audit broke the promise."""
        found = [*self.breaches]
        if self.note:
            return found
        if self.code not in (0, 1):
            found.append(f"exit code {self.code}")
        if self.seconds > SECONDS:
            found.append(f"{self.seconds:.0f} s")
        if self.megabytes > MEGABYTES:
            found.append(f"{self.megabytes} MB")
        return [*found, *(problem for problem in self.problems if "internal error" in problem)]


def index_url() -> str:
    """Return the index that pip would use: its environment variable, its configuration, else its own default."""
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    url = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    if not url:
        from pip._internal.models.index import PyPI

        url = PyPI.simple_url
    return url.rstrip("/")


def get(url: str, accept: str = "*/*") -> bytes:
    """Fetch one page or file; three tries."""
    for attempt in range(3):
        request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": "pkg-audit-ecosystem"})
        try:
            with urllib.request.urlopen(request, timeout=180) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            if error.code < 500 or attempt == 2:
                raise
        except OSError:
            if attempt == 2:
                raise
        time.sleep(2 << attempt)
    raise AssertionError


def newest_sdist(index: str, name: str) -> dict[str, Any] | None:
    """Return the newest final release's sdist as the index describes it; None where there is none."""
    from packaging.utils import InvalidSdistFilename, parse_sdist_filename

    page = f"{index}/{name}/"
    best: tuple[Any, dict[str, Any]] | None = None
    for file in json.loads(get(page, ACCEPT))["files"]:
        try:
            _, version = parse_sdist_filename(file["filename"])
        except (InvalidSdistFilename, ValueError):
            continue
        if not file.get("yanked") and not version.is_prerelease and (best is None or version > best[0]):
            best = version, {**file, "url": urllib.parse.urljoin(page, file["url"])}
    return best[1] if best else None


def fetch(index: str, name: str, cache: Path) -> Path | str:
    """Return the path of a project's sdist in the cache, or why there is none."""
    have = sorted((cache / name).glob("*"))
    if have:
        return have[0] if have[0].suffix != ".none" else have[0].read_text("utf-8")
    try:
        file = newest_sdist(index, name)
        if file is None:
            reason = "no sdist"
        else:
            data = get(file["url"])
            wanted = file.get("hashes", {}).get("sha256")
            if wanted and hashlib.sha256(data).hexdigest() != wanted:
                return "the download is damaged"
            (cache / name).mkdir(parents=True, exist_ok=True)
            partial = cache / name / ".partial"
            partial.write_bytes(data)
            target = cache / name / Path(file["filename"]).name
            partial.replace(target)
            return target
    except urllib.error.HTTPError as error:
        if error.code != 404:
            return f"not fetched: HTTP {error.code}"
        reason = "not in the index"
    except (OSError, ValueError) as error:
        return f"not fetched: {type(error).__name__}"
    (cache / name).mkdir(parents=True, exist_ok=True)
    (cache / name / "reason.none").write_text(reason, "utf-8")
    return reason


def audit(name: str, path: Path, reports: Path | None) -> Row:
    """Audit one sdist in a process of its own, under limits and an audit hook."""
    stem = path.name if path.is_dir() else re.sub(r"(\.tar\.gz|\.tgz|\.zip)$", "", path.name)
    version = ANY_VERSION.search(stem)
    row = Row(name, version[1] if version else "")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "breaches"
        command = [sys.executable, "-I", str(HERE / "guarded.py"), str(path), str(log), str(path), "--format", "json"]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(timeout=15 * SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            row.code, row.seconds = None, 15.0 * SECONDS
            return row
        row.code = process.returncode
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        row.breaches = [line for line in lines if not line.startswith("peak ")]
        cost = re.match(r"peak (\d+) MB ([\d.]+) s", lines[0]) if lines else None
        if cost:
            row.megabytes, row.seconds = int(cost[1]), float(cost[2])
    try:
        report = json.loads(out)
    except ValueError:
        lines = err.decode("utf-8", "replace").splitlines()
        row.problems = [f"no report: {line}" for line in lines[:1]]
        if row.code == 3 and lines and "not a Python project" in lines[0]:
            row.note = "not a Python project"
        return row
    row.statuses = Counter(verdict["status"] for verdict in report["verdicts"])
    open_ones = [finding for finding in report["findings"] if finding["status"] == "open"]
    row.rules = Counter(finding["rule"] for finding in open_ones)
    row.severities = Counter(finding["severity"] for finding in open_ones)
    row.problems = [problem["what"] for problem in report["problems"]]
    if row.code == 3 and not any("internal error" in problem for problem in row.problems):
        row.note = f"refused: {row.problems[0] if row.problems else 'unknown'}"
    if reports is not None:
        reports.mkdir(parents=True, exist_ok=True)
        (reports / f"{name}.json").write_bytes(out)
    return row


def table(rows: list[Row], source: str) -> str:
    """Return the page: what was done, one row a project, and the findings by rule."""
    done = [row for row in rows if not row.note]
    broken = [row for row in done if row.faults()]
    seconds = sorted(row.seconds for row in done) or [0.0]
    memory = sorted(row.megabytes for row in done) or [0]
    lines = [
        "# Ecosystem check",
        "",
        f"Written by `tools/ecosystem.py` (`nox -s ecosystem`). {source}",
        "",
        (
            f"{len(done)} audited, {len(broken)} of them crashed, ended in exit code 3, were above {SECONDS} s "
            f"or {MEGABYTES} MB, or made the audit do what it must not. "
            f"Median {seconds[len(seconds) // 2]:.1f} s, longest {seconds[-1]:.1f} s; "
            f"median {memory[len(memory) // 2]} MB, most {memory[-1]} MB."
        ),
        "",
        "Verdicts count all technologies: ready, ready with work, blocked, unknown, not suited. Seconds are CPU.",
        "",
        "| project | version | ready | work | blocked | unknown | not suited | errors | warnings | notes | s | MB | |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for row in rows:
        counts = [row.statuses[status] for status in STATUSES]
        counts += [row.severities[severity] for severity in ("error", "warning", "info")]
        cells = [row.project, row.version, *map(str, counts), f"{row.seconds:.1f}", str(row.megabytes)]
        if row.note:
            cells[2:] = [""] * 10
        lines.append(f"| {' | '.join(cells)} | {'; '.join([row.note, *row.faults()]).strip('; ')} |")
    rules: Counter[str] = Counter()
    projects: Counter[str] = Counter()
    for row in done:
        rules.update(row.rules)
        projects.update(row.rules.keys())
    lines += ["", "## Findings by rule", "", "| rule | findings | projects |", "|---|--:|--:|"]
    lines += [f"| `{rule}` | {count} | {projects[rule]} |" for rule, count in sorted(rules.items())]
    return "\n".join(lines) + "\n"


def sdists_in(folders: list[Path]) -> list[tuple[str, Path]]:
    """Return the sdists that lie in folders, by their project's name."""
    found = {}
    for folder in folders:
        for path in sorted(folder.absolute().iterdir()):
            if path.name[0] != "." and (path.is_dir() or path.name.endswith((".tar.gz", ".tgz", ".zip"))):
                found[re.sub(ANY_VERSION, "", path.name)] = path
    return sorted(found.items())


def snapshots_in(folders: list[Path]) -> list[tuple[str, Path]]:
    """Return the checkouts that lie in folders, by their folder's name."""
    return sorted((path.name, path) for folder in folders for path in folder.absolute().iterdir() if path.is_dir())


def main() -> int:
    """Fetch, audit, say what broke, write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("cache", type=Path)
    parser.add_argument("--projects", type=Path, default=HERE / "ecosystem-projects.txt")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--local", type=Path, nargs="+", default=[])
    parser.add_argument("--snapshots", type=Path, nargs="+", default=[])
    parser.add_argument("--page", type=Path)
    parser.add_argument("--reports", type=Path)
    options = parser.parse_args()
    rows: list[Row] = []
    sdists, snapshots = sdists_in(options.local), snapshots_in(options.snapshots)
    wanted: list[tuple[str, Path | None]] = [*sdists, *snapshots]
    source = (
        f"What was at hand: {len(sdists)} sdists of releases, unpacked, without what an earlier build wrote into them, "
        f"and {len(snapshots)} snapshots of repositories."
    )
    if not wanted:
        names = [line for line in options.projects.read_text("utf-8").splitlines() if line and line[0] != "#"]
        wanted = [(name, None) for name in names]
        source = f"The newest final release of each project in `tools/{options.projects.name}`, its sdist."
    index = "" if sdists or snapshots else index_url()
    for name, path in wanted[: options.limit]:
        found = path or fetch(index, name, options.cache)
        row = Row(name, note=found) if isinstance(found, str) else audit(name, found, options.reports)
        if (name, path) in snapshots:
            row.version = SNAPSHOT
        rows.append(row)
        counts = ", ".join(f"{count} {severity}" for severity, count in sorted(row.severities.items()))
        said = row.note or f"exit {row.code}, {row.seconds:.1f} s, {row.megabytes} MB, {counts or 'no finding'}"
        print(f"{name} {row.version}: {said} {'; '.join(row.faults())}", flush=True)
    if options.page:
        options.page.write_text(table(rows, source), "utf-8")
    bad = [row for row in rows if row.faults()]
    print(f"{len(rows)} projects, {sum(not row.note for row in rows)} audited, {len(bad)} broke a limit")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
