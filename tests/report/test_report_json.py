from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg_audit.facts.distribution import CoreMetadata, Distribution, FieldUnknown, Sdist, Wheel
from pkg_audit.facts.place import Place, Text, Unknown
from pkg_audit.model import Location, Report
from pkg_audit.report import render
from pkg_audit.report.json import PROJECT_KEYS, dumps, to_document, to_jsonable
from pkg_audit.report.schema import report_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.model import Finding

Make = "Callable[..., Report]"


def parse(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text.encode("utf-8").decode("utf-8"), parse_constant=refuse)


def closed(schema: Any) -> Any:
    """Return the schema with every object closed, so that a key nobody documented is an error."""
    if isinstance(schema, dict):
        copy = {key: closed(value) for key, value in schema.items()}
        if "properties" in copy:
            copy["additionalProperties"] = False
        return copy
    return [closed(item) for item in schema] if isinstance(schema, list) else schema


def validate(document: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(report_schema())
    jsonschema.Draft202012Validator(closed(report_schema())).validate(document)


def test_the_document_is_the_published_one(make_report: Callable[..., Report]) -> None:
    validate(parse(render(make_report(), "json")))


def test_a_report_about_nothing_has_every_key(make_report: Callable[..., Report]) -> None:
    empty = Report(".", "directory", 0, Distribution(None, Place()))
    full = parse(render(make_report(), "json"))
    document = parse(render(empty, "json"))
    validate(document)
    assert list(document) == list(full)
    for key in ("tool", "project", "wheel", "sdist", "advice", "summary"):
        assert list(document[key]) == list(full[key])
    assert document["project"]["build_backend"] is None
    assert document["facts"] is None


def test_values_of_the_contract(make_report: Callable[..., Report]) -> None:
    document = to_document(make_report())
    assert document["schema_version"] == "1.0"
    assert document["project"] | {"path": "."} == {
        "path": ".",
        "source": "directory",
        "name": "acme",
        "version": None,
        "requires_python": ">=3.10",
        "dependencies": ["click>=8"],
        "optional_dependencies": {"dev": ["pytest"]},
        "entry_points": {"console_scripts": {"acme": "acme.cli:mian"}},
        "license_expression": "MIT",
        "license_files": ["LICENSE"],
        "build_backend": "hatchling.build",
        "unknown": ["version"],
    }
    assert document["wheel"]["files"] == ["acme/__init__.py", "acme/cli.py"]
    assert document["sdist"] == {"files": ["pyproject.toml", "src/acme/__init__.py"], "complete": True}
    assert document["summary"] == {"error": 1, "warning": 1, "info": 1, "ignored": 1, "files": 14, "exit_code": 1}


def test_a_finding_carries_fix_edits_places_and_excerpts(make_report: Callable[..., Report]) -> None:
    finding = to_document(make_report())["findings"][0]
    assert finding["location"] == {
        "path": "pyproject.toml",
        "line": 21,
        "column": 8,
        "end_line": 21,
        "end_column": 23,
        "excerpt": 'acme = "acme.cli:mian"',
    }
    assert finding["related"][0]["message"] == "did you mean this?"
    assert finding["related"][0]["excerpt"] == "def main():"
    assert finding["fix"]["edits"] == [
        {
            "path": "pyproject.toml",
            "start_line": 21,
            "start_column": 8,
            "end_line": 21,
            "end_column": 23,
            "text": '"acme.cli:main"',
        }
    ]


def test_what_is_not_known_is_null_and_named(make_report: Callable[..., Report]) -> None:
    unknown = tuple(
        FieldUnknown(key, Unknown("needs-build")) for key in ("dependencies", "entry_points", "classifiers")
    )
    metadata = CoreMetadata(name=Text("a"), dependencies=(Text("partly-known"),), unknown=unknown)
    wheel = Wheel(unknown=(FieldUnknown("files", Unknown("dynamic-expression", Place("setup.py", 12))),))
    project = to_document(make_report(distribution=Distribution("b", Place(), metadata, wheel, Sdist())))
    assert project["project"]["dependencies"] is None
    assert project["project"]["entry_points"] is None
    assert project["project"]["unknown"] == ["dependencies", "entry_points"]
    named = {item["field"]: item for item in project["wheel"]["unknown"]}
    assert named["files"] == {"field": "files", "reason": "dynamic-expression", "path": "setup.py", "line": 12}
    for key in ("files", "import_names", "single_module", "extension_modules"):
        assert project["wheel"][key] is None
        assert key in named


def test_unknown_names_only_keys_of_the_project() -> None:
    assert set(PROJECT_KEYS) < set(report_schema()["properties"]["project"]["properties"])


def test_the_same_report_gives_the_same_bytes(make_report: Callable[..., Report]) -> None:
    assert render(make_report(), "json") == render(make_report(), "json")


def test_hostile_texts_stay_data(make_report: Callable[..., Report], make_finding: Callable[..., Finding]) -> None:
    name = "src/\udcff\x1b[2J\u202e\x9b\x7f\u2028\n::add-mask::x.py"
    finding = make_finding(message=f"{name} \ud800", location=Location(Place(name, 1, 1, 1, 2), "\x00\x85"))
    text = render(make_report(findings=(finding,)), "json")
    document = parse(text)
    validate(document)
    assert not any(0x7F <= ord(character) <= 0x9F or character in "\u202e\u2028\x1b\x00" for character in text)
    assert document["findings"][0]["location"]["path"].startswith("src/\\xff\x1b[2J\u202e")
    assert document["findings"][0]["message"].endswith("\\ud800")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (1.5, 1.5),
        (1 << 70, "large integer"),
        (-(1 << 63), -(1 << 63)),
        (True, True),
        ({1: ("a", None)}, {"1": ["a", None]}),
        (frozenset({"b", "a"}), ["a", "b"]),
        (b"\xff", "b'\\xff'"),
        ("\udc80", "\\x80"),
        (Place("a", 1), {"path": "a", "line": 1, "column": None, "end_line": None, "end_column": None}),
    ],
)
def test_odd_values_become_plain_data(value: Any, expected: Any) -> None:
    assert to_jsonable(value) == expected


def test_depth_and_length_are_limited() -> None:
    nested: Any = "x"
    for _ in range(5_000):
        nested = [nested]
    assert len(dumps(nested, indent=None)) < 200
    assert len(to_jsonable("a" * 100_000)) == 10_000


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
        max_leaves=20,
    )
)
def test_anything_becomes_strict_json(value: Any) -> None:
    parse(dumps(value))


def test_the_contract_page_agrees_with_the_schema() -> None:
    """Every key of the page's example stands in the schema, and the other way round."""
    page = Path(__file__).parents[3] / "shared" / "design" / "REPORT.md"
    if not page.is_file():
        pytest.skip("the contract's page is not beside this checkout")
    text = page.read_text(encoding="utf-8")
    block = text.split("```jsonc\n", 1)[1].split("```", 1)[0]
    lines = [
        line.split("   //")[0].split(" // ")[0] for line in block.splitlines() if not line.strip().startswith("//")
    ]
    validate(json.loads("\n".join(lines)))


test_the_contract_page_agrees_with_the_schema = pytest.mark.shared(test_the_contract_page_agrees_with_the_schema)
