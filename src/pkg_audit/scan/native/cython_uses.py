"""Find where Cython sources call names of the C API that some release is without.

A name counts where the file itself declares it `cdef extern` or cimports it from `cpython`, and calls it elsewhere.
Source: Cython 3.2 user guide, "Interfacing with External C Code", and `Cython/Includes/cpython`, 2026-11.
"""

from __future__ import annotations

import re

from pkg_audit.knowledge.c_api import Name, names
from pkg_audit.scan.native.c_uses import EVERY, MAX_USES, CFile, Use, defined, is_generated
from pkg_audit.scan.native.text import Lines

_TOKEN = re.compile(r"#[^\n]*+|\"\"\"|'''|\"(?:[^\"\\\n]++|\\.)*+\"?|'(?:[^'\\\n]++|\\.)*+'?", re.DOTALL)
_NOT_NEWLINE = re.compile(r"[^\n]")
_NAME = re.compile(r"[A-Za-z_]\w*+")
_CIMPORT = re.compile(
    r"^[ \t]*+from[ \t]++cpython(?:\.\w++)*+[ \t]++cimport[ \t]++(?:\(([^)]{0,1000})\)|([^\n]*+))", re.MULTILINE
)
_EXTERN = re.compile(r"cdef[ \t]++extern[ \t]++from\b")
_COMPILE_TIME = re.compile(r"^[ \t]*+IF\b", re.MULTILINE)
_DEFINITION = ("def ", "cdef ", "cpdef ", "class ", "ctypedef ", "DEF ")


def read_cython(data: bytes, path: str) -> CFile:
    """Return what a Cython source calls. Never raises; linear.

    Cython compiles every branch of an `if`; a file with compile-time conditions (`IF`) is left alone. What the file
    writes in C itself, in the text of a `cdef extern`, counts as its own where it says `#define`.
    """
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    table = names()
    present = {name for name in set(_NAME.findall(text)) & table.keys() if table[name].kind in {"function", "macro"}}
    own = frozenset(defined(data) & present)
    if not present or _COMPILE_TIME.search(text) or is_generated(data):
        return CFile(own=own)
    bare = _blank(text)
    known: dict[str, Name] = {}
    for match in _CIMPORT.finditer(bare):
        for item in (match[1] or match[2] or "").replace("\\", " ").split(","):
            words = item.split()
            if words and words[0] in present:
                known[words[-1]] = table[words[0]]
    body, declared = _without_externs(bare)
    known |= {name: table[name] for name in declared & present}
    lines = Lines(path, text)
    uses: list[Use] = []
    for match in _NAME.finditer(body):
        name = known.get(match.group())
        if name is None or body[match.end() : match.end() + 1] != "(" or body[match.start() - 1 : match.start()] == ".":
            continue
        line = body[max(0, match.start() - 400) : match.start()].rpartition("\n")[2].lstrip()
        if line.startswith(_DEFINITION) and "=" not in line:
            own |= {name.name}
        elif len(uses) < MAX_USES:
            uses.append(Use(lines.at(match.start(), match.end()), name, EVERY))
    return CFile(tuple(uses), own)


def _blank(text: str) -> str:
    """Return Cython text with comments and strings blanked, line ends kept."""
    out = []
    position = 0
    while match := _TOKEN.search(text, position):
        stop = match.end()
        if match.group() in {'"""', "'''"}:
            end = text.find(match.group(), match.end())
            stop = len(text) if end < 0 else end + 3
        out += [text[position : match.start()], _NOT_NEWLINE.sub(" ", text[match.start() : stop])]
        position = stop
    return "".join([*out, text[position:]])


def _without_externs(text: str) -> tuple[str, set[str]]:
    """Return the text without its `cdef extern` blocks, blanked, and the words in those."""
    out = []
    declared: set[str] = set()
    inside = -1
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        if inside >= 0 and line.strip() and indent <= inside:
            inside = -1
        if inside < 0 and _EXTERN.match(line.lstrip()):
            inside = indent
        elif inside < 0:
            out.append(line)
            continue
        declared.update(_NAME.findall(line))
        out.append(" " * len(line))
    return "\n".join(out), declared
