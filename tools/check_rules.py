"""Check all rules, technologies and the decision tree; print every fault, and what there is.

    python tools/check_rules.py [FOLDER ...]

FOLDERs are further folders of rules. Exit code 1 where there is a fault.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from pkg_audit.advice import load_decision
from pkg_audit.errors import RuleError
from pkg_audit.ruleset import load_ruleset


def main() -> int:
    """Load everything and say how it went."""
    start = time.perf_counter()
    try:
        ruleset = load_ruleset(sys.argv[1:])
        load_decision(ruleset)
    except RuleError as error:
        print(error, file=sys.stderr)
        return 1
    took = (time.perf_counter() - start) * 1000
    print(f"{len(ruleset.rules)} rules and {len(ruleset.technologies)} technologies are in order ({took:.0f} ms)")
    for family, count in sorted(Counter(rule.family for rule in ruleset.rules.values()).items()):
        print(f"  {family}: {count}")
    print("traits:", ", ".join(sorted(ruleset.traits)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
