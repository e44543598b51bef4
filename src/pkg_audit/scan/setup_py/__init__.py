"""Read setup.py by evaluating its syntax tree, and nothing else: no line of it ever runs."""

from __future__ import annotations

from pkg_audit.scan.setup_py.read import read_setup_py

__all__ = ["read_setup_py"]
