"""Build one project with a backend; run by the interpreter of a build environment.

Sdist and wheel come from two copies of the tree, so that neither sees what the other's build left behind.
Prints JSON: the names in wheel and sdist, the wheel's metadata and entry points, or the error that stopped it.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import tarfile
import zipfile
from email.parser import Parser


def build(project: str, backend_name: str, out: str) -> dict[str, object]:
    module, _, attribute = backend_name.partition(":")
    result: dict[str, object] = {}
    names = {}
    for kind in ("sdist", "wheel"):
        copy = os.path.join(out, kind, "project")
        shutil.copytree(project, copy)
        os.chdir(copy)
        if "." not in module:
            for loaded in [name for name in sys.modules if name == module or name.startswith(f"{module}.")]:
                del sys.modules[loaded]  # some read the project when they are imported
        try:
            backend = importlib.import_module(module)
            backend = getattr(backend, attribute) if attribute else backend
            names[kind] = getattr(backend, f"build_{kind}")(out)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - any failure of a backend is an answer
            return {"error": f"{type(error).__name__}: {error}"}
    sdist, wheel = names["sdist"], names["wheel"]
    with tarfile.open(os.path.join(out, sdist)) as archive:
        result["sdist"] = sorted(m.name.partition("/")[2] for m in archive.getmembers() if m.isfile())
    with zipfile.ZipFile(os.path.join(out, wheel)) as zipped:
        result["wheel"] = sorted(name for name in zipped.namelist() if not name.endswith("/"))
        result["wheel_name"] = wheel
        info = next(name for name in zipped.namelist() if name.endswith(".dist-info/METADATA"))
        message = Parser().parsestr(zipped.read(info).decode())
        result["metadata"] = {key: message.get_all(key) for key in set(message.keys())}
        entry_points = info.replace("METADATA", "entry_points.txt")
        result["entry_points"] = zipped.read(entry_points).decode() if entry_points in zipped.namelist() else ""
        zipped.extractall(os.path.join(out, "site"))
    return result


def quietly(project: str, backend_name: str, out: str) -> dict[str, object]:
    """Build while the standard output of compilers and build tools goes to standard error."""
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        return build(project, backend_name, out)
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


if __name__ == "__main__":
    json.dump(quietly(*sys.argv[1:4]), sys.stdout)
