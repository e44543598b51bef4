"""Read INI text as Python's configparser does, with the place of every option and of every line of its value.

Tolerant where configparser stops: duplicates and lines without delimiter are noted, and reading goes on. The last
duplicate counts. No interpolation.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pkg_audit.facts.place import Place, Text
from pkg_audit.facts.scanned import Misfit

MAX_LINES = 100_000


@dataclass(slots=True)
class Option:
    """One option: its name as written, and the non-empty lines of its value, each with its place."""

    name: str
    name_at: Place
    lines: list[Text] = field(default_factory=list)
    inline: bool = False
    """The value starts on the option's own line."""

    @property
    def value(self) -> str:
        """The value as configparser gives it, without empty lines."""
        return ("" if self.inline or not self.lines else "\n") + "\n".join(line.value for line in self.lines)

    @property
    def at(self) -> Place:
        """The span of the value, or the name's where the value is empty."""
        if not self.lines:
            return self.name_at
        first, last = self.lines[0].at, self.lines[-1].at
        return Place(first.path, first.line, first.column, last.end_line, last.end_column)

    @property
    def text(self) -> Text:
        """The stripped value with its span."""
        return Text(self.value.strip(), self.at)


@dataclass(slots=True)
class Section:
    """One section with its options by name as written."""

    name: str
    at: Place
    options: dict[str, Option] = field(default_factory=dict)


@dataclass(slots=True)
class Ini:
    """A whole file. `misfits` lists what configparser would refuse."""

    sections: dict[str, Section] = field(default_factory=dict)
    misfits: list[Misfit] = field(default_factory=list)


def parse_ini(text: str, path: str, delimiters: str = "=:", first_line: int = 1) -> Ini:
    """Parse INI text; `path` and `first_line` say where it stands."""
    ini = Ini()
    section: Section | None = None
    option: Option | None = None
    indent = 0
    for number, raw in enumerate(text.split("\n", MAX_LINES)[:MAX_LINES], first_line):
        line = raw.rstrip("\r")
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        column = len(line) - len(line.lstrip())
        at = Place(path, number, column + 1, number, column + len(stripped) + 1)
        if section is not None and option is not None and column > indent:
            option.lines.append(Text(stripped, at))
            continue
        indent = column
        if stripped.startswith("[") and "]" in stripped[2:]:
            name = stripped[1 : stripped.rindex("]")]
            if name in ini.sections:
                ini.misfits.append(Misfit(at, name, f"section [{name}] stands twice"))
            section = ini.sections.setdefault(name, Section(name, at))
            option = None
            continue
        if section is None:
            ini.misfits.append(Misfit(at, "", "text before the first section"))
            continue
        option = _read_option(ini, section, stripped, at, delimiters) or option
    return ini


def _read_option(ini: Ini, section: Section, line: str, at: Place, delimiters: str) -> Option | None:
    cut = min((line.find(char) for char in delimiters if char in line), default=-1)
    if cut < 0:
        ini.misfits.append(Misfit(at, section.name, "a line that is neither section, option nor continuation"))
        return None
    name = line[:cut].rstrip()
    column = at.column or 1
    name_at = Place(at.path, at.line, column, at.line, column + len(name))
    option = Option(name, name_at)
    rest = line[cut + 1 :]
    if value := rest.strip():
        start = column + cut + 1 + len(rest) - len(rest.lstrip())
        option.lines.append(Text(value, Place(at.path, at.line, start, at.line, start + len(value))))
        option.inline = True
    if name in section.options:
        ini.misfits.append(Misfit(name_at, f"{section.name}.{name}", f"option {name} stands twice in [{section.name}]"))
    section.options[name] = option
    return option


def split_list(option: Option, separator: str = ",") -> tuple[Text, ...]:
    """Split a value as setuptools does: by lines where it has several, else by the separator."""
    if len(option.lines) != 1 or not option.inline:
        return tuple(option.lines)
    line = option.lines[0]
    found = []
    column = line.at.column or 1
    for part in line.value.split(separator):
        if item := part.strip():
            start = column + len(part) - len(part.lstrip())
            at = Place(line.at.path, line.at.line, start, line.at.line, start + len(item))
            found.append(Text(item, at))
        column += len(part) + len(separator)
    return tuple(found)


def split_pairs(option: Option) -> dict[str, Text]:
    """Split a value of `key = value` items; items without `=` are left out."""
    found = {}
    for item in split_list(option):
        key, equals, value = item.value.partition("=")
        if equals:
            found[key.strip()] = Text(value.strip(), item.at)
    return found
