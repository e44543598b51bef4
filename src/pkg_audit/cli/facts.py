"""Describe the facts document: which lists of records there are, and what each record says."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints


def describe_facts() -> str:
    """Return the facts that rules select from as an indented list: names, types and choices."""
    from pkg_audit.facts.document import Facts
    from pkg_audit.facts.place import Place

    lines = ["The facts that a rule's `find` selects from. A Place is a path with lines and columns."]
    seen: set[type] = {Place}
    hints = get_type_hints(Facts)
    for item in fields(Facts):
        record = _record(hints[item.name])
        lines += ["", f"{item.name}: {_type_name(hints[item.name])}"]
        if record is not None and record not in seen:
            seen.add(record)
            lines += _describe(record, seen)
    return "\n".join(lines) + "\n"


def _describe(record: type, seen: set[type]) -> list[str]:
    lines = []
    doc = (record.__doc__ or "").strip().split("\n\n")[0]
    if not doc.startswith(f"{record.__name__}("):
        lines += [f"    {' '.join(doc.split())}"]
    hints = get_type_hints(record)
    nested = []
    for item in fields(record):
        lines.append(f"  {item.name}: {_type_name(hints[item.name])}")
        inner = _record(hints[item.name])
        if inner is not None and inner not in seen:
            seen.add(inner)
            nested.append(inner)
    for inner in nested:
        lines += [f"  {inner.__name__}:", *(f"  {line}" for line in _describe(inner, seen))]
    return lines


def _record(hint: Any) -> type | None:
    """Return the dataclass that a type holds, directly or in a tuple or union."""
    if isinstance(hint, type) and is_dataclass(hint):
        return hint
    return next((record for part in get_args(hint) if (record := _record(part)) is not None), None)


def _type_name(hint: Any) -> str:
    if hint is Ellipsis or hint is type(None):
        return "null"
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(repr(value) for value in arguments)
    if origin is tuple:
        return f"list of {_type_name(arguments[0])}" if arguments else "list"
    if arguments:
        names = [_type_name(part) for part in arguments]
        return f"map of {names[-1]}" if origin is not None and hasattr(origin, "keys") else " | ".join(names)
    return {str: "text", int: "number", bool: "true or false"}.get(hint, getattr(hint, "__name__", str(hint)))
