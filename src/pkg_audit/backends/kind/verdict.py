"""Hold the verdict on a wheel's kind, and how the usual ones are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pkg_audit.facts.distribution import FieldUnknown, KindReason
from pkg_audit.facts.place import WHOLE_PROJECT, Place, Unknown

if TYPE_CHECKING:
    from pkg_audit.facts.native import ExtensionDeclaration, NativeFindings, WheelKind

FreeThreaded = Literal["yes", "no", "unknown", "n/a"]
_REASONS = 20


@dataclass(frozen=True, slots=True)
class KindVerdict:
    """The wheel's kind with its evidence. `extension_modules` None: not known, `unknown` says why."""

    kind: WheelKind
    reasons: tuple[KindReason, ...]
    extension_modules: tuple[str, ...] | None
    free_threaded: FreeThreaded
    unknown: tuple[FieldUnknown, ...] = ()


def pure(message: str, at: Place = WHOLE_PROJECT) -> KindVerdict:
    """Return the verdict on a project that compiles nothing."""
    return KindVerdict("pure", (KindReason(message, at),), (), "n/a")


def unknown(why: Unknown) -> KindVerdict:
    """Return the verdict where nothing can be said."""
    fields = tuple(FieldUnknown(name, why) for name in ("kind", "extension_modules", "free_threaded"))
    return KindVerdict("unknown", (KindReason(why.detail or why.reason, why.at),), None, "unknown", fields)


def platform(message: str, at: Place, modules: tuple[str, ...] | None = ()) -> KindVerdict:
    """Return the verdict on wheels that depend on the platform and not on the interpreter."""
    return KindVerdict("platform-no-abi", (KindReason(message, at),), modules, "n/a" if not modules else "unknown")


def native(
    findings: NativeFindings,
    *,
    abi3: bool = False,
    fallback: Place | None = None,
    reasons: tuple[KindReason, ...] = (),
    extensions: tuple[ExtensionDeclaration, ...] | None = None,
) -> KindVerdict:
    """Return the verdict on a project with extension modules; `fallback` says where a pure wheel comes from."""
    declared = findings.extensions if extensions is None else extensions
    kind: WheelKind = "native+pure-fallback" if fallback is not None else "native-abi3" if abi3 else "native"
    evidence = list(reasons)
    for extension in declared[:_REASONS]:
        name = f" `{extension.name}`" if extension.name else ""
        evidence.append(KindReason(f"extension module{name} ({extension.by})", extension.at))
    if fallback is not None:
        evidence.append(KindReason("without a compiler the same tree gives a pure wheel", fallback))
    modules, why = module_names(findings, declared)
    missing = (FieldUnknown("extension_modules", why),) if modules is None and why is not None else ()
    return KindVerdict(kind, tuple(evidence), modules, _free_threaded(findings, declared), missing)


def module_names(
    findings: NativeFindings, declared: tuple[ExtensionDeclaration, ...]
) -> tuple[tuple[str, ...] | None, Unknown | None]:
    """Return the dotted names of all extension modules in the wheel, or None and why they are not all known."""
    if findings.unknown:
        return None, findings.unknown[0]
    modules = [e for e in declared if e.by != "rust program"]
    for extension in modules:
        if not extension.name:
            return None, Unknown("needs-build", extension.at, "the module's name is not written down")
        if extension.condition:
            return None, Unknown(
                "conditional", extension.at, "whether the module is built depends on the build's circumstances"
            )
    return tuple(sorted({e.name for e in modules})), None


def _free_threaded(findings: NativeFindings, declared: tuple[ExtensionDeclaration, ...]) -> FreeThreaded:
    """Tell whether every extension declares that it needs no GIL, as far as its sources say."""
    if not declared:
        return "unknown"
    stems = {source.at.path: source for source in findings.sources}
    by_symbol = {source.init_symbol: source for source in findings.sources if source.init_symbol}
    answers = set()
    for extension in declared:
        source = next((stems[s] for s in extension.sources if s in stems), None)
        source = source or by_symbol.get(extension.name.rsplit(".", 1)[-1])
        answers.add(source.free_threaded if source is not None else "unknown")
    if answers == {"yes"}:
        return "yes"
    return "no" if "no" in answers else "unknown"
