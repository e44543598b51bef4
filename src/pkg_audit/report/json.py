"""Write the report as the JSON document of the contract: every key always, null told apart from not known."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from pkg_audit import __version__
from pkg_audit.model import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.distribution import CoreMetadata, Distribution, FieldUnknown, Wheel, WheelTag
    from pkg_audit.facts.place import Place, Text
    from pkg_audit.model import Advice, Finding, Fix, Location, Report, Verdict
    from pkg_audit.report.style import Style

PROJECT_KEYS = (
    "name",
    "version",
    "requires_python",
    "dependencies",
    "optional_dependencies",
    "entry_points",
    "license_expression",
    "license_files",
    "build_backend",
)
"""The keys of `project` that `project.unknown` may name."""

MAX_TEXT = 10_000
MAX_DEPTH = 60
MAX_INT = 1 << 63

# Legal inside JSON strings, yet terminals and logs act on them or editors reorder the line: written as \uXXXX.
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def render(report: Report, style: Style | None = None) -> str:
    """Return the JSON text of one report, ending in a newline. The same report gives the same text everywhere."""
    del style
    return dumps(to_document(report)) + "\n"


def dumps(value: Any, indent: int | None = 2) -> str:
    """Return strict JSON that is valid UTF-8 and holds no control character, whatever the value's strings hold."""
    text = json.dumps(to_jsonable(value), ensure_ascii=False, allow_nan=False, indent=indent)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def to_jsonable(value: Any, depth: int = 0) -> Any:
    """Return the value as plain JSON data: odd numbers and lone surrogates as visible text, long texts cut.

    A surrogate that stands for an undecodable byte becomes `\\xNN`, any other `\\uNNNN`. Integers beyond 64 bits
    become "large integer", NaN and infinities their names. What nests deeper than 60 levels becomes null.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return value if -MAX_INT <= value < MAX_INT else "large integer"
    if isinstance(value, float):
        return value if value - value == 0.0 else str(value)
    if depth >= MAX_DEPTH:
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_jsonable(getattr(value, item.name), depth + 1) for item in fields(value)}
    if hasattr(value, "items"):
        return {_text(str(key)): to_jsonable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_jsonable(item, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((to_jsonable(item, depth + 1) for item in value), key=repr)
    return _text(str(value))


def to_document(report: Report) -> dict[str, Any]:
    """Return the report as the contract's document, not yet made safe for JSON (see `dumps`)."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "pkg-audit", "version": __version__, "rules": report.rules},
        "project": _project(report),
        "wheel": _wheel(report.distribution.wheel),
        "sdist": {
            "files": None if report.distribution.sdist.files is None else list(report.distribution.sdist.files),
            "complete": report.distribution.sdist.complete,
        },
        "verdicts": [_verdict(verdict) for verdict in report.verdicts],
        "advice": _advice(report.advice),
        "findings": [_finding(finding) for finding in report.findings],
        "not_evaluated": [{"rule": item.rule, "reason": item.reason} for item in report.not_evaluated],
        "problems": [
            {"what": problem.what, "path": problem.path, "line": problem.line, "probe": problem.probe}
            for problem in report.problems
        ],
        "facts": report.facts,
        "summary": _summary(report),
    }


