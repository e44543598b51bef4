"""Hold what stands between a wheel's tag and the Pythons, platforms and indexes it is meant for; selected by rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pkg_audit.facts.place import Place


@dataclass(frozen=True, slots=True)
class TagFault:
    """A wheel's tag, as it would be built, that its own project contradicts. `tag` is the tag or the part in question.

    older-than-limited-api: code of module `name` asks for the limited API of a later Python (`detail`) than the tag.
    newer-than-requires-python: setuptools stops on a Python that is let in (`detail`) and that the tag leaves out.
    no-free-threaded-build: backend `name` stops on the free-threaded Pythons that a classifier (`detail`) promises.
    linux-tag-uploaded: a workflow uploads (`detail`: where) what index servers refuse; `name` is what made it.
    """

    at: Place
    kind: Literal[
        "older-than-limited-api", "newer-than-requires-python", "no-free-threaded-build", "linux-tag-uploaded"
    ]
    tag: str
    name: str
    detail: str = ""
    related: tuple[Place, ...] = ()
