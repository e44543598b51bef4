"""Read the settings from their four sources and lay them over each other."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from pkg_audit.config.layer import Layer, read_layer, refuse_unknown_variables
from pkg_audit.config.settings import KEYS, Answers, Config
from pkg_audit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.tree import Tree

PREFIX = "PKG_AUDIT_"
OWN_FILE = "pkg-audit.toml"
MAX_BYTES = 1 << 20


def load_config(
    tree: Tree | None = None,
    arguments: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    user_file: str | None = None,
) -> Config:
    """Return the settings of one run. Raises ConfigError that names all faults of all sources at once.

    `arguments` are the command line's, by key of `KEYS` (only those given), and beside them `path`, `outputs`,
    `facts` and `quiet`. `tree` None: no project's configuration, as for commands without one. `environ` None: the
    process's. `user_file` None: its place by the platform's custom; "" for none.
    """
    given = dict(arguments or {})
    environ = os.environ if environ is None else environ
    faults: list[str] = []
    command_line = read_layer(
        {key: value for key, value in given.items() if key in KEYS},
        lambda *keys: f"--{_option(keys[0])}",
        "user",
        faults,
    )
    environment = _environment(environ, faults)
    user = _user(user_config_path(environ) if user_file is None else user_file, faults)
    layers = [command_line, environment, user]
    isolated = _first(layers, "isolated", False)
    if tree is not None and not isolated:
        layers.append(_project(tree, faults))
    if faults:
        raise ConfigError("\n".join(faults))
    return _lay_over(layers, given)


def user_config_path(environ: Mapping[str, str]) -> str:
    """Return where the user's own configuration file would be; "" where there is no place for one."""
    if sys.platform == "win32":
        base = environ.get("APPDATA", "")
    else:
        base = environ.get("XDG_CONFIG_HOME", "")
        if not os.path.isabs(base):  # the XDG base directory specification says to ignore relative ones
            home = environ.get("HOME", "")
            base = os.path.join(home, ".config") if os.path.isabs(home) else ""
    return os.path.join(base, "pkg-audit", "config.toml") if os.path.isabs(base) else ""


def _option(key: str) -> str:
    return {"targets": "target"}.get(key, key)


def _environment(environ: Mapping[str, str], faults: list[str]) -> Layer:
    values: dict[str, Any] = {}
    names = {PREFIX + _option(key).upper().replace("-", "_"): key for key in KEYS if KEYS[key].shape != "severities"}
    refuse_unknown_variables([name for name in environ if name.startswith(PREFIX)], list(names), faults)
    for name, key in names.items():
        text = environ.get(name, "")
        if not text:
            continue
        shape = KEYS[key].shape
        separator = os.pathsep if key == "rules" else ","
        if shape in ("texts", "ignores"):
            values[key] = [part.strip() for part in text.split(separator) if part.strip()]
        elif shape == "flag":
            values[key] = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(
                text.lower(), text
            )
        else:
            values[key] = text
    variables = {key: name for name, key in names.items()}
    return read_layer(values, lambda *keys: variables.get(keys[0], PREFIX), "user", faults)


def _user(path: str, faults: list[str]) -> Layer:
    if not path:
        return Layer()
    data = _read_own(path, faults)
    if data is None:
        return Layer()
    from pkg_audit.scan.toml import decode_toml

    document = decode_toml(data, path)
    return _from_document(document, (), "user", os.path.dirname(path), faults)


def _read_own(path: str, faults: list[str]) -> bytes | None:
    """Read the user's file; None where there is none."""
    import stat

    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError, PermissionError, ValueError):
        return None  # PermissionError: a home that is not ours (sudo, CI) holds no settings for us
    except OSError as error:
        faults.append(f"{_shown(path)}: cannot be read: {error.strerror}")
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        try:
            data = file.read(MAX_BYTES + 1)
        except OSError as error:
            faults.append(f"{_shown(path)}: cannot be read: {error.strerror}")
            return None
    if len(data) > MAX_BYTES:
        faults.append(f"{_shown(path)}: larger than {MAX_BYTES} bytes")
        return None
    return data


