"""Find file patterns of build configurations that match nothing although a file of almost that name is left out.

A pattern without any file is common and harmless: what it names may be written by the build. Only where a file lies
there that the pattern misses by a few letters, and that the release lacks, is it taken for a slip.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import translate
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from pkg_audit.facts.metadata_records import BuildFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.place import Place
    from pkg_audit.facts.scanned import Scanned, TomlDocument

Kind = Literal["pattern-unmatched", "sdist-pattern-unmatched"]

_MOST_PATTERNS = 300
_MOST_FILES = 5_000
_BUDGET = 50_000
"""How many names are held against patterns: what one tree may cost is some seconds at most, whatever is in it."""

_LONGEST = 300
_LONGEST_NAME = 64
_CLOSE = 0.7
_BUILT = (".so", ".dll", ".pyd", ".dylib", ".a", ".lib", ".exe", ".mo", ".qm", ".pyc", ".c", ".cpp", ".py", ".pyi")
"""What builds write, and modules, which come with their package."""

_TABLES: tuple[tuple[str, Kind, tuple[str, ...]], ...] = (
    ("hatchling.", "pattern-unmatched", ("tool", "hatch", "build", "targets", "wheel", "include")),
    ("hatchling.", "pattern-unmatched", ("tool", "hatch", "build", "targets", "wheel", "artifacts")),
    ("hatchling.", "pattern-unmatched", ("tool", "hatch", "build", "include")),
    ("hatchling.", "pattern-unmatched", ("tool", "hatch", "build", "artifacts")),
    ("hatchling.", "sdist-pattern-unmatched", ("tool", "hatch", "build", "targets", "sdist", "include")),
    ("poetry.", "pattern-unmatched", ("tool", "poetry", "include")),
    ("pdm.", "pattern-unmatched", ("tool", "pdm", "build", "includes")),
    ("pdm.", "sdist-pattern-unmatched", ("tool", "pdm", "build", "source-includes")),
    ("flit_core.", "sdist-pattern-unmatched", ("tool", "flit", "sdist", "include")),
    ("uv_build", "sdist-pattern-unmatched", ("tool", "uv", "build-backend", "source-include")),
)


def pattern_faults(scanned: Scanned, distribution: Distribution) -> tuple[BuildFault, ...]:
    """Return the patterns that select nothing beside a like-named file, which wheel or sdist would lack.

    Empty where it is not known what they hold, and for trees of very many files.
    """
    backend = distribution.backend or ""
    if scanned.source == "wheel" or len(scanned.files) > _MOST_FILES:
        return ()
    if backend.startswith("setuptools."):
        found = [*_package_data(scanned, distribution), *_manifest(scanned, distribution)]
    else:
        found = list(_tables(scanned, distribution, backend))
    return tuple(found[:_MOST_PATTERNS])


def _package_data(scanned: Scanned, distribution: Distribution) -> Iterator[BuildFault]:
    files = distribution.wheel.files
    if files is None or not distribution.wheel.complete:
        return
    shipped = {file.source for file in files}
    spent = 0
    folders: dict[str, str] = {}
    for file in files:
        if file.source.endswith(".py") and "/" in file.path:
            folders.setdefault(file.path.rpartition("/")[0].replace("/", "."), file.source.rpartition("/")[0])
    for source in (scanned.pyproject, scanned.setup_cfg, scanned.setup_py):
        options = source.setuptools if source is not None else None
        data = options.package_data if options is not None else None
        for package, patterns in (data.value or {}).items() if data is not None else ():
            if data is None or package in ("", "*"):
                continue
            if package not in folders:
                spent += len(folders)
                if spent > _BUDGET:
                    return
                yield from _unknown_package(package, patterns, data.at, folders, scanned, shipped)
                continue
            folder = folders[package]
            here = [path[len(folder) + 1 :] for path in scanned.files if path.startswith(f"{folder}/")]
            left = [path for path in here if f"{folder}/{path}" not in shipped]
            for pattern in patterns:
                spent += 1 + len(left)
                if spent > _BUDGET:
                    return
                if near := _near(pattern, here, left):
                    at = _inside(scanned, data.at, package)
                    yield BuildFault(at, "pattern-unmatched", pattern, near=f"{folder}/{near}", by="package_data")


def _inside(scanned: Scanned, at: Place, package: str) -> Place:
    """Return the line of one package in the table of pyproject.toml, else the place of the whole option."""
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    keys = ("tool", "setuptools", "package-data", package)
    if at.path != "pyproject.toml" or document is None or document.get(*keys) is None:
        return at
    return document.key_at(*keys)


def _unknown_package(
    package: str,
    patterns: Iterable[str],
    at: Place,
    folders: Mapping[str, str],
    scanned: Scanned,
    shipped: set[str],
) -> Iterator[BuildFault]:
    """Yield a package that is none of the wheel's, where the patterns would find left-out files in one like it."""
    for other, folder in folders.items():
        parts, others = package.split("."), other.split(".")
        if len(parts) != len(others) or sum(a != b for a, b in zip(parts, others, strict=True)) != 1:
            continue
        if not all(a == b or _alike(a, b) for a, b in zip(parts, others, strict=True)):
            continue
        here = [path for path in scanned.files if path.startswith(f"{folder}/") and path not in shipped]
        matchers = [_matcher(pattern) for pattern in patterns if len(pattern) <= _LONGEST]
        if any(matcher.fullmatch(path[len(folder) + 1 :]) for matcher in matchers for path in here):
            yield BuildFault(_inside(scanned, at, package), "data-package-missing", package, near=other)
            return


