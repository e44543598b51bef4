"""Say which tags the wheels would carry that a build of the tree gives: `py3-none-any`, `cp3*-cp3*-<platform>`, abi3.

The kind of wheel is judged first; the tag follows from it, from the backend and from its options. Every rule here was
read in the backends' sources: setuptools 84.2, hatchling 1.33, flit_core 4.2, poetry-core 2.5, pdm-backend 2.5,
uv_build 0.13, scikit-build-core 1.1, meson-python 0.22, maturin 1.15, py-build-cmake 0.5, sip 6.17 (2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkg_audit.backends.tags import compiled, pure
from pkg_audit.backends.tags.words import UndecidedError
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import Unknown
from pkg_audit.scan.native import backend_of

if TYPE_CHECKING:
    from pkg_audit.backends.kind import KindVerdict
    from pkg_audit.facts.distribution import CoreMetadata, WheelTag
    from pkg_audit.facts.place import Text
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.tree.port import Tree

__all__ = ["TagVerdict", "judge_tags"]


@dataclass(frozen=True, slots=True)
class TagVerdict:
    """The tags, None where they are not known and `unknown` says why; and the lowest Python of an abi3 wheel."""

    tags: tuple[WheelTag, ...] | None = None
    abi3_floor: Text | None = None
    unknown: tuple[FieldUnknown, ...] = ()


def judge_tags(
    tree: Tree, scanned: Scanned, verdict: KindVerdict, backend: str | None, metadata: CoreMetadata
) -> TagVerdict:
    """Return the tags of the wheels of this kind. `backend` is the dotted name; a wrong tag is worse than none."""
    family = backend_of(scanned.pyproject)
    if verdict.kind == "unknown":
        doubt = next((item.unknown for item in verdict.unknown), Unknown("needs-build"))
        return TagVerdict(unknown=(FieldUnknown("tags", doubt),))
    try:
        if verdict.kind == "pure":
            return TagVerdict((pure.tag(tree, scanned, family, backend or "", metadata, verdict.reasons),))
        if verdict.kind == "platform-no-abi":
            return TagVerdict((compiled.without_abi(scanned, family, verdict.reasons),))
        stable = compiled.stable_abi(tree, scanned, family, metadata) if verdict.kind == "native-abi3" else None
        tags = stable.tags if stable is not None else (compiled.per_interpreter(scanned, family, verdict.reasons),)
        if verdict.kind == "native+pure-fallback":
            tags = (*tags, pure.tag(tree, scanned, family, backend or "", metadata, verdict.reasons[-1:]))
        return TagVerdict(tags, stable.floor if stable is not None else None)
    except UndecidedError as undecided:
        return TagVerdict(unknown=(FieldUnknown("tags", undecided.unknown),))
