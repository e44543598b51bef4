"""Find release workflows that upload compiled wheels with a plain `linux_*` tag, which index servers refuse.

Workflows are read as text, job by job as they are indented, never as YAML. Whatever may repair or rename a wheel, or
move the build into a container, anywhere in the CI, ends the search: silence is better than a wrong accusation.

Sources: the upload checks of the Python Package Index (`linux_*` is on no list of its, 2026-08); what the frontends
leave on Linux (setuptools 84, scikit-build-core 1.1, meson-python 0.22, maturin 1.15 under a PEP 517 frontend,
cibuildwheel 4.3 with an empty `repair-wheel-command`). poetry-core and pdm-backend write a manylinux tag by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pkg_audit.facts.place import Place
from pkg_audit.facts.tag_records import TagFault
from pkg_audit.scan.native import backend_of
from pkg_audit.scan.native.text import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_COMPILED = frozenset({"native", "native-abi3", "platform-no-abi"})
_PLAIN_TAGS = frozenset({"setuptools", "scikit-build-core", "meson-python", "hatchling", "maturin", "py-build-cmake"})
_CI = re.compile(
    r"^(?:\.github/(?:workflows|actions)/.{1,200}|\.gitlab-ci\.yml|\.circleci/config\.yml|Makefile|justfile)$"
)
_WORKFLOW = re.compile(r"^\.github/workflows/[^/]+\.ya?ml$")
_LIMIT = 256 << 10

_MENDS = re.compile(
    r"manylinux|musllinux|auditwheel|maturin-action|cibuildwheel|CIBW_|--zig\b|ziglang|wheel tags|repair|"
    r"plat[-_]name|HOST_PLATFORM|abi3audit|conda|DIST_EXTRA_CONFIG|WHEEL_PLAT",
    re.IGNORECASE,
)
_CONTAINER = re.compile(r"^\s{1,40}container:|\bdocker\b|\bpodman\b|uses:\s{1,4}docker://", re.MULTILINE)
_REMOVED = re.compile(r"(?:\brm\b|-delete\b|\bmv\b|\bunlink\b|\bRemove-Item\b).{0,200}|.{0,200}-delete\b")
_LINUX = re.compile(r"^\s{1,40}runs-on:.{0,200}\b(?:ubuntu|linux)", re.IGNORECASE)
_BUILD = re.compile(
    r"(?:^|[\s&|;(])(?:(?:python[\d.]*|py|uvx|pipx run) (?:-m )?build(?=\s|$)|pyproject-build(?=\s|$)|uv build(?=\s|$)|"
    r"(?:pip[\d.]*|python[\d.]* -m pip) wheel\s|python[\d.]* setup\.py\b.{0,80}\bbdist_wheel\b|hatch build(?=\s|$))"
    r"(?P<rest>.{0,300})"
)
_SDIST_ONLY = re.compile(r"(?:^|\s)(?:--sdist|-s|-t sdist|--target sdist)(?=\s|$)")
_WHEEL_TOO = re.compile(r"(?:^|\s)(?:--wheel|-w|bdist_wheel|-t wheel)(?=\s|$)")
_ACTION = re.compile(r"^\s{0,40}(?:-\s{1,4})?uses:\s{0,4}[\"']?pypa/gh-action-pypi-publish\b")
_COMMAND = re.compile(r"\b(?:twine upload|uv publish|hatch publish)\b(?P<rest>.{0,300})")
_JOB = re.compile(r"^  ([A-Za-z_][\w-]{0,100}):\s*(?:#.*)?$")


@dataclass(slots=True)
class _Job:
    name: str
    lines: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.lines)


def linux_tags_uploaded(tree: Tree, scanned: Scanned, distribution: Distribution) -> Iterator[TagFault]:
    """Yield where a Linux wheel is made that an index would refuse, with the step that uploads it."""
    yield from _fixed_platform(scanned, distribution)
    tags = distribution.wheel.tags
    native = scanned.native
    if not tags or distribution.wheel.kind not in _COMPILED or native.opt_out or native.tag_overrides:
        return
    if any(tag.platform != "<platform>" for tag in tags) or backend_of(scanned.pyproject) not in _PLAIN_TAGS:
        return
    files = [path for path in scanned.files if _CI.match(path)][:200]
    texts = {path: _uncommented(read_text(tree, path, _LIMIT)) for path in files}
    if any(text is None for text in texts.values()):
        return
    known = {path: text for path, text in texts.items() if text is not None}
    unrepaired = _empty_repair(scanned)
    if unrepaired is not None:
        yield from _never_repaired(known, unrepaired, str(tags[0]))
    elif not any(_MENDS.search(text) or _CONTAINER.search(text) for text in known.values()):
        for path, text in known.items():
            if _WORKFLOW.match(path):
                yield from _built_and_uploaded(path, text, str(tags[0]))


def _fixed_platform(scanned: Scanned, distribution: Distribution) -> Iterator[TagFault]:
    """Yield an option of bdist_wheel that names a plain Linux platform, whoever uploads the wheel."""
    for tag in distribution.wheel.tags or ():
        if not tag.platform.startswith("linux_"):
            continue
        for option in scanned.native.tag_options:
            if option.name == "plat-name" and option.value is not None:
                yield TagFault(option.at, "linux-tag-uploaded", str(tag), "the option `plat-name`")
                return


def _empty_repair(scanned: Scanned) -> Place | None:
    """Return where cibuildwheel is told to repair no Linux wheel; None where it repairs some."""
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    table: Any = document.get("tool", "cibuildwheel") if document is not None else None
    if document is None or not isinstance(table, Mapping) or "overrides" in table:
        return None
    for keys in (("linux", "repair-wheel-command"), ("repair-wheel-command",)):
        value = document.get("tool", "cibuildwheel", *keys)
        if value is not None:
            return document.at("tool", "cibuildwheel", *keys) if value in ("", []) else None
    return None


def _never_repaired(texts: Mapping[str, str], at: Place, tag: str) -> Iterator[TagFault]:
    """Yield the empty command where cibuildwheel runs on Linux in a workflow that uploads; nothing repairs later."""
    for text in texts.values():
        if re.search(
            r"auditwheel|CIBW_REPAIR|CIBW_CONFIG|plat[-_]name|wheel tags|HOST_PLATFORM|only:|--platform", text
        ):
            return
    for path, text in texts.items():
        jobs = _jobs(text)
        upload = _upload(jobs)
        runs = any("cibuildwheel" in job.text and _on_linux(job) for job in jobs)
        if _WORKFLOW.match(path) and runs and upload is not None:
            yield TagFault(at, "linux-tag-uploaded", tag, "cibuildwheel", f"{path}:{upload}", (Place(path, upload),))
            return


def _built_and_uploaded(path: str, text: str, tag: str) -> Iterator[TagFault]:
    """Yield the build command of a Linux job whose wheel the same workflow uploads."""
    jobs = _jobs(text)
    upload = _upload(jobs)
    if (
        upload is None
        or ".tar.gz" in text
        or _REMOVED.search("\n".join(line for line in text.splitlines() if "whl" in line or "dist" in line))
    ):
        return
    for job in jobs:
        if not _on_linux(job) or _conditional(job):
            continue
        for number, line in job.lines:
            match = _BUILD.search(line)
            if match is None or (_SDIST_ONLY.search(match["rest"]) and not _WHEEL_TOO.search(match["rest"])):
                continue
            if not _same_folder(match[0], text):
                continue
            start = match.start() + len(match[0]) - len(match[0].lstrip(" \t&|;("))
            command = " ".join(match[0].strip(" \t&|;(").split())[:80]
            place = Place(path, number, start + 1, number, len(line.rstrip()) + 1)
            yield TagFault(place, "linux-tag-uploaded", tag, f"`{command}`", f"{path}:{upload}", (Place(path, upload),))
            return


def _uncommented(text: str | None) -> str | None:
    """Blank comments of YAML and shell that begin a line or follow a blank; lines keep their numbers."""
    return None if text is None else re.sub(r"(?m)(?:^|(?<=\s))#[^\n]*", "", text)


def _jobs(text: str) -> list[_Job]:
    """Split a workflow at its jobs, as they are indented by two blanks; other layouts give none."""
    jobs: list[_Job] = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\S", line):
            inside = line.rstrip() == "jobs:"
        elif inside and (match := _JOB.match(line)):
            jobs.append(_Job(match[1]))
        elif inside and jobs:
            jobs[-1].lines.append((number, line[:1000]))
    return jobs


def _on_linux(job: _Job) -> bool:
    """Tell whether a job runs on Linux: it says so itself, or through a matrix that names such a runner."""
    for _, line in job.lines:
        if line.strip().startswith("runs-on:"):
            if "matrix." in line:
                return re.search(r"\bubuntu-", job.text) is not None
            return _LINUX.match(line) is not None
    return False


def _conditional(job: _Job) -> bool:
    """Tell whether steps of a job depend on the runner or matrix: then the build may be another one on Linux."""
    return re.search(r"^\s{1,40}(?:-\s{1,4})?if:.{0,300}(?:runner\.|matrix\.)", job.text, re.MULTILINE) is not None


def _upload(jobs: list[_Job]) -> int | None:
    """Return the line of a step that uploads wheels to an index; None for none, or where only sdists go there."""
    for job in jobs:
        for index, (number, line) in enumerate(job.lines):
            if _ACTION.match(line):
                after = "\n".join(text for _, text in job.lines[index : index + 12])
                if re.search(r"repository-url:(?!.{0,200}upload\.pypi)", after):
                    continue
                return number
            match = _COMMAND.search(line)
            if match is None or re.search(r"sdist|--index|--repository|--publish-url|-r\s", match["rest"]):
                continue
            if re.search(r"\bdist\b", match["rest"]) or not match["rest"].strip():
                return number
    return None


def _same_folder(command: str, text: str) -> bool:
    """Tell whether the build leaves its wheel where the upload looks, as far as folders are named at all."""
    named = re.findall(r"packages[-_]dir:\s{0,4}[\"']?([\w./-]{1,100})", text)
    out = re.search(r"(?:--outdir|--out-dir|-o|--wheel-dir|-w)[ =]([\w./-]{1,100})", command)
    folder = out[1].strip("./").rstrip("/") if out else "dist"
    if re.search(r"\bwheel\s", command) and out is None and "build" not in command:
        folder = "."
    uploads = {name.strip("./").rstrip("/") for name in named} or {"dist"}
    return folder in uploads
