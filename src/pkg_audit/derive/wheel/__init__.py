"""Derive where a wheel given as input disagrees with its own tags."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pkg_audit.derive.wheel import abi3, account, libraries, suffixes, systems
from pkg_audit.derive.wheel.view import view_of
from pkg_audit.facts.place import WHOLE_PROJECT
from pkg_audit.facts.wheel_records import UnreadBinary

if TYPE_CHECKING:
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned
    from pkg_audit.facts.wheel_records import WheelFault

__all__ = ["unread_binaries", "wheel_faults"]

MAX_RECORDS = 500


def wheel_faults(scanned: Scanned, distribution: Distribution) -> tuple[WheelFault, ...]:
    """Return the disagreements of a wheel, each once, at most 500; none for anything but a wheel."""
    wheel = view_of(scanned, distribution)
    if wheel is None:
        return ()
    found = chain(
        account.purelib(wheel),
        account.tags_differ(wheel),
        account.tag_refused(wheel),
        account.without_binary(wheel),
        account.extension_for_any(wheel),
        suffixes.suffix_outside_tags(wheel),
        systems.symbol_too_recent(wheel),
        systems.architecture(wheel),
        systems.macos_too_new(wheel),
        libraries.library_missing(wheel),
        abi3.outside_stable_abi(wheel),
    )
    return tuple(dict.fromkeys(found))[:MAX_RECORDS]


def unread_binaries(scanned: Scanned, distribution: Distribution) -> tuple[UnreadBinary, ...]:
    """Return the binaries whose needs are not known, at most 500."""
    wheel = view_of(scanned, distribution)
    if wheel is None:
        return ()
    damaged = [
        UnreadBinary(binary.at, binary.at.path or "", "contents", binary.unknown.reason)
        for binary in wheel.contents.binaries
        if binary.unknown is not None
    ]
    if wheel.contents.looked_everywhere != "yes":
        damaged.append(UnreadBinary(WHOLE_PROJECT, "", "contents", "too-large"))
    return (*damaged, *abi3.unknown_abi(wheel))[:MAX_RECORDS]
