"""What a wheel says about itself, and which of its files are read as binaries."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pkg_audit.scan import scan
from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.wheel_contents import WheelContents
    from pkg_audit.tree import Tree

BINARY = (Path(__file__).parent / "binaries" / "samples" / "limited.dll").read_bytes()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., WheelContents]:
    def read(name: str, wheel: str, files: dict[str, bytes] | None = None) -> WheelContents:
        path = tmp_path / f"acme-1.0-{name}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("acme-1.0.dist-info/WHEEL", wheel)
            for member, data in (files or {}).items():
                archive.writestr(member, data)
        found = scan(open_tree(str(path))).wheel
        assert found is not None
        return found

    return read


def test_wheel_and_file_name(read: Callable[..., WheelContents]) -> None:
    text = "Wheel-Version: 1.0\nRoot-Is-Purelib: False\nBuild: 7x\nTag: py2-none-any\nTag: py3-none-any\n\nTag: no\n"
    found = read("7x-py2.py3-none-any", text)
    assert (found.name_tags, found.name_build) == (("py2-none-any", "py3-none-any"), "7x")
    assert [(tag.value, tag.at.line) for tag in found.tags] == [("py2-none-any", 4), ("py3-none-any", 5)]
    assert found.root_is_purelib is not None
    assert (found.root_is_purelib.value, found.root_is_purelib.at.line) == ("False", 2)
    assert found.build is not None
    assert found.build.value == "7x"


@pytest.mark.parametrize("text", ["", "\xff\xfe", "Tag", "Root-Is-Purelib:\n" * 50_000, "a" * 300_000])
def test_a_wheel_file_of_any_kind(read: Callable[..., WheelContents], text: str) -> None:
    found = read("py3-none-any", text)
    assert found.tags == ()


def test_binaries_are_found_by_their_content(read: Callable[..., WheelContents]) -> None:
    files = {
        "acme/_fast.pyd": BINARY,
        "acme-1.0.data/scripts/acme": BINARY,
        "acme/text.dll": b"not a library",
        "acme/lib.a": b"!<arch>\n" + bytes(60),
        "acme/cut.so": b"\x7fELF" + bytes(60),
    }
    found = read("cp311-abi3-win_amd64", "Root-Is-Purelib: false\n", files)
    assert [(b.at.path, b.format, b.unknown is None) for b in found.binaries] == [
        ("acme-1.0.data/scripts/acme", "pe", True),
        ("acme/_fast.pyd", "pe", True),
        ("acme/cut.so", "elf", False),
    ]
    assert [place.path for place in found.other_binaries] == ["acme/lib.a"]


def test_what_was_not_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "acme-1.0-cp312-cp312-linux_x86_64.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(60):
            archive.writestr(f"acme/cut{number:02}.so", b"\x7fELF" + bytes(60))
    found = [problem for problem in scan(open_tree(str(path))).problems if problem.probe == "wheel"]
    assert (found[0].path, found[0].what) == ("acme/cut00.so", "a binary that was not read: not an ELF file")
    assert [problem.what for problem in found[50:]] == ["10 more binaries were not read"]


def test_all_binaries_together_have_a_limit(
    read: Callable[..., WheelContents], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pkg_audit.scan.wheel.MAX_BINARIES", 7_000)
    found = read("cp311-abi3-win_amd64", "", {f"acme/m{number}.pyd": BINARY for number in range(3)})
    assert [b.unknown.detail if b.unknown else "" for b in found.binaries] == ["", "", "more than 0 MiB of binaries"]


def test_only_a_wheel_is_read_so(make_tree: Callable[[dict[str, str | bytes]], Tree]) -> None:
    assert scan(make_tree({"acme-1.0.dist-info/WHEEL": "Tag: a-b-c\n", "acme/_fast.pyd": BINARY})).wheel is None
