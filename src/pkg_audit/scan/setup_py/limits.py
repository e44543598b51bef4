"""Bound what evaluating one setup.py may cost, whatever it says."""

from __future__ import annotations

STEPS = 100_000
"""Evaluation steps in one setup.py, its helpers and the files it searches together."""

MODULE_STEPS = 10_000
"""Evaluation steps for the top level of one imported project module."""

DEPTH = 60
"""Nesting of expressions, statements and calls together; each level costs a handful of interpreter frames."""

CALLS = 10
"""Nesting of calls of functions that the project defines."""

MODULES = 16
"""Project modules read on behalf of one setup.py."""

MODULE_BYTES = 262_144
"""Bytes of all those modules together: parsing them is what takes the time."""

TEXT = 65_536
"""Characters of a computed string."""

FILE = 262_144
"""Bytes of a file that setup.py reads or imports."""

SCRIPT = 1 << 20
"""Bytes of setup.py itself."""

ITEMS = 5_000
"""Items of a computed container, and matches of one glob."""

OPTIONS = 12
"""Alternatives of a conditional value before it becomes plainly unknown."""


class ExhaustedError(Exception):
    """The step budget is spent: what has not been evaluated by now is unknown."""
