"""Fold setuptools' conditional extras (`extra:marker`, `:marker`) into PEP 508 markers."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.declared import Texts
    from pkg_audit.facts.place import Text


def fold_conditional_extras(extras: Mapping[str, Texts]) -> tuple[Texts, Mapping[str, Texts]]:
    """Return the requirements that `:marker` keys add to the dependencies, and the extras without conditions."""
    required: list[Text] = []
    folded: dict[str, list[Text]] = {}
    for key, requirements in extras.items():
        name, _, marker = key.partition(":")
        name, marker = name.strip(), marker.strip()
        marked = [_mark(requirement, marker) for requirement in requirements] if marker else list(requirements)
        if name:
            folded.setdefault(name, []).extend(marked)
        else:
            required.extend(marked)
    return tuple(required), MappingProxyType({name: tuple(items) for name, items in folded.items()})


def _mark(requirement: Text, marker: str) -> Text:
    """Add a marker to a requirement that may have one already."""
    body, semicolon, own = requirement.value.partition(";")
    both = f"({own.strip()}) and ({marker})" if semicolon else marker
    return replace(requirement, value=f"{body.strip()} ; {both}")