def _text(text: str) -> str:
    if not text.isascii():
        text = _SURROGATE.sub(_escape_surrogate, text)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _escape_surrogate(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def _value(text: Text | None) -> str | None:
    return None if text is None else text.value


def _values(texts: tuple[Text, ...]) -> list[str]:
    return [text.value for text in texts]


def _project(report: Report) -> dict[str, Any]:
    distribution = report.distribution
    known = _known(distribution)
    unknown = {item.field for item in distribution.metadata.unknown}
    values = {key: None if key in unknown else known[key] for key in PROJECT_KEYS}
    return {
        "path": report.root,
        "source": report.source,
        **values,
        "unknown": [key for key in PROJECT_KEYS if key in unknown],
    }


def _known(distribution: Distribution) -> dict[str, Any]:
    metadata = distribution.metadata
    return {
        "name": _value(metadata.name),
        "version": _value(metadata.version),
        "requires_python": _value(metadata.requires_python),
        "dependencies": _values(metadata.dependencies),
        "optional_dependencies": {extra: _values(texts) for extra, texts in metadata.optional_dependencies.items()},
        "entry_points": _entry_points(metadata),
        "license_expression": _value(metadata.license_expression),
        "license_files": list(metadata.license_files),
        "build_backend": distribution.backend,
    }


def _entry_points(metadata: CoreMetadata) -> dict[str, dict[str, str]]:
    groups: dict[str, dict[str, str]] = {}
    for entry in metadata.entry_points:
        groups.setdefault(entry.group, {})[entry.name] = entry.value
    return groups


def _wheel(wheel: Wheel) -> dict[str, Any]:
    unknown = [_unknown(item) for item in wheel.unknown]
    named = {item.field for item in wheel.unknown}
    nullable: Mapping[str, Any] = {
        "import_names": None if wheel.import_names is None else list(wheel.import_names),
        "single_module": wheel.single_module,
        "extension_modules": None if wheel.extension_modules is None else list(wheel.extension_modules),
        "files": None if wheel.files is None else [file.path for file in wheel.files],
        "tags": None if wheel.tags is None else [_tag(tag) for tag in wheel.tags],
    }
    # A reader takes null for "none" unless the field is listed, so a field nobody explained is listed all the same.
    unknown += [
        {"field": key, "reason": "needs-build", "path": None, "line": None}
        for key, value in nullable.items()
        if value is None and key not in named
    ]
    return {
        "kind": wheel.kind,
        "reasons": [{"message": reason.message, **_path_line(reason.at)} for reason in wheel.kind_reasons],
        "tags": nullable["tags"],
        "abi3_floor": _value(wheel.abi3_floor),
        "free_threaded": wheel.free_threaded,
        "import_names": nullable["import_names"],
        "import_namespaces": list(wheel.import_namespaces),
        "stub_packages": list(wheel.stub_packages),
        "single_module": nullable["single_module"],
        "extension_modules": nullable["extension_modules"],
        "files": nullable["files"],
        "complete": wheel.complete,
        "unknown": unknown,
    }


def _tag(tag: WheelTag) -> dict[str, Any]:
    reasons = [{"message": reason.message, **_path_line(reason.at)} for reason in tag.reasons]
    return {"tag": str(tag), "python": tag.python, "abi": tag.abi, "platform": tag.platform, "reasons": reasons}


def _unknown(item: FieldUnknown) -> dict[str, Any]:
    return {"field": item.field, "reason": item.unknown.reason, **_path_line(item.unknown.at)}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "technology": verdict.technology,
        "title": verdict.title,
        "level": verdict.level,
        "status": verdict.status,
        "summary": verdict.summary,
        "findings": list(verdict.findings),
        "next_action": verdict.next_action,
        "basis": verdict.basis,
        "proof": None if verdict.proof is None else dict(verdict.proof),
    }


def _advice(advice: Advice) -> dict[str, Any]:
    return {
        "kind": advice.kind,
        "audience": advice.audience,
        "environment": advice.environment,
        "deployment": advice.deployment,
        "inferred_from": [
            {"question": item.question, "because": item.because, **_path_line(item.at)} for item in advice.inferred_from
        ],
        "primary": advice.primary,
        "alternatives": list(advice.alternatives),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "family": finding.family,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "title": finding.title,
        "message": finding.message,
        "location": _location(finding.location),
        "related": [{**_location(place), "message": place.message} for place in finding.related],
        "fix": _fix(finding.fix),
        "status": finding.status,
        "ignored_because": finding.ignored_because,
        "fingerprint": finding.fingerprint,
        "url": finding.url,
    }


def _location(location: Location) -> dict[str, Any]:
    at = location.at
    return {
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
        "excerpt": location.excerpt,
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = [
        {
            "path": edit.at.path,
            "start_line": edit.at.line,
            "start_column": edit.at.column,
            "end_line": edit.at.end_line,
            "end_column": edit.at.end_column,
            "text": edit.text,
        }
        for edit in fix.edits
    ]
    return {"description": fix.description, "safe": fix.safe, "edits": edits}


def _path_line(at: Place) -> dict[str, Any]:
    return {"path": at.path, "line": at.line}


def _summary(report: Report) -> dict[str, int]:
    counts = report_counts(report)
    return {**counts, "files": report.files, "exit_code": report.exit_code}


def report_counts(report: Report) -> dict[str, int]:
    """Count the open findings by severity, and as `ignored` those that an ignore or a baseline takes out."""
    counts = {"error": 0, "warning": 0, "info": 0, "ignored": 0}
    for finding in report.findings:
        counts[finding.severity if finding.status == "open" else "ignored"] += 1
    return counts
