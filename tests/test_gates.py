"""What our own code never does, read from its syntax: the promise of docs/security.md is kept by construction."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SRC = Path(__file__).parent.parent / "src" / "pkg_audit"
FILES = sorted(SRC.rglob("*.py"))

BANNED_CALLS = {
    "eval": "executes text",
    "exec": "executes text",
    "compile": "compiles text",
    "__import__": "imports what a name says",
    "input": "waits for somebody",
    "breakpoint": "stops",
    "ast.unparse": "recurses as deep as the project nests",
    "ast.dump": "recurses as deep as the project nests",
    "ast.literal_eval": "recurses as deep as the project nests",
    "copy.deepcopy": "recurses as deep as the project nests",
    "os.system": "runs a program",
    "os.popen": "runs a program",
    "os.walk": "follows the system's idea of a tree, and recurses",
    "os.chdir": "moves the process into the project",
    "os.getcwd": "fails where the folder is gone",
    "os.path.realpath": "races: a path may change after it was resolved",
    "tempfile.mkdtemp": "leaves folders behind",
    "shutil.rmtree": "removes",
    "shutil.unpack_archive": "writes where an archive says",
    "importlib.import_module": "imports what a name says",
    "runpy.run_path": "executes",
    "yaml.load": "makes objects that a document names",
    "ElementTree.fromstring": "expands entities",
}
BANNED_IMPORTS = {
    "pickle", "cPickle", "dill", "marshal", "shelve", "subprocess", "runpy", "code", "codeop", "pty", "ctypes",
    "multiprocessing", "socket", "urllib.request", "urllib.robotparser", "http", "ftplib", "smtplib", "ssl", "asyncio",
    "webbrowser", "yaml", "docutils", "jinja2", "xmlrpc", "importlib.util", "importlib.machinery", "pkgutil", "imp",
    "zipimport", "logging.config", "requests", "httpx",
}  # fmt: skip
BANNED_METHODS = {
    "extract": "unpacks",
    "extractall": "unpacks",
    "testzip": "inflates without a limit",
    "resolve": "races: a path may change after it was resolved",
    "unlink": "removes",
    "rmdir": "removes",
    "write_text": "writes",
    "write_bytes": "writes",
    "mkdir": "writes",
    "symlink_to": "writes",
    "load_module": "imports",
    "exec_module": "imports",
}

MAY_OPEN = {
    "tree/opener.py": "the one room that opens files of the project",
    "cli/files.py": "reports that the user asked for",
    "cli/streams.py": "the null device",
    "config/load.py": "the user's own configuration",
    "explain/example.py": "the fixtures that ship with the rules",
}
MAY_READ = {
    **MAY_OPEN,
    "knowledge/": "data that ships with the package",
    "ruleset/": "rules that the user named",
    "advice/": "data that ships",
}
MAY_PARSE = {"scan/python_parser.py"}
MAY_ASK_PACKAGING = {"standards.py"}
MAY_ASK_PATHSPEC = {"scan/ignore_spec.py"}
HARMLESS = {"packaging.utils", "packaging.utils.canonicalize_name"}
MAY_CALL = {
    ("cli/files.py", "os.unlink"): "removes a temporary file of ours",
    ("ruleset/__init__.py", "path.resolve"): "a folder of rules that the user named",
}


def dotted(node: ast.expr) -> str:
    """Return a dotted name, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def allowed(path: str, places: Iterable[str]) -> bool:
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def faults(path: str, tree: ast.AST) -> Iterator[str]:
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            names = []
        imported.update(names)
        for name in names:
            if any(name == banned or name.startswith(f"{banned}.") for banned in BANNED_IMPORTS):
                yield f"{path}:{node.lineno}: imports {name}"  # type: ignore[attr-defined]
            if name.partition(".")[0] == "pathspec" and not allowed(path, MAY_ASK_PATHSPEC):
                yield f"{path}:{node.lineno}: asks {name}, whose expressions backtrack"  # type: ignore[attr-defined]
            parses = name.startswith("packaging.") and name not in HARMLESS
            if parses and not allowed(path, MAY_ASK_PACKAGING) and not _for_types(tree, node):
                yield f"{path}:{node.lineno}: asks {name}, which raises more than it says"  # type: ignore[attr-defined]
        if isinstance(node, ast.Call):
            yield from _call_faults(path, node)


