from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pkg_audit import __version__
from pkg_audit.cli import main, streams
from pkg_audit.cli.files import check_target, write_file
from pkg_audit.cli.streams import OutputError
from pkg_audit.errors import ConfigError, RuleError, TreeError
from pkg_audit.facts.distribution import Distribution
from pkg_audit.facts.place import Place
from pkg_audit.model import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from pkg_audit.config import Config
    from pkg_audit.tree import Tree

COMMAND = [sys.executable, "-m", "pkg_audit"]
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files and signals")


def empty_report(root: str = ".", exit_code: int = 0, **more: Any) -> Report:
    return Report(root, "directory", 0, Distribution("b", Place()), exit_code=exit_code, **more)


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., list[Config]]:
    """Replace the audit: returns the configurations that it was called with. Runs in a project's folder."""
    calls: list[Config] = []
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("")
    monkeypatch.chdir(project)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in list(os.environ):
        if name.startswith("PKG_AUDIT_"):
            monkeypatch.delenv(name)

    def install(answer: Report | Exception | None = None) -> list[Config]:
        def audit(tree: Tree, config: Config) -> Report:
            calls.append(config)
            if isinstance(answer, BaseException):
                raise answer
            return answer or empty_report(config.path)

        module = types.ModuleType("pkg_audit.audit")
        module.audit = audit  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "pkg_audit.audit", module)
        return calls

    return install


def run(*arguments: str, cwd: Path | None = None, **environ: str | None) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in {**os.environ, **environ}.items() if value is not None}
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8", env=env, cwd=cwd, check=False
    )


# ------------------------------------------------------------------ options


def test_the_current_folder_is_audited_by_default(
    audited: Callable[..., list[Config]], capsys: pytest.CaptureFixture[str]
) -> None:
    calls = audited()
    assert main([]) == 0
    assert [config.path for config in calls] == ["."]
    assert "0 errors, 0 warnings, 0 notes" in capsys.readouterr().out


def test_options_reach_the_configuration(audited: Callable[..., list[Config]]) -> None:
    calls = audited()
    code = main(
        [
            "--select=a,b",
            "--ignore",
            "c",
            "--severity",
            "d=info",
            "--fail-on",
            "never",
            "--target",
            "wheel,sdist",
            "--target",
            "pex",
            "--persona",
            "pedantic",
            "--isolated",
            "--facts",
            "--kind",
            "tool",
            "--assume",
            "python,apt",
            "--no-public-index",
            "--format",
            "json",
            ".",
        ]
    )
    assert code == 0
    (config,) = calls
    assert config.select == ("a", "b")
    assert [ignore.rule for ignore in config.ignores] == ["c"]
    assert config.severities == {"d": "info"}
    assert (config.fail_on, config.targets, config.persona) == ("never", ("wheel", "sdist", "pex"), "pedantic")
    assert config.isolated
    assert config.facts
    assert config.public_index is False
    assert (config.answers.kind, config.answers.assume) == ("tool", ("python", "apt"))


