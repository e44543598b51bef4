"""Name the answers to the questions of the decision tree, for the settings that give them and the rules that ask."""

from __future__ import annotations

from typing import Literal

Kind = Literal["library", "tool", "service", "gui-app", "mobile-app", "web-frontend", "script", "firmware", "unknown"]
Audience = Literal["developers", "operations", "end-users", "unknown"]
Environment = Literal["server", "desktop", "mobile", "embedded", "browser", "dev-machine", "unknown"]
Deployment = Literal["single", "batch", "unknown"]
Assumption = Literal[
    "nothing-but-os",
    "python",
    "conda",
    "brew",
    "apt",
    "dnf",
    "container-runtime",
    "hypervisor",
    "platform",
    "board",
]
