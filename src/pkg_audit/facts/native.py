"""Hold what points at compiled code: declared extensions, native sources, bundled binaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import WHOLE_PROJECT, Answer, Place, Unknown

Language = Literal["c", "c++", "cython", "rust", "fortran", "swig", "cuda", "go", "d", "other"]

WheelKind = Literal["pure", "native", "native-abi3", "native+pure-fallback", "platform-no-abi", "unknown"]


@dataclass(frozen=True, slots=True)
class ExtensionDeclaration:
    """An extension module that build configuration declares.

    `name` is dotted, "" when not evaluable. `by` names the mechanism: `ext_modules`, `cythonize`, `cffi_modules`,
    `rust_extensions`, `mypycify`, `maturin`, `scikit-build-core`, `meson-python`, `tool.setuptools.ext-modules` ...
    `optional`: the build goes on without it. `condition` is the guard it stands under, "" for none. `limited_api` is
    the Python whose limited API a macro of the build asks for ("3.9"), "" where none is named.
    """

    at: Place
    name: str
    by: str
    language: Language = "other"
    optional: Answer = "no"
    abi3: Answer = "no"
    condition: str = ""
    sources: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    limited_api: str = ""


@dataclass(frozen=True, slots=True)
class NativeSource:
    """A native source file; `init_symbol` is the module it initialises (`PyInit_x`, `NB_MODULE(x, ...)`) or empty.

    `limited_floor` is the Python whose limited API it keeps to ("3.9"), "" where it names none.
    """

    at: Place
    language: Language
    init_symbol: str = ""
    limited_api: Answer = "no"
    free_threaded: Answer = "no"
    limited_floor: str = ""


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary file by magic number, whatever its suffix; `scope` as in `pkg_audit.facts.document.Scope`."""

    at: Place
    format: Literal["elf", "mach-o", "pe", "ar", "wasm", "java-class", "pyc"]
    architecture: str = ""
    extension_module: Answer = "unknown"


@dataclass(frozen=True, slots=True)
class RustCrate:
    """The crate that a Rust-based backend compiles, and what it makes of it.

    `bindings` is how Python reaches the code: `pyo3` an extension module, `cffi` and `uniffi` a plain shared library,
    `bin` programs. `module_name` is dotted, "" when not known. `makes_package`: without a Python package of that
    name the backend writes one itself (`name/__init__.py`). `abi3_floor` is "3.9" or "". `abi3t`: it is
    built for the stable ABI of free-threaded Pythons (PEP 803) too, or only. `embeds_python`: its programs are linked
    with PyO3.
    """

    at: Place
    manifest: str
    package: str = ""
    lib_name: str = ""
    crate_types: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    bindings: Literal["pyo3", "cffi", "uniffi", "bin", "none", "unknown"] = "unknown"
    module_name: str = ""
    python_source: str = ""
    makes_package: bool = False
    abi3: Answer = "no"
    abi3_floor: str = ""
    abi3_at: Place = WHOLE_PROJECT
    abi3t: Literal["no", "also", "only"] = "no"
    embeds_python: bool = False


@dataclass(frozen=True, slots=True)
class CMakeTarget:
    """A target that CMake files define. `kind` `extension` is a Python extension module, `module` any other plugin.

    `reachable` is no for a target inside a branch that the wheel's build does not take, unknown where that depends
    on something static reading cannot know. `limited_floor` is the Python whose limited API it keeps to ("3.9"), ""
    where none is named.
    """

    at: Place
    name: str
    by: str
    kind: Literal["extension", "module", "shared", "static", "program", "other"]
    limited_api: Answer = "no"
    free_threaded: Answer = "no"
    output_name: str = ""
    sources: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    reachable: Answer = "yes"
    limited_floor: str = ""


@dataclass(frozen=True, slots=True)
class InstallPattern:
    """A `PATTERN` or `REGEX` of `install(DIRECTORY ...)`."""

    kind: Literal["glob", "regex"]
    text: str
    exclude: bool = False


@dataclass(frozen=True, slots=True)
class CMakeInstall:
    """An `install(...)` command. `destination` is posix, relative to the wheel's platlib; None: not evaluable.

    `items` are as written, relative to `directory`; those that start with `/@source/` are relative to the project.
    `matching_only` installs of a directory only what a pattern names (`FILES_MATCHING`).
    """

    at: Place
    kind: Literal["targets", "files", "programs", "directory", "other"]
    items: tuple[str, ...]
    destination: str | None = None
    component: str = ""
    reachable: Answer = "yes"
    directory: str = ""
    rename: str = ""
    patterns: tuple[InstallPattern, ...] = ()
    matching_only: bool = False