def _manifest(scanned: Scanned, distribution: Distribution) -> Iterator[BuildFault]:
    sdist = distribution.sdist
    if sdist.files is None or not (sdist.complete or sdist.sources_only):
        return
    left = sorted(set(scanned.files) - set(sdist.files))
    spent = 0
    for command in (scanned.manifest_in or ())[:_MOST_PATTERNS]:
        if command.action != "include":
            continue
        for pattern in command.arguments[:_MOST_PATTERNS]:
            spent += 1 + len(left)
            if spent > _BUDGET:
                return
            if near := _near(pattern, scanned.files, left):
                yield BuildFault(command.at, "sdist-pattern-unmatched", pattern, near=near, by="MANIFEST.in")


def _tables(scanned: Scanned, distribution: Distribution, backend: str) -> Iterator[BuildFault]:
    document = scanned.pyproject.document if scanned.pyproject is not None else None
    if document is None:
        return
    for prefix, kind, keys in _TABLES:
        if not backend.startswith(prefix):
            continue
        if kind == "pattern-unmatched":
            files = distribution.wheel.files
            held = {file.source for file in files} if files is not None and distribution.wheel.complete else None
        else:
            held = set(distribution.sdist.files or ()) if distribution.sdist.complete else None
        if held is None:
            continue
        left = [path for path in scanned.files if path not in held]
        for pattern, at in islice(_patterns(document, keys), _BUDGET // (1 + len(left))):
            if near := _near(pattern, scanned.files, left):
                yield BuildFault(at, kind, pattern, near=near, by=keys[-1])


def _patterns(document: TomlDocument, keys: tuple[str, ...]) -> Iterator[tuple[str, Place]]:
    value: Any = document.get(*keys)
    for index, item in enumerate(value[:_MOST_PATTERNS] if isinstance(value, list) else ()):
        text = item.get("path") if isinstance(item, Mapping) else item
        if isinstance(text, str):
            yield text, document.at(*keys, index)


def _near(pattern: str, files: Iterable[str], left: list[str]) -> str:
    """Return a left-out file that a pattern without any match misses by one component, "" where there is none."""
    plain = pattern.strip().removeprefix("./").strip("/")
    if not plain or len(plain) > _LONGEST or pattern.startswith(("!", "..")) or any(c in plain for c in "[{?\\"):
        return ""
    if plain.endswith(_BUILT) or not left:
        return ""
    matcher = _matcher(plain)
    if any(matcher.fullmatch(path) for path in files):
        return ""
    parts = plain.split("/")
    while len(parts) > 1 and parts[-1] in ("*", "**", "*.*"):
        parts.pop()
    if any("**" in part for part in parts) or parts == ["*"]:
        return ""
    matchers = [_matcher(part, deep=False) for part in parts]
    whole = len(parts) == len(plain.split("/"))
    for path in left:
        there = path.split("/")
        if "/." in f"/{path}" or (len(there) == len(parts) and path.endswith(_BUILT)):
            continue
        if (len(there) == len(parts) and whole) or (len(there) > len(parts) and "." not in parts[-1]):
            pairs = zip(matchers, parts, there, strict=False)
            wrong = [(part, name) for matcher, part, name in pairs if not matcher.fullmatch(name)]
            if len(wrong) == 1 and _alike(*wrong[0]):
                return path
    return ""


def _alike(word: str, other: str) -> bool:
    """Tell whether two names differ by a slip, in one place or in the order of letters.

    Of a wildcard and a name only what follows the dot is compared.
    """
    if word.startswith("*."):
        word, other = word[2:], other.partition(".")[2]
    if "*" in word or min(len(word), len(other)) < 2 or max(len(word), len(other)) > _LONGEST_NAME:
        return False
    if re.sub(r"[0-9]+", "", word) == re.sub(r"[0-9]+", "", other) and word != other:
        return False  # numbered siblings
    if abs(len(word) - len(other)) > 3:
        return False
    word, other = word.lower(), other.lower()
    parts, others = (re.split(r"[-_]", text.rpartition(".")[0] or text) for text in (word, other))
    if len(parts) == len(others) > 1 and not all(map(_is_slip, parts, others)):
        return False  # `requirements-test` and `requirements-dev` are two things
    return _is_slip(word, other)


def _is_slip(word: str, other: str) -> bool:
    start = _shared(word, other)
    both = start + _shared(word[start:][::-1], other[start:][::-1])
    return both >= _CLOSE * max(len(word), len(other)) or sorted(word) == sorted(other)


def _shared(word: str, other: str) -> int:
    """Return how many characters two words begin with in common."""
    return next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))


def _matcher(pattern: str, *, deep: bool = True) -> re.Pattern[str]:
    """Match more than any backend does: `*` crosses slashes, a folder takes all below it, at any depth."""
    one = re.sub(r"\*+", "*", pattern)
    if not deep:
        return re.compile(translate(one))
    either = [one, f"*/{one}", f"{one}/*", f"*/{one}/*", one.replace("*/", "")]
    return re.compile("|".join(f"(?:{translate(text)})" for text in either))
