"""Fuzz one target with atheris: python tests/fuzz/run.py TARGET CORPUS... [libFuzzer options]."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import atheris

with atheris.instrument_imports(include=["pkg_audit", "tomli"]):
    import pkg_audit

    for module in pkgutil.walk_packages(pkg_audit.__path__, "pkg_audit."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import targets


def main() -> None:
    """Hand the target to libFuzzer, which never returns."""
    target = targets.TARGETS[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
