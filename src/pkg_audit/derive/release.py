"""Derive what stands in the way between the sources and a release: README, build inputs, locks, workflows, scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.derive.code.graph import supported
from pkg_audit.derive.code.marker_gaps import never_required
from pkg_audit.derive.scope import role_of_folder
from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place
from pkg_audit.facts.release_records import (
    LockGap,
    MissingBuildInput,
    OutsideInstall,
    RelativeLink,
    ScriptBlockFault,
    SdistGap,
    StoredCredential,
)
from pkg_audit.scan.toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree import Tree

_LOCK_LIMIT = 20 << 20
_LINE_LIMIT = 2000
_MOST = 20
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".pyx", ".pxd", ".pxi", ".rs", ".f", ".f90", ".s", ".asm", ".m", ".mm", ".i")  # fmt: skip  # noqa: E501

_MARKDOWN = re.compile(r"(!?)\[[^\]\n]{0,300}\]\(\s{0,8}<?([^\s)>]{1,500})")
_HTML_IMAGE = re.compile(r"<img\b[^>\n]{0,300}?\bsrc\s{0,4}=\s{0,4}[\"']([^\"'\n]{1,500})[\"']", re.IGNORECASE)
_RST = re.compile(r"^[ \t]{0,20}\.\.[ \t]{1,4}(?:\|[^|\n]{1,80}\|[ \t]{1,4})?(?:image|figure)::[ \t]{1,8}(\S{1,500})")
_ABSOLUTE = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}:|//|#)", re.IGNORECASE)


def relative_links(tree: Tree, scanned: Scanned) -> tuple[RelativeLink, ...]:
    """Return the images and links of the declared README whose targets are relative; at most 20.

    Fenced blocks and text behind backquotes are skipped. A link within the page (`#...`) works everywhere.
    """
    pyproject = scanned.pyproject
    declared = [
        source.readme
        for source in (
            pyproject.project if pyproject else None,
            pyproject.poetry if pyproject else None,
        )
        if source is not None
    ]
    path = next((value.value for value in declared if value is not None and value.value), None)
    if path is None and scanned.setup_py is not None:
        read = {text.value for text in scanned.setup_py.reads}
        path = next((name for name in ("README.md", "README.rst") if name in read), None)
    if path is None or not tree.is_file(path):
        return ()
    try:
        text = tree.read(path).decode("utf-8", "replace")
    except ReadError:
        return ()
    found = []
    for link in _links(text, path):
        found.append(link)
        if len(found) == _MOST:
            break
    return tuple(found)


def _links(text: str, path: str) -> Iterator[RelativeLink]:
    fenced = False
    restructured = path.lower().endswith((".rst", ".txt"))
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("```", "~~~")) and not restructured:
            fenced = not fenced
        if fenced or len(line) > _LINE_LIMIT:
            continue
        if restructured:
            match = _RST.match(line)
            if match and _is_relative(match[1]):
                yield RelativeLink(_span(path, number, match.start(1), match.end(1)), "image", match[1])
            continue
        for match in _MARKDOWN.finditer(line):
            if _is_relative(match[2]) and line.count("`", 0, match.start()) % 2 == 0:
                span = _span(path, number, match.start(2), match.end(2))
                yield RelativeLink(span, "image" if match[1] else "link", match[2])
        for match in _HTML_IMAGE.finditer(line):
            if _is_relative(match[1]):
                yield RelativeLink(_span(path, number, match.start(1), match.end(1)), "image", match[1])


def _is_relative(target: str) -> bool:
    return not _ABSOLUTE.match(target) and not target.startswith(("{", "<", "%"))


def _span(path: str, line: int, start: int, end: int) -> Place:
    return Place(path, line, start + 1, line, end + 1)


def outside_installs(scanned: Scanned) -> tuple[OutsideInstall, ...]:
    """Return the data files that are declared for an absolute path, in whichever file declares them."""
    found = []
    for source in (scanned.pyproject, scanned.setup_cfg, scanned.setup_py):
        options = source.setuptools if source is not None else None
        if options is None or options.data_files is None:
            continue
        found += [
            OutsideInstall(options.data_files.at, target)
            for target, _ in options.data_files.value or ()
            if target.startswith(("/", "~")) or re.match(r"[A-Za-z]:[\\/]", target)
        ]
    return tuple(found)


def missing_build_inputs(scanned: Scanned, distribution: Distribution) -> tuple[MissingBuildInput, ...]:
    """Return the files that setup.py opens and the sdist would not hold; empty where its contents are not known.

    Where only sources of extension modules may be missing on the list, other files can still be told.
    """
    sdist = distribution.sdist
    if sdist.files is None or scanned.setup_py is None or scanned.source != "directory":
        return ()
    if not sdist.complete and not sdist.sources_only:
        return ()
    shipped = set(sdist.files)
    tree = set(scanned.files)
    return tuple(
        MissingBuildInput(read.at, read.value, "setup.py")
        for read in scanned.setup_py.reads
        if read.value in tree and read.value not in shipped and (sdist.complete or not read.value.endswith(_SOURCES))
    )


def sdist_gaps(scanned: Scanned, distribution: Distribution) -> tuple[SdistGap, ...]:
    """Return the modules that a wheel built in the checkout holds and the sdist does not; where both are known.

    One for each folder: what is excluded is mostly a whole one. Tests, documents and benchmarks are out on purpose.
    """
    wheel, sdist = distribution.wheel, distribution.sdist
    if scanned.source != "directory" or wheel.files is None or sdist.files is None or not sdist.complete:
        return ()
    shipped = set(sdist.files)
    missing: dict[str, str] = {}
    for file in wheel.files:
        folders = file.source.split("/")[:-1]
        if file.source.endswith(".py") and file.source not in shipped and not any(map(_is_aside, folders)):
            missing.setdefault("/".join(folders), file.source)
    return tuple(SdistGap(Place(source), source) for source in missing.values())[:_MOST]


def _is_aside(folder: str) -> bool:
    return role_of_folder(folder.lstrip("_")) in ("test", "docs", "example") or folder.startswith("benchmark")


def lock_gaps(tree: Tree, scanned: Scanned, distribution: Distribution) -> tuple[LockGap, ...]:
    """Return the declared requirements that uv.lock, poetry.lock or pdm.lock does not know.

    Empty where the requirements are not all known, where there is no lock, or where it cannot be read.
    """
    metadata = distribution.metadata
    if any(item.field == "dependencies" for item in metadata.unknown):
        return ()
    window = supported(distribution)
    found: list[LockGap] = []
    for lock in ("uv.lock", "poetry.lock", "pdm.lock"):
        if lock not in scanned.files:
            continue
        document = read_toml(tree, lock, _LOCK_LIMIT)
        packages = document.get("package") if hasattr(document, "get") else None
        if not isinstance(packages, list):
            continue
        locked = {
            _normal(entry["name"])
            for entry in packages
            if isinstance(entry, dict) and isinstance(entry.get("name"), str)
        }
        for text in metadata.dependencies:
            if never_required(text.value, window):
                continue  # tools leave it out of their locks
            name = _normal(re.split(r"[\s\[<>=!~;@(]", text.value.strip(), maxsplit=1)[0])
            if name and name not in locked:
                found.append(LockGap(Place(lock), lock, name, (text.at,)))
    return tuple(found)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


_USES_UPLOAD = re.compile(r"^[ ]{0,40}(?:-[ ]{1,4})?uses:[ ]{0,4}[\"']?pypa/gh-action-pypi-publish\b")
_USES = re.compile(r"^[ ]{0,40}(?:-[ ]{1,4})?uses:")
_STEP = 30
_PASSWORD = re.compile(r"^[ ]{0,40}(?:password|TWINE_PASSWORD|UV_PUBLISH_TOKEN|UV_PUBLISH_PASSWORD|FLIT_PASSWORD|HATCH_INDEX_AUTH|PDM_PUBLISH_PASSWORD|POETRY_PYPI_TOKEN_PYPI|MATURIN_PYPI_TOKEN):[ ]{0,4}\S")  # fmt: skip  # noqa: E501
_UPLOADS = re.compile(r"\b(?:twine upload|uv publish|flit publish|hatch publish|pdm publish|poetry publish|maturin (?:publish|upload))\b")  # fmt: skip  # noqa: E501


def stored_credentials(tree: Tree, scanned: Scanned) -> tuple[StoredCredential, ...]:
    """Return the release workflows that upload with a stored password or token.

    Read line by line, as the lines are indented: a password within 30 lines of an upload step counts.
    """
    found = []
    for path in scanned.files:
        if not path.startswith(".github/workflows/") or not path.endswith((".yml", ".yaml")):
            continue
        try:
            lines = tree.read(path).decode("utf-8", "replace").splitlines()
        except ReadError:
            continue
        lines = [line[:_LINE_LIMIT] for line in lines[:20_000]]
        uploads = [n for n, line in enumerate(lines) if _USES_UPLOAD.match(line) or _UPLOADS.search(line)]
        for number, line in enumerate(lines):
            match = _PASSWORD.match(line)
            if (
                match
                and any(abs(number - upload) <= 30 for upload in uploads)
                and not _is_of_other_action(lines, number)
            ):
                start = len(line) - len(line.lstrip())
                step = line.strip().partition(":")[0]
                found.append(StoredCredential(_span(path, number + 1, start, len(line.rstrip())), path, step))
                break
    return tuple(found)


def _is_of_other_action(lines: list[str], number: int) -> bool:
    """Tell whether the step that a line belongs to runs an action, and one that uploads to no index."""
    for line in reversed(lines[max(0, number - _STEP) : number]):
        if _USES.match(line):
            return _USES_UPLOAD.match(line) is None
        if line.lstrip().startswith("- "):
            return False
    return False


def script_block_faults(scanned: Scanned) -> tuple[ScriptBlockFault, ...]:
    """Return the inline metadata blocks that tools would refuse; what tests keep as samples is wrong on purpose."""
    return tuple(
        ScriptBlockFault(block.at, path, block.error)
        for path, block in sorted(scanned.script_blocks.items())
        if block.error and not any(role_of_folder(folder) == "test" for folder in path.split("/")[:-1])
    )
