"""Name the answers of the decision tree that a technology's conditions may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from pkg_audit.facts.answers import Assumption, Audience, Deployment, Environment, Kind

ANSWERS = "answers"


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
