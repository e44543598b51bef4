"""E: nothing of the project is executed, and it chooses no program to run."""

from __future__ import annotations

import struct
from hashlib import sha1

from hostile_case import PYPROJECT, Box, case

EXITS_OR_USAGE = frozenset({0, 1, 2})


@case("E1")
def every_file_that_tools_execute(box: Box) -> None:
    box.project('[tool.setuptools.dynamic]\nreadme = {file = ["README.md"]}\n')
    for name in ("setup", "conftest", "noxfile", "tasks", "fabfile", "build", "hatch_build", "docs/conf", "manage",
                 "src/demo/__init__", "src/demo/__main__", "sitecustomize", "usercustomize", "versioneer", "_custom_build",
                 "pavement", "dodo", "SConstruct", "gunicorn.conf", "gunicorn_conf", "pyi_rth_demo"):  # fmt: skip
        box.write(f"{name}.py", box.payload)
    box.write("demo.spec", box.payload)
    box.write("src/demo.pth", f"import os; {box.payload}")


@case("E1")
def version_by_attr_in_a_module_with_effects(box: Box) -> None:
    box.write(
        "pyproject.toml",
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
        'dynamic = ["version"]\n[tool.setuptools.dynamic]\nversion = {attr = "demo.VERSION"}\n',
    )
    box.write("demo/__init__.py", f"{box.payload}VERSION = str(1) + __import__('os').sep\n")


@case("E1")
def setup_script_that_calls_everything(box: Box) -> None:
    box.write(
        "setup.py",
        f"{box.payload}import os, sys, subprocess, ctypes, socket, urllib.request\n"
        f"os.system({box.shell!r})\nsubprocess.check_call({box.shell!r}, shell=True)\nos.popen({box.shell!r}).read()\n"
        f"eval({box.payload!r})\nexec({box.payload!r})\n__import__('demo')\n"
        f"exec(compile({box.payload!r}, 'x', 'exec'))\nexec(open('demo/about.py').read())\n"
        f"open({str(box.canary)!r}, 'w').close()\nos.makedirs({str(box.folder / 'made')!r})\n"
        f"os.rename('demo', 'moved')\nos.remove('demo/about.py')\nsocket.create_connection(('127.0.0.1', 9))\n"
        "urllib.request.urlopen('http://127.0.0.1:9/').read()\nsys.path.insert(0, '.')\nimport demo\n"
        "from setuptools import setup, find_packages\nsetup(name='demo', version=demo.VERSION, packages=find_packages())\n",
    )
    box.write("demo/__init__.py", f"{box.payload}VERSION = '1'\n")
    box.write("demo/about.py", f"{box.payload}VERSION = '1'\n")


@case("E1")
def backend_in_the_tree(box: Box) -> None:
    box.write(
        "pyproject.toml",
        '[build-system]\nrequires = []\nbuild-backend = "ours:thing.backend"\nbackend-path = [".", "tools", "../outside"]\n'
        '[project]\nname = "demo"\ndynamic = ["version", "dependencies", "scripts"]\n',
    )
    for name in ("ours", "tools/ours"):
        box.write(f"{name}.py", f"{box.payload}def build_wheel(*a):\n    {box.payload}")


@case("E1")
def hatch_hooks_and_code_versions(box: Box) -> None:
    box.write(
        "pyproject.toml",
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\n'
        'dynamic = ["version", "readme"]\n[tool.hatch.version]\nsource = "code"\npath = "demo/v.py"\n'
        'expression = "__import__(\'os\').getcwd()"\nsearch-paths = ["."]\n[tool.hatch.build.hooks.custom]\npath = "hook.py"\n'
        '[tool.hatch.metadata.hooks.custom]\npath = "hook.py"\n',
    )
    box.write("demo/v.py", box.payload)
    box.write("hook.py", box.payload)


SHADOWS = ("tomli", "tomllib", "json", "rich", "packaging", "pathspec", "jmespath", "argparse", "ast", "re", "typing",
           "stdlibs", "trove_classifiers", "sitecustomize", "importlib", "encodings", "yaml")  # fmt: skip


@case("E2")
def shadowing_modules_as_command(box: Box) -> None:
    box.project()
    for name in SHADOWS:
        box.write(f"{name}.py", box.payload)
    box.cwd, box.path = str(box.root), "."


@case("E2")
def shadowing_modules_as_module(box: Box) -> None:
    shadowing_modules_as_command(box)
    (box.root / "importlib.py").unlink()  # `-m` itself imports it from the current folder, before any code of ours
    box.as_module = True


