"""Hold what stands out about compiled code: how it is declared, compiled, tagged and shipped; selected by rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Answer, Place


@dataclass(frozen=True, slots=True)
class NativeFault:
    """What is wrong, or left to chance, with the project's compiled code. `name` is the module, file, tool or library.

    source-not-compiled: shipped code imports a module that only a native source would give, and nothing compiles it.
    build-requirement-missing: the build uses a tool (`name`) that an isolated build would not have.
    limited-api-not-tagged / tagged-without-limited-api: one half of abi3 without the other.
    free-threading-undeclared: an extension that makes free-threaded Pythons switch their GIL on.
    platform-wheels-unconfigured: there is CI, and none of it builds wheels for other platforms.
    system-library: an extension links a library that nothing copies into the wheel.
    prebuilt-binary: a wheel for any platform would hold a binary for one (`detail`).
    binary-in-package: a compiled extension module lies in a package, and the wheel would leave it out.
    stub-missing: a typed package's extension module has no `.pyi`.
    source-missing: a declared source file is not in the tree.
    cargo-lock-missing: a crate without Cargo.lock. abi3-unaudited: nothing checks the stable ABI.
    pyo3-too-old: PyO3 (`name`) refuses to be compiled for admitted Pythons (`detail`).
    numpy-not-required: NumPy is needed to build, and not required to run.
    module-misnamed: the extension module's file is named otherwise than the modules that its code makes (`detail`).
    cython-output-compiled: without Cython the build takes the C file that it once wrote (`name`) for `detail`.
    """

    at: Place
    kind: Literal[
        "source-not-compiled",
        "build-requirement-missing",
        "limited-api-not-tagged",
        "tagged-without-limited-api",
        "free-threading-undeclared",
        "platform-wheels-unconfigured",
        "system-library",
        "prebuilt-binary",
        "binary-in-package",
        "stub-missing",
        "source-missing",
        "cargo-lock-missing",
        "abi3-unaudited",
        "numpy-not-required",
        "pyo3-too-old",
        "cython-output-compiled",
        "module-misnamed",
    ]
    name: str
    detail: str = ""
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class CApiUse:
    """A name of the C API in compiled code that some admitted release of `library` is without; one for all files.

    `subject` is the name as messages show it. `gone` is the first release that lacks it ("3.13"). `state` is
    `planned` where that release is not out. `admitted` names those that `promise` admits and that surely compile the
    use ("3.13, 3.14"). `instead` says what to use. `sure`: the default build compiles the file, gives up if that
    fails, and the project speaks for such a Python; "no" where any of that is less than certain. `at` is the first
    use, `related` are the promise and further files, `files` counts the files.
    """

    at: Place
    library: Literal["python", "numpy"]
    subject: str
    gone: str
    state: Literal["gone", "planned"]
    admitted: str
    promise: str
    instead: str
    sure: Answer
    files: int
    related: tuple[Place, ...] = ()
