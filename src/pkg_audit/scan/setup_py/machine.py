"""Hold one evaluation: the tree it may read, its budget, what is known so far, and what was seen on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkg_audit.facts.place import Place, Text, Unknown, UnknownReason
from pkg_audit.scan.setup_py.limits import MODULE_BYTES, STEPS, ExhaustedError
from pkg_audit.scan.setup_py.state import State, spoil
from pkg_audit.scan.setup_py.values import (
    Cell,
    Choice,
    Condition,
    DictCell,
    Entry,
    Hole,
    ListCell,
    Maybe,
    Ref,
    Scalar,
    Tuple,
    Unk,
    Val,
)

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Sequence
    from typing import Literal

    from pkg_audit.scan.setup_py.arguments import Arguments
    from pkg_audit.scan.setup_py.outcome import Exits
    from pkg_audit.scan.setup_py.source import Source
    from pkg_audit.tree import Tree


class RaisedError(Exception):
    """The evaluated code certainly raises here; `name` is the exception's class."""

    def __init__(self, name: str, at: Place) -> None:
        super().__init__(name)
        self.name = name
        self.at = at


@dataclass(slots=True, eq=False)
class Scope:
    """A namespace. `own` are the names that a function or comprehension binds itself, None for module and class."""

    number: int
    source: Source
    kind: Literal["module", "function", "class", "comprehension"]
    parent: Scope | None = None
    own: frozenset[str] | None = None
    shared: frozenset[str] = frozenset()
    stars: list[Val] = field(default_factory=list)

    @property
    def module(self) -> Scope:
        """Return the module's scope that this one stands in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(frozen=True, slots=True)
class SetupCall:
    """A call of `setup()`: its keywords as they were, with the state that their references need."""

    at: Place
    origin: str
    keywords: DictCell
    state: State
    conditions: tuple[Condition, ...]
    retry: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a function's text says: the names it binds, those it declares global, whether it is a generator, and
    whether functions inside may outlive the call. The node is kept, so that its id stays its own."""

    node: ast.arguments
    own: frozenset[str]
    shared: frozenset[str]
    generator: bool
    encloses: bool


class Machine:
    """One evaluation. The hooks are set by the entry: expressions, statements and calls need each other."""

    evaluate: Callable[[Machine, ast.expr, Scope], Val]
    execute: Callable[[Machine, Sequence[ast.stmt], Scope], Exits]
    call: Callable[[Machine, Val, Arguments, Place], Val]

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.state = State()
        self.steps = STEPS
        self.depth = 0
        self.calls = 0
        self.doubts = 0
        """Counts what may have raised an exception: a `try` whose body adds none needs no handler."""
        self.spent = False
        """The budget ran out: a name that nothing binds is then one that was never reached."""
        self.catching = 0
        self.retrying = 0
        self.resolving = 0
        self.conditions: list[Condition] = []
        self.setup_calls: list[SetupCall] = []
        self.reads: dict[str, Text] = {}
        self.modules: dict[str, Scope | None] = {}
        self.module_bytes = MODULE_BYTES
        self.search_path: list[str] = [""]
        self.functions: dict[int, Analysis] = {}
        self.written: set[str] = set()
        self._numbers = 0

    def step(self, count: int = 1) -> None:
        """Spend steps. Raises ExhaustedError."""
        self.steps -= count
        if self.steps < 0:
            raise ExhaustedError

    def number(self) -> int:
        """Return a number never used before, for a scope or a cell."""
        self._numbers += 1
        return self._numbers

    def new(self, cell: Cell, at: Place) -> Ref:
        """Put a mutable object into the state."""
        number = self.number()
        self.state.cells[number] = cell
        return Ref(number, at)

    def new_list(self, items: Iterable[Entry], at: Place, kind: Literal["list", "set"] = "list") -> Ref:
        """Put a list or set into the state."""
        return self.new(ListCell(tuple(items), kind), at)

    def new_dict(self, entries: dict[Scalar, Val | Maybe], at: Place, rest: Unknown | None = None) -> Ref:
        """Put a dict into the state."""
        return self.new(DictCell(entries, {}, rest), at)

    def cell(self, value: Entry | None) -> Cell | None:
        """Return the contents of a mutable object, None for every other value."""
        return self.state.cells.get(value.cell) if isinstance(value, Ref) else None

    def unknown(self, reason: UnknownReason, at: Place, detail: str = "") -> Unk:
        """Return a value that is not known, and count it as something that may have raised."""
        self.doubts += 1
        return Unk(Unknown(reason, at, detail))

    def dynamic(self, at: Place, detail: str = "") -> Unk:
        """Return a value that no static reading evaluates."""
        return self.unknown("dynamic-expression", at, detail)

    def conditional(self, at: Place, detail: str) -> Unk:
        """Return a value that depends on the platform, the interpreter or the environment."""
        return Unk(Unknown("conditional", at, detail))

    def fork(self) -> State:
        """Return a copy of the state, at a price."""
        self.step(1 + len(self.state) // 12)
        return self.state.fork()

    def taint(self, values: Iterable[Entry], unknown: Unknown) -> None:
        """Record that something unknown may have changed every object reachable from these values."""
        pending, seen = list(values), set[int]()
        while pending:
            value = pending.pop()
            self.step()
            if isinstance(value, Maybe):
                pending.append(value.value)
            elif isinstance(value, Choice):
                pending.extend(option for option, _ in value.options)
            elif isinstance(value, Tuple):
                pending.extend(value.items)
            elif isinstance(value, Ref) and value.cell not in seen:
                seen.add(value.cell)
                cell = self.state.cells[value.cell]
                spoiled = spoil(cell, unknown)
                if spoiled is cell:
                    continue
                if isinstance(cell, ListCell):
                    pending.extend(item for item in cell.items if not isinstance(item, Hole))
                elif isinstance(cell, DictCell):
                    pending.extend(cell.entries.values())
                self.state.cells[value.cell] = spoiled
