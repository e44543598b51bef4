"""Hold the facts that rules select: short lists of records by subject, each with `at`; and turn them into plain data.

A rule's query sees exactly these classes as nested dicts and lists. Record what a rule, a verdict or the report
reads, nothing else: a test fails for a fact that nobody reads.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from pkg_audit.facts.code_records import (
    BuildImport,
    DeepRelativeImport,
    EntryPointExtra,
    MarkerGap,
    NewerSyntax,
    OutsideImport,
    OwnImport,
    StdlibImport,
    UndeclaredImport,
    UnreadSource,
    UnusedDependency,
)
from pkg_audit.facts.layout_records import (
    DataFile,
    DiscoveryFailure,
    ImportNameFault,
    Link,
    MissingResource,
    NameClash,
    ShippedModule,
    ShippedOddity,
    StrayInit,
    TopLevelName,
    TypedMarker,
    UnimportableModule,
    UnshippedPackage,
)
from pkg_audit.facts.metadata_records import (
    AddressFault,
    BuildFault,
    ClassifierFault,
    ConfigurationFault,
    EntryPointGroupFault,
    ExtraFault,
    FieldFault,
    GroupFault,
    LegacyFault,
    LicenseFault,
    ReadmeFault,
    RequirementFault,
)
from pkg_audit.facts.native import WheelKind
from pkg_audit.facts.native_records import CApiUse, NativeFault
from pkg_audit.facts.place import Answer, Place, UnknownReason
from pkg_audit.facts.release_records import (
    LockGap,
    MissingBuildInput,
    OutsideInstall,
    RelativeLink,
    ScriptBlockFault,
    SdistGap,
    StoredCredential,
)
from pkg_audit.facts.run_records import UnusedIgnore
from pkg_audit.facts.runtime_records import (
    ComputedImport,
    DataUse,
    EntryPointOddity,
    InstalledFile,
    MetadataLookup,
    ModuleListing,
    NamedModule,
    NativeImport,
    PluginLookup,
    ProcessPool,
    ResourceName,
    ResourceUse,
    SourceLookup,
    StartedInterpreter,
    SystemImport,
    UnreadDependency,
)
from pkg_audit.facts.tag_records import TagFault
from pkg_audit.facts.wheel_records import UnreadBinary, WheelFault

Scope = Literal["runtime", "build", "test", "docs", "example", "tooling", "vendored", "generated"]

Presence = Literal["found", "missing", "unknown"]


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """The project as a whole. `at` is where it says that it is a project (pyproject.toml, setup.py), or nowhere.

    `source` is what was audited: a wheel holds no sources to build from.
    `name`, `requires_python` and `script` (the first console script, else GUI script) are "" where there is none or
    it is not known. `runnable`: something can be started: such a script, a `__main__.py` that the wheel ships, or a
    file with a main guard. `script_target` is what that script calls (`acme.cli:main`).
    `module` is the one module of a single-module project. Why an answer is unknown stands among `Facts.unsettled`.
    """

    at: Place
    has_metadata: Answer
    kind: WheelKind
    single_module: Answer
    published: Answer
    name: str = ""
    requires_python: str = ""
    script: str = ""
    script_target: str = ""
    module: str = ""
    runnable: Answer = "unknown"
    has_dependencies: Answer = "unknown"
    source: Literal["directory", "sdist", "wheel"] = "directory"


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Something about the project as a whole that static reading cannot know, with the place that makes it so.

    `kind`: is anything compiled; `modules`: is it one module; `start`: can it be started; `dependencies`: has it any;
    `files`: what would the wheel hold.
    """

    at: Place
    what: Literal["kind", "modules", "start", "dependencies", "files"]
    reason: UnknownReason