@case("E3")
def entry_points_of_metadata_in_the_tree(box: Box) -> None:
    box.project()
    for folder in ("demo.egg-info", "evil-1.0.dist-info"):
        box.write(f"{folder}/PKG-INFO", "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
        box.write(f"{folder}/METADATA", "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
        points = "".join(
            f"[{group}]\nevil = evil:run\n"
            for group in ("pkg_audit.rules", "pkg_audit.plugins", "pkg_audit", "console_scripts", "trove_classifiers")
        )
        box.write(f"{folder}/entry_points.txt", points)
    box.write("evil.py", box.payload)
    box.cwd, box.path, box.as_module = str(box.root), ".", True


@case("E4")
def configuration_that_reaches_outside(box: Box) -> None:
    report = box.folder / "stolen.json"
    box.project(
        f'[tool.pkg-audit]\nrules = ["."]\nplugins = ["evil"]\noutputs = ["json={report}"]\noutput = ["json={report}"]\n'
        'extend = "../outside/base.toml"\nbaseline = "../outside/base.toml"\nisolated = false\nformat = "evil:run"\n'
    )
    box.outside("base.toml", '[tool.pkg-audit]\nignore = ["*"]\n')
    box.write("evil.py", box.payload)
    box.exits = frozenset({2})

    def after() -> None:
        assert not report.exists()

    box.after = after


@case("E4")
def configuration_that_reaches_outside_when_isolated(box: Box) -> None:
    configuration_that_reaches_outside(box)
    box.arguments, box.exits = ("--isolated",), EXITS_OR_USAGE - {2}


@case("E4")
def own_file_names_rules(box: Box) -> None:
    box.project()
    box.write("pkg-audit.toml", 'rules = ["rules"]\n')
    box.write("rules/evil.toml", 'title = "x"\n')
    box.exits = frozenset({2})


@case("E5")
def git_configuration_names_programs(box: Box) -> None:
    box.project()
    script = box.write("evil.sh", f"#!/bin/sh\n{box.shell}\n")
    script.chmod(0o755)
    keys = ("fsmonitor", "pager", "editor", "sshCommand", "askPass", "gitProxy", "hooksPath", "alternateRefsCommand")
    lines = "".join(f"\t{key} = {script}\n" for key in keys)
    box.write(
        ".git/config",
        f'[core]\n\trepositoryformatversion = 0\n{lines}[filter "x"]\n\tclean = {script}\n[include]\n\tpath = ../../outside/c\n',
    )
    box.write(".git/HEAD", "ref: refs/heads/main\n")
    box.write(".gitattributes", "* filter=x\n")
    box.outside("c", f"[core]\n\tfsmonitor = {script}\n")
    name = b"README.md"
    entry = struct.pack(">10I", *[0] * 6, 0o100644, 0, 0, 7) + bytes(20) + struct.pack(">H", len(name)) + name
    body = b"DIRC" + struct.pack(">2I", 2, 1) + entry + bytes(8 - len(entry) % 8)
    box.write(".git/index", body + sha1(body, usedforsecurity=False).digest())
    for hook in ("post-index-change", "fsmonitor-watchman", "pre-auto-gc"):
        box.write(f".git/hooks/{hook}", f"#!/bin/sh\n{box.shell}\n").chmod(0o755)


@case("E5")
def git_file_points_elsewhere(box: Box) -> None:
    box.project()
    box.write(".git", "gitdir: ../outside/repository\n")
    box.outside("repository/config", "[core]\n\tworktree = /\n")
    box.outside("repository/index", "DIRC")


@case("E5")
def git_index_with_paths_that_leave(box: Box) -> None:
    box.project()
    box.outside("secret.py")
    entries = b""
    names = (
        b"../outside/secret.py",
        b"/etc/passwd",
        b"src/demo/core.py",
        b"a\n::error::x.py",
        b"C:\\x.py",
        b".git/config",
    )
    for name in names:
        entry = struct.pack(">10I", *[0] * 6, 0o100644, 0, 0, 7) + bytes(20) + struct.pack(">H", len(name)) + name
        entries += entry + bytes(8 - len(entry) % 8)
    body = b"DIRC" + struct.pack(">2I", 2, len(names)) + entries
    box.write(".git/index", body + sha1(body, usedforsecurity=False).digest())
    box.write(".git/HEAD", "ref: refs/heads/main\n")


@case("E6")
def programs_of_the_tree_on_the_search_path(box: Box) -> None:
    box.project()
    for name in ("git", "python", "python3", "sh", "less", "hg", "tput", "stty", "infocmp"):
        box.write(name, f"#!/bin/sh\n{box.shell}\n").chmod(0o755)
    box.cwd, box.path = str(box.root), "."
    box.environment = {"PATH": f"::.:{box.root}:/usr/bin:/bin", "PAGER": "./less", "EDITOR": "./sh", "SHELL": "./sh"}


@case("E6")
def names_that_look_like_options(box: Box) -> None:
    box.project()
    for name in ("--rules=evil", "-rf", "--output=json=x", ";touch x", "$(touch x)", "`touch x`", "|sh", "@file"):
        box.write(f"src/demo/{name}.py", "x = (\n")
        box.write(name, "")


@case("E7")
def object_tags_in_yaml(box: Box) -> None:
    box.project()
    text = f'a: !!python/object/apply:os.system ["{box.shell}"]\nb: !!python/object/new:os.system ["{box.shell}"]\n'
    for name in (".pre-commit-config.yaml", ".github/workflows/ci.yml", ".readthedocs.yaml", "mkdocs.yml", "meta.yaml",
                 "environment.yml", "CITATION.cff", ".gitlab-ci.yml", "recipe.yaml", "snapcraft.yaml"):  # fmt: skip
        box.write(name, text)


@case("E7")
def pickles_and_compiled_files(box: Box) -> None:
    box.project()
    evil = f'cos\nsystem\n(S"{box.shell}"\ntR.'.encode()
    for name in ("src/demo/x.pkl", ".pkg_audit_cache", "src/demo/__pycache__/core.cpython-311.pyc", "src/demo/y.pyc",
                 ".pkg-audit-cache/facts", "src/demo/z.joblib"):  # fmt: skip
        box.write(name, evil)


@case("E7")
def includes_in_readme(box: Box) -> None:
    box.outside("secret.txt")
    box.project(pyproject=PYPROJECT.replace("README.md", "README.rst"))
    box.write(
        "README.rst",
        ".. include:: ../outside/secret.txt\n.. raw:: html\n   :file: ../outside/secret.txt\n"
        ".. literalinclude:: ../outside/secret.txt\n{{ config.__class__ }} {% include '../outside/secret.txt' %}\n",
    )
