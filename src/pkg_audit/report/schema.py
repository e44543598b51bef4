"""Publish the shape of the JSON report as a JSON Schema (draft 2020-12), written by hand and tested against reports.

Objects stay open: keys may be added within a major `schema_version`, so a reader must ignore those it doesn't know.
"""

from __future__ import annotations

from typing import Any, get_args

from pkg_audit.facts.native import WheelKind
from pkg_audit.facts.place import UnknownReason
from pkg_audit.model import SEVERITIES, Confidence, Status

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER_FROM_1: Schema = {"type": ["integer", "null"], "minimum": 1}
TEXTS: Schema = {"type": "array", "items": TEXT}
TEXTS_OR_NULL: Schema = {"type": ["array", "null"], "items": TEXT}


def report_schema() -> Schema:
    """Return the schema of one report."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pkg-audit report",
        "description": "What one project's sdist and wheel would be, how ready it is for each packaging technology, "
        "and the findings. null means none, unless the nearest `unknown` list names the key: then it is not known.",
        **_object(
            schema_version={"type": "string", "pattern": "^1\\.[0-9]+$"},
            tool=_object(name={"const": "pkg-audit"}, version=TEXT, rules=COUNT),
            project=_project(),
            wheel=_wheel(),
            sdist=_object(files=TEXTS_OR_NULL, complete=FLAG),
            verdicts=_array(_verdict()),
            advice=_advice(),
            findings=_array({"$ref": "#/$defs/finding"}),
            not_evaluated=_array(_object(rule=TEXT, reason=TEXT)),
            problems=_array(_object(what=TEXT, path=TEXT_OR_NULL, line=NUMBER_FROM_1, probe=TEXT)),
            facts={"description": "the facts document that rules select from, with --facts; else null"},
            summary=_summary(),
        ),
        "$defs": {"finding": _finding(), "span": _span()},
    }


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _enum(*values: str) -> Schema:
    return {"enum": list(values)}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [{"type": "null"}, schema]}


def _described(schema: Schema, text: str) -> Schema:
    return {**schema, "description": text}


def _map(values: Schema) -> Schema:
    return {"type": ["object", "null"], "additionalProperties": values}


def _project() -> Schema:
    return _object(
        path=_described(TEXT, "the audited root, as it was named"),
        source=_enum("directory", "sdist", "wheel"),
        name=TEXT_OR_NULL,
        version=TEXT_OR_NULL,
        requires_python=TEXT_OR_NULL,
        dependencies=_described(TEXTS_OR_NULL, "PEP 508, as in Requires-Dist, extras apart"),
        optional_dependencies=_map(TEXTS),
        entry_points=_map({"type": "object", "additionalProperties": TEXT}),
        license_expression=TEXT_OR_NULL,
        license_files=TEXTS_OR_NULL,
        build_backend=_described(TEXT_OR_NULL, "null: no packaging metadata at all"),
        unknown=_described(TEXTS, "names of the keys above that static reading cannot know"),
    )


def _wheel() -> Schema:
    schema = _object(
        kind=_enum(*get_args(WheelKind)),
        reasons=_array(_object(message=TEXT, path=TEXT_OR_NULL, line=NUMBER_FROM_1)),
        free_threaded=_enum("yes", "no", "unknown", "n/a"),
        import_names=TEXTS_OR_NULL,
        import_namespaces=TEXTS,
        stub_packages=TEXTS,
        single_module={"type": ["boolean", "null"]},
        extension_modules=TEXTS_OR_NULL,
        files=_described(TEXTS_OR_NULL, "posix paths as in the wheel, without dist-info and compiled files"),
        complete=_described(FLAG, "false: something dynamic could add or remove files"),
        unknown=_array(
            _object(field=TEXT, reason=_enum(*get_args(UnknownReason)), path=TEXT_OR_NULL, line=NUMBER_FROM_1)
        ),
    )
    # Added within 1.0: a reader may meet reports without these.
    schema["properties"] |= {
        "tags": _described(
            {"type": ["array", "null"], "items": _wheel_tag()},
            "of the wheels that CPython builds by default; cp3* stands for the interpreter that builds, <platform> for "
            "its platform",
        ),
        "abi3_floor": _described(TEXT_OR_NULL, "the lowest Python that an abi3 wheel is for, such as 3.9"),
    }
    return schema


def _wheel_tag() -> Schema:
    reasons = _array(_object(message=TEXT, path=TEXT_OR_NULL, line=NUMBER_FROM_1))
    return _object(tag=TEXT, python=TEXT, abi=TEXT, platform=TEXT, reasons=reasons)


def _verdict() -> Schema:
    proof = {
        "type": "object",
        "required": ["status"],
        "properties": {
            "status": _enum("runs", "fails"),
            "command": TEXT,
            "artifact": TEXT_OR_NULL,
            "seconds": {"type": "number", "minimum": 0},
            "log_tail": TEXT_OR_NULL,
        },
    }
    return _object(
        technology=TEXT,
        title=TEXT,
        level=COUNT,
        status=_enum(*get_args(Status)),
        summary=TEXT,
        findings=_described(TEXTS, "ids of findings, blockers first"),
        next_action=TEXT_OR_NULL,
        basis=_enum("static", "proved"),
        proof=_or_null(proof),
    )


def _advice() -> Schema:
    return _object(
        kind=TEXT,
        audience=TEXT,
        environment=TEXT,
        deployment=TEXT,
        inferred_from=_array(_object(question=TEXT, because=TEXT, path=TEXT_OR_NULL, line=NUMBER_FROM_1)),
        primary=TEXT_OR_NULL,
        alternatives={**TEXTS, "maxItems": 4},
    )


def _span() -> Schema:
    return _described(
        _object(
            path=_described(TEXT_OR_NULL, "null: the whole project"),
            line=NUMBER_FROM_1,
            column=NUMBER_FROM_1,
            end_line=NUMBER_FROM_1,
            end_column=NUMBER_FROM_1,
            excerpt=TEXT_OR_NULL,
        ),
        "lines and columns count from 1, columns in code points; end_column is one past the last character",
    )


def _finding() -> Schema:
    edit = _object(
        path=TEXT_OR_NULL,
        start_line=NUMBER_FROM_1,
        start_column=NUMBER_FROM_1,
        end_line=NUMBER_FROM_1,
        end_column=NUMBER_FROM_1,
        text=TEXT,
    )
    related = _object(**_span()["properties"], message=TEXT_OR_NULL)
    return _object(
        id=TEXT,
        rule=TEXT,
        family=TEXT,
        severity=_enum(*SEVERITIES),
        confidence=_enum(*get_args(Confidence)),
        title=TEXT,
        message=TEXT,
        location={"$ref": "#/$defs/span"},
        related=_array(related),
        fix=_or_null(_object(description=TEXT, safe=FLAG, edits=_array(edit))),
        status=_enum("open", "ignored", "baseline"),
        ignored_because=TEXT_OR_NULL,
        fingerprint=TEXT,
        url=TEXT,
    )


def _summary() -> Schema:
    return _object(
        error=COUNT,
        warning=COUNT,
        info=COUNT,
        ignored=COUNT,
        files=COUNT,
        exit_code=_described({"type": "integer", "enum": [0, 1, 2, 3]}, "the exit code of the run that wrote this"),
    )