SignName = Literal[
    "board-code",
    "mobile-config",
    "browser-code",
    "service-object",
    "service-file",
    "gui-toolkit",
    "main-module",
    "main-guard",
    "script-block",
    "platform-file",
    "container-file",
    "batch-file",
    "conda-file",
    "installer-config",
    "shipped-program",
]


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of what the project is for, read by the decision tree. `detail` is the import, file or object met."""

    at: Place
    name: SignName
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KindEvidence:
    """Why the wheel is not pure; there is none for a pure one."""

    at: Place
    message: str


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """An entry point with its target resolved statically.

    `target` is missing only where every step was read and the name is bound nowhere. `missing` says which part:
    the module or the attribute. `shipped`: would the wheel hold that module? `near` is the closest name there is.
    `call` says why a script's function cannot be called as launchers do, "" where it can or nobody knows.
    """

    at: Place
    group: str
    name: str
    value: str
    module: str
    attr: str
    target: Presence
    missing: Literal["module", "attribute", ""]
    shipped: Answer
    valid: Answer
    near: str = ""
    reason: str = ""
    related: tuple[Place, ...] = ()
    call: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts document's root: what `find` queries start from."""

    project: ProjectFacts
    entry_points: tuple[EntryPoint, ...] = ()
    signs: tuple[Sign, ...] = ()
    kind_evidence: tuple[KindEvidence, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()
    # layout and what is shipped of it
    discovery_errors: tuple[DiscoveryFailure, ...] = ()
    top_level_names: tuple[TopLevelName, ...] = ()
    extra_modules: tuple[ShippedModule, ...] = ()
    unshipped_packages: tuple[UnshippedPackage, ...] = ()
    unshipped_data: tuple[DataFile, ...] = ()
    missing_resources: tuple[MissingResource, ...] = ()
    missing_data_files: tuple[MissingResource, ...] = ()
    typed_markers: tuple[TypedMarker, ...] = ()
    shipped_oddities: tuple[ShippedOddity, ...] = ()
    name_clashes: tuple[NameClash, ...] = ()
    import_name_faults: tuple[ImportNameFault, ...] = ()
    unimportable_modules: tuple[UnimportableModule, ...] = ()
    stray_inits: tuple[StrayInit, ...] = ()
    links: tuple[Link, ...] = ()
    # declared metadata and build configuration
    configuration_faults: tuple[ConfigurationFault, ...] = ()
    build_faults: tuple[BuildFault, ...] = ()
    field_faults: tuple[FieldFault, ...] = ()
    license_faults: tuple[LicenseFault, ...] = ()
    readme_faults: tuple[ReadmeFault, ...] = ()
    address_faults: tuple[AddressFault, ...] = ()
    classifier_faults: tuple[ClassifierFault, ...] = ()
    requirement_faults: tuple[RequirementFault, ...] = ()
    extra_faults: tuple[ExtraFault, ...] = ()
    group_faults: tuple[GroupFault, ...] = ()
    legacy_faults: tuple[LegacyFault, ...] = ()
    entry_point_group_faults: tuple[EntryPointGroupFault, ...] = ()
    # the shipped code, against the Pythons and dependencies that are declared
    entry_point_extras: tuple[EntryPointExtra, ...] = ()
    stdlib_imports: tuple[StdlibImport, ...] = ()
    stdlib_uses: tuple[StdlibImport, ...] = ()
    newer_syntax: tuple[NewerSyntax, ...] = ()
    undeclared_imports: tuple[UndeclaredImport, ...] = ()
    unused_dependencies: tuple[UnusedDependency, ...] = ()
    unread_sources: tuple[UnreadSource, ...] = ()
    deep_relative_imports: tuple[DeepRelativeImport, ...] = ()
    own_imports: tuple[OwnImport, ...] = ()
    outside_imports: tuple[OutsideImport, ...] = ()
    marker_gaps: tuple[MarkerGap, ...] = ()
    build_imports: tuple[BuildImport, ...] = ()
    # compiled code
    native_faults: tuple[NativeFault, ...] = ()
    tag_faults: tuple[TagFault, ...] = ()
    c_api_uses: tuple[CApiUse, ...] = ()
    # a wheel that was given
    wheel_faults: tuple[WheelFault, ...] = ()
    unread_binaries: tuple[UnreadBinary, ...] = ()
    # what the code does at run time
    native_imports: tuple[NativeImport, ...] = ()
    data_uses: tuple[DataUse, ...] = ()
    module_listings: tuple[ModuleListing, ...] = ()
    resource_names: tuple[ResourceName, ...] = ()
    started_interpreters: tuple[StartedInterpreter, ...] = ()
    entry_point_oddities: tuple[EntryPointOddity, ...] = ()
    plugin_lookups: tuple[PluginLookup, ...] = ()
    metadata_lookups: tuple[MetadataLookup, ...] = ()
    computed_imports: tuple[ComputedImport, ...] = ()
    named_modules: tuple[NamedModule, ...] = ()
    process_pools: tuple[ProcessPool, ...] = ()
    source_lookups: tuple[SourceLookup, ...] = ()
    installed_files: tuple[InstalledFile, ...] = ()
    resource_uses: tuple[ResourceUse, ...] = ()
    system_imports: tuple[SystemImport, ...] = ()
    unread_dependencies: tuple[UnreadDependency, ...] = ()
    # from the sources to a release
    relative_links: tuple[RelativeLink, ...] = ()
    outside_installs: tuple[OutsideInstall, ...] = ()
    missing_build_inputs: tuple[MissingBuildInput, ...] = ()
    sdist_gaps: tuple[SdistGap, ...] = ()
    lock_gaps: tuple[LockGap, ...] = ()
    stored_credentials: tuple[StoredCredential, ...] = ()
    script_block_faults: tuple[ScriptBlockFault, ...] = ()
    # the run itself
    unused_ignores: tuple[UnusedIgnore, ...] = ()


def document(facts: Any) -> Any:
    """Turn facts into plain dicts, lists and scalars, so that JMESPath sees lists as lists. Iterative enough: facts
    nest by their types only, never by the audited project's depth."""
    if is_dataclass(facts) and not isinstance(facts, type):
        return {f.name: document(getattr(facts, f.name)) for f in fields(facts)}
    if isinstance(facts, (tuple, frozenset)):
        return [document(item) for item in facts]
    return facts
