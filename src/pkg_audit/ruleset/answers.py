"""Name the answers of the decision tree that a technology's conditions may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ANSWERS = "answers"

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


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers to the decision tree's questions, the user's before the inferred ones; "unknown" where neither.

    `assume` is what the target can be assumed to have, `platforms` where it must run; both empty where nobody says.
    """

    kind: Kind = "unknown"
    audience: Audience = "unknown"
    environment: Environment = "unknown"
    deployment: Deployment = "unknown"
    assume: tuple[Assumption, ...] = ()
    platforms: tuple[str, ...] = ()
