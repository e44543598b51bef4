"""Read the settings of scikit-build-core that decide over files and metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pkg_audit.backends.index import join
from pkg_audit.backends.names import normalized
from pkg_audit.backends.toml_table import Table
from pkg_audit.facts.distribution import FieldUnknown
from pkg_audit.facts.place import Unknown
from pkg_audit.standards import NotStandard, parse_requirement, parse_version

if TYPE_CHECKING:
    from packaging.version import Version

    from pkg_audit.backends.index import FileIndex
    from pkg_audit.backends.port import Project
    from pkg_audit.facts.scanned import TomlDocument

_SEARCHED = ("src", "python", "")
_DECISIVE = {
    "wheel": {"packages", "exclude", "install-dir", "force-include", "cmake", "license-files"},
    "sdist": {"include", "exclude", "inclusion-mode", "force-include"},
    "install": {"components"},
    "generate": None,
    "metadata": None,
}
"""What an override can change that matters for files and metadata; None: everything below the key."""


class Settings:
    """The `[tool.scikit-build]` table (or a hook's table that holds the same keys)."""

    def __init__(self, document: TomlDocument | None, root: tuple[str, ...] = ("tool", "scikit-build")) -> None:
        self.root = Table(document, root)
        self.wheel = self.root.table("wheel")
        self.sdist = self.root.table("sdist")
        self._document = document

    def packages(self, index: FileIndex, name: str) -> dict[str, str]:
        """Return source directories or files by where they go in the wheel; found by convention where not set."""
        listed = self.wheel.strings("packages")
        if listed is not None:
            return {join(path).rpartition("/")[2]: join(path) for path in listed}
        mapped = self.wheel.string_map("packages")
        if mapped or isinstance(self.wheel.data.get("packages"), Mapping):
            return {join(target): join(source) for target, source in mapped.items()}
        parts = [part.replace("-", "_") for part in name.split(".")]
        candidates = ["_".join(parts), *(["/".join(parts)] if len(parts) > 1 else [])]
        for base in _SEARCHED:
            for candidate in candidates:
                path = join(base, candidate)
                if index.is_file(f"{path}/__init__.py") or index.is_file(f"{path}/__init__.pyi"):
                    return {candidate: path}
        return {}

    def mode(self) -> str:
        """Return the way files are chosen: `classic`, `default`, `manual` or `explicit`."""
        chosen = self.sdist.text("inclusion-mode")
        if chosen in {"classic", "default", "manual", "explicit"}:
            return chosen
        minimum = self.minimum_version()
        return "classic" if minimum is not None and minimum < parse_version("0.12") else "default"

    def minimum_version(self) -> Version | None:
        """Return the version of scikit-build-core whose behaviour is asked for, None for the newest."""
        text = self.root.text("minimum-version")
        if text == "build-system.requires":
            text = self._required()
        try:
            return parse_version(text) if text else None
        except NotStandard:
            return None

    def build_directory(self) -> str:
        """Return the pattern of the build directory, "" where it is a temporary one."""
        text = self.root.text("build-dir") or ""
        out, rest = "", text
        while rest:
            before, brace, rest = rest.partition("{")
            out += before
            if brace:
                out += "*"
                rest = rest.partition("}")[2]
        return out

    def runs_cmake(self) -> bool:
        """Tell whether CMake is run for the wheel."""
        return self.wheel.flag("cmake") is not False

    def components(self) -> bool:
        """Tell whether only some install components go into the wheel."""
        return bool(self.root.table("install").strings("components"))

    def generated(self) -> list[tuple[str, str]]:
        """Return path and location (`install`, `build`, `source`) of each `[[generate]]` table."""
        value = self.root.data.get("generate")
        found = []
        for table in value[:100] if isinstance(value, list) else ():
            path = table.get("path") if isinstance(table, Mapping) else None
            if isinstance(path, str):
                location = table.get("location", "install")
                found.append((join(path), location if isinstance(location, str) else ""))
        return found

    def doubts(self) -> list[FieldUnknown]:
        """Return what overrides could change; their conditions are not decided here."""
        found = []
        overrides = self.root.data.get("overrides")
        for number, table in enumerate(overrides if isinstance(overrides, list) else ()):
            if not isinstance(table, Mapping):
                continue
            condition = table.get("if")
            if isinstance(condition, Mapping) and _never(condition):
                continue
            for key, names in _DECISIVE.items():
                inner = table.get(key)
                if inner is not None and (names is None or (isinstance(inner, Mapping) and names & set(inner))):
                    at = self.root.at("overrides", number)
                    reason = Unknown("conditional", at, f"an override changes `{key}` under a condition")
                    found.append(FieldUnknown("version" if key == "metadata" else "files", reason))
        return found

    def _required(self) -> str | None:
        """Return the lowest version of scikit-build-core that the build requirements allow."""
        requires = self._document.get("build-system", "requires") if self._document else None
        for text in requires if isinstance(requires, list) else ():
            try:
                requirement = parse_requirement(text if isinstance(text, str) else "")
            except NotStandard:
                continue
            if normalized(requirement.name) == "scikit-build-core":
                lowest = [item.version for item in requirement.specifier if item.operator in {">=", "==", "~="}]
                return lowest[0] if lowest else None
        return None


def _never(condition: Mapping[str, Any]) -> bool:
    """Tell whether a condition fails where releases are built by default: Linux, CPython, no switch set."""
    platform = condition.get("platform-system")
    if isinstance(platform, str) and platform.strip("^$").lower() in {
        "darwin",
        "win32",
        "freebsd",
        "emscripten",
        "ios",
    }:
        return True
    implementation = condition.get("implementation-name")
    if isinstance(implementation, str) and implementation.lower() in {"pypy", "graalpy"}:
        return True
    environment = condition.get("env")
    if isinstance(environment, Mapping) and any(value not in (False, "") for value in environment.values()):
        return True
    return condition.get("state") in {"editable", "metadata_editable"} or condition.get("failed") is True


def project_name(project: Project) -> str:
    """Return the name in `[project]`, "" where there is none."""
    pyproject = project.scanned.pyproject
    declared = pyproject.project if pyproject else None
    return (declared.name.value if declared and declared.name else None) or ""
