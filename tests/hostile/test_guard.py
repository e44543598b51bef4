"""The audit hook sees what it is there for; a guard that notes nothing proves nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

GUARDED = Path(__file__).parents[2] / "tools" / "guarded.py"
BREACHES = {
    "exec of the project's code": "exec(compile('x = 1', {root!r} + '/x.py', 'exec'))",
    "exec of text": "exec('x = 1')",
    "import from the project": "import sys; sys.path.insert(0, {root!r}); import evil",
    "a program": "import subprocess; subprocess.run(['true'])",
    "a shell": "import os; os.system('true')",
    "a connection": "import socket; socket.socket().connect_ex(('127.0.0.1', 9))",
    "a name looked up": "import socket; socket.getaddrinfo('localhost', 9)",
    "a file written": "open({root!r} + '/new.txt', 'w')",
    "a file written by its flags": "import os; os.open({root!r} + '/new.txt', os.O_WRONLY | os.O_CREAT)",
    "a folder made": "import os; os.mkdir({root!r} + '/new')",
    "a file removed": "import os; os.remove({root!r} + '/evil.py')",
    "a file moved": "import os; os.rename({root!r} + '/evil.py', {root!r} + '/b')",
    "a change of folder": "import os; os.chdir({root!r})",
}


@pytest.mark.skipif(sys.platform == "win32", reason="programs of this test are POSIX")
@pytest.mark.parametrize("what", BREACHES)
def test_breach_is_noted(what: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "evil.py").write_text("x = 1\n")
    package = tmp_path / "lib" / "pkg_audit"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    body = BREACHES[what].format(root=str(root))
    (package / "cli.py").write_text(f"def main(argv):\n    {body}\n    return 0\n")
    log = tmp_path / "log"
    prelude = f"import runpy, sys; sys.path.insert(0, {str(tmp_path / 'lib')!r}); sys.argv = sys.argv[1:]; "
    command = [sys.executable, "-I", "-c", f"{prelude}runpy.run_path(sys.argv[0], run_name='__main__')"]
    subprocess.run([*command, str(GUARDED), str(root), str(log)], timeout=60, check=False, capture_output=True)
    noted = [line for line in log.read_text().splitlines() if not line.startswith("peak ")]
    assert noted, what


def test_an_ordinary_audit_is_clean(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os\n")
    log = tmp_path.parent / f"{tmp_path.name}.log"
    command = [sys.executable, "-I", str(GUARDED), str(tmp_path), str(log), str(tmp_path), "-qq"]
    assert subprocess.run(command, timeout=60, check=False).returncode in (0, 1)
    assert [line for line in log.read_text().splitlines() if not line.startswith("peak ")] == []
    log.unlink()
