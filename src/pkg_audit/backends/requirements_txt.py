"""Read requirements files that a backend takes metadata from (hatch-requirements-txt, whey)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkg_audit.backends.index import join
from pkg_audit.backends.module_values import read_text
from pkg_audit.facts.place import Place, Text, Unknown, Value

if TYPE_CHECKING:
    from pkg_audit.backends.toml_table import Table
    from pkg_audit.facts.declared import Texts
    from pkg_audit.tree.port import Tree

_COMMENT = re.compile(r"(?:^|\s)#.*")


def requirements_of(tree: Tree, names: list[str], options: Table) -> Value[Texts]:
    """Return the requirements of the files; unknown where one is missing or holds options of pip (`-r`, `-e`)."""
    found: list[Text] = []
    for name in names:
        path = join(name)
        text = read_text(tree, path)
        if text is None:
            return Value(None, options.at(), Unknown("file-missing", options.at(), f"{name} is not readable"))
        for number, line in enumerate(text.split("\n"), 1):
            bare = _COMMENT.sub("", line).strip()
            if bare.startswith("-") or bare.endswith("\\"):
                at = Place(path, number)
                return Value(None, at, Unknown("dynamic-expression", at, "an option or continued line"))
            if bare:
                found.append(Text(bare, Place(path, number)))
    return Value(tuple(found), options.at())