def test_json_is_the_only_thing_on_standard_output(
    audited: Callable[..., list[Config]], capsys: pytest.CaptureFixture[str]
) -> None:
    audited(empty_report(exit_code=1))
    assert main(["--format", "json", "-qq"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["summary"]["exit_code"] == 1
    assert captured.err == ""


def test_qq_prints_nothing(audited: Callable[..., list[Config]], capsys: pytest.CaptureFixture[str]) -> None:
    audited()
    assert main(["-qq"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("code", [0, 1, 3])
def test_the_exit_code_is_the_reports(code: int, audited: Callable[..., list[Config]]) -> None:
    audited(empty_report(exit_code=code))
    assert main(["-q"]) == code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--formt", "json"], "unknown option `--formt`; did you mean `--format`?"),
        (["--format", "jsn"], "--format: unknown format `jsn`; did you mean `json`?"),
        (["--fail-on", "eror"], "--fail-on: unknown value for `fail-on`: `eror`; did you mean `error`?"),
        (["--kind", "x"], "--kind: unknown value for `kind`: `x`; there are: "),
        (["--color", "sometimes"], "--color: unknown value for `color`: `sometimes`"),
        (["--output", "json"], "--output: `json` is not FORMAT=FILE"),
        (["--output", "jsn=x"], "--output: unknown format `jsn`; did you mean `json`?"),
        (["--output", "json=no/such/folder/x"], "--output: `no/such/folder/x` its folder does not exist"),
        (["--severity", "x"], "--severity: `x` is not RULE=LEVEL"),
        (["--severity", "x=fatal"], "--severity: severity of `x` must be one of error, warning, info"),
        (["a", "b"], "unexpected argument `b`"),
        (["--select"], "argument --select: expected one argument"),
        (["--\x1b[2J"], "unknown option `--\\x1b[2J`"),
        (["explain"], "the following arguments are required: RULE"),
        (["explain", "x", "--format", "html"], "--format: unknown format `html`"),
    ],
)
def test_wrong_usage_is_code_2_with_the_nearest_word(
    arguments: list[str], message: str, audited: Callable[..., list[Config]], capsys: pytest.CaptureFixture[str]
) -> None:
    calls = audited()
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"error: {message}" in captured.err
    assert "Traceback" not in captured.err
    assert not calls


def test_usage_comes_before_a_missing_project(
    audited: Callable[..., list[Config]], capsys: pytest.CaptureFixture[str]
) -> None:
    audited()
    assert main(["nowhere", "--fail-on", "x"]) == 2
    assert main(["nowhere"]) == 3
    assert "error: nowhere" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (TreeError("no Python here"), 3, "error: no Python here\n"),
        (ConfigError("one\ntwo\nhint: three"), 2, "error: one\nerror: two\nhint: three\n"),
        (RuleError("rules/x.toml: title: missing"), 2, "error: rules/x.toml: title: missing\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (streams.Terminated(), 143, ""),
        (RecursionError("too\ndeep \x1b[2J"), 3, "error: internal fault: RecursionError in "),
    ],
)
def test_no_exception_escapes(
    error: BaseException,
    code: int,
    message: str,
    audited: Callable[..., list[Config]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    audited(error)
    assert main([]) == code
    captured = capsys.readouterr()
    assert captured.err.startswith(message)
    assert captured.out == ""
    assert "\x1b" not in captured.err


def test_a_word_is_a_command_only_in_front(audited: Callable[..., list[Config]]) -> None:
    folder = Path("rules")
    folder.mkdir()
    (folder / "a.py").write_text("")
    calls = audited()
    assert main(["./rules"]) == 0
    assert main(["-q", "rules"]) == 0
    assert [config.path for config in calls] == ["./rules", "rules"]


# ------------------------------------------------------------------ commands


def test_help_says_commands_exit_codes_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for word in ("explain", "technologies", "exit codes", "examples", "[tool.pkg-audit]", "--fail-on"):
        assert word in shown
    assert max(len(line) for line in shown.splitlines()) <= 110


@pytest.mark.parametrize("command", ["explain", "rules", "technologies", "facts", "schema"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert f"pkg-audit {command}" in capsys.readouterr().out


def test_help_in_colour_keeps_brackets(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert main(["--help"]) == 0
    assert "tool.pkg-audit" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"pkg-audit {__version__}\n"


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys; from pkg_audit.cli import main; assert main(['--version']) == 0\n"
        "heavy = {'rich', 'rich_argparse', 'jmespath', 'packaging', 'tomli', 'pathspec', 'difflib', 'json'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_facts_without_a_path_describes_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts"]) == 0
    shown = capsys.readouterr().out
    assert "entry_points: list of EntryPoint" in shown
    assert "  target: 'found' | 'missing' | 'unknown'" in shown


def test_facts_of_a_project(audited: Callable[..., list[Config]], capsys: pytest.CaptureFixture[str]) -> None:
    calls = audited(empty_report(facts={"project": {"name": "x"}}, exit_code=1))
    assert main(["facts", "."]) == 0
    assert json.loads(capsys.readouterr().out) == {"project": {"name": "x"}}
    assert calls[0].facts


# ------------------------------------------------------------------ files


def test_reports_go_to_files_beside_the_text(
    audited: Callable[..., list[Config]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    audited()
    target = tmp_path / "report.json"
    target.write_text("old")
    assert main(["--output", f"json={target}", "--output", f"concise={tmp_path / 'lines'}"]) == 0
    assert json.loads(target.read_text(encoding="utf-8"))["schema_version"] == "1.0"
    assert (tmp_path / "lines").read_text(encoding="utf-8") == "0 errors, 0 warnings, 0 notes\n"
    assert "0 errors" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lines", "project", "report.json"]


@posix
def test_a_link_is_replaced_and_special_files_are_refused(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("victim")
    link = tmp_path / "link"
    link.symlink_to(victim)
    write_file(str(link), "report")
    assert (victim.read_text(), link.read_text(), link.is_symlink()) == ("victim", "report", False)
    os.mkfifo(tmp_path / "fifo")
    for target in (tmp_path / "fifo", tmp_path, "/dev/null"):
        assert check_target(str(target))
        with pytest.raises(OutputError):
            write_file(str(target), "x")
    umask = os.umask(0o022)
    os.umask(umask)
    assert stat.S_IMODE(link.stat().st_mode) == 0o644 & ~umask


def test_a_report_that_cannot_be_written_is_code_3_and_leaves_nothing(
    audited: Callable[..., list[Config]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    audited()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    assert main(["--output", f"json={tmp_path / 'x.json'}"]) == 3
    assert "the report could not be written: No space left on device" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["project"]


# ------------------------------------------------------------------ streams


@pytest.mark.parametrize(
    ("choice", "environ", "expected"),
    [
        ("auto", {}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "0"}, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
    ],
)
def test_colour(choice: str, environ: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert streams.wants_color(choice, environ) is expected


@pytest.mark.parametrize(
    ("columns", "expected"), [("", 80), ("100", 100), ("5", 40), ("9999999999", 120), ("x", 80), ("-3", 80), ("²", 80)]
)
def test_width(columns: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert streams.width({"COLUMNS": columns}) == expected


def test_text_is_ascii_and_json_utf8_where_the_encoding_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1"))
    streams.write_out("é\n")
    streams.write_out("é\n", machine=True)
    assert raw.getvalue() == b"\\xe9\n" + "é\n".encode()


@posix
@pytest.mark.parametrize("arguments", [["schema"], ["--version"], ["--help"], ["rules"]])
def test_a_full_disk_is_code_3(arguments: list[str]) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("error: the report could not be written to standard output: ")
    assert len(done.stderr.splitlines()) == 1


@posix
def test_a_reader_that_goes_away_is_code_141() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*COMMAND, "schema"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@posix
@pytest.mark.parametrize(("closed", "codes"), [(0, {0}), (1, {3}), (2, {0})])
def test_closed_streams(closed: int, codes: set[int]) -> None:
    done = subprocess.run(
        [*COMMAND, "schema"],
        stdout=None if closed == 1 else subprocess.PIPE,
        stderr=None if closed == 2 else subprocess.PIPE,
        preexec_fn=lambda: os.close(closed),
        check=False,
    )
    assert done.returncode in codes
    assert b"Traceback" not in (done.stderr or b"")


@posix
def test_a_missing_working_directory(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, subprocess, sys; os.rmdir(os.getcwd()); sys.exit(subprocess.run(sys.argv[1:]).returncode)"
    done = subprocess.run(
        [sys.executable, "-c", code, *COMMAND, "schema"], cwd=gone, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_c_locale_without_utf8_mode() -> None:
    done = run("explain", "no-such-rüle", LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 2
    assert done.stderr.isascii()


def test_no_home() -> None:
    assert run("rules", HOME=None, XDG_CONFIG_HOME=None).returncode == 0


@posix
def test_sigterm_ends_quietly(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys, time, types\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background inherits it ignored
        "module = types.ModuleType('pkg_audit.audit')\n"
        "module.audit = lambda tree, config: (os.kill(os.getpid(), signal.SIGTERM), time.sleep(60))\n"
        "sys.modules['pkg_audit.audit'] = module\n"
        "from pkg_audit.cli import main\nsys.exit(main([sys.argv[1]]))"
    )
    (tmp_path / "a.py").write_text("")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (143, "", "")
    done = subprocess.run(
        [sys.executable, "-c", code.replace("SIGTERM", "SIGINT"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "error: interrupted\n")


def test_modules_of_the_current_folder_are_never_ours(tmp_path: Path) -> None:
    for name in ("tomli", "tomllib", "json", "rich", "packaging", "yaml", "argparse", "jmespath", "difflib", "secrets"):
        (tmp_path / f"{name}.py").write_text("import os; os.write(2, b'EXECUTED'); raise SystemExit(9)")
    for arguments in (["rules"], ["schema"], ["explain", "nothing-like-it"], ["--help"]):
        done = run(*arguments, cwd=tmp_path, FORCE_COLOR="1")
        assert "EXECUTED" not in done.stderr
        assert done.returncode in (0, 2)
