"""Look options of setup.cfg up as setuptools does: dashes are underscores, names are lower case, aliases count."""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Text, Unknown, Value
from pkg_audit.scan.ini import Ini, Option, Section, split_list, split_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pkg_audit.facts.declared import Texts
    from pkg_audit.facts.place import Place
    from pkg_audit.tree import Tree

ALIASES = {"home_page": "url", "summary": "description", "classifier": "classifiers", "platform": "platforms"}

_FILE = "file:"


class CfgView:
    """Options of one setup.cfg, with the tree that `file:` directives read from."""

    def __init__(self, ini: Ini, tree: Tree) -> None:
        self.ini = ini
        self.tree = tree
        self._options: dict[tuple[str, str], Option] = {}
        for section in ("metadata", "options"):
            found = ini.sections.get(section)
            for name, option in found.options.items() if found else ():
                normal = name.replace("-", "_").lower()
                self._options.setdefault((section, ALIASES.get(normal, normal)), option)

    def section(self, name: str) -> Section | None:
        """Return a section by its exact name."""
        return self.ini.sections.get(name)

    def option(self, section: str, name: str) -> Option | None:
        """Return an option of [metadata] or [options] by its normal name; an empty one counts as absent."""
        option = self._options.get((section, name))
        return option if option and option.lines else None

    def string(self, section: str, name: str) -> Value[str] | None:
        """Return an option's text."""
        option = self.option(section, name)
        return known(option.text) if option else None

    def items(self, section: str, name: str, separator: str = ",") -> Value[Texts] | None:
        """Return an option's list."""
        option = self.option(section, name)
        return Value(split_list(option, separator), option.at) if option else None

    def strings(self, section: str, name: str, separator: str = ",") -> Value[tuple[str, ...]] | None:
        """Return an option's list without places."""
        items = self.items(section, name, separator)
        return None if items is None else Value(tuple(item.value for item in items.value or ()), items.at)

    def pairs(self, section: str, name: str) -> Value[Mapping[str, Text]] | None:
        """Return an option's `key = value` items."""
        option = self.option(section, name)
        return Value(split_pairs(option), option.at) if option else None

    def file_names(self, option: Option) -> Texts | None:
        """Return the files that a `file:` directive names, None where the option is no such directive."""
        text = option.text.value
        if not text.startswith(_FILE):
            return None
        return tuple(Text(name.strip(), option.at) for name in text[len(_FILE) :].split(",") if name.strip())

    def file_text(self, option: Option) -> Value[str]:
        """Read and join the files of a `file:` directive; missing files are skipped, as setuptools does."""
        return read_named_files(self.tree, self.file_names(option) or (), option.at)

    def requirements(self, option: Option) -> Value[Texts]:
        """Return a list of requirements, given in place or by `file:`; comments are left out."""
        if self.file_names(option) is None:
            return Value(requirements(split_list(option, ";")), option.at)
        text = self.file_text(option)
        if text.value is None:
            return Value(None, option.at, text.unknown)
        return Value(requirements(plain_lines(text.value, option.at)), option.at)


def known(text: Text) -> Value[str]:
    """Return a value, unknown where configparser would fill it in from other options (`%(name)s`)."""
    if "%(" in text.value:
        return Value(None, text.at, Unknown("dynamic-expression", text.at, "interpolation"))
    return Value(text.value, text.at)


def plain_lines(text: str, at: Place) -> Texts:
    """Return the lines of a file that a directive names, stripped, without empty ones and comments."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(Text(line, at) for line in lines if line and not line.startswith("#"))


def requirements(lines: Iterable[Text]) -> Texts:
    """Return what setuptools makes of lines: no comments, not even behind a requirement, and joined behind a `\\`.

    Source: setuptools `_reqs.parse` (81), through which every list of requirements goes in the end.
    """
    found: list[Text] = []
    begun: Text | None = None
    for line in lines:
        kept = line.value.strip()
        if not kept or kept.startswith("#"):
            continue
        kept = kept.partition(" #")[0].strip()
        at = begun.at if begun else line.at
        joined = Text(f"{begun.value}{kept}" if begun else kept, at)
        begun = Text(joined.value[:-1].strip(), at) if kept.endswith("\\") else None
        if begun is None:
            found.append(joined)
    return (*found, begun) if begun else tuple(found)


def read_named_files(tree: Tree, names: Texts, at: Place) -> Value[str]:
    """Read and join files of the tree. Unknown where one cannot be read; a missing one is left out."""
    parts = []
    for name in names:
        path = normpath(name.value)
        if not tree.is_file(path):
            continue
        try:
            parts.append(tree.read(path).decode("utf-8"))
        except ReadError as error:
            return Value(None, at, Unknown("too-large" if error.reason == "too-large" else "file-missing", at, path))
        except UnicodeDecodeError:
            return Value(None, at, Unknown("encoding", at, path))
    if names and not parts:
        return Value(None, at, Unknown("file-missing", at, names[0].value))
    return Value("\n".join(parts), at)
