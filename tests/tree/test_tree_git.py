"""The listing of a work tree against git itself, which only these tests run."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkg_audit.tree import DirectoryTree, ignore
from pkg_audit.tree.git_index import parse_index

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is the oracle here")


class Repository:
    """A work tree and the git that looks after it."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", *options)

    def git(self, *arguments: str) -> bytes:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": str(self.root),
            "GIT_ALLOW_PROTOCOL": "file",
        }
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false")
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=self.root, env=environment, check=True, capture_output=True).stdout

    def write(self, *paths: str, text: str = "") -> None:
        for path in paths:
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())

    def listed(self) -> list[str]:
        """Return what git tracks or does not ignore and what is there, ordered by bytes."""
        names = {name for name in self.git("ls-files", "-co", "--exclude-standard", "-z").split(b"\0") if name}
        paths = sorted(names)
        root = os.fsencode(self.root)
        return [os.fsdecode(name) for name in paths if os.path.isfile(os.path.join(root, name))]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "work tree")


def listing(repository: Repository) -> list[str]:
    return list(DirectoryTree(str(repository.root)).files())


def test_tracked_untracked_and_ignored(repository: Repository) -> None:
    repository.write(".gitignore", text="*.log\nbuild/\n!keep.log\n/only-root\n")
    repository.write("sub/.gitignore", text="!*.log\nsecret*\n")
    repository.write("a.py", "dir with space/é.py", "tracked.log", "build/tracked.py", "gone.py", "sub/secret-tracked")
    repository.git("add", "-f", ".")
    repository.git("commit", "-qm", "x")
    repository.write(
        "new.py", "x.log", "keep.log", "build/new.py", "sub/y.log", "sub/secret", "only-root", "sub/only-root"
    )
    repository.write("__pycache__/x.pyc")
    (repository.root / "gone.py").unlink()
    tree = DirectoryTree(str(repository.root))
    expected = [path for path in repository.listed() if not path.startswith("__pycache__")]
    assert list(tree.files()) == expected
    assert "build/tracked.py" in expected
    assert "build/new.py" not in expected
    top = [".gitignore", "a.py", "build/tracked.py", "dir with space/é.py"]
    below = ["sub/.gitignore", "sub/secret-tracked", "tracked.log"]
    assert [path for path in tree.files() if tree.is_tracked(path)] == top + below
    assert "new.py" in tree.files()
    assert [path for path in tree.sub("sub").files() if tree.sub("sub").is_tracked(path)] == [
        ".gitignore",
        "secret-tracked",
    ]
    assert tree.problems() == ()


def test_exclude_file_and_whitelists(repository: Repository) -> None:
    repository.write(".gitignore", text="\ufeff*\n!*/\n!*.py\n")
    repository.write(".git/info/exclude", text="a/no.py\n")
    repository.write("a/yes.py", "a/no.py", "a/b/c/deep.py", "a/b/x.txt")
    assert listing(repository) == repository.listed()
    repository.write(".gitignore", text="/foo/**\n!/foo/keep\n")
    repository.write("foo/a/b", "foo/keep", "foo2/x")
    assert listing(repository) == repository.listed()


def test_tracked_files_in_tool_folders_count(repository: Repository) -> None:
    repository.write("node_modules/a.js", "env/pyvenv.cfg", "env/x.py", "a/__pycache__/b.pyc", "a/__init__.py")
    repository.git("add", "-f", ".")
    repository.write("node_modules/untracked.js", "env/untracked.py")
    assert listing(repository) == ["a/__init__.py", "env/pyvenv.cfg", "env/x.py", "node_modules/a.js"]


@pytest.mark.parametrize("version", [2, 3, 4])
def test_index_versions(repository: Repository, version: int) -> None:
    repository.write("a.py", "b/c.py", "b/d.log", *(f"many/file-{i}.py" for i in range(50)))
    repository.write(".gitignore", text="*.log\n")
    repository.git("add", "-f", ".")
    if version == 3:
        repository.write("intended.py")
        repository.git("add", "-N", "intended.py")
    repository.git("update-index", "--index-version", str(version))
    index = parse_index((repository.root / ".git/index").read_bytes())
    if version == 4:
        assert index is None
        assert listing(repository) == [path for path in repository.listed() if not path.endswith(".log")]
    else:
        assert index is not None
        assert sorted(index.files) == sorted(repository.listed())
        assert listing(repository) == repository.listed()