def _call_faults(path: str, node: ast.Call) -> Iterator[str]:
    name = dotted(node.func)
    at = f"{path}:{node.lineno}"
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name in BANNED_CALLS and (path, name) not in MAY_CALL:
        yield f"{at}: {name} {BANNED_CALLS[name]}"
    if method in BANNED_METHODS and (path, name) not in MAY_CALL and not name.startswith(("self.", "resolver.")):
        yield f"{at}: {name or method} {BANNED_METHODS[method]}"
    if any(keyword.arg == "shell" for keyword in node.keywords):
        yield f"{at}: shell="
    if name in ("open", "io.open", "os.open", "codecs.open") and not allowed(path, MAY_OPEN):
        yield f"{at}: opens a file outside the one room that does"
    reads = method in ("read_text", "read_bytes", "iterdir", "rglob", "glob")
    if reads and name.startswith(("path.", "folder.")) and not allowed(path, MAY_READ):
        yield f"{at}: {name} reads a path"
    looks = method in ("listdir", "scandir", "stat", "lstat", "readlink")
    if looks and name.startswith("os.") and not allowed(path, MAY_OPEN):
        yield f"{at}: {name} looks at a path"
    if name == "ast.parse" and not allowed(path, MAY_PARSE):
        yield f"{at}: ast.parse outside scan/python_parser.py"
    if name.endswith(("ZipFile", "TarFile")) or name in (
        "tarfile.open",
        "zipfile.ZipFile",
        "gzip.open",
        "bz2.open",
        "lzma.open",
    ):
        yield f"{at}: {name} trusts what an archive says about itself"
    if method == "print" and any(isinstance(argument, ast.JoinedStr) for argument in node.args):
        yield f"{at}: an f-string as markup"
    if name == "print":
        yield f"{at}: print instead of the streams that escape and check"


def _for_types(tree: ast.AST, node: ast.AST) -> bool:
    """Tell whether an import stands under `if TYPE_CHECKING`."""
    return any(
        isinstance(block, ast.If) and dotted(block.test).endswith("TYPE_CHECKING") and node in list(ast.walk(block))
        for block in ast.walk(tree)
    )


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(SRC)) for file in FILES])
def test_module_keeps_to_the_rules(file: Path) -> None:
    path = file.relative_to(SRC).as_posix()
    assert list(faults(path, ast.parse(file.read_text("utf-8")))) == []


BREACHES = """
eval('1')
import pickle
from marshal import loads
import yaml
open('x')
os.open('x', 0)
subprocess.run('x', shell=True)
zipfile.ZipFile('x')
archive.extractall()
ast.parse('x')
ast.unparse(x)
os.system('x')
console.print(f'{x}')
from packaging.version import Version
import pathspec
import urllib.request
path.read_text()
os.scandir('x')
print(1)
"""


@pytest.mark.parametrize("text", BREACHES.split("\n")[1:-1])
def test_the_gate_sees_a_breach(text: str) -> None:
    assert list(faults("derive/x.py", ast.parse(text)))


def test_every_exception_is_needed() -> None:
    """A file that no longer opens anything leaves the list."""
    paths = {file.relative_to(SRC).as_posix() for file in FILES}
    assert set(MAY_OPEN) <= paths
    assert paths >= MAY_PARSE | MAY_ASK_PACKAGING | MAY_ASK_PATHSPEC


def test_user_texts_meet_no_markup() -> None:
    """rich is used for tables of our own at most: nothing hands it text with markup switched on."""
    for file in FILES:
        text = file.read_text("utf-8")
        assert "Console(" not in text or "markup=False" in text, file
        assert "from_markup" not in text, file
