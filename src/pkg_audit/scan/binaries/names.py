"""Tell the names of Python's C API from all others, and a module from the name of its initialiser.

Sources: PEP 489 (`PyInit_`, `PyInitU_` for names beyond ASCII), PEP 793 (`PyModExport_`), read November 2026.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PYTHON_PREFIXES = (b"Py", b"_Py")

MAX_MODULE = 200


def is_python_symbol(name: str) -> bool:
    """Tell whether a name is one that the interpreter gives: `PyList_New`, `_Py_Dealloc`."""
    return name.startswith(("Py", "_Py"))


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return names sorted, each once."""
    return tuple(sorted(set(names)))


def modules_of(symbols: Iterable[str]) -> tuple[str, ...]:
    """Return the modules that initialisers among the symbols make, sorted."""
    return unique(module for module in map(module_of, symbols) if module)


def module_of(symbol: str) -> str:
    """Return the module that an initialiser makes, "" for any other symbol."""
    for prefix in ("PyInit_", "PyModExport_"):
        if symbol.startswith(prefix):
            return symbol[len(prefix) :]
    for prefix in ("PyInitU_", "PyModExportU_"):
        if symbol.startswith(prefix):
            return _from_punycode(symbol[len(prefix) :])
    return ""


def _from_punycode(text: str) -> str:
    if len(text) > MAX_MODULE:
        return ""  # decoding takes time that grows with the square
    try:
        return text.replace("_", "-").encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError, ValueError):
        return ""
