"""Load the layouts with compiled code, and tell what a built wheel really holds."""

from __future__ import annotations

import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from differential_builds import Layout

COMPILED = Path(__file__).parent / "compiled"
BINARY = (".so", ".pyd", ".dylib", ".dll", ".a")

EXTENSION = """
#include <Python.h>
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "NAME", NULL, -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_NAME(void) { return PyModule_Create(&definition); }
"""
RUST = """
#[no_mangle]
#[allow(non_snake_case)]
pub extern "C" fn PyInit_NAME() -> *mut std::ffi::c_void { std::ptr::null_mut() }
"""
PYO3 = """
[package]
name = "pyo3"
version = "0.28.0"
edition = "2021"
[features]
extension-module = []
abi3 = []
abi3-py311 = ["abi3"]
"""


@dataclass(frozen=True)
class CompiledLayout(Layout):
    """A layout whose wheel is compiled: `kind` as it must come out, `needs` programs that the build calls.

    `besides` are files of the wheel that the build makes and no prediction lists.
    """

    kind: str = ""
    needs: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


def load_compiled() -> list[CompiledLayout]:
    """Return the layouts of every TOML file."""
    found = []
    for path in sorted(COMPILED.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        requires = ", ".join(f'"{text}"' for text in data["requires"])
        system = f'[build-system]\nrequires = [{requires}]\nbuild-backend = "{data["backend"]}"\n'
        for name, table in data["layout"].items():
            files = {file: expand(content) for file, content in table["files"].items()}
            files["pyproject.toml"] = system + files["pyproject.toml"]
            found.append(
                CompiledLayout(
                    name=f"{path.stem}-{name}",
                    backend=data["backend"],
                    requires=tuple(data["requires"]),
                    files=files,
                    import_names=None,
                    git=data.get("git", False),
                    kind=table["kind"],
                    needs=tuple(data.get("needs", ())),
                    besides=tuple(table.get("besides", ())),
                )
            )
    return found


def expand(content: str) -> str:
    """Return a file's content: `@extension NAME`, `@rust NAME` and `@pyo3` stand for snippets."""
    if not content.startswith("@"):
        return content
    kind, _, name = content[1:].partition(" ")
    return {"extension": EXTENSION, "rust": RUST, "pyo3": PYO3}[kind].replace("NAME", name)


def kind_of(wheel_name: str) -> str:
    """Return the kind that a wheel's tag stands for."""
    _python, abi, platform = wheel_name.removesuffix(".whl").rsplit("-", 3)[1:]
    if platform == "any":
        return "pure"
    if abi == "none":
        return "platform-no-abi"
    return "native-abi3" if "abi3" in abi else "native"


def extension_modules(names: list[str], site: Path) -> list[str]:
    """Return the dotted names of the wheel's extension modules: libraries that hold an init function."""
    found = []
    for name in names:
        stem = name.rpartition("/")[2].split(".")[0]
        if name.endswith(".so") and f"PyInit_{stem}".encode() in (site / name).read_bytes():
            found.append(".".join([*name.split("/")[:-1], stem]))
    return sorted(found)


def importable_roots(names: list[str]) -> set[str]:
    """Return the first parts of everything that the wheel makes importable."""
    roots = set()
    for name in names:
        parts = name.split("/")
        if len(parts) > 2 and parts[0].endswith(".data") and parts[1] in {"purelib", "platlib"}:
            parts = parts[2:]
        first = parts[0].split(".")[0] if len(parts) == 1 else parts[0]
        if name.endswith((".py", ".so")) and first.isidentifier():
            roots.add(first)
    return roots


def findable(python: str, site: Path, names: tuple[str, ...]) -> list[str]:
    """Return the names that an interpreter finds in an unpacked wheel."""
    code = (
        "import importlib.util, sys\n"
        "sys.path[:0] = sys.argv[1].split('|')\n"
        "print('\\n'.join(n for n in sys.argv[2:] if importlib.util.find_spec(n)))"
    )
    roots = [site, *site.glob("*.data/*lib")]
    command = [python, "-I", "-c", code, "|".join(map(str, roots)), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


def shipped(built: dict[str, Any]) -> list[str]:
    """Return the wheel's files without dist-info, compiled files and programs."""
    return [
        name
        for name in built["wheel"]
        if ".dist-info/" not in name and not name.endswith(BINARY) and ".data/scripts/" not in name
    ]