def _project(tree: Tree, faults: list[str]) -> Layer:
    """Read `pkg-audit.toml`, else `[tool.pkg-audit]`. A broken pyproject.toml is a finding of the audit, not ours."""
    from pkg_audit.errors import ReadError
    from pkg_audit.scan.toml import decode_toml, read_toml

    own = tree.is_file(OWN_FILE)
    layer = _from_document(read_toml(tree, OWN_FILE), (), "project", "", faults) if own else Layer()
    try:
        data = tree.read("pyproject.toml") if tree.is_file("pyproject.toml") else b""
    except ReadError:
        return layer
    if b"pkg-audit" not in data:  # parsing costs more than looking
        return layer
    document = decode_toml(data, "pyproject.toml")
    tool = getattr(document, "data", {}).get("tool")
    if not isinstance(tool, dict) or "pkg-audit" not in tool:
        return layer
    if own:
        faults.append(f"{OWN_FILE} and [tool.pkg-audit] in pyproject.toml both configure pkg-audit; keep one of them")
        return layer
    return _from_document(document, ("tool", "pkg-audit"), "project", "", faults)


def _from_document(document: Any, table: tuple[str, ...], owner: Any, folder: str, faults: list[str]) -> Layer:
    from pkg_audit.facts.scanned import FileError

    if isinstance(document, FileError):
        faults.append(f"{_shown(document.at.path or '')}:{document.at.line or 1}: {_printable(document.message)}")
        return Layer()
    data = document.data
    for part in table:
        data = data[part]
    name = _shown(document.path)
    if not isinstance(data, dict):
        faults.append(f"{name}:{document.at(*table).line or 1}: `{'.'.join(table)}` must be a table")
        return Layer()

    def where(*keys: Any) -> str:
        return f"{name}:{document.key_at(*table, *keys).line or 1}"

    layer = read_layer(data, where, owner, faults)
    if folder and "rules" in layer.values:
        layer.values["rules"] = tuple(os.path.join(folder, path) for path in layer.values["rules"])
    return layer


def _first(layers: list[Layer], key: str, default: Any) -> Any:
    return next((layer.values[key] for layer in layers if key in layer.values), default)


def _lay_over(layers: list[Layer], given: Mapping[str, Any]) -> Config:
    """Take each setting from the first layer that has it; ignores add up, and so do severities rule by rule."""
    origins: dict[str, str] = {}
    severities: dict[str, Any] = {}
    for layer in reversed(layers):
        origins.update(layer.origins)
        severities.update(layer.values.get("severity", {}))

    def pick(key: str, default: Any) -> Any:
        return _first(layers, key, default)

    return Config(
        path=given.get("path") or ".",
        select=pick("select", ()),
        ignores=tuple(ignore for layer in layers for ignore in layer.values.get("ignore", ())),
        severities=severities,
        fail_on=pick("fail-on", "error"),
        targets=pick("targets", ()),
        persona=pick("persona", "default"),
        answers=Answers(
            kind=pick("kind", None),
            audience=pick("audience", None),
            environment=pick("environment", None),
            deployment=pick("deployment", None),
            assume=pick("assume", ()),
            platforms=pick("platforms", ()),
        ),
        public_index=pick("public-index", None),
        rules_dirs=pick("rules", ()),
        isolated=pick("isolated", False),
        facts=bool(given.get("facts", False)),
        format=pick("format", "text"),
        outputs=tuple(given.get("outputs", ())),
        color=pick("color", "auto"),
        show=pick("show", "top"),
        quiet=int(given.get("quiet", 0)),
        installed=str(given.get("installed", "")),
        origins=origins,
    )


def _shown(path: str) -> str:
    """Return a path for messages, with the home folder as `~`."""
    home = os.path.expanduser("~")
    short = "~" + path[len(home) :] if os.path.isabs(home) and path.startswith(home + os.sep) else path
    return _printable(short)


def _printable(text: str) -> str:
    from pkg_audit.tree.display import display

    return display(text, 200)
