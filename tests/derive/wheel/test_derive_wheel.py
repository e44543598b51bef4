"""What a wheel's tags promise, against what is in it."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pkg_audit.backends import predict
from pkg_audit.derive.wheel import unread_binaries, wheel_faults
from pkg_audit.knowledge.stable_abi import StableAbi
from pkg_audit.scan import scan
from pkg_audit.tree import open_tree

sys.path.insert(0, str(Path(__file__).parents[2] / "scan" / "binaries"))

from binary_builder import elf, fat, mach_o, pe

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.facts.wheel_records import UnreadBinary, WheelFault

    Judge = Callable[..., list[WheelFault]]

X86_64, ARM64 = 0x01000007, 0x0100000C
GNU = "_fast.cpython-312-x86_64-linux-gnu.so"
LINUX = "cp312-cp312-manylinux_2_17_x86_64"
INFO = "acme-1.0.dist-info"


@pytest.fixture
def wheel(tmp_path: Path) -> Callable[..., Path]:
    def make(
        tags: str,
        files: dict[str, bytes],
        *,
        purelib: str = "false",
        listed: tuple[str, ...] | None = None,
        requires: str = "",
    ) -> Path:
        python, abi, platform = tags.split("-")[-3:]
        if listed is None:
            listed = tuple(
                f"{a}-{b}-{c}" for a in python.split(".") for b in abi.split(".") for c in platform.split(".")
            )
        text = f"Wheel-Version: 1.0\nRoot-Is-Purelib: {purelib}\n" + "".join(f"Tag: {tag}\n" for tag in listed)
        path = tmp_path / f"acme-1.0-{tags}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{INFO}/WHEEL", text)
            archive.writestr(f"{INFO}/METADATA", f"Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n{requires}")
            for name, data in files.items():
                archive.writestr(name, data)
        return path

    return make


def judged(path: Path) -> tuple[tuple[WheelFault, ...], tuple[UnreadBinary, ...]]:
    tree = open_tree(str(path))
    scanned = scan(tree)
    assert not [problem for problem in scanned.problems if problem.internal]
    distribution = predict(tree, scanned)
    return wheel_faults(scanned, distribution), unread_binaries(scanned, distribution)


@pytest.fixture
def faults(wheel: Callable[..., Path]) -> Judge:
    return lambda *arguments, **options: list(judged(wheel(*arguments, **options))[0])


def kinds(found: list[WheelFault]) -> list[str]:
    return [fault.kind for fault in found]


def test_a_good_wheel_of_each_system(faults: Judge) -> None:
    glibc = {"libc.so.6": (("GLIBC_2.17", 0), ("GLIBC_2.2.5", 0))}
    loader = ("libc.so.6", "ld-linux-x86-64.so.2", "libstdc++.so.6")
    universal = fat((X86_64, mach_o(processor=X86_64, minimum=(10, 9))), (ARM64, mach_o(minimum=(11, 0))))
    windows = pe(imports=(("python3.dll", ("PyList_New",)), ("KERNEL32.dll", ()), ("VCRUNTIME140.dll", ()),
                          ("api-ms-win-crt-heap-l1-1-0.dll", ())))  # fmt: skip
    assert faults(LINUX, {f"acme/{GNU}": elf(versions=glibc, needed=loader)}) == []
    assert faults("cp312-cp312-macosx_10_9_universal2", {"acme/_fast.cpython-312-darwin.so": universal}) == []
    assert faults("cp312-cp312-win_amd64", {"acme/_fast.cp312-win_amd64.pyd": windows}) == []
    musl = elf(needed=("libc.musl-x86_64.so.1",))
    assert faults("cp312-cp312-musllinux_1_2_x86_64", {"acme/_fast.cpython-312-x86_64-linux-musl.so": musl}) == []
    assert faults("cp39-abi3-manylinux1_x86_64.manylinux_2_28_x86_64", {"acme/_fast.abi3.so": elf()}) == []
    assert faults("py2.py3-none-any", {"acme/__init__.py": b""}, purelib="true") == []


@pytest.mark.parametrize(
    ("tags", "suffix", "fires"),
    [
        ("cp312-cp312-manylinux_2_17_x86_64", ".cpython-312-x86_64-linux-gnu.so", False),
        ("cp312-cp312-manylinux_2_17_x86_64", ".cpython-311-x86_64-linux-gnu.so", True),
        ("cp312-cp312-manylinux_2_17_x86_64", ".cpython-312t-x86_64-linux-gnu.so", True),
        ("cp313-cp313t-manylinux_2_17_x86_64", ".cpython-313t-x86_64-linux-gnu.so", False),
        ("cp313-cp313t-manylinux_2_17_x86_64", ".abi3.so", True),
        ("cp312-cp312-manylinux_2_17_x86_64", ".cpython-312-darwin.so", True),
        ("cp312-cp312-manylinux_2_17_x86_64", ".so", False),
        ("cp312-cp312-manylinux_2_17_x86_64", ".pyd", True),
        ("cp36-cp36m-manylinux1_x86_64", ".cpython-36m-x86_64-linux-gnu.so", False),
        ("cp39-abi3-manylinux_2_17_x86_64", ".abi3.so", False),
        ("cp39-abi3-manylinux_2_17_x86_64", ".cpython-39-x86_64-linux-gnu.so", True),
        ("py3-none-manylinux_2_17_x86_64", ".cpython-312-x86_64-linux-gnu.so", False),
        ("cp312-none-manylinux_2_17_x86_64", ".cpython-312-x86_64-linux-gnu.so", False),
        ("pp310-pypy310_pp73-manylinux_2_17_x86_64", ".pypy310-pp73-x86_64-linux-gnu.so", False),
        ("pp310-pypy310_pp73-manylinux_2_17_x86_64", ".cpython-310-x86_64-linux-gnu.so", True),
        ("cp312-cp312-manylinux_2_17_x86_64", ".unheard-of.so", False),
        ("cp312-cp312-musllinux_1_2_x86_64", ".cpython-312-x86_64-linux-gnu.so", False),
        ("cp312-cp312-android_24_x86_64", ".cpython-312-x86_64-linux-android.so", False),
    ],
)
def test_suffix(faults: Judge, tags: str, suffix: str, fires: bool) -> None:
    found = kinds(faults(tags, {f"acme/_fast{suffix}": elf(needed=())}))
    assert ("suffix-outside-tags" in found) is fires


def test_a_suffix_counts_for_modules_only(faults: Judge) -> None:
    helper = elf(symbols=(("helper", 1, 7),), needed=())
    assert faults(LINUX, {"acme/_fast.cpython-311-x86_64-linux-gnu.so": helper}) == []
    both = {f"acme/_fast.cpython-{v}-x86_64-linux-gnu.so": elf(needed=()) for v in (39, 310)}
    assert faults("cp39-abi3-manylinux_2_17_x86_64", both) == []  # one for each version that it means


@pytest.mark.parametrize(
    ("tags", "version", "fires"),
    [
        ("manylinux_2_17_x86_64", "GLIBC_2.17", False),
        ("manylinux_2_17_x86_64", "GLIBC_2.18", True),
        ("manylinux2014_x86_64.manylinux_2_28_x86_64", "GLIBC_2.28", True),
        ("manylinux_2_28_x86_64", "GLIBC_2.28", False),
        ("manylinux_2_28_x86_64", "GLIBC_2.4", False),
        ("manylinux_2_28_x86_64", "GLIBC_PRIVATE", False),
        ("manylinux_2_17_x86_64", "GLIBCXX_3.4.19", False),
        ("manylinux_2_17_x86_64", "GLIBCXX_3.4.20", True),
        ("manylinux_2_28_x86_64", "CXXABI_1.3.13", True),
        ("manylinux_2_30_x86_64", "GLIBCXX_3.4.28", False),  # between two that are known: the next one's
        ("manylinux_2_90_x86_64", "GLIBCXX_3.4.99", False),
        ("manylinux_2_17_aarch64", "GLIBC_2.99", False),  # another architecture: said by another rule
        ("linux_x86_64", "GLIBC_2.99", False),
    ],
)
def test_symbol_versions(faults: Judge, tags: str, version: str, fires: bool) -> None:
    data = elf(versions={"libc.so.6": ((version, 0),)})
    found = kinds(faults(f"cp312-cp312-{tags}", {"acme/_fast.so": data}))
    assert ("symbol-too-recent" in found) is fires


def test_a_bundled_runtime_may_be_newer(faults: Judge) -> None:
    data = elf(versions={"libstdc++.so.6": (("GLIBCXX_3.4.32", 0),)}, needed=("libstdc++-1a2b3c.so.6.0.32",))
    files = {f"acme/{GNU}": data, "acme.libs/libstdc++-1a2b3c.so.6.0.32": elf(symbols=(), soname="libstdc++.so.6")}
    assert faults(LINUX, files) == []


def test_architecture(faults: Judge) -> None:
    arm = "cp312-cp312-manylinux_2_17_aarch64"
    assert kinds(faults(arm, {"acme/_fast.so": elf()})) == ["architecture"]
    assert kinds(faults("cp312-cp312-win_amd64", {"acme/_fast.pyd": elf()})) == ["architecture"]
    thin = faults("cp312-cp312-macosx_11_0_universal2", {"acme/_fast.so": mach_o()})
    assert [(fault.kind, fault.found) for fault in thin] == [("architecture", "arm64 (mach-o)")]
    wide = fat((X86_64, mach_o(processor=X86_64)), (ARM64, mach_o()))
    assert faults("cp312-cp312-macosx_11_0_arm64", {"acme/_fast.so": wide}) == []
    assert faults("cp312-cp312-manylinux_2_17_x86_64.manylinux_2_17_aarch64", {"acme/_fast.so": elf(needed=())}) == []
    data = {"acme/_fast.so": elf(machine=183), "acme/data/other.so": elf(symbols=())}
    assert faults(arm, data) == []  # what is no module may be for another machine
    both = {"acme/x/_fast.so": mach_o(processor=X86_64), "acme/a/_fast.so": mach_o()}
    assert faults("cp312-cp312-macosx_11_0_universal2", both) == []  # chosen when it is imported
    assert faults(arm, {"acme/tests/_fast.so": elf(), "acme/x.so": elf(machine=183, symbols=())}) == []
    program = {"acme-1.0.data/scripts/acme": elf(symbols=(), kind=2)}
    assert kinds(faults("py3-none-manylinux_2_17_aarch64", program)) == ["architecture"]
    assert faults("py3-none-manylinux_2_17_x86_64", program) == []
    assert faults(arm, {"acme/_fast.so": elf(machine=9999)}) == []


@pytest.mark.parametrize(
    ("tag", "processor", "minimum", "fires"),
    [
        ("macosx_10_9_x86_64", X86_64, (10, 9), False),
        ("macosx_10_9_x86_64", X86_64, (10, 13), True),
        ("macosx_10_9_universal2", ARM64, (11, 0), False),
        ("macosx_11_0_arm64", ARM64, (11, 3), False),
        ("macosx_11_0_arm64", ARM64, (14, 0), True),
        ("macosx_10_16_x86_64", X86_64, (11, 0), False),
        ("macosx_11_0_x86_64", X86_64, (10, 16), False),
        ("macosx_11_0_x86_64", X86_64, None, False),
    ],
)
def test_macos(faults: Judge, tag: str, processor: int, minimum: tuple[int, int] | None, fires: bool) -> None:
    data = mach_o(processor=processor, minimum=minimum)
    found = kinds(faults(f"cp312-cp312-{tag}", {"acme/_fast.so": data}))
    assert ("macos-too-new" in found) is fires


@pytest.mark.parametrize(
    ("tags", "data", "kind"),
    [
        (LINUX, elf(needed=("libssl.so.3",)), "library-missing"),
        (LINUX, elf(needed=("libexpat.so.1", "libz.so.1", "libGL.so.1")), None),
        ("cp312-cp312-manylinux1_x86_64", elf(needed=("libexpat.so.1",)), "library-missing"),
        (LINUX, elf(needed=("libpython3.12.so.1.0",)), "library-missing"),
        (LINUX, elf(needed=("libtorch.so",), runpath="$ORIGIN/../torch/lib"), "library-elsewhere"),
        (LINUX, elf(needed=("libtorch.so",), runpath="$ORIGIN/../../lib"), "library-elsewhere"),
        (LINUX, elf(needed=("libtorch.so",), runpath="$ORIGIN"), "library-missing"),
        ("cp312-cp312-linux_armv7l", elf(needed=("libssl.so.3",), wide=False, machine=40), None),
        ("cp312-cp312-musllinux_1_2_x86_64", elf(needed=("libc.so.6",)), "library-missing"),
        ("cp312-cp312-macosx_11_0_arm64", mach_o(needed=("/opt/homebrew/lib/libssl.3.dylib",)), "library-missing"),
        ("cp312-cp312-macosx_11_0_arm64", mach_o(needed=("@rpath/libssl.3.dylib",)), "library-missing"),
        ("cp312-cp312-macosx_11_0_arm64", mach_o(weak=("/opt/lib/libssl.3.dylib",)), None),
        (
            "cp312-cp312-macosx_11_0_arm64",
            mach_o(needed=("@rpath/libswiftCore.dylib",), rpaths=("/usr/lib/swift",)),
            None,
        ),
        ("cp312-cp312-win_amd64", pe(imports=(("MSVCP140.dll", ("a",)),)), "library-missing"),
        (
            "cp312-cp312-win_amd64",
            pe(imports=(("libgfortran-3.dll", ("a",)), ("USER32.dll", ("b",)))),
            "library-missing",
        ),
    ],
)
def test_needed_libraries(faults: Judge, tags: str, data: bytes, kind: str | None) -> None:
    suffix = ".pyd" if "win" in tags else ".so"
    assert kinds(faults(tags, {f"acme/_fast{suffix}": data})) == ([kind] if kind else [])


def test_a_library_in_the_wheel_or_of_a_dependency(faults: Judge) -> None:
    data = elf(needed=("libssl-1a2b.so.3", "libother.so.1"))
    files = {f"acme/{GNU}": data, "acme.libs/libssl-1a2b.so.3": elf(symbols=())}
    files["acme/lib/libx.so"] = elf(symbols=(), soname="libother.so.1")
    assert faults(LINUX, files) == []
    lone = {f"acme/{GNU}": elf(needed=("libtorch.so", "libpython3.12.so.1.0"))}
    assert kinds(faults(LINUX, lone, requires="Requires-Dist: torch\n")) == ["library-elsewhere", "library-missing"]


def test_stable_abi(faults: Judge) -> None:
    tags = "cp39-abi3-manylinux_2_17_x86_64"
    symbols = (("PyList_New", 1, 0), ("PyBuffer_Release", 1, 0), ("_PyLong_Sign", 1, 0), ("PyInit__fast", 1, 7))
    (fault,) = faults(tags, {"acme/_fast.abi3.so": elf(symbols=symbols)})
    assert (fault.kind, fault.found, fault.wanted) == ("outside-stable-abi", "PyBuffer_Release, _PyLong_Sign", "3.9")
    newer = "cp311-abi3-manylinux_2_17_x86_64"
    assert [fault.found for fault in faults(newer, {"acme/_fast.abi3.so": elf(symbols=symbols)})] == ["_PyLong_Sign"]
    own = {"acme/_fast.abi3.so": elf(symbols=symbols[2:]), "acme/lib.so": elf(symbols=(("_PyLong_Sign", 1, 7),))}
    assert faults(newer, own) == []  # another binary of the wheel gives it
    assert faults(LINUX, {f"acme/{GNU}": elf(symbols=symbols)}) == []


def test_a_name_that_a_stranger_may_give_is_unknown(wheel: Callable[..., Path]) -> None:
    data = elf(
        symbols=(("PyMethod_New", 1, 0), ("PyInit__fast", 1, 7)),
        needed=("libacme-abi3.so.6",),
        runpath="$ORIGIN/../other",
    )
    found, unread = judged(wheel("cp39-abi3-manylinux_2_17_x86_64", {"acme/_fast.abi3.so": data}))
    assert [fault.kind for fault in found] == ["library-elsewhere"]
    assert [(item.what, item.reason) for item in unread] == [("stable-abi", "file-missing")]


def test_an_abi3_module_takes_python3_dll(faults: Judge) -> None:
    windows = "cp311-abi3-win_amd64"
    versioned = pe(imports=(("python312.dll", ("PyList_New",)),))
    assert [fault.found for fault in faults(windows, {"acme/_fast.pyd": versioned})] == ["python312.dll"]
    assert faults(windows, {"acme/_fast.pyd": pe()}) == []


@pytest.mark.parametrize("data", [None, StableAbi({"PyList_New": (3, 2)}, (3, 10))])
def test_without_fresh_data_the_stable_abi_is_unknown(
    wheel: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, data: StableAbi | None
) -> None:
    monkeypatch.setattr("pkg_audit.knowledge.stable_abi.stable_abi", lambda: data)
    symbols = (("_PyLong_Sign", 1, 0), ("PyInit__fast", 1, 7))
    found, unread = judged(wheel("cp311-abi3-manylinux_2_17_x86_64", {"acme/_fast.abi3.so": elf(symbols=symbols)}))
    assert found == ()
    assert [(item.what, item.path) for item in unread] == [("stable-abi", "acme/_fast.abi3.so")]


def test_root_is_purelib(faults: Judge) -> None:
    module = {f"acme/{GNU}": elf()}
    assert kinds(faults(LINUX, module, purelib="true")) == ["purelib-with-extension"]
    assert faults(LINUX, {f"acme-1.0.data/platlib/acme/{GNU}": elf()}, purelib="true") == []
    assert kinds(faults("py3-none-any", module, purelib="true")) == ["extension-for-any"]
    launcher = {"acme/launch.exe": pe(exports=()), "acme/attach.so": elf(symbols=())}
    assert faults("py3-none-any", launcher, purelib="true") == []  # data, as setuptools and debuggers have it
    assert kinds(faults("py3-none-any", {"acme/x.py": b""})) == ["platlib-without-platform"]
    assert faults("py3-none-any", {"acme/libx.a": b"!<arch>\n" + bytes(60)}) == []


def test_tags_and_file_name(faults: Judge) -> None:
    module = {f"acme/{GNU}": elf()}
    assert kinds(faults(LINUX, module, listed=("cp312-cp312-linux_x86_64",))) == ["tags-differ"]
    assert faults("py2.py3-none-any", {}, purelib="true", listed=("py2.py3-none-any",)) == []
    built = ("py3-none-any\nBuild: 8",)
    assert faults("8-py3-none-any", {}, purelib="true", listed=built) == []
    assert kinds(faults("7-py3-none-any", {}, purelib="true", listed=built)) == ["tags-differ"]
    assert faults(LINUX, module, listed=()) == []
    assert faults(LINUX, module, listed=("CP312-cp312-manylinux_2_17_x86_64",)) == []


@pytest.mark.parametrize(
    ("platform", "refused"),
    [
        ("linux_x86_64", True), ("linux_armv7l", False), ("manylinux2014_x86_64", False), ("macosx_11_3_arm64", True),
        ("macosx_11_0_arm64", False), ("macosx_10_9_x86_64", False), ("win_amd64", False), ("freebsd_14_0_amd64", True),
        ("ios_13_0_arm64_iphoneos", False), ("android_21_arm64_v8a", False), ("pyemscripten_2026_0_wasm32", False),
    ],
)  # fmt: skip
def test_platform_tag_of_an_index(faults: Judge, platform: str, refused: bool) -> None:
    assert ("tag-refused" in kinds(faults(f"py3-none-{platform}", {"acme/x.bin": b"\0asm" + bytes(60)}))) is refused


def test_platform_wheel_without_binary(faults: Judge) -> None:
    assert kinds(faults("py3-none-manylinux_2_17_x86_64", {"acme/x.py": b""})) == ["no-binary"]
    assert faults("py3-none-manylinux_2_17_x86_64", {"acme/x.wasm": b"\0asm" + bytes(60)}) == []


def test_what_cannot_be_read_is_unknown_and_no_fault(
    wheel: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = elf(change={"nchain": 1 << 30})
    found, unread = judged(wheel(LINUX, {f"acme/{GNU}": damaged}))
    assert (found, [(item.what, item.reason) for item in unread]) == ((), [("contents", "not-parseable")])
    monkeypatch.setattr("pkg_audit.scan.wheel.MAX_BINARY", 100)
    found, unread = judged(wheel(LINUX, {f"acme/{GNU}": elf()}))
    assert (found, [item.reason for item in unread]) == ((), ["too-large"])
