"""Find and parse the files of rules: the package's own, and folders of an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

BYTES_LIMIT = 256 << 10

TECHNOLOGIES = "technologies"
DECISION = "decision.toml"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A parsed file: its stem, its folder's name ("" at the top) and where it stands, for messages."""

    stem: str
    folder: str
    origin: str
    data: dict[str, Any]


def read_files(root: Traversable, shown: str, faults: list[str]) -> Iterator[RuleFile]:
    """Read every `*.toml` of a folder and of its folders, in order of folder and name.

    `shown` names the root in messages. A file that cannot be read or parsed is a fault. Names starting with a dot
    or an underscore are passed over.
    """
    yield from _read_folder(root, "", shown, faults)
    try:
        folders = sorted((entry for entry in root.iterdir() if entry.is_dir()), key=lambda entry: entry.name)
    except OSError as error:
        faults.append(f"{shown}: cannot be read: {error.strerror or error}")
        return
    for folder in folders:
        if not folder.name.startswith((".", "_")):
            yield from _read_folder(folder, folder.name, f"{shown}/{folder.name}", faults)


def _read_folder(root: Traversable, folder: str, shown: str, faults: list[str]) -> Iterator[RuleFile]:
    try:
        entries = sorted((entry for entry in root.iterdir() if entry.name.endswith(".toml")), key=lambda e: e.name)
    except OSError as error:
        faults.append(f"{shown}: cannot be read: {error.strerror or error}")
        return
    for entry in entries:
        if entry.name.startswith((".", "_")) or not entry.is_file():
            continue
        origin = f"{shown}/{entry.name}"
        data = read_file(entry, origin, faults)
        if data is not None:
            yield RuleFile(entry.name.removesuffix(".toml"), folder, origin, data)


def read_file(entry: Traversable, origin: str, faults: list[str]) -> dict[str, Any] | None:
    """Return one file's tables, None and a fault where that is impossible."""
    import tomli

    try:
        with entry.open("rb") as file:
            raw = file.read(BYTES_LIMIT + 1)
        if len(raw) > BYTES_LIMIT:
            faults.append(f"{origin}: larger than {BYTES_LIMIT >> 10} KiB")
            return None
        return tomli.loads(raw.decode("utf-8"))
    except OSError as error:
        faults.append(f"{origin}: cannot be read: {error.strerror or error}")
    except UnicodeDecodeError:
        faults.append(f"{origin}: not UTF-8")
    except (tomli.TOMLDecodeError, RecursionError) as error:
        faults.append(f"{origin}: not valid TOML: {str(error) or 'nested too deeply'}")
    return None
