"""Read the metadata that a built archive carries: METADATA of a wheel, PKG-INFO of an sdist.

Follows core metadata 2.5 (2026): header lines up to the first empty line; the description is not read. No mail parser
is involved, whose limits and features are not those of metadata.
"""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeVar

from pkg_audit.errors import ReadError
from pkg_audit.facts.declared import Declared, Person
from pkg_audit.facts.place import Place, Text, Unknown, Value
from pkg_audit.scan.entry_points_text import parse_entry_points
from pkg_audit.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pkg_audit.facts.declared import Texts

T = TypeVar("T")

MAX_HEADERS = 20_000

_EXTRA = r"""extra *== *["']([^"']*)["']"""
_ONLY_EXTRA = re.compile(_EXTRA)
_EXTRA_LAST = re.compile(rf"(.*[^ ]) +and +{_EXTRA}", re.DOTALL)
_EXTRA_FIRST = re.compile(rf"{_EXTRA} +and +(.*)", re.DOTALL)
_PERSON = re.compile(r'"?([^<>"]*+)"? *<([^<>]*+)>')

Headers = dict[str, list[Text]]


def read_built(tree: Tree) -> Declared | None:
    """Read an archive's own metadata, None for a directory or where there is none.

    Of an sdist, a field that its metadata calls dynamic is unknown; before metadata 2.2 everything but name and
    version is (PEP 643).
    """
    if tree.source == "wheel":
        folder = next((path for path in tree.files() if path.endswith(".dist-info/METADATA")), None)
        if folder is None or folder.count("/") != 1:
            return None
        declared = _read(tree, folder, "wheel")
        return None if declared is None else _with_entry_points(tree, folder.rpartition("/")[0], declared)
    if tree.source == "sdist" and tree.is_file("PKG-INFO"):
        return _read(tree, "PKG-INFO", "sdist")
    return None


