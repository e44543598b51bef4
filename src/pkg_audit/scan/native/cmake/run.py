"""Follow CMake files from the top one: variables, conditions, loops, functions, subdirectories.

What cannot be known stays visible: an expansion that is not known keeps its `${NAME}`, and commands below an undecided
condition are marked. Commands, files and call depth are bounded.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkg_audit.facts.native import CMakeProject
from pkg_audit.facts.place import Place
from pkg_audit.scan.native.cmake import outside, targets
from pkg_audit.scan.native.cmake.condition import Condition
from pkg_audit.scan.native.cmake.lexing import Argument, Command, split_commands
from pkg_audit.scan.native.text import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.native import CMakeInstall, CMakeTarget
    from pkg_audit.facts.place import Answer
    from pkg_audit.tree import Tree

_LIMIT = 1 << 20
_FILES = 80
_STEPS = 30_000
_DEPTH = 24
_GLOBS = 60
_VARIABLE = re.compile(r"\$\{([\w.+-]+)\}")
_ENDS = {"foreach": "endforeach", "function": "endfunction", "macro": "endmacro", "while": "endwhile"}
PLATLIB = "/@platlib"
BUILD = "/@build"
_KNOWN = {
    "SKBUILD": "2", "SKBUILD_STATE": "wheel", "SKBUILD_PLATLIB_DIR": PLATLIB, "UNIX": "1", "LINUX": "1", "WIN32": "",
    "APPLE": "", "MSVC": "", "MINGW": "", "CYGWIN": "", "ANDROID": "", "IOS": "", "EMSCRIPTEN": "",
    "BSD": "", "AIX": "",
    "CMAKE_SYSTEM_NAME": "Linux", "CMAKE_INSTALL_LIBDIR": "lib", "CMAKE_INSTALL_BINDIR": "bin",
    "CMAKE_CROSSCOMPILING": "",
    "CMAKE_INSTALL_INCLUDEDIR": "include", "CMAKE_SHARED_LIBRARY_PREFIX": "lib", "PYTHON_MODULE_PREFIX": "",
    "MSVC_IDE": "",
    "CMAKE_INSTALL_PREFIX": PLATLIB, "CMAKE_INSTALL_DATADIR": "share", "CMAKE_INSTALL_DATAROOTDIR": "share",
    "SKBUILD_DATA_DIR": "/@data", "SKBUILD_SCRIPTS_DIR": "/@scripts", "SKBUILD_HEADERS_DIR": "/@headers",
    "SKBUILD_METADATA_DIR": "/@metadata", "PROJECT_IS_TOP_LEVEL": "ON", "CMAKE_SKIP_INSTALL_RULES": "",
}  # fmt: skip


@dataclass(slots=True)
class _Branch:
    """One open `if`: whether the current branch runs, and whether an earlier one did."""

    active: bool | None
    taken: bool | None
    outer: bool | None


@dataclass(slots=True)
class _Frame:
    """Variables of one directory or function, and whether its commands run for sure."""

    names: dict[str, str | None]
    directory: str
    path: str
    depth: int = 0
    excluded: bool = False
    branches: list[_Branch] = field(default_factory=list)
    certain: bool | None = True


class Runner:
    """Follows one CMake project. `variables` are those that the build backend passes on.

    `components` are the ones that it installs, none for all that are not excluded.
    """

    def __init__(self, tree: Tree, variables: Mapping[str, str], components: tuple[str, ...] = ()) -> None:
        self._tree = tree
        self._variables = {**_KNOWN, **variables}
        self._passed = frozenset(variables)
        self._components = components
        self._unpacked: set[str] = set()
        self.opaque: list[Place] = []
        self._functions: dict[str, tuple[tuple[Command, ...], list[str], bool, str]] = {}
        self.targets: dict[str, CMakeTarget] = {}
        self.installs: list[CMakeInstall] = []
        self.complete = True
        self._files = 0
        self._steps = 0
        self._globs = 0

    def run(self, directory: str) -> CMakeProject | None:
        """Follow the CMakeLists.txt of a directory; None where there is none."""
        directory = "" if posixpath.normpath(directory) == "." else posixpath.normpath(directory)
        path = posixpath.join(directory, "CMakeLists.txt")
        text = read_text(self._tree, path, _LIMIT)
        if text is None:
            return None
        names: dict[str, str | None] = dict(self._variables)
        names |= {"CMAKE_SOURCE_DIR": self._absolute(directory), "PROJECT_SOURCE_DIR": self._absolute(directory)}
        names |= {"CMAKE_BINARY_DIR": BUILD, "PROJECT_BINARY_DIR": BUILD, "CMAKE_CURRENT_BINARY_DIR": BUILD}
        frame = _Frame(names, directory, path)
        self._file(path, frame)
        return CMakeProject(
            Place(path), tuple(self.targets.values()), tuple(self.installs), self.complete, tuple(self.opaque[:100])
        )

    @staticmethod
    def _absolute(directory: str) -> str:
        return f"/@source/{directory}" if directory else "/@source"

    def _file(self, path: str, frame: _Frame) -> None:
        self._files += 1
        text = read_text(self._tree, path, _LIMIT) if self._files <= _FILES else None
        if text is None:
            self.complete = False
            return
        frame.names["CMAKE_CURRENT_SOURCE_DIR"] = self._absolute(frame.directory)
        frame.names["CMAKE_CURRENT_LIST_DIR"] = self._absolute(posixpath.dirname(path))
        self._commands(split_commands(text), frame, path)

    def _commands(self, commands: tuple[Command, ...], frame: _Frame, path: str) -> bool:
        """Run commands; return False where `return()` ended them for sure."""
        outer_branches, frame.branches = frame.branches, []
        index = 0
        alive = True
        while index < len(commands):
            command = commands[index]
            index += 1
            self._steps += 1
            if self._steps > _STEPS:
                self.complete = False
                break
            if self._flow(command, frame):
                continue
            end = _ENDS.get(command.name)
            if end is not None:
                body, index = _body(commands, index, command.name, end)
                if self._active(frame) is not False:
                    self._block(command, body, frame, path)
                continue
            state = self._active(frame)
            if state is False:
                continue
            if command.name == "return":
                if state is True:
                    alive = False
                    break
                # What follows runs only where this `return` was not reached.
                frame.certain = None
                continue
            self._command(command, frame, path, state)
        frame.branches = outer_branches
        return alive

    @staticmethod
    def _active(frame: _Frame) -> bool | None:
        state = frame.branches[-1].active if frame.branches else True
        return state if state is False or frame.certain is True else None

    def _flow(self, command: Command, frame: _Frame) -> bool:
        name, branches = command.name, frame.branches
        if name == "if":
            outer = branches[-1].active if branches else True
            test = self._condition(command, frame) if outer is not False else False
            branches.append(_Branch(_both(outer, test), test, outer))
        elif name in {"elseif", "else"} and branches:
            top = branches[-1]
            test = True if name == "else" else self._condition(command, frame) if top.taken is not True else False
            left = None if top.taken is None else not top.taken
            top.active = _both(top.outer, _both(left, test))
            top.taken = True if True in (top.taken, test) else None if None in (top.taken, test) else False
        elif name == "endif" and branches:
            branches.pop()
        else:
            return False
        return True

    def _condition(self, command: Command, frame: _Frame) -> bool | None:
        def expand(text: str) -> str | None:
            value = self._expand(text, frame)
            return None if "${" in value or "$<" in value else value

        def exists(path: str) -> bool | None:
            inside = self._inside(path, frame)
            if inside is None:
                return None
            # A file that the tree lacks may be made or fetched by the build.
            return True if self._tree.is_file(inside) or self._tree.is_dir(inside) else None

        def target(name: str) -> bool | None:
            return True if name in self.targets else None

        return Condition(command.arguments, frame.names.get, expand, exists, target).evaluate()

    def _block(self, command: Command, body: tuple[Command, ...], frame: _Frame, path: str) -> None:
        words = self._words(command, frame)
        if command.name in {"function", "macro"}:
            if words:
                self._functions[words[0].lower()] = (body, words[1:], command.name == "function", path)
            return
        if command.name == "while":
            return
        if frame.depth >= _DEPTH or not words:
            self.complete = False
            return
        frame.depth += 1
        for value in self._items(words, frame):
            frame.names[words[0]] = value
            self._commands(body, frame, path)
        frame.depth -= 1

    def _items(self, words: list[str], frame: _Frame) -> list[str | None]:
        rest = words[1:]
        if "RANGE" in rest:
            return [None]
        if rest[:1] == ["IN"]:
            out: list[str | None] = []
            mode = ""
            for word in rest[1:]:
                if word in {"LISTS", "ITEMS", "ZIP_LISTS"}:
                    mode = word
                elif mode == "LISTS":
                    value = frame.names.get(word)
                    out += [None] if value is None else [v for v in value.split(";") if v]
                else:
                    out.append(word)
            return out[:400]
        return [word if "${" not in word else None for word in rest[:400]]

    def _command(self, command: Command, frame: _Frame, path: str, state: bool | None) -> None:
        words = self._words(command, frame)
        reachable: Answer = "yes" if state else "unknown"
        name = command.name
        if name == "set" and words:
            self._set(words, frame, state)
        elif name == "option" and words:
            value = words[2] if len(words) > 2 else "OFF"
            if words[0] not in self._passed:
                self._put(words[0], value, frame, state)
        elif name == "unset" and words:
            frame.names.pop(words[0], None)
        elif name == "list" and len(words) > 2 and words[0] == "APPEND":
            old = frame.names.get(words[1])
            added = ";".join(words[2:])
            known = words[1] not in frame.names or old is not None
            self._put(words[1], (f"{old};{added}" if old else added) if known else None, frame, state)
        elif name == "project" and words:
            frame.names["PROJECT_NAME"] = words[0]
            frame.names.setdefault("CMAKE_PROJECT_NAME", words[0])
            frame.names["PROJECT_SOURCE_DIR"] = self._absolute(frame.directory)
        elif name == "add_subdirectory" and words:
            self._subdirectory(words, frame, state)
        elif name == "include" and words:
            inside = self._inside(words[0], frame)
            if inside is not None and self._tree.is_file(inside) and frame.depth < _DEPTH:
                frame.depth += 1
                self._file(inside, frame)
                frame.depth -= 1
                frame.names["CMAKE_CURRENT_LIST_DIR"] = self._absolute(posixpath.dirname(path))
            elif "${" in words[0]:
                self.complete = False
        elif name in self._functions:
            self._call(name, words, frame, state)
        elif name == "install":
            at = Place(path, command.line)
            found = targets.install(words, at, reachable, frame.excluded, frame.directory, self._components)
            if found is not None:
                self.installs.append(found)
            if targets.is_opaque(words) and not frame.excluded:
                self.opaque.append(at)
        elif name == "file" and len(words) > 2 and words[0] in {"GLOB", "GLOB_RECURSE"}:
            self._put(words[1], self._glob(words, frame), frame, state)
        elif name in outside.COMMANDS:
            if outside.may_install(name, words, self._unpacked) and not frame.excluded:
                self.opaque.append(Place(path, command.line))
        else:
            targets.define(self.targets, name, words, Place(path, command.line), reachable)
            targets.outputs(name, words, frame.names)

    def _set(self, words: list[str], frame: _Frame, state: bool | None) -> None:
        name, values = words[0], words[1:]
        if "CACHE" in values:
            if frame.names.get(name) is not None:
                return
            values = values[: values.index("CACHE")]
        if values[-1:] == ["PARENT_SCOPE"]:
            values = values[:-1]
        self._put(name, ";".join(values), frame, state)

    def _glob(self, words: list[str], frame: _Frame) -> str | None:
        self._globs += 1
        if self._globs > _GLOBS or any("${" in word for word in words[2:]):
            return None
        patterns, relative = outside.glob_arguments(words[2:])
        base = self._inside(relative, frame) if relative is not None else None
        found: list[str] = []
        for pattern in patterns:
            inside = self._inside(pattern, frame)
            if inside is None:
                return None
            found += outside.glob(self._tree.files(), inside, words[0] == "GLOB_RECURSE")
        if relative is None:
            return ";".join(self._absolute(path) for path in sorted(set(found)))
        if base is None:
            return None
        return ";".join(posixpath.relpath(path, base or ".") for path in sorted(set(found)))

    @staticmethod
    def _put(name: str, value: str | None, frame: _Frame, state: bool | None) -> None:
        if value is not None and len(value) > 100_000:
            value = None
        if state is not True and frame.names.get(name) != value:
            value = None
        frame.names[name] = None if value is not None and "${" in value else value

    def _subdirectory(self, words: list[str], frame: _Frame, state: bool | None) -> None:
        inside = self._inside(words[0], frame)
        path = posixpath.join(inside, "CMakeLists.txt") if inside is not None else ""
        if inside is None or not self._tree.is_file(path) or frame.depth >= _DEPTH:
            self.complete = False
            return
        excluded = frame.excluded or "EXCLUDE_FROM_ALL" in words
        inner = _Frame(dict(frame.names), inside, path, frame.depth + 1, excluded, [], state)
        inner.names["CMAKE_CURRENT_BINARY_DIR"] = f"{BUILD}/{inside}"
        self._file(path, inner)

    def _call(self, name: str, words: list[str], frame: _Frame, state: bool | None) -> None:
        body, parameters, scoped, path = self._functions[name]
        if frame.depth >= _DEPTH:
            self.complete = False
            return
        names = dict(frame.names) if scoped else frame.names
        for index, parameter in enumerate(parameters):
            names[parameter] = words[index] if index < len(words) and "${" not in words[index] else None
        names["ARGN"] = ";".join(words[len(parameters) :])
        names["ARGV"] = ";".join(words)
        names |= {f"ARGV{index}": word for index, word in enumerate(words[:20])}
        inner = _Frame(names, frame.directory, path, frame.depth + 1, frame.excluded, [], state)
        self._commands(body, inner, path)

    def _words(self, command: Command, frame: _Frame) -> list[str]:
        out: list[str] = []
        for argument in command.arguments[:2000]:
            text = argument.text if argument.raw else self._expand(argument.text, frame)
            if argument.quoted:
                out.append(text)
            else:
                out.extend(part for part in text.split(";") if part or argument.text == "")
        return out[:5000]

    @staticmethod
    def _expand(text: str, frame: _Frame) -> str:
        def value(match: re.Match[str]) -> str:
            known = frame.names.get(match.group(1))
            return match.group() if known is None else known

        for _ in range(4):
            if "${" not in text:
                break
            done = _VARIABLE.sub(value, text)
            if done == text or len(done) > 200_000:
                break
            text = done
        return text

    def _inside(self, path: str, frame: _Frame) -> str | None:
        """Return a path of the tree for a path of CMake's, None for one that is not known or outside."""
        if "${" in path or "$<" in path:
            return None
        if path.startswith("/@source"):
            path = path[len("/@source") :].lstrip("/")
        elif path.startswith("/"):
            return None
        else:
            path = posixpath.join(frame.directory, path)
        path = posixpath.normpath(path) if path else ""
        return None if path.startswith("..") else "" if path == "." else path


def _both(left: bool | None, right: bool | None) -> bool | None:
    return False if False in (left, right) else None if None in (left, right) else True


def _body(commands: tuple[Command, ...], index: int, opening: str, closing: str) -> tuple[tuple[Command, ...], int]:
    start, depth = index, 1
    while index < len(commands):
        if commands[index].name == opening:
            depth += 1
        elif commands[index].name == closing:
            depth -= 1
            if depth == 0:
                return commands[start:index], index + 1
        index += 1
    return commands[start:index], index


__all__ = ["Argument", "Runner"]
