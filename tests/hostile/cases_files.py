"""F: only regular files below the root are read, nothing is written, and every walk ends."""

from __future__ import annotations

import os
import shutil
import socket

from hostile_case import PYPROJECT, Box, case

METADATA_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "README.md", "LICENSE", "MANIFEST.in", "requirements.txt",
                  ".gitignore", "pkg-audit.toml", "Cargo.toml", "CMakeLists.txt", "meson.build", "PKG-INFO", ".git",
                  "tox.ini", ".hgignore", "conda.yaml")  # fmt: skip


@case("F1")
def links_out_of_the_tree(box: Box) -> None:
    secret = box.outside("secret.txt")
    box.project()
    for name in ("README.md", "LICENSE"):
        (box.root / name).unlink()
        box.link(name, secret)
    box.link("src/demo/leak.py", "../../../outside/secret.txt")
    box.link("src/demo/environ.py", "/proc/self/environ")
    box.link("setup.py", "/proc/self/cmdline")


@case("F1")
def metadata_that_names_files_outside(box: Box) -> None:
    secret = box.outside("secret.txt")
    box.write(
        "pyproject.toml",
        PYPROJECT.replace('readme = "README.md"', f'readme = "{secret}"').replace(
            '["LICENSE"]', '["../outside/*", "/etc/passwd"]'
        )
        + '[tool.setuptools.dynamic]\nversion = {file = "../outside/secret.txt"}\n'
        '[tool.setuptools.packages.find]\nwhere = ["../outside", "/"]\n',
    )
    box.write(
        "setup.cfg", "[metadata]\nlong_description = file: ../outside/secret.txt\nversion = attr: ..outside.secret\n"
    )
    box.write(
        "setup.py", "from setuptools import setup\nsetup(long_description=open('../outside/secret.txt').read())\n"
    )
    box.write("MANIFEST.in", "include ../outside/*\ngraft ..\nrecursive-include / *.txt\n")
    box.write("requirements.txt", "-r ../outside/secret.txt\n-c /etc/passwd\n")
    box.outside("x.py", "import secret\n")


@case("F1")
def configuration_is_a_link(box: Box) -> None:
    box.outside("config.toml", 'ignore = ["x"]\nfail-on = "never"\n# do-not-read-5c1f77aa\n')
    box.project()
    box.link("pkg-audit.toml", "../outside/config.toml")


@case("F1")
def folders_are_links(box: Box) -> None:
    box.outside("demo/__init__.py", "do_not_read = 'do-not-read-5c1f77aa'\n")
    box.project()
    shutil.rmtree(box.root / "src")
    box.link("src", "../outside")


@case("F2")
def every_metadata_file_is_a_fifo(box: Box) -> None:
    for name in METADATA_FILES:
        box.fifo(name)
    box.write("demo/__init__.py")
    box.fifo("demo/x.py")


@case("F2")
def own_configuration_is_a_fifo(box: Box) -> None:
    box.project()
    box.fifo("pkg-audit.toml")


@case("F2")
def sockets_and_folders_with_file_names(box: Box) -> None:
    box.project()
    here = os.getcwd()
    listener = socket.socket(socket.AF_UNIX)
    try:
        os.chdir(box.root / "src/demo")  # the system limits a socket's path to about 100 bytes
        listener.bind("s.py")
    finally:
        os.chdir(here)
        listener.close()
    for name in ("setup.py", "setup.cfg", "MANIFEST.in", "src/demo/y.py"):
        (box.root / name).mkdir()


@case("F2")
def files_that_claim_a_terabyte(box: Box) -> None:
    box.project()
    for name in ("src/demo/big.py", "setup.cfg", "MANIFEST.in", "README.md", ".gitignore", "src/demo/data.so"):
        with open(box.root / name, "wb") as file:
            file.write(b"x = 1\n")
            file.truncate(1 << 40)


@case("F3")
def loops_of_links(box: Box) -> None:
    box.project()
    box.link("src/demo/loop", ".")
    box.link("src/up", "..")
    box.link("a", "b")
    box.link("b", "a")
    for index in range(30):
        box.link(f"src/demo/mesh{index}", "..")


@case("F4")
def a_very_deep_tree(box: Box) -> None:
    """Nest folders to a path that is longer than the system takes, and deeper than a walk goes."""
    box.project()
    current = os.open(box.root / "src/demo", os.O_RDONLY)
    try:
        for _ in range(300):
            os.mkdir("d" * 200, dir_fd=current)
            below = os.open("d" * 200, os.O_RDONLY, dir_fd=current)
            os.close(current)
            current = below
    finally:
        os.close(current)


@case("F4")
def packages_as_deep_as_is_allowed(box: Box) -> None:
    box.write("setup.py", "from setuptools import setup, find_packages\nsetup(name='demo', packages=find_packages())\n")
    path = "p"
    for _ in range(150):
        box.write(f"{path}/__init__.py")
        path += "/p"


@case("F4")
def many_small_files(box: Box) -> None:
    box.project()
    for index in range(6000):
        box.write(f"src/demo/m{index % 50}/f{index}.py")
    box.seconds = 60


@case("F5")
def names_that_are_not_text(box: Box) -> None:
    box.project()
    for name in (b"caf\xe9.py", b"\xff\xfe/x.py", b"\xed\xa0\x80.py", b"a\nb.py", b"a\rb.py", b"\x7f.py", b" .py", b"-.py", b"CON.py",
                 b"a\\b.py", b"%00.py", b"e\xcc\x81.py", b"\xc3\xa9.py", b"CORE.py", b"\xe2\x80\xae.py"):  # fmt: skip
        box.write_raw(b"src/demo/" + name, b"x = (\n")


@case("F6")
def unreadable_files(box: Box) -> None:
    box.project()
    box.write("src/demo/locked.py", "x = 1\n").chmod(0)
    box.write("src/demo/sub/x.py", "x = 1\n")
    (box.root / "src/demo/sub").chmod(0)
    box.after = lambda: (box.root / "src/demo/sub").chmod(0o755)


@case("F6")
def the_path_does_not_exist(box: Box) -> None:
    box.target, box.exits = "input/nowhere\x1b[31m", frozenset({3})


@case("F6")
def the_path_is_a_fifo(box: Box) -> None:
    box.fifo("demo-1.0.tar.gz")
    box.target, box.exits = "input/demo-1.0.tar.gz", frozenset({3})


@case("F6")
def the_path_is_a_text_file(box: Box) -> None:
    box.write("x.py", "x = 1\n")
    box.target, box.exits = "input/x.py", frozenset({2, 3})


@case("F7")
def nothing_is_writable(box: Box) -> None:
    box.project()
    for folder, _, names in os.walk(box.root):
        for name in names:
            os.chmod(os.path.join(folder, name), 0o444)
        os.chmod(folder, 0o555)

    def after() -> None:
        for folder, _, _ in os.walk(box.root):
            os.chmod(folder, 0o755)

    box.after = after


@case("F8")
def absurd_times(box: Box) -> None:
    box.project()
    for name, when in (("README.md", -(1 << 31)), ("LICENSE", 1 << 33), ("src/demo/core.py", 0)):
        os.utime(box.root / name, (when, when))
