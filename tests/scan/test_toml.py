"""TOML is read within limits, and every key and value has its exact place."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg_audit.facts.place import Place
from pkg_audit.facts.scanned import FileError, TomlDocument
from pkg_audit.scan.toml import decode_toml, parse_toml, read_toml
from pkg_audit.scan.toml_lexing import string_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pkg_audit.tree import Tree

MIXED = """\
# a comment with [brackets] and "quotes"
title = 'literal' # after
[project]
name = "a\\"b"\t
"quoted key" = 1
a.b . "c.d" = true
text = \"\"\"
two \\"\\"\\" quotes ""
lines\"\"\"\"\"
raw = '''it''s'''''
list = [
  1, # one
  [2, 3,],
  {x = 1, y.z = [4]},
]
inline = {
  newline = 1,   # TOML 1.1
  nested = {},
}
when = 1979-05-27 07:32:00Z # a date with a blank
[tool."we.ird"]
'é' = { "ü" = 'ß' }
[[points]]
x = 1
[points.sub]
y = 2
[[points]]
x = 3
[[points.inner]]
z = 4
"""


def parsed(text: str) -> TomlDocument:
    document = parse_toml(text, "x.toml")
    assert isinstance(document, TomlDocument), document
    return document


def failed(text: str | bytes) -> FileError:
    error = decode_toml(text.encode() if isinstance(text, str) else text, "x.toml")
    assert isinstance(error, FileError)
    return error


def walk(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key), item
        yield from walk(item, (*path, key))


def cut(text: str, at: Place) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    assert at.line
    assert at.column
    assert at.end_line
    assert at.end_column
    if at.line == at.end_line:
        return lines[at.line - 1][at.column - 1 : at.end_column - 1]
    middle = lines[at.line : at.end_line - 1]
    return "\n".join([lines[at.line - 1][at.column - 1 :], *middle, lines[at.end_line - 1][: at.end_column - 1]])


def is_table_by_header(value: Any, written: str) -> bool:
    if isinstance(value, dict):
        return not written.startswith("{")
    return isinstance(value, list) and written.startswith("[[") and isinstance(value[0], dict)


def check_places(text: str) -> int:
    document = parsed(text)
    count = 0
    for path, value in walk(document.data):
        count += 1
        place = document.value_places[path]
        written = cut(text, place)
        if is_table_by_header(value, written):
            assert written.startswith("[") or isinstance(path[-1], str)  # a header, or a key that implies the table
        else:
            assert tomli.loads("value=" + written)["value"] == value
        if isinstance(path[-1], str):
            assert tomli.loads(cut(text, document.key_places[path]) + "=0") == {path[-1]: 0}
    return count


@pytest.mark.parametrize("text", [MIXED, MIXED.replace("\n", "\r\n")], ids=["lf", "crlf"])
def test_every_value_and_key_stands_where_its_place_says(text: str) -> None:
    assert check_places(text) == 37


def test_places_count_code_points_from_one_with_exclusive_end() -> None:
    document = parsed('"é" = "ü" # x\n[a]\nb = [10, 20]\n')
    assert document.at("é") == Place("x.toml", 1, 7, 1, 10)
    assert document.key_at("é") == Place("x.toml", 1, 1, 1, 4)
    assert document.at("a") == Place("x.toml", 2, 1, 2, 4)
    assert document.key_at("a") == Place("x.toml", 2, 2, 2, 3)
    assert document.at("a", "b", 1) == Place("x.toml", 3, 10, 3, 12)


def test_a_table_that_only_longer_headers_imply_stands_at_the_first_of_them() -> None:
    document = parsed("[project.urls]\n[project.scripts]\n")
    assert document.at("project").line == 1
    assert parsed("[project.urls]\n[project]\n").at("project").line == 2


def test_a_missing_path_falls_back_to_the_nearest_table() -> None:
    document = parsed("[project]\nname = 1\n")
    assert document.at("project", "version").line == 1
    assert document.at("nothing") == Place("x.toml")


KEYS = st.text(min_size=1, max_size=6)
SCALARS = st.one_of(
    st.text(max_size=12),
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
GAPS = st.sampled_from(["", " ", "\t", "  "])
BREAKS = st.sampled_from(["", " ", "\n", "  # a [comment] = {\n", "\n\n\t"])


def quoted(text: str) -> str:
    escaped = json.dumps(text, ensure_ascii=True) if text.isprintable() else None
    if escaped is not None and "\\u" not in escaped and "'" not in text and "\\" not in text:
        return f"'{text}'"
    return (
        '"' + "".join(f"\\U{ord(char):08x}" if ord(char) < 0xD800 or ord(char) > 0xDFFF else "" for char in text) + '"'
    )


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    if isinstance(value, dict):
        items = [
            f"{draw(BREAKS)}{quoted(key)}{draw(GAPS)}={draw(GAPS)}{draw(written(item))}{draw(BREAKS)}"
            for key, item in value.items()
        ]
        return "{" + ",".join(items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(f"{draw(BREAKS)}{draw(written(item))}{draw(BREAKS)}" for item in value) + "]"
    if isinstance(value, str):
        return quoted(value)
    return str(value).lower() if isinstance(value, bool) else repr(value)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines: list[str] = []
    for number, table in enumerate(draw(st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=4))):
        form = draw(st.sampled_from(["[{}]", "[[{}]]", "[ {} . sub ]"]))
        lines.append(form.format(quoted(f"t{number}")) + draw(GAPS))
        for key, value in table.items():
            prefix = draw(st.sampled_from(["", f"d{len(lines)}.", f"d{len(lines)} . e."]))
            lines.append(f"{draw(GAPS)}{prefix}{quoted(key)}{draw(GAPS)}={draw(GAPS)}{draw(written(value))} # '")
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


@settings(max_examples=150, deadline=None)
@given(documents())
def test_slicing_a_value_and_parsing_it_again_gives_the_value(text: str) -> None:
    check_places(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab.=[]{}\"'\\#,\n\r\t 1é", max_size=60))
def test_no_text_raises(text: str) -> None:
    result = parse_toml(text, "x.toml")
    try:
        tomli.loads(text)
    except ValueError:
        assert isinstance(result, FileError)
    else:
        assert isinstance(result, TomlDocument)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a = 1\nb = \n", 2, 5, "Invalid value"),
        ("a = 1\nb = 'x\nc = 2\n", 2, 5, "never closed"),
        ("a = # 'comment'\n", 1, 5, "Invalid value"),
        ('a = "é" x\n', 1, 9, "Expected newline"),
        ("a = 1\r\na = 2\r\n", 2, 6, "Cannot overwrite"),
    ],
)
def test_a_fault_has_line_and_column(text: str, line: int, column: int, message: str) -> None:
    error = failed(text)
    assert error.reason == "not-parseable"
    assert message in error.message
    assert (error.at.line, error.at.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a." * 50_000 + "a = 1", "dots"),
        ("a = " + "[" * 5_000, "nested"),
        ("a = " + "[{b=" * 80, "nested"),
        ("".join(f"[t{number}]\n" for number in range(6_000)), "tables"),
        ("".join(f"k{number}" + ".b" * 99 + " = 1\n" for number in range(5_000)), "long dotted keys"),
        ("a = 1\nb = " + "9" * 5_000, "too large"),
    ],
    ids=["dots", "arrays", "inline-tables", "tables", "dotted-keys", "integer"],
)
def test_what_would_cost_too_much_is_refused_quickly(text: str, words: str) -> None:
    start = time.perf_counter()
    error = failed(text)
    assert time.perf_counter() - start < 2
    assert error.reason == "too-large"
    assert words in error.message
    assert error.at.line


def test_dots_brackets_and_headers_inside_strings_and_comments_do_not_count() -> None:
    body = "." * 500 + "[" * 500
    text = f"a = '{body}' # {body}\nb = '''\n{body}\n[x]\n'''\nc = \"{body}\"\n"
    assert parsed(text).get("c") == body


def test_text_that_is_not_utf8_is_an_encoding_error_at_its_byte() -> None:
    error = failed(b"a = 1\nb = '\xe9'\n")
    assert error.reason == "encoding"
    assert (error.at.line, error.at.column) == (2, 6)
    assert failed("a = 1".encode("utf-16")).reason == "encoding"
    assert "byte order mark" in failed("\ufeffa = 1").message


def test_files_are_read_through_the_tree(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> None:
    tree = make_tree({"x.toml": "a = 1\n", "big.toml": "#" * 2_000_000})
    assert isinstance(read_toml(tree, "x.toml"), TomlDocument)
    big, missing = read_toml(tree, "big.toml"), read_toml(tree, "none.toml")
    assert isinstance(big, FileError)
    assert isinstance(missing, FileError)
    assert (big.reason, missing.reason) == ("too-large", "file-missing")


def test_strings_end_where_toml_ends_them() -> None:
    assert string_end("'a' b", 0) == 3
    assert string_end('"\\"" b', 0) == 4
    assert string_end('"""a"""""b', 0) == 9
    assert string_end("'''a''''", 0) == 8
    assert string_end('"a\n"', 0) == -1
    assert string_end('"""a""', 0) == -1
