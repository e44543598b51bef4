"""Derive what the project is as a whole, for the verdicts that depend on its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pkg_audit.derive.scope import scopes
from pkg_audit.facts.document import KindEvidence, ProjectFacts, Unsettled
from pkg_audit.facts.place import WHOLE_PROJECT, Answer, Place, Unknown
from pkg_audit.knowledge.signs import import_signs
from pkg_audit.knowledge.stdlib import is_stdlib

if TYPE_CHECKING:
    from pkg_audit.facts.declared import EntryPointDeclaration
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned

_BUILT_IN = frozenset({"board-code", "browser-code"})
_OPTIONAL = frozenset({"type-checking", "never", "try-fallback", "except-handler", "suppress"})


def project_facts(scanned: Scanned, distribution: Distribution) -> ProjectFacts:
    """Return the facts about the project root: has it metadata, what kind of wheel, is it published, can it be run."""
    wheel, metadata = distribution.wheel, distribution.metadata
    has_metadata: Answer = "no" if distribution.backend is None and scanned.source != "wheel" else "yes"
    if scanned.pyproject is not None and scanned.pyproject.error is not None:
        has_metadata = "unknown"
    private = any(text.value.startswith("Private ::") for text in metadata.classifiers)
    script = _script(distribution)
    return ProjectFacts(
        at=Place(_where(scanned)),
        has_metadata=has_metadata,
        kind=wheel.kind,
        single_module=_single(scanned, distribution),
        published="no" if private else "yes",
        name=metadata.name.value if metadata.name else "",
        requires_python=metadata.requires_python.value if metadata.requires_python else "",
        script=script.name if script else "",
        script_target=script.value.partition("[")[0].strip() if script else "",
        module=_module(scanned, distribution),
        runnable=_runnable(scanned, distribution),
        has_dependencies=_dependencies(scanned, distribution),
        source=scanned.source,  # type: ignore[arg-type]
    )


def unsettled(scanned: Scanned, distribution: Distribution) -> tuple[Unsettled, ...]:
    """Return what cannot be known about the project as a whole, each with the reason and place that the model gave."""
    wheel = distribution.wheel
    unknown = {item.field: item.unknown for item in reversed((*wheel.unknown, *distribution.metadata.unknown))}
    found = []

    def add(what: Literal["kind", "modules", "start", "dependencies", "files"], *fields: str) -> None:
        # without metadata, nothing says it; else the model's first doubt explains what follows from it
        missing = Unknown("file-missing" if distribution.backend is None else "needs-build", WHOLE_PROJECT)
        default = missing if distribution.backend is None else next(iter(unknown.values()), missing)
        why = next((unknown[field] for field in fields if field in unknown), default)
        at = why.at if why.at.path is not None else Place(_where(scanned))
        found.append(Unsettled(at, what, why.reason))

    if wheel.kind == "unknown":
        add("kind", "kind", "extension_modules")
    if _single(scanned, distribution) == "unknown":
        add("modules", "single_module", "import_names", "files")
    if _runnable(scanned, distribution) == "unknown":
        add("start", "entry_points")
    if _dependencies(scanned, distribution) == "unknown":
        add("dependencies", "dependencies")
    if wheel.files is None and distribution.backend is not None and distribution.discovery_error is None:
        add("files", "files")
    return tuple(found)


def _dependencies(scanned: Scanned, distribution: Distribution) -> Answer:
    """Tell whether it needs other packages: what it declares, else what its files name or import."""
    if distribution.metadata.dependencies:
        return "yes"
    if distribution.backend is None and scanned.source != "wheel":
        return "yes" if _needs_packages(scanned) else "no"
    return "unknown" if any(item.field == "dependencies" for item in distribution.metadata.unknown) else "no"


def _needs_packages(scanned: Scanned) -> bool:
    """Tell whether a file imports what neither Python nor the board or browser that it runs on brings along."""
    if any(block.dependencies for block in scanned.script_blocks.values()):
        return True
    own = {part.removesuffix(".py") for path in scanned.sources for part in path.split("/")}
    return any(
        not imported.level
        and _OPTIONAL.isdisjoint(imported.context)
        and (top := imported.module.partition(".")[0]) not in own
        and not is_stdlib(top)
        and _BUILT_IN.isdisjoint(import_signs().get(top, ()))
        for facts in scanned.sources.values()
        for imported in facts.imports
    )


def _where(scanned: Scanned) -> str | None:
    if scanned.pyproject is not None:
        return "pyproject.toml"
    if scanned.setup_py is not None:
        return "setup.py"
    return "setup.cfg" if scanned.setup_cfg is not None else None


def _single(scanned: Scanned, distribution: Distribution) -> Answer:
    """Tell whether the project is one module: what the wheel makes importable, else its one Python file."""
    single = distribution.wheel.single_module
    if single is not None:
        return "yes" if single else "no"
    if distribution.backend is None:
        return "yes" if len(scanned.sources) == 1 else "no"
    return "unknown"


def _module(scanned: Scanned, distribution: Distribution) -> str:
    if _single(scanned, distribution) != "yes":
        return ""
    files = list(scanned.sources) if distribution.backend is None else []
    stem = files[0].rpartition("/")[2].removesuffix(".py") if files else ""
    return (distribution.wheel.import_names or (stem,))[0]


def kind_evidence(distribution: Distribution) -> tuple[KindEvidence, ...]:
    """Return why the wheel is not pure, at most ten reasons; none for a pure one."""
    if distribution.wheel.kind == "pure":
        return ()
    return tuple(KindEvidence(reason.at, reason.message) for reason in distribution.wheel.kind_reasons[:10])


def _script(distribution: Distribution) -> EntryPointDeclaration | None:
    for group in ("console_scripts", "gui_scripts"):
        for entry in distribution.metadata.entry_points:
            if entry.group == group:
                return entry
    return None


def _runnable(scanned: Scanned, distribution: Distribution) -> Answer:
    if _script(distribution) or any(".data/scripts/" in file.path for file in distribution.wheel.files or ()):
        return "yes"
    where = scopes(scanned, distribution)
    for path, facts in scanned.sources.items():
        if where[path] in ("test", "docs", "example", "build", "vendored"):
            continue
        if path.endswith("__main__.py") or (facts.main_guard is not None and where[path] == "runtime"):
            return "yes"
        if facts.main_guard is not None and distribution.backend is None:
            return "yes"
    return "unknown" if any(item.field == "entry_points" for item in distribution.metadata.unknown) else "no"
