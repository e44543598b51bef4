"""Judge URLs, their labels and e-mail addresses by what package indexes accept (2026)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pkg_audit.derive.metadata.common import capped, effective, known
from pkg_audit.facts.metadata_records import AddressFault

if TYPE_CHECKING:
    from pkg_audit.facts.declared import Person
    from pkg_audit.facts.distribution import Distribution
    from pkg_audit.facts.scanned import Scanned

MAX_LABEL = 32
MAX_EMAIL = 320

_EMAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]+@[^@\s<>()\[\],;:\\\"]+")
_NAMED = re.compile(r"[^<>]*<([^<>]*)>")


def address_faults(scanned: Scanned, distribution: Distribution) -> tuple[AddressFault, ...]:
    """Return URLs that are not absolute http(s) URLs, labels above 32 characters, and e-mail addresses that do not
    parse."""
    faults: list[AddressFault] = []
    for declared in effective(scanned, distribution):
        for label, text in (known(declared.urls) or {}).items():
            if len(label) > MAX_LABEL:
                faults.append(AddressFault(text.at, "label-too-long", label, text.value))
            if not _is_url(text.value):
                faults.append(AddressFault(text.at, "url-invalid", label, text.value))
        for person in declared.people:
            faults += _emails(person)
    return capped(faults)


def _is_url(text: str) -> bool:
    if not text or any(char.isspace() or ord(char) < 32 for char in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _emails(person: Person) -> list[AddressFault]:
    """Check one or, as setuptools allows, several addresses separated by commas."""
    if person.email is None or not person.email.value.strip():
        return []
    faults = []
    for part in person.email.value[:20_000].split(","):
        address = part.strip()
        if named := _NAMED.fullmatch(address):
            address = named[1].strip()
        if address and not _is_email(address):
            faults.append(AddressFault(person.email.at, "email-invalid", person.role, address))
    return faults


def _is_email(address: str) -> bool:
    if len(address) > MAX_EMAIL or not _EMAIL.fullmatch(address):
        return False
    local, _, domain = address.partition("@")
    return not any(
        part.startswith(".") or part.endswith(".") or ".." in part for part in (local, domain)
    ) and not domain.startswith("-")
