"""Resolve a name in one of the project's modules through assignments, imports, re-exports and star imports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pkg_audit.facts.document import Presence
from pkg_audit.facts.place import Place

if TYPE_CHECKING:
    from pkg_audit.derive.code.own_modules import OwnModules
    from pkg_audit.facts.place import UnknownReason
    from pkg_audit.facts.sources import Binding

MAX_STEPS = 400
MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whether a name is bound. `related` is the import that leads to nothing, where that is why it is missing."""

    presence: Presence
    reason: UnknownReason | Literal[""] = ""
    related: tuple[Place, ...] = ()


_FOUND = Resolved("found")


class Resolver:
    """Answers for one project; every step reads a module at most once."""

    def __init__(self, own: OwnModules) -> None:
        self._own = own
        self._steps = 0

    def resolve(self, module: str, attr: list[str]) -> Resolved:
        """Say whether `module` binds `attr[0]`, and that what it is bound to has the rest.

        Missing means that every statement on the way was read and none binds the name.
        """
        self._steps = 0
        return self._resolve(module, tuple(attr), frozenset(), 0)

    def call(self, module: str, name: str) -> str:
        """Say why calling a function without arguments does not run it, "" where that is not known or not so.

        Followed through imports of the one name; a name that is bound twice is not judged.
        """
        for _ in range(MAX_DEPTH):
            bindings = self._own.bindings(module)
            bound = [item for item in bindings.bindings if item.name == name] if bindings is not None else []
            if len(bound) != 1 or bindings is None or not bindings.parsed or bindings.dynamic:
                return ""
            item = bound[0]
            if item.kind == "function":
                return item.call
            target = self._target(module, item) if item.kind == "import" and item.attr else None
            if target is None or not self._own.owns(target):
                return ""
            module, name = target, item.attr
        return ""

    def names(self, module: str) -> list[str]:
        """Return the names that a module binds itself."""
        bindings = self._own.bindings(module)
        return [item.name for item in bindings.bindings if item.name != "*"] if bindings else []

    def place(self, module: str, name: str) -> Place | None:
        """Return where a module binds a name."""
        bindings = self._own.bindings(module)
        path = self._own.path(module)
        for item in bindings.bindings if bindings and path else ():
            if item.name == name:
                return Place(path, item.line, item.column)
        return None

    def _resolve(self, module: str, attr: tuple[str, ...], seen: frozenset[tuple[str, str]], depth: int) -> Resolved:
        self._steps += 1
        name = attr[0]
        if depth > MAX_DEPTH or self._steps > MAX_STEPS:
            return Resolved("unknown", "dynamic-expression")
        if (module, name) in seen:
            return Resolved("missing")
        seen = seen | {(module, name)}
        bindings = self._own.bindings(module)
        if bindings is None or not bindings.parsed:
            if bindings is None and self._is_submodule(module, name):
                return _FOUND
            return Resolved("unknown", "not-parseable" if bindings is not None else "file-missing")
        bound = [item for item in bindings.bindings if item.name == name]
        answers = [self._follow(module, item, attr[1:], seen, depth) for item in bound]
        if not any(item.presence == "found" for item in answers):
            stars = [item for item in bindings.bindings if item.kind == "star-import"]
            if not name.startswith("_"):
                answers += [self._star(module, item, attr, seen, depth) for item in stars]
        best = _best(answers)
        if best is not None and best.presence != "missing":
            return best
        if bindings.dynamic:
            return Resolved("unknown", "dynamic-expression")
        if not bound and self._is_submodule(module, name):
            # A submodule becomes an attribute as soon as anything imports it.
            return Resolved("unknown", "dynamic-expression")
        return best or Resolved("missing")

    def _is_submodule(self, module: str, name: str) -> bool:
        return self._own.state(f"{module}.{name}")[0] in ("shipped", "in-tree")

    def _follow(
        self, module: str, item: Binding, rest: tuple[str, ...], seen: frozenset[tuple[str, str]], depth: int
    ) -> Resolved:
        if item.kind == "import":
            return self._imported(module, item, rest, seen, depth)
        if not rest:
            return _FOUND
        if item.kind == "class":
            if item.members is not None and rest[0] in item.members:
                return _FOUND
            return Resolved("unknown", "dynamic-expression") if item.open_ended else Resolved("missing")
        return Resolved("unknown", "dynamic-expression")

    def _imported(
        self, module: str, item: Binding, rest: tuple[str, ...], seen: frozenset[tuple[str, str]], depth: int
    ) -> Resolved:
        target = self._target(module, item)
        if target is None:
            return Resolved("missing", related=self._at(module, item))
        if not self._own.owns(target):
            return _FOUND if not rest else Resolved("unknown", "file-missing")
        state, reason = self._own.state(target)
        if state == "unknown":
            return Resolved("unknown", reason)
        if state == "missing":
            return Resolved("missing", related=self._at(module, item))
        if not item.attr:
            return self._resolve(target, rest, seen, depth + 1) if rest else _FOUND
        if self._own.state(f"{target}.{item.attr}")[0] in ("shipped", "in-tree"):
            submodule = f"{target}.{item.attr}"
            bound = self._resolve(target, (item.attr, *rest), seen, depth + 1)
            if bound.presence == "found" or not rest:
                return _FOUND
            return self._resolve(submodule, rest, seen, depth + 1)
        answer = self._resolve(target, (item.attr, *rest), seen, depth + 1)
        if answer.presence == "missing" and not answer.related:
            return Resolved("missing", related=self._at(module, item))
        return answer

    def _star(
        self, module: str, item: Binding, attr: tuple[str, ...], seen: frozenset[tuple[str, str]], depth: int
    ) -> Resolved:
        target = self._target(module, item)
        if target is None:
            return Resolved("missing")
        if not self._own.owns(target):
            return Resolved("unknown", "file-missing")
        return self._resolve(target, attr, seen, depth + 1)

    def _target(self, module: str, item: Binding) -> str | None:
        """Return the absolute name of the module that an import statement names, None beyond the top."""
        if not item.level:
            return item.module
        path = self._own.path(module)
        package = module.split(".") if path.endswith("__init__.py") else module.split(".")[:-1]
        if item.level > len(package):
            return None
        base = package[: len(package) - item.level + 1]
        return ".".join([*base, item.module] if item.module else base)

    def _at(self, module: str, item: Binding) -> tuple[Place, ...]:
        path = self._own.path(module)
        return (Place(path, item.line, item.column),) if path else ()


def _best(answers: list[Resolved]) -> Resolved | None:
    """Return the best of several bindings of one name: whichever runs last binds it, and nobody knows which."""
    for presence in ("found", "unknown", "missing"):
        for answer in answers:
            if answer.presence == presence:
                return answer
    return None