@dataclass(frozen=True, slots=True)
class CMakeProject:
    """What the CMake files reached from the top one define. `complete` False: some command could add more.

    `opaque` are commands that may install files of their own: fetched projects, install scripts, stub generators.
    """

    at: Place
    targets: tuple[CMakeTarget, ...] = ()
    installs: tuple[CMakeInstall, ...] = ()
    complete: bool = True
    opaque: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class MesonInstall:
    """Files or a directory that meson installs into site-packages; `destination` is relative to it.

    `sources` are relative to the project; those of kind `generated` are names that the build makes. `names` are what
    the files are called where they arrive, empty for their own names. `reachable` is unknown under a condition that
    static reading cannot decide. `scheme` is "" for site-packages, else the folder of the wheel's data
    directory.
    """

    at: Place
    sources: tuple[str, ...]
    destination: str
    kind: Literal["files", "directory", "generated"] = "files"
    pure: Answer = "unknown"
    exclude: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    reachable: Answer = "yes"
    scheme: Literal["", "data", "headers", "scripts"] = ""


@dataclass(frozen=True, slots=True)
class MesonProject:
    """What the meson.build files reached from the top one install. `pure`: no file would land in platlib.

    `libraries` and `programs` are shared libraries and executables that are installed, `generated` files that the
    build writes into site-packages. `switched` are extensions behind a project option that is off by default.
    `complete` False: a part could not be followed, more may be installed. `version` and `license_files` are those of
    `project(...)`: None where it names none or where they are computed, which `project_unknown` tells apart;
    `version_script` is the Python script that prints the version. `opaque` are calls that may install files of their
    own, such as subprojects.
    """

    at: Place
    extensions: tuple[ExtensionDeclaration, ...] = ()
    installs: tuple[MesonInstall, ...] = ()
    libraries: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    pure: Answer = "unknown"
    generated: tuple[Place, ...] = ()
    switched: tuple[Place, ...] = ()
    complete: bool = True
    name: str = ""
    version: str | None = None
    license: str | None = None
    license_files: tuple[str, ...] = ()
    project_at: Place = WHOLE_PROJECT
    project_unknown: tuple[str, ...] = ()
    version_script: str = ""
    opaque: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class PlatformTag:
    """Code or configuration that gives the wheel a platform tag though nothing need be compiled.

    `abi` is no where the tag would be `py3-none-<platform>`, unknown where the code does not say. `tag`
    is the whole tag where a build hook sets it, else "".
    """

    at: Place
    message: str
    abi: Answer = "unknown"
    tag: str = ""


@dataclass(frozen=True, slots=True)
class TagOption:
    """An option of setuptools' `bdist_wheel` that shapes the tag. `value` None: given, and not evaluable.

    `name` is `universal` ("yes" or "no"), `python-tag`, `plat-name` or `py-limited-api` (as written).
    """

    at: Place
    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class TagOverride:
    """A `get_tag` method of the project's own, as CPython would leave it.

    Each part is literal text, "" where setuptools' own answer stays, None where it cannot be told.
    """

    at: Place
    python: str | None
    abi: str | None
    platform: str | None


@dataclass(frozen=True, slots=True)
class WheelBuilder:
    """A tool that builds wheels for many platforms, as configured in pyproject.toml or a CI workflow."""

    at: Place
    tool: str
    environment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NativeFindings:
    """Everything that points at compiled code.

    `extensions` are those that the default build on CPython and Linux would try to make. `opt_in` are those that it
    makes only when an environment variable or a build option asks for them; `opt_out` says that one can switch all of
    them off. `tag_options` and `tag_overrides` shape the tag that setuptools gives the wheel. `pure_on` names
    implementations for which the build script makes none (`PyPy`). `abi3_opt_in`: an environment variable turns the
    limited API on; `abi3_unsure`: whether the wheel is tagged for it depends on what is not known here. `unknown` is
    empty when every declaration could be read; `unread` are native sources that could not be looked at.
    """

    extensions: tuple[ExtensionDeclaration, ...] = ()
    opt_in: tuple[ExtensionDeclaration, ...] = ()
    opt_out: tuple[Place, ...] = ()
    pure_on: tuple[str, ...] = ()
    abi3_opt_in: tuple[Place, ...] = ()
    abi3_wheel: tuple[Place, ...] = ()
    abi3_unsure: tuple[Place, ...] = ()
    sources: tuple[NativeSource, ...] = ()
    binaries: tuple[Binary, ...] = ()
    crate: RustCrate | None = None
    cmake: CMakeProject | None = None
    meson: MesonProject | None = None
    platform_tags: tuple[PlatformTag, ...] = ()
    tag_options: tuple[TagOption, ...] = ()
    tag_overrides: tuple[TagOverride, ...] = ()
    wheel_builders: tuple[WheelBuilder, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    unread: tuple[Unknown, ...] = ()
