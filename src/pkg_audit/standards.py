"""Parse versions, specifiers, requirements, licences and wheel names within limits: the only callers of `packaging`.

The library raises more than its own errors for hostile text (a plain ValueError for a number of 5,000 digits, a
RecursionError for nested parentheses) and takes time that grows faster than the text. Here every text is cut off by
its length before it is parsed, and whatever goes wrong is one error: NotStandard.

Sources: Version specifiers, Dependency specifiers, Binary distribution format (packaging.python.org, read November
2026), PEP 639.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet
    from packaging.tags import Tag
    from packaging.version import Version

MAX_VERSION = 256
MAX_SPECIFIER = 2_000
MAX_REQUIREMENT = 4_000
MAX_LICENSE = 1_000
MAX_FILE_NAME = 255
MAX_TAGS = 1_000
"""Compatibility tags that one wheel's file name may stand for; three compressed sets multiply."""

T = TypeVar("T")


class NotStandard(ValueError):  # noqa: N818 - says what the text is; callers catch it as the ValueError it is
    """A text does not follow its specification, or is longer than any real one."""


def parse_version(text: str) -> Version:
    """Parse a version (PEP 440). Raises NotStandard."""
    from packaging.version import Version

    return _parse(Version, text, MAX_VERSION)


def parse_specifiers(text: str) -> SpecifierSet:
    """Parse a specifier set such as `>=3.9,<4`. Raises NotStandard."""
    from packaging.specifiers import SpecifierSet

    return _parse(SpecifierSet, text, MAX_SPECIFIER)


def parse_requirement(text: str) -> Requirement:
    """Parse a requirement with its extras, specifiers and marker. Raises NotStandard."""
    from packaging.requirements import Requirement

    return _parse(Requirement, text, MAX_REQUIREMENT)


def parse_license(text: str) -> str:
    """Return an SPDX licence expression in its canonical form. Raises NotStandard."""
    from packaging.licenses import canonicalize_license_expression

    return str(_parse(canonicalize_license_expression, text, MAX_LICENSE))


def parse_wheel_name(file_name: str) -> tuple[str, Version]:
    """Return the normalised project name and the version of a wheel's file name. Raises NotStandard."""
    name, version, _, _ = _split_wheel_name(file_name)
    return name, version


def parse_wheel_tags(file_name: str) -> tuple[tuple[str, ...], str]:
    """Return the tags of a wheel's file name, expanded and sorted, and its build tag. Raises NotStandard."""
    _, _, build, tags = _split_wheel_name(file_name)
    return tuple(sorted(str(tag) for tag in tags)), f"{build[0]}{build[1]}" if build else ""


def _split_wheel_name(file_name: str) -> tuple[str, Version, tuple[int, str] | tuple[()], frozenset[Tag]]:
    from packaging.utils import parse_wheel_filename

    if len(file_name) > MAX_FILE_NAME:
        raise NotStandard(f"longer than {MAX_FILE_NAME} characters")
    tags = 1
    for field in file_name.removesuffix(".whl").split("-")[-3:]:
        tags *= field.count(".") + 1
    if tags > MAX_TAGS:
        raise NotStandard(f"stands for {tags} compatibility tags")
    return _parse(parse_wheel_filename, file_name, MAX_FILE_NAME)


def admits(specifiers: SpecifierSet, version: str) -> bool:
    """Tell whether a specifier set holds a version, prereleases too; False for what is no version."""
    try:
        return specifiers.contains(parse_version(version), prereleases=True)
    except ValueError:
        return False


def _parse(parser: Callable[[str], T], text: str, limit: int) -> T:
    if len(text) > limit:
        raise NotStandard(f"longer than {limit} characters")
    try:
        return parser(text)
    except (ValueError, RecursionError, MemoryError, OverflowError, ArithmeticError, LookupError, TypeError) as error:
        raise NotStandard(str(error).partition("\n")[0].strip() or type(error).__name__) from None
