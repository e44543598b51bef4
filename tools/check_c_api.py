"""Check `knowledge/c_api.tsv` against installed headers, by compiling one probe for each name and release.

Usage: python tools/check_c_api.py INCLUDE_DIRECTORY ...

A directory is a Python's (`include/python3.12`, with Python.h) or NumPy's (the folder that holds `numpy/`). A name must
compile with the last release before the one that lacks it, and must not with that one and later ones. Nothing is
linked. Needs `cc`. NumPy's headers are compiled with the newest Python given. Exit code 1 where a line is wrong.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src" / "pkg_audit" / "knowledge" / "c_api.tsv"

# Headers that Python.h does not bring in all the releases; what went with the old parser was declared in some.
MORE = (
    "frameobject.h", "pythread.h", "node.h", "parsetok.h", "grammar.h", "Python-ast.h", "ast.h", "symtable.h",
    "pyarena.h", "longintrepr.h", "structmember.h", "cpython/pytime.h",
)  # fmt: skip

PROBES = {
    "function": "#ifndef {name}\nvoid *probe(void) {{ return (void *) {name}; }}\n#endif\n",
    "constant": "long probe(void) {{ return (long) {name}; }}\n",
    "variable": "#ifndef {name}\nvoid *probe(void) {{ return (void *) &{name}; }}\n#endif\n",
    "macro": "#ifndef {name}\n#error absent\n#endif\n",
    "type": "#ifndef {name}\n{name} *probe(void) {{ return 0; }}\n#endif\n",
    "assigned": "void probe(PyObject *object) {{ {name}(object) = 0; }}\n",
    "header": '#include "{name}"\n',
    "member": "void *probe({owner} *object) {{ return (void *) &object->{name}; }}\n",
}


def release_of(directory: Path) -> tuple[str, tuple[int, int]] | None:
    """Return the library and the release whose headers a directory holds."""
    python, numpy = directory / "patchlevel.h", directory / "numpy" / "_numpyconfig.h"
    if python.is_file():
        text = python.read_text("utf-8")
        major, minor = (int(re.findall(rf"define PY_{part}_VERSION\s+(\d+)", text)[0]) for part in ("MAJOR", "MINOR"))
        return "python", (major, minor)
    if numpy.is_file():
        for info in directory.parents[1].parent.glob("numpy-*.dist-info"):
            major, minor = re.findall(r"numpy-(\d+)\.(\d+)", info.name)[0]
            return "numpy", (int(major), int(minor))
    return None


def compiles(includes: list[Path], prelude: str, probe: str) -> bool:
    """Tell whether the compiler takes a probe."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "probe.c")
        source.write_text(prelude + probe, "utf-8")
        flags = ["-fsyntax-only", "-w", "-Werror=implicit-function-declaration", *(f"-I{path}" for path in includes)]
        return subprocess.run(["cc", *flags, source], capture_output=True, check=False).returncode == 0


def main(arguments: list[str]) -> int:
    """Compile every line of the table with every release that decides it."""
    found: dict[str, dict[tuple[int, int], Path]] = {"python": {}, "numpy": {}}
    for argument in arguments:
        held = release_of(Path(argument))
        if held is None:
            print(f"no headers of Python or NumPy in {argument}", file=sys.stderr)
            return 2
        found[held[0]][held[1]] = Path(argument)
    more = "".join(f'#if __has_include("{name}")\n#include "{name}"\n#endif\n' for name in MORE)
    arrays = "#include <numpy/arrayobject.h>\n#include <numpy/ufuncobject.h>\n"
    newest = found["python"][max(found["python"])]
    jobs: list[tuple[str, str, str, tuple[int, int], bool, list[Path], str, str]] = []
    lines = 0
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        lines += 1
        library, name, kind, removed, _ = line.split("\t")
        at = (int(removed.partition(".")[0]), int(removed.partition(".")[2]))
        before = [release for release in found[library] if release < at]
        after = [release for release in found[library] if release >= at]
        probe = PROBES[kind.partition(":")[0]].format(name=name, owner=kind.partition(":")[2])
        prelude = "#include <Python.h>\n" + (more if kind != "header" else "")
        if library == "numpy":
            prelude = "#include <Python.h>\n" + (arrays if kind != "header" else "")
        for release in ([max(before)] if before else []) + after:
            include = [found[library][release], *([newest] if library == "numpy" else [])]
            jobs.append((name, kind, removed, release, release < at, include, prelude, probe))
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda job: compiles(job[5], job[6], job[7]), jobs))
    wrong = 0
    for (name, kind, removed, release, wanted, *_), answer in zip(jobs, answers, strict=True):
        if answer != wanted:
            wrong += 1
            there = "compiles" if answer else "does not compile"
            print(f"{name} ({kind}), gone since {removed}: {there} with {'.'.join(map(str, release))}")
    tried = {job[:3] for job in jobs if not job[4]}
    print(
        f"{lines} lines, {len(tried)} with headers of a release that lacks the name, {len(jobs)} probes, {wrong} wrong"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
