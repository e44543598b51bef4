"""Compile the small binaries that stand in wheels below fixtures/rules and among the samples of the readers' tests.

    python tools/make_example_binaries.py OUT

Writes them to OUT, by the names that WHERE has, and prints where the committed copies stand. It needs gcc and a glibc
of 2.34 or newer on x86_64 Linux, and for the others the package `ziglang`, whose compiler and linker know macOS and
Windows. The committed files were made with gcc 12.2, glibc 2.36 and Zig 0.17.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("example_extension.c")
LIBRARY = "int SSL_library_version(void) { return 3; }\n"
GCC = [
    "gcc", "-Os", "-s", "-fPIC", "-shared", "-nostdlib", "-fno-asynchronous-unwind-tables", "-fcf-protection=none",
    "-Wl,--build-id=none", "-Wl,-z,noseparate-code", "-Wl,-z,norelro", "-Wl,-z,max-page-size=4096",
    "-Wl,--hash-style=gnu", "-Wl,--as-needed",
]  # fmt: skip
ZIG = [sys.executable, "-m", "ziglang"]
WHERE = {
    "plain.so": "most of the wheels below fixtures/rules, as acme/_fast.*",
    "outside.so": "fixtures/rules/symbol-outside-stable-abi",
    "threads.so": "fixtures/rules/versioned-symbol-too-recent",
    "library.so": "fixtures/rules/shared-library-*/bad",
    "bundled.so": "fixtures/rules/shared-library-not-bundled/good",
    "libssl.so.3": "fixtures/rules/shared-library-not-bundled/good",
    "macos.so": "fixtures/rules/macos-newer-than-tag",
    "limited.dll": "tests/scan/binaries/samples",
    "versioned.dll": "tests/scan/binaries/samples",
}


def main() -> int:
    """Compile everything into the folder that is named."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    (out / "library.c").write_text(LIBRARY, encoding="utf-8")
    run(out, *GCC, str(SOURCE), "-o", "plain.so")
    run(out, *GCC, "-DOUTSIDE", str(SOURCE), "-o", "outside.so")
    run(out, *GCC, "-DTHREADS", str(SOURCE), "-o", "threads.so", "-lc")
    run(out, *GCC, "-Wl,-soname,libssl.so.3", "library.c", "-o", "libssl.so.3")
    linked = ["-DLIBRARY", str(SOURCE), "-L.", "-l:libssl.so.3"]
    run(out, *GCC, *linked, "-o", "library.so")
    run(out, *GCC, *linked, "-Wl,-rpath,$ORIGIN/../acme.libs", "-o", "bundled.so")
    macos = ["-target", "x86_64-macos.13.0", "-Os", "-s", "-shared", "-Wl,-undefined,dynamic_lookup"]
    run(out, *ZIG, "cc", *macos, str(SOURCE), "-o", "macos.so")
    for dll, name in (("python3", "limited.dll"), ("python312", "versioned.dll")):
        exports = f'LIBRARY "{dll}.dll"\nEXPORTS\nPyModuleDef_Init\n'
        (out / f"{dll}.def").write_text(exports, encoding="utf-8")
        run(out, *ZIG, "dlltool", "-m", "i386:x86-64", "-d", f"{dll}.def", "-l", f"{dll}.lib", "-D", f"{dll}.dll")
        windows = ["-target", "x86_64-windows-gnu", "-Os", "-s", "-shared", "-nostdlib"]
        run(out, *ZIG, "cc", *windows, str(SOURCE), f"{dll}.lib", "-o", name)
    for name, where in WHERE.items():
        print(f"{name}: {(out / name).stat().st_size} bytes, in {where}")
    return 0


def run(folder: Path, *command: str) -> None:
    """Run one command in the folder; its failure ends the program."""
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    sys.exit(main())
