"""Read which Python's limited API code asks for: `Py_LIMITED_API` is its version in hexadecimal (C API, 3.15)."""

from __future__ import annotations

import re
from typing import Any

_HEX = re.compile(r"0[xX]0?3([0-9a-fA-F]{2})[0-9a-fA-F]{4}")
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+Py_LIMITED_API\b[ \t]*\(?[ \t]*([^\s)]{0,40})", re.MULTILINE)
_FLAG = re.compile(r"[-/]D[ ]?Py_LIMITED_API(?:=(.{0,40}))?")


def floor_of_macro(value: Any) -> str:
    """Return "3.9" for 0x03090000, as text or number; "" for what names no version. A bare macro means 3.2."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 3:
        value = hex(value)
    text = str(value).strip().strip("\"'").removesuffix("L").removesuffix("U") if value is not None else ""
    match = _HEX.fullmatch(text)
    if match:
        return f"3.{int(match[1], 16)}"
    return "3.2" if text in {"", "1", "3"} else ""


def floor_of_macros(macros: Any, flags: Any = ()) -> str:
    """Return the floor that `define_macros` or compiler flags give, "" where they give none or contradict."""
    found = set()
    for item in macros if isinstance(macros, (list, tuple)) else ():
        if isinstance(item, (list, tuple)) and item and item[0] == "Py_LIMITED_API":
            value = item[1] if len(item) > 1 else None
            found.add(floor_of_macro(value) if value is None or isinstance(value, (str, int)) else "")
    for flag in flags if isinstance(flags, (list, tuple)) else ():
        match = _FLAG.fullmatch(flag) if isinstance(flag, str) else None
        if match:
            found.add(floor_of_macro(match[1]))
    return found.pop() if len(found) == 1 else ""


def floor_of_source(text: str) -> str:
    """Return the floor that C or C++ text without comments defines, "" where it defines none or several."""
    found = {floor_of_macro(match[1]) for match in _DEFINE.finditer(text)}
    return found.pop() if len(found) == 1 else ""


def floors_in(text: str) -> set[str]:
    """Return every floor that a build script spells out, with 3.2 for a bare macro."""
    return {"3.2", *(floor_of_macro(match[0]) for match in _HEX.finditer(text))}
