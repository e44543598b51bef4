"""Read setup.cfg: the metadata and options that setuptools takes from it (setuptools 84, 2026)."""

from __future__ import annotations

from types import MappingProxyType

from pkg_audit.errors import ReadError
from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import FileError, SetupCfg
from pkg_audit.scan.ini import parse_ini
from pkg_audit.scan.setup_cfg.metadata import read_declared
from pkg_audit.scan.setup_cfg.options import read_options
from pkg_audit.scan.setup_cfg.view import CfgView
from pkg_audit.tree import Tree

__all__ = ["PATH", "read_setup_cfg"]

PATH = "setup.cfg"


def read_setup_cfg(tree: Tree) -> SetupCfg | None:
    """Read the tree's setup.cfg, None where there is none.

    `attr:` is resolved from sources where a literal stands there, `file:` by reading the file; what is left is an
    unknown value with its reason.
    """
    if not tree.is_file(PATH):
        return None
    try:
        text = tree.read(PATH).decode("utf-8")
    except ReadError as error:
        return SetupCfg(Place(PATH), error=FileError(Place(PATH), str(error), error.reason))
    except UnicodeDecodeError:
        return SetupCfg(Place(PATH), error=FileError(Place(PATH), "not valid UTF-8", "encoding"))
    ini = parse_ini(text.removeprefix("\ufeff"), PATH)
    view = CfgView(ini, tree)
    options = read_options(view)
    return SetupCfg(
        at=Place(PATH),
        sections=MappingProxyType(
            {
                name: MappingProxyType({key: option.text for key, option in section.options.items()})
                for name, section in ini.sections.items()
            }
        ),
        declared=read_declared(view, options),
        setuptools=options,
        option_places=MappingProxyType(
            {
                (name, key): option.name_at
                for name, section in ini.sections.items()
                for key, option in section.options.items()
            }
        ),
        misfits=tuple(ini.misfits),
    )
