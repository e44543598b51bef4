"""What a directory's tree lists, reads and reports."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from pkg_audit.errors import ReadError, TreeError
from pkg_audit.tree import DirectoryTree, Tree, open_tree, opener, walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeTree = Callable[[dict[str, str | bytes]], Tree]

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file types and names")


@pytest.fixture(params=["descriptors", "paths"], autouse=True)
def _both_openers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "paths":
        monkeypatch.setattr(opener, "HAS_DIR_FD", False)
    elif not opener.HAS_DIR_FD:
        pytest.skip("no directory descriptors here")


def whats(tree: Tree) -> dict[str | None, str]:
    return {problem.path: problem.what for problem in tree.problems()}


def test_lists_and_reads_files(make_tree: MakeTree) -> None:
    tree = make_tree({"b.py": "x", "a/z.py": "1", "a/b/c.txt": b"\0\1", "Z": ""})
    assert tree.files() == ("Z", "a/b/c.txt", "a/z.py", "b.py")
    assert (tree.source, tree.name) == ("directory", "project")
    assert tree.read("a/b/c.txt") == b"\0\1"
    assert [tree.size(path) for path in tree.files()] == [0, 2, 1, 1]
    paths = ["", ".", "a", "a/b/", "b.py", "missing"]
    assert [path for path in paths if tree.is_dir(path)] == ["", ".", "a", "a/b/"]
    assert [path for path in paths if tree.is_file(path)] == ["b.py"]
    assert [path for path in paths if tree.is_tracked(path)] == ["b.py"]
    assert (tree.links(), tree.problems()) == ((), ())


def test_reads_are_bounded(make_tree: MakeTree) -> None:
    tree = make_tree({"f": b"0123456789"})
    assert tree.read("f", limit=10) == b"0123456789"
    assert tree.head("f", 4) == b"0123"
    assert tree.head("f") == b"0123456789"
    with pytest.raises(ReadError) as caught:
        tree.read("f", limit=9)
    assert (caught.value.path, caught.value.reason) == ("f", "too-large")


@pytest.mark.parametrize("path", ["missing", "../outside", "/etc/passwd", "a/../f", "./f", "f/", "", "f\0", "a"])
def test_only_listed_paths_are_read(make_tree: MakeTree, path: str) -> None:
    tree = make_tree({"f": "x", "a/g": "y"})
    with pytest.raises(ReadError) as caught:
        tree.read(path)
    assert caught.value.reason == "file-missing"
    assert tree.size(path) is None


def test_sub_tree_counts_from_its_own_root(make_tree: MakeTree) -> None:
    sub = make_tree({"packages/one/src/m.py": "1", "packages/one/x": "2", "packages/two/y": "3"}).sub("packages/one")
    assert (sub.name, sub.files()) == ("one", ("src/m.py", "x"))
    assert sub.read("src/m.py") == b"1"
    assert sub.sub("src").files() == ("m.py",)
    assert sub.sub("src").read("m.py") == b"1"
    with pytest.raises(ReadError) as caught:
        sub.sub("src").read("m.py", limit=0)
    assert caught.value.path == "m.py"
    with pytest.raises(TreeError, match="no such directory"):
        sub.sub("nowhere")


def test_root_that_cannot_be_audited(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "missing", tmp_path / "file"):
        with pytest.raises(TreeError, match=path.name):
            DirectoryTree(str(path))
    with pytest.raises(TreeError):
        open_tree(str(tmp_path / "mis\0sing"))
    with pytest.raises(TreeError, match="neither a directory nor an archive"):
        open_tree(str(tmp_path / "file"))


def test_empty_directory_is_an_empty_tree(tmp_path: Path) -> None:
    assert open_tree(str(tmp_path)).files() == ()


def test_tool_folders_are_left_out(make_tree: MakeTree) -> None:
    tree = make_tree(
        {
            "pkg/__init__.py": "",
            "pkg/__pycache__/x.pyc": "",
            "env/pyvenv.cfg": "",
            "env/lib/x.py": "",
            "node_modules/a.js": "",
            ".tox/py/x.py": "",
            ".hg/store": "",
            "build/x.py": "",
        }
    )
    assert tree.files() == ("build/x.py", "pkg/__init__.py")


def test_without_git_ignored_directories_are_left_out_but_files_count(make_tree: MakeTree) -> None:
    tree = make_tree(
        {".gitignore": "_version.py\nout/\n*.so\n", "p/_version.py": "", "p/x.so": "", "out/a.py": "", "p/out/b": ""}
    )
    assert tree.files() == (".gitignore", "p/_version.py", "p/x.so")


@posix
def test_links_are_listed_and_never_followed(make_tree: MakeTree, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir/file").write_text("secret")
    make_tree({"real/x.py": "x"})
    root = tmp_path / "project"
    (root / "out").symlink_to("../secret")
    (root / "outdir").symlink_to("../dir")
    (root / "loop").symlink_to(".")
    (root / "real/self.py").symlink_to("self.py")
    tree = DirectoryTree(str(root))
    assert tree.files() == ("real/x.py",)
    assert tree.links() == ("loop", "out", "outdir", "real/self.py")
    assert tree.sub("real").links() == ("self.py",)
    with pytest.raises(ReadError, match="symbolic link"):
        tree.read("out")


@posix
def test_a_component_swapped_for_a_link_is_refused(make_tree: MakeTree, tmp_path: Path) -> None:
    tree = make_tree({"d/x.py": "x", "e.py": "y"})
    root = tmp_path / "project"
    (tmp_path / "other").mkdir()
    (tmp_path / "other/x.py").write_text("secret")
    tree.read("e.py")  # leave the directory, so that the descriptors of `d` are closed
    (root / "d").rename(root / "was")
    (root / "d").symlink_to("../other")
    (root / "e.py").unlink()
    (root / "e.py").symlink_to("../other/x.py")
    for path in ("e.py", "d/x.py"):
        with pytest.raises(ReadError) as caught:
            tree.read(path)
        assert caught.value.path == path
        assert path in whats(tree)


@posix
def test_a_named_root_may_be_a_link(make_tree: MakeTree, tmp_path: Path) -> None:
    make_tree({"x.py": "1"})
    (tmp_path / "via").symlink_to("project")
    tree = open_tree(str(tmp_path / "via"))
    assert (tree.name, tree.read("x.py")) == ("via", b"1")


@posix
def test_special_files_are_problems_and_block_nothing(make_tree: MakeTree, tmp_path: Path) -> None:
    make_tree({"x.py": "1"})
    root = tmp_path / "project"
    for name in ("pyproject.toml", ".gitignore"):
        os.mkfifo(root / name)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(root / "sock"))
    tree = DirectoryTree(str(root))
    assert tree.files() == ("x.py",)
    assert {"pyproject.toml", ".gitignore", "sock"} == {p.path for p in tree.problems() if "FIFO" in p.what}


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_unreadable_files_and_directories_are_problems(make_tree: MakeTree, tmp_path: Path) -> None:
    make_tree({"x.py": "1", "locked/y.py": "2", "z.py": "3"})
    root = tmp_path / "project"
    (root / "x.py").chmod(0)
    (root / "locked").chmod(0)
    try:
        tree = DirectoryTree(str(root))
        assert tree.files() == ("x.py", "z.py")
        with pytest.raises(ReadError) as caught:
            tree.read("x.py")
        assert caught.value.reason == "not-parseable"
        assert set(whats(tree)) == {"locked", "x.py"}
    finally:
        (root / "locked").chmod(0o700)


@posix
def test_os_errors_cost_a_problem_and_not_the_scan(
    make_tree: MakeTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_tree({"x.py": "1", "d/y.py": "2"})
    kind = opener.DescriptorOpener if opener.HAS_DIR_FD else opener.PathOpener
    entries, head = kind.entries, kind.head

    def failing_entries(self: opener.Opener, path: str) -> object:
        if path == "d":
            raise PermissionError(13, "Permission denied")
        return entries(self, path)  # type: ignore[arg-type]

    def failing_head(self: opener.Opener, path: str, count: int) -> bytes:
        if path == "x.py":
            raise PermissionError(13, "Permission denied")
        return head(self, path, count)  # type: ignore[arg-type]

    monkeypatch.setattr(kind, "entries", failing_entries)
    monkeypatch.setattr(kind, "head", failing_head)
    tree = DirectoryTree(str(tmp_path / "project"))
    with pytest.raises(ReadError) as caught:
        tree.read("x.py")
    assert caught.value.reason == "not-parseable"
    assert all("Permission denied" in what for what in whats(tree).values())
    assert set(whats(tree)) == {"d", "x.py"}


def test_files_may_vanish_and_grow(make_tree: MakeTree, tmp_path: Path) -> None:
    tree = make_tree({"x.py": "1", "d/y.py": "2", "grows": "1"})
    root = tmp_path / "project"
    (root / "x.py").unlink()
    (root / "grows").write_text("12345")
    with pytest.raises(ReadError) as caught:
        tree.read("x.py")
    assert caught.value.reason == "file-missing"
    assert tree.size("x.py") is None
    with pytest.raises(ReadError, match="larger"):
        tree.read("grows", limit=3)


@posix
def test_names_that_are_not_text_are_kept_and_ordered_by_bytes(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path)
    for name in (b"caf\xe9.py", "é\u4e2d.py".encode(), b"a\n.py", b"\xff/x.py", "\U0001f600".encode()):
        full = os.path.join(root, name)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(b"x")
    tree = DirectoryTree(str(tmp_path))
    names = [path.encode("utf-8", "surrogateescape") for path in tree.files()]
    assert names == sorted(names)
    assert len(names) == 5
    assert all(tree.read(path) == b"x" for path in tree.files())
    assert tree.sub("\udcff").files() == ("x.py",)


@posix
def test_deep_and_large_trees_end_with_a_problem(
    make_tree: MakeTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "MAX_DEPTH", 5)
    tree = make_tree({"d/" * 5 + "in.py": "", "d/" * 6 + "out.py": ""})
    assert tree.files() == ("d/" * 5 + "in.py",)
    assert any("partial" in what for what in whats(tree).values())
    monkeypatch.setattr(walk, "MAX_ENTRIES", 3)
    tree = DirectoryTree(str(tmp_path / "project"))
    assert "partial" in whats(tree)[None]


@posix
def test_few_descriptors_suffice_for_a_deep_tree(make_tree: MakeTree, tmp_path: Path) -> None:
    import resource

    if not opener.HAS_DIR_FD:
        pytest.skip("about descriptors")
    make_tree({"d/" * 60 + "x.py": "1", "d/" * 30 + "y.py": "2", "z.py": "3"})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + opener.MAX_DESCRIPTORS + 2, hard))
    try:
        tree = DirectoryTree(str(tmp_path / "project"))
        contents = [tree.read(path) for path in tree.files()]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert contents == [b"1", b"2", b"3"]
    assert tree.problems() == ()


@posix
def test_descriptors_are_given_back(make_tree: MakeTree) -> None:
    def lowest_free() -> int:
        free = os.dup(0)
        os.close(free)
        return free

    before = lowest_free()
    tree = make_tree({"a/b/c.py": "1"})
    tree.read("a/b/c.py")
    del tree
    assert lowest_free() == before


def test_nothing_is_written(make_tree: MakeTree, tmp_path: Path) -> None:
    tree = make_tree({"a/x.py": "1", "y": "2"})
    before = {path: path.lstat().st_mtime_ns for path in (tmp_path / "project").rglob("*")}
    for path in tree.files():
        tree.read(path)
    assert {path: path.lstat().st_mtime_ns for path in (tmp_path / "project").rglob("*")} == before
