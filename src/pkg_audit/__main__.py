"""Run `python -m pkg_audit` without trusting the current directory."""

import sys

# `-m` puts the current directory first on the path, where an audited project's `tomli.py` would become ours. With -P,
# -I or PYTHONSAFEPATH it is not there. Nothing but `sys` may be imported above this line.
_here = sys.path[0] if sys.path and __package__ and not sys.flags.safe_path else ""
sys.path[:] = [entry for entry in sys.path if entry not in ("", ".", _here)]

if __name__ == "__main__":
    from pkg_audit.cli import main

    sys.exit(main())
