"""Move every place of a report below a folder, for a project that is not the root that was named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

from pkg_audit.facts.place import Place
from pkg_audit.facts.problem import Problem

T = TypeVar("T")


def relocated(value: T, folder: str) -> T:
    """Return the value with every place in it moved below `folder`; unchanged for an empty one.

    Walks frozen records, tuples and mappings; as deep as the report's types nest, never as the project does.
    """
    return _moved(value, folder) if folder else value


def _moved(value: Any, folder: str) -> Any:
    if isinstance(value, Place):
        return value if value.path is None else replace(value, path=f"{folder}/{value.path}")
    if isinstance(value, Problem):
        return value if value.path is None else replace(value, path=f"{folder}/{value.path}")
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _moved(getattr(value, f.name), folder) for f in fields(value)}
        return replace(value, **{name: new for name, new in changed.items() if new is not getattr(value, name)})
    if isinstance(value, tuple):
        moved = tuple(_moved(item, folder) for item in value)
        return moved if any(a is not b for a, b in zip(moved, value, strict=True)) else value
    if isinstance(value, Mapping):
        return MappingProxyType({key: _moved(item, folder) for key, item in value.items()})
    return value