def test_other_indexes_are_answered_by_the_walk(tmp_path: Path) -> None:
    split = Repository(tmp_path / "split")
    split.write("a.py", "b.log")
    split.write(".gitignore", text="*.log\n")
    split.git("add", "-f", ".")
    split.git("update-index", "--split-index")
    assert parse_index((split.root / ".git/index").read_bytes()) is None
    assert listing(split) == [".gitignore", "a.py"]
    longer = Repository(tmp_path / "longer", "--object-format=sha256")
    longer.write("a.py")
    longer.git("add", ".")
    assert parse_index((longer.root / ".git/index").read_bytes()) is None
    assert listing(longer) == ["a.py"]


def test_worktree_with_a_git_file(repository: Repository, tmp_path: Path) -> None:
    repository.write("a.py")
    repository.write(".gitignore", text="*.log\n")
    repository.git("add", ".")
    repository.git("commit", "-qm", "x")
    repository.git("worktree", "add", "-q", str(tmp_path / "second"))
    (tmp_path / "second/x.log").write_text("")
    assert DirectoryTree(str(tmp_path / "second")).files() == (".gitignore", "a.py")


def test_submodules(repository: Repository, tmp_path: Path) -> None:
    inner = Repository(tmp_path / "inner")
    inner.write("in.py")
    inner.git("add", ".")
    inner.git("commit", "-qm", "x")
    repository.git("submodule", "--quiet", "add", str(inner.root), "vendor/filled")
    repository.git("submodule", "--quiet", "add", str(inner.root), "vendor/empty")
    repository.git("submodule", "--quiet", "deinit", "-f", "vendor/empty")
    tree = DirectoryTree(str(repository.root))
    assert "vendor/filled/in.py" in tree.files()
    assert [(problem.path, problem.blocking) for problem in tree.problems()] == [("vendor/empty", False)]


def test_sparse_checkout_is_partial(repository: Repository) -> None:
    repository.write("a/x.py", "b/y.py", "z.py")
    repository.git("add", ".")
    repository.git("commit", "-qm", "x")
    repository.git("sparse-checkout", "set", "--cone", "a")
    tree = DirectoryTree(str(repository.root))
    assert tree.files() == ("a/x.py", "z.py")
    assert any("sparse" in problem.what for problem in tree.problems())


def test_links_in_the_index(repository: Repository) -> None:
    repository.write("a.py")
    (repository.root / "link").symlink_to("a.py")
    repository.git("add", ".")
    tree = DirectoryTree(str(repository.root))
    assert (tree.files(), tree.links()) == (("a.py",), ("link",))


TOKENS = [
    "a",
    "b",
    "ab",
    "é",
    "*",
    "**",
    "?",
    "/",
    "[a-c]",
    "[!a]",
    "[^b]",
    "[]a]",
    "[a",
    "\\",
    "\\ ",
    " ",
    "!",
    "#",
    ".py",
]
TOKENS += ["[[:alpha:]]", "[[:foo:]]", "[b-a]", "[!b-a]", "[a-", "-", "]", "\\[", "[\\]x]", "\t", "[a/b]"]
LINES = st.lists(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=5).map("".join), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def maze(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    repository = Repository(tmp_path_factory.mktemp("maze"))
    names = ["a", "b", "ab", "a b", "é", "x.py", "[a]", "!a", "#b", "a\\b", "-", "caf\udce9"]
    for first in names:
        repository.root.joinpath(first).mkdir()
        for second in names:
            (repository.root / first / f"{second}.d").mkdir()
            (repository.root / first / f"{second}.d/x.py").touch()
            (repository.root / first / second).touch()
    return repository


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(outer=LINES, inner=LINES)
def test_any_patterns_mean_what_git_takes_them_for(maze: Repository, outer: list[str], inner: list[str]) -> None:
    maze.write(".gitignore", text="\n".join(outer))
    maze.write("a/.gitignore", text="\r\n".join(inner))
    if any("//" in line for line in outer + inner):  # git's own answer to empty components has no rule
        return
    assert listing(maze) == maze.listed()


def test_patterns_cannot_stall_the_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Repository(tmp_path / "work").root
    bad = "*a" * 60 + "*b\n" + "**/a*/" * 40 + "b\n" + "[" * 4000 + "\n" + "?*" * 100 + "z\n"
    (root / ".gitignore").write_text(bad * 8)
    deep = root.joinpath(*["a" * 20] * 30)
    deep.mkdir(parents=True)
    (deep / ("a" * 200)).touch()
    assert len(DirectoryTree(str(root)).files()) == 2
    monkeypatch.setattr(ignore, "MAX_PATTERNS", 3)
    tree = DirectoryTree(str(root))
    assert any("patterns were not applied" in problem.what for problem in tree.problems())
