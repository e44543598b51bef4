"""Queries: what loads, what they select, and what every kind of mistake is told."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import Literal

import pytest
from jmespath.functions import Functions

from pkg_audit.facts.document import EntryPoint, Facts, ProjectFacts, document
from pkg_audit.facts.place import Place
from pkg_audit.query import QueryError, compile_query, facts_schema, parse_template, schema_of
from pkg_audit.query.functions import FUNCTIONS
from pkg_audit.query.words import nearest, suggestion


@dataclass(frozen=True, slots=True)
class Lid:
    at: Place
    colour: Literal["red", "blue"]
    size: int
    weight: float | None
    note: str | None
    closed: bool
    tags: tuple[str, ...] = ()
    inner: Place | None = None


@dataclass(frozen=True, slots=True)
class Kitchen:
    best: Lid
    lids: tuple[Lid, ...] = ()
    words: tuple[str, ...] = ()
    spare: Lid | None = None


KITCHEN = schema_of(Kitchen)


def lid(line: int, colour: Literal["red", "blue"] = "red", **more: object) -> Lid:
    values: dict[str, object] = {"size": line, "weight": None, "note": None, "closed": False, **more}
    return Lid(Place("a.py", line), colour, **values)  # type: ignore[arg-type]


DOCUMENT = document(
    Kitchen(lid(1), (lid(1), lid(2, "blue", tags=("old", "dented")), lid(3, note="loose", closed=True)), ("a", "b"))
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("lids", [1, 2, 3]),
        ("lids[?colour == 'red']", [1, 3]),
        ("lids[?colour != 'red']", [2]),
        ("lids[?'red' == colour]", [1, 3]),
        ("lids[?closed]", [3]),
        ("lids[?!closed]", [1, 2]),
        ("lids[?!(colour == 'red')]", [2]),
        ("lids[?size > `1` && colour == 'red']", [3]),
        ("lids[?size < `2` || closed]", [1, 3]),
        ("lids[?note == `null`]", [1, 2]),
        ("lids[?note]", [3]),
        ("lids[?tags]", [2]),
        ("lids[?contains(tags, 'old')]", [2]),
        ("lids[?contains(['blue'], colour)]", [2]),
        ("lids[?starts_with(not_null(note, ''), 'lo')]", [3]),
        ("lids[?length(tags) == `2`]", [2]),
        ("lids[?weight > `1`]", []),
        ("lids[0:1]", [1]),
        ("lids[*]", [1, 2, 3]),
        ("[lids, lids][]", [1, 2, 3, 1, 2, 3]),
        ("[best]", [1]),
        ("[best][?size == `1`]", [1]),
        ("reverse(lids)", [3, 2, 1]),
        ("sort_by(lids, &size)", [1, 2, 3]),
        ("lids[].{at: at, reason: 'generated'}", [1, 2, 3]),
        ("lids[].merge(@, {reason: 'generated'})", [1, 2, 3]),
        ("lids | [?closed]", [3]),
        ("[{lids: lids, best: best}][?best.size == `1`].lids[]", [1, 2, 3]),
        ("[spare]", []),
    ],
)
def test_a_query_selects_records_with_their_place(text: str, lines: list[int]) -> None:
    query = compile_query(text, KITCHEN)
    assert query.selected_record().fields["at"]
    assert [record["at"]["line"] for record in query.select(DOCUMENT) if record is not None] == lines


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # unknown fields, with the nearest
        ("lid", "Kitchen has no field 'lid'; did you mean 'lids'?"),
        ("lids[?color == 'red']", "Lid has no field 'color'; did you mean 'colour'?"),
        ("lids[].at.{p: pth}", "Place has no field 'pth'; did you mean 'path'?"),
        ("lids[?xyzzy == 'a' || closed]", "valid: at, closed"),
        # a field of what has none
        ("lids.colour", "'colour' is asked of a list; write [].colour"),
        ("lids[].colour.hue", "'hue' is asked of one of 'blue', 'red', which has no fields"),
        ("lids[].at.line.x", "has no fields"),
        # a projection over what is no list
        ("best[?closed]", "`best` is a record (Lid), not a list"),
        ("best[*]", "not a list"),
        ("best[]", "not a list"),
        ("best[0]", "not of a list"),
        ("best[0:1]", "not of a list"),
        ("lids[].size[?@ == `1`]", "is a number, not a list"),
        # a literal that can never occur
        ("lids[?colour == 'rde']", "'rde' can never occur in `colour`; did you mean 'red'?"),
        ("lids[?'grey' != colour]", "'grey' can never occur in `colour`; valid: blue, red"),
        ("lids[?colour == `1`]", "can never find them equal"),
        ("lids[?size == '1']", "can never find them equal"),
        ("lids[?closed == 'yes']", "can never find them equal"),
        ("lids[?colour == `null`]", "`colour` is never null"),
        ("lids[?at == 'x']", "is a record (Place)"),
        ("lids[?contains(['red', 'bleu'], colour)]", "'bleu' can never occur in `colour`; did you mean 'blue'?"),
        ("lids[?contains(colour, 'e') && contains(tags, `3`)]", "holds no number"),
        ("contains(lids[].colour, 'rad')", "'rad' can never occur in `lids[...].colour`; did you mean 'red'?"),
        # precedence
        ("lids[?!at.path]", "!at. is read as (!at).; write !(at....)"),
        ("lids[?!colour == 'red']", "!colour== is read as (!colour)==; write !(colour==...)"),
        ("!lids[?closed]", "!lids[ is read as (!lids)[; write !(lids[...)"),
        # conditions that do not decide
        ("lids[?colour]", "`colour` is one of 'blue', 'red', so it always counts as true"),
        ("lids[?!colour]", "always counts as true"),
        ("lids[?closed && size]", "`size` is a number, and even 0 counts as true"),
        ("lids[?at]", "`at` is a record and always there"),
        ("lids[?`null`]", "never holds"),
        # functions
        ("lids[?start_with(note, 'a')]", "there is no function start_with(); did you mean 'starts_with'?"),
        ("lids[?starts_with(colour)]", "starts_with() takes 2 argument(s), and 1 are given"),
        ("length(lids, words)", "length() takes 1 argument(s), and 2 are given"),
        ("not_null()", "at least 1 argument(s)"),
        ("lids[?starts_with(size, 'a')]", "starts_with() takes string, and `size` is a number"),
        ("lids[?starts_with(note, 'a')]", "write not_null(note, ...)"),
        ("sort_by(lids, colour)", "write &colour"),
        ("sort_by(lids, &at)", "orders by a string or a number"),
        ("sort_by(lids, &sze)", "did you mean 'size'?"),
        ("map(&colr, lids)", "did you mean 'colour'?"),
        ("sum(words)", "sum() takes array of number"),
        # ordering
        ("lids[?note < 'a']", "< compares numbers"),
        ("lids[?colour > 'blue']", "'3.10' before '3.9'"),
        # words that are read as fields
        ("lids[?colour == red]", "red is read as a field's name; write 'red'"),
        ('lids[?note == "xyzzy"]', "xyzzy is read as a field's name; write 'xyzzy'"),
        ("lids[?note == null]", "null is read as a field's name; write `null` between backticks"),
        ("lids[?closed == true]", "write `true` between backticks"),
        # what a rule does not need
        ("*.colour", "has no place in a rule"),
        # syntax
        ("lids[", "not a JMESPath expression at column 6, it ends too early"),
        ("lids[?colour = 'red']", "not a JMESPath expression"),
        ("lids lids", "near 'lids'"),
        ("", "not a JMESPath expression"),
        ("(" * 3000, "nested too deeply"),
        ("a" * 5000, "longer than"),
    ],
)
def test_a_mistake_is_an_error_that_says_what_is_valid(text: str, told: str) -> None:
    with pytest.raises(QueryError) as error:
        compile_query(text, KITCHEN)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lids[].colour", "it gives a list of one of 'blue', 'red'; select the records themselves"),
        ("best", "it gives one record, not a list; write [best]"),
        ("length(lids)", "it gives a number"),
        ("lids[].{colour: colour}", "without `at`"),
        ("lids[].{at: colour}", "without `at`"),
        ("words", "a list of a string"),
    ],
)
def test_a_selection_without_places_is_refused(text: str, told: str) -> None:
    query = compile_query(text, KITCHEN)
    with pytest.raises(QueryError) as error:
        query.selected_record()
    assert told in str(error.value)


def test_a_condition_must_be_able_to_decide() -> None:
    assert compile_query("lids[?closed]", KITCHEN, condition=True).search(DOCUMENT)
    with pytest.raises(QueryError, match="always there"):
        compile_query("best", KITCHEN, condition=True)


def test_the_functions_are_those_of_the_engine() -> None:
    engine = Functions.FUNCTION_TABLE
    assert set(FUNCTIONS) == set(engine)
    for name, signature in FUNCTIONS.items():
        expected = engine[name]["signature"]
        assert len(signature.arguments) == len(expected), name
        assert signature.variadic == any(argument.get("variadic", False) for argument in expected), name


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_no_accepted_call_fails_when_it_runs(name: str) -> None:
    arguments = {
        "number": "size",
        "string": "colour",
        "array": "tags",
        "array-number": "[size]",
        "array-string": "tags",
        "object": "at",
        "any": "note",
        "expref": "&@",
    }
    given = [arguments[kind.split("|")[0]] for kind in FUNCTIONS[name].arguments]
    query = compile_query(f"lids[].[{name}({', '.join(given)})]", KITCHEN)
    assert len(query.search(DOCUMENT)) == 3


def test_a_query_knows_what_it_reads() -> None:
    query = compile_query("lids[?colour == 'red'].at.line", KITCHEN)
    assert query.roots == {"lids"}
    assert query.touched == {("Kitchen", "lids"), ("Lid", "colour"), ("Lid", "at"), ("Place", "line")}
    assert query.idle({"lids": [], "best": {}})
    assert not query.idle({"lids": [{}], "best": {}})
    assert not compile_query("[best]", KITCHEN).idle({"lids": [], "best": {}})


def test_the_facts_have_a_shape() -> None:
    assert {"project", "entry_points"} <= set(facts_schema().fields)
    facts = Facts(
        ProjectFacts(Place(), "yes", "pure", "no", "yes"),
        (EntryPoint(Place("p", 3), "g", "n", "m:a", "m", "a", "missing", "module", "yes", "yes"),),
    )
    found = compile_query("entry_points[?target == 'missing']").select(document(facts))
    assert [record["name"] for record in found] == ["n"]


@pytest.mark.parametrize("hint", [dict[str, str], tuple[int, str], object, set[int]])
def test_types_that_the_document_cannot_hold_are_refused(hint: object) -> None:
    with pytest.raises(TypeError, match="cannot stand in the facts document"):
        schema_of(hint)


def test_placeholders_are_filled() -> None:
    record = compile_query("lids", KITCHEN).selected_record()
    template = parse_template("{colour} {at.path}:{at.line} {note} {closed} {tags} {{x}}", record)
    assert template.render(DOCUMENT["lids"][1]) == "blue a.py:2 none no old, dented {x}"
    assert template.render(DOCUMENT["lids"][2], lambda field, value: f"<{field}>") == (
        "<colour> <path>:<line> <note> <closed> <tags> {x}"
    )
    many = {**DOCUMENT["lids"][0], "tags": [str(n) for n in range(9)], "colour": "x" * 1000}
    assert parse_template("{tags}", record).render(many) == "0, 1, 2, 3, 4 and 4 more"
    assert len(parse_template("{colour}", record).render(many)) == 200


def test_a_number_takes_its_noun() -> None:
    record = compile_query("lids", KITCHEN).selected_record()
    template = parse_template("{size:lid|lids} of {size:one pot|many pots}", record)
    for size, words in ((1, "1 lid of 1 one pot"), (0, "0 lids of 0 many pots"), (12, "12 lids of 12 many pots")):
        assert template.render({**DOCUMENT["lids"][0], "size": size}) == words
    assert template.touched == parse_template("{size}", record).touched


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{color}", "the record has no 'color'; did you mean 'colour'?"),
        ("{at.pth}", "did you mean 'path'?"),
        ("{at}", "is a record (Place)"),
        ("{colour.x}", "'x' is asked of"),
        ("{colour!r}", "takes no format"),
        ("{colour:>9}", "takes no format"),
        ("{size:lids}", "takes no format but the nouns"),
        ("{size:|lids}", "takes no format but the nouns"),
        ("{size:a|b|c}", "takes no format but the nouns"),
        ("{colour:lid|lids}", "is no number"),
        ("{", "braces"),
        ("{}", "the record has no ''"),
        ("}", "braces"),
    ],
)
def test_placeholders_that_the_record_lacks_are_refused(text: str, told: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_template(text, compile_query("lids", KITCHEN).selected_record())
    assert told in str(error.value)


def test_the_engine_is_not_imported_before_a_query_is() -> None:
    code = "import sys, pkg_audit.advice, pkg_audit.judge; sys.exit('jmespath' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_nearest_word() -> None:
    assert nearest("entrypoints", ["entry_points", "extensions"]) == "entry_points"
    assert nearest("Entry-Point", ["entry_points", "extensions"]) == "entry_points"
    assert nearest("qqq", ["entry_points"]) is None
    assert suggestion("qqq", [f"w{n:02}" for n in range(15)]).endswith("and 3 more")
    assert suggestion("qqq", []) == "there is none to choose from"