def read_headers(text: str, path: str) -> Headers:
    """Read header lines up to the first empty one. Names are lower case; lines that continue a value join it."""
    headers: Headers = {}
    last: list[Text] | None = None
    for number, raw in enumerate(text.split("\n", MAX_HEADERS)[:MAX_HEADERS], 1):
        line = raw.rstrip("\r")
        if not line.strip():
            break
        if line[0] in " \t":
            if last and len(last[-1].value) < 1 << 16:
                last[-1] = replace(last[-1], value=f"{last[-1].value}\n{line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if not colon:
            continue
        start = len(line) - len(value.lstrip()) + 1
        at = Place(path, number, start, number, start + len(value.strip()))
        last = headers.setdefault(name.strip().lower(), [])
        last.append(Text(value.strip(), at))
    return headers


def split_extra(requirement: str) -> tuple[str, tuple[str, ...]]:
    """Split a Requires-Dist value into the requirement without its extra, and the extras it belongs to.

    Where the extra is woven into the marker in another way than `... and extra == "x"` the marker stays whole.
    """
    body, semicolon, marker = requirement.partition(";")
    marker = marker.strip()
    if not semicolon or "extra" not in marker:
        return requirement, ()
    if match := _ONLY_EXTRA.fullmatch(marker):
        return body.strip(), (match[1],)
    found = _ONLY_EXTRA.findall(marker)
    if len(found) == 1 and "or" not in marker.split():
        if match := _EXTRA_LAST.fullmatch(marker):
            return f"{body.strip()} ; {match[1]}", (match[2],)
        if match := _EXTRA_FIRST.fullmatch(marker):
            return f"{body.strip()} ; {match[2]}", (match[1],)
    if (
        len(found) == 1
        and (match := _EXTRA_LAST.fullmatch(marker))
        and match[1].startswith("(")
        and match[1][-1] == ")"
    ):
        return f"{body.strip()} ; {match[1]}", (match[2],)
    return requirement, tuple(dict.fromkeys(found))


def _read(tree: Tree, path: str, source: Literal["wheel", "sdist"]) -> Declared | None:
    try:
        text = tree.read(path, 4 << 20).decode("utf-8", "replace")
    except ReadError:
        return None
    headers = read_headers(text, path)
    declared = _declared(headers, path, source)
    if source == "wheel":
        return declared
    version = headers.get("metadata-version", [Text("")])[0].value
    if version in {"", "1.0", "1.1", "1.2", "2.0", "2.1"}:
        return _mask(declared, None, path)
    return _mask(declared, {text.value.lower() for text in headers.get("dynamic", ())}, path)


def _declared(headers: Headers, path: str, source: Literal["wheel", "sdist"]) -> Declared:
    dependencies, extras = _requirements(headers, path)
    return Declared(
        source=source,
        at=Place(path),
        name=_one(headers, "name"),
        version=_one(headers, "version"),
        description=_one(headers, "summary"),
        requires_python=_one(headers, "requires-python"),
        dependencies=dependencies,
        optional_dependencies=extras,
        license_expression=_one(headers, "license-expression"),
        license_text=_one(headers, "license"),
        license_files=_all(headers, "license-file"),
        readme_content_type=_one(headers, "description-content-type"),
        classifiers=_all(headers, "classifier"),
        keywords=_keywords(headers),
        urls=_urls(headers),
        import_names=_all(headers, "import-name"),
        import_namespaces=_all(headers, "import-namespace"),
        dynamic=tuple(headers.get("dynamic", ())),
        people=(*_people(headers, "author"), *_people(headers, "maintainer")),
        other=MappingProxyType({name: texts[0].at for name, texts in headers.items()}),
    )


_FIELDS = {
    "description": ("summary",),
    "requires_python": ("requires-python",),
    "dependencies": ("requires-dist",),
    "optional_dependencies": ("requires-dist", "provides-extra"),
    "license_expression": ("license-expression",),
    "license_text": ("license",),
    "license_files": ("license-file",),
    "classifiers": ("classifier",),
    "keywords": ("keywords",),
    "urls": ("project-url", "home-page"),
    "import_names": ("import-name",),
    "import_namespaces": ("import-namespace",),
}
"""Fields of Declared by the core metadata fields that fill them; name and version are always reliable."""


def _mask(declared: Declared, dynamic: set[str] | None, path: str) -> Declared:
    """Turn the fields that a build may change into unknowns; `dynamic` None means all of them."""
    unknown: Value[Texts] = Value(
        None, Place(path), Unknown("needs-build", Place(path), "dynamic in the sdist's metadata")
    )
    hidden = {field: unknown for field, names in _FIELDS.items() if dynamic is None or not dynamic.isdisjoint(names)}
    return replace(declared, **hidden)  # type: ignore[arg-type]


def _with_entry_points(tree: Tree, folder: str, declared: Declared) -> Declared:
    path = f"{folder}/entry_points.txt"
    if not tree.is_file(path):
        return replace(declared, entry_points=Value((), declared.at))
    try:
        text = tree.read(path).decode("utf-8")
    except ReadError as error:
        unknown = Unknown("too-large" if error.reason == "too-large" else "file-missing", Place(path))
        return replace(declared, entry_points=Value(None, Place(path), unknown))
    except UnicodeDecodeError:
        return replace(declared, entry_points=Value(None, Place(path), Unknown("encoding", Place(path))))
    return replace(declared, entry_points=Value(parse_entry_points(text, path), Place(path)))


def _one(headers: Headers, name: str) -> Value[str] | None:
    texts = headers.get(name)
    return Value(texts[0].value, texts[0].at) if texts and texts[0].value else None


def _all(headers: Headers, name: str) -> Value[Texts] | None:
    texts = headers.get(name)
    return Value(tuple(texts), texts[0].at) if texts else None


def _requirements(headers: Headers, path: str) -> tuple[Value[Texts], Value[Mapping[str, Texts]]]:
    required: list[Text] = []
    extras: dict[str, list[Text]] = {text.value: [] for text in headers.get("provides-extra", ())}
    for text in headers.get("requires-dist", ()):
        requirement, names = split_extra(text.value)
        if not names:
            required.append(text)
        for name in names:
            extras.setdefault(name, []).append(replace(text, value=requirement))
    frozen = MappingProxyType({name: tuple(items) for name, items in extras.items()})
    return Value(tuple(required), Place(path)), Value(frozen, Place(path))


def _keywords(headers: Headers) -> Value[Texts] | None:
    texts = headers.get("keywords")
    if not texts:
        return None
    words = texts[0].value.split("," if "," in texts[0].value else None)
    return Value(tuple(Text(word.strip(), texts[0].at) for word in words if word.strip()), texts[0].at)


def _urls(headers: Headers) -> Value[Mapping[str, Text]] | None:
    urls: dict[str, Text] = {}
    for name, label in (("home-page", "Homepage"), ("download-url", "Download")):
        for text in headers.get(name, ()):
            urls[label] = text
    for text in headers.get("project-url", ()):
        label, comma, url = text.value.partition(",")
        if comma:
            urls[label.strip()] = replace(text, value=url.strip())
    if not urls:
        return None
    return Value(MappingProxyType(urls), next(iter(urls.values())).at)


def _people(headers: Headers, role: Literal["author", "maintainer"]) -> tuple[Person, ...]:
    people = [Person(role, text.at, text) for text in headers.get(role, ())]
    for text in headers.get(f"{role}-email", ()):
        for part in text.value[:4_000].split(","):
            match = _PERSON.fullmatch(part.strip())
            name = Text(match[1].strip(), text.at) if match and match[1].strip() else None
            people.append(Person(role, text.at, name, Text((match[2] if match else part).strip(), text.at)))
    return tuple(people)
