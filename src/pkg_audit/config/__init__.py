"""Settle what one run does: the command line over the environment over the user's file over the audited project's.

The audited project is not trusted: its configuration selects, ignores, sets severities and answers questions. Keys
that name code, outputs or anything outside belong to the user, who may also leave the project's out (`--isolated`).
"""

from __future__ import annotations

from pkg_audit.config.ignores import Ignore, InlineIgnore, inline_ignores
from pkg_audit.config.load import load_config
from pkg_audit.config.names import check_names, nearest, unknown_name
from pkg_audit.config.settings import Answers, Config, FailOn

__all__ = [
    "Answers",
    "Config",
    "FailOn",
    "Ignore",
    "InlineIgnore",
    "check_names",
    "inline_ignores",
    "load_config",
    "nearest",
    "unknown_name",
]
