"""Check one source's settings: unknown keys, wrong types and words that are not choices, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pkg_audit.config.ignores import Ignore
from pkg_audit.config.names import nearest, quote, unknown_name
from pkg_audit.config.settings import KEYS, NEVER_IN_A_FILE, SYSTEMS, Key
from pkg_audit.model import SEVERITIES

Owner = Literal["user", "project"]
Where = Callable[..., str]

MAX_ITEMS = 1_000
MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class Layer:
    """The valid settings of one source by key, and where each was set."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)


def read_layer(table: Mapping[str, Any], where: Where, owner: Owner, faults: list[str]) -> Layer:
    """Read one source's table; `where(key, ...)` names a key's place. Adds to `faults`, never raises."""
    layer = Layer()
    for name, value in table.items():
        key = KEYS.get(name)
        place = where(name)
        if key is None:
            faults.append(f"{place}: {_unknown_key(name, owner)}")
        elif owner == "project" and not key.project:
            faults.append(
                f"{place}: `{name}` cannot be set by the audited project; set it by command line or your configuration"
            )
        elif (read := _read(name, key, value, where, faults)) is not None:
            layer.values[name] = read
            layer.origins[name] = place
            if name == "severity":
                layer.origins.update({f"severity.{rule}": where(name, rule) for rule in read})
    return layer


def refuse_unknown_variables(names: Iterable[str], known: list[str], faults: list[str]) -> None:
    """Add a fault for each environment variable of ours that sets nothing."""
    for name in sorted(names):
        if name not in known:
            close = nearest(name, known)
            hint = f"; did you mean {close[0]}?" if close else ""
            faults.append(f"environment: unknown variable {quote(name)}{hint}")


def _unknown_key(name: str, owner: Owner) -> str:
    if name in NEVER_IN_A_FILE:
        return f"`{name}` can only be given on the command line"
    if (kebab := name.replace("_", "-")) in KEYS:
        return f"unknown key {quote(name)}; did you mean `{kebab}`?"
    return unknown_name("key", name, [key for key, spec in KEYS.items() if owner == "user" or spec.project])


def _read(name: str, key: Key, value: Any, where: Where, faults: list[str]) -> Any:
    """Return the value as its type, None where it is not valid (with the fault added)."""
    place = where(name)
    if key.shape == "flag":
        if not isinstance(value, bool):
            faults.append(f"{place}: `{name}` must be true or false")
            return None
        return value
    if key.shape == "text":
        return _text(name, key, value, place, faults)
    if key.shape == "severities":
        return _severities(name, value, where, faults)
    if isinstance(value, str) and key.shape == "texts":
        value = [value]
    if not isinstance(value, (list, tuple)) or len(value) > MAX_ITEMS:
        faults.append(f"{place}: `{name}` must be a list of at most {MAX_ITEMS} items")
        return None
    if key.shape == "ignores":
        ignores = [_ignore(name, item, where(name, number), faults) for number, item in enumerate(value)]
        return tuple(ignore for ignore in ignores if ignore is not None)
    texts = [_text(name, key, item, where(name, number), faults) for number, item in enumerate(value)]
    if name == "platforms":
        _check_platforms(texts, place, faults)
    return tuple(dict.fromkeys(text for text in texts if text is not None))


def _text(name: str, key: Key, value: Any, place: str, faults: list[str]) -> str | None:
    if not isinstance(value, str) or not value or len(value) > MAX_TEXT:
        faults.append(f"{place}: `{name}` must be text" if key.shape == "text" else f"{place}: `{name}` holds no text")
        return None
    if key.choices and value not in key.choices:
        faults.append(f"{place}: {unknown_name(f'value for `{name}`:', value, key.choices)}")
        return None
    return value


def _severities(name: str, value: Any, where: Where, faults: list[str]) -> Mapping[str, str] | None:
    if not isinstance(value, Mapping) or len(value) > MAX_ITEMS:
        faults.append(f"{where(name)}: `{name}` must be a table from rule to severity")
        return None
    read = {}
    for rule, severity in value.items():
        if severity in SEVERITIES:
            read[rule] = severity
        else:
            faults.append(f"{where(name, rule)}: severity of {quote(rule)} must be one of {', '.join(SEVERITIES)}")
    return read


def _ignore(name: str, item: Any, place: str, faults: list[str]) -> Ignore | None:
    if isinstance(item, str) and item:
        return Ignore(item[:MAX_TEXT], origin=place)
    texts = isinstance(item, Mapping) and all(isinstance(part, str) and len(part) <= MAX_TEXT for part in item.values())
    if not texts or not item.get("rule"):
        faults.append(f"{place}: `{name}` takes rule names and tables {{rule = ..., path = ..., reason = ...}}")
        return None
    extra = [part for part in item if part not in ("rule", "path", "reason")]
    faults += [f"{place}: {unknown_name('key', part, ('rule', 'path', 'reason'))}" for part in extra]
    path = item.get("path", "")
    if path.startswith(("/", "../")) or "\\" in path:
        faults.append(f"{place}: `path` is a glob relative to the root, with `/` between components")
        return None
    return Ignore(item["rule"], path, item.get("reason", ""), place)


def _check_platforms(texts: list[str | None], place: str, faults: list[str]) -> None:
    wrong = [text for text in texts if text is not None and text.split("-", 1)[0] not in SYSTEMS]
    faults.extend(f"{place}: {unknown_name('platform', text, SYSTEMS)}" for text in wrong)
