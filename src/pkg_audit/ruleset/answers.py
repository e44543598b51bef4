"""Name the answers of the decision tree that a technology's conditions may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ANSWERS = "answers"

Kind = Literal["library", "tool", "service", "gui-app", "mobile-app", "web-frontend", "script", "firmware", "unknown"]
Audience = Literal["developers", "operations", "end-users", "unknown"]
Environment = Literal["server", "desktop", "mobile", "embedded", "browser", "dev-machine", "unknown"]
Deployment = Literal["single", "batch", "unknown"]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers to the decision tree's questions, the user's before the inferred ones; "unknown" where neither."""

    kind: Kind = "unknown"
    audience: Audience = "unknown"
    environment: Environment = "unknown"
    deployment: Deployment = "unknown"
