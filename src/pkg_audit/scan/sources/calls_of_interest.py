"""Name the calls and attributes that say how a program can be shipped.

Origin: the run-time signals that packaging technologies differ by (resources, subprocesses, shared libraries, import
machinery, own metadata, application objects), collected from the documentation of importlib, subprocess, ctypes,
PyInstaller, shiv and the frameworks named, November 2026. Names are canonical: import aliases are resolved first.
"""

from __future__ import annotations

import functools

BUILTINS = frozenset({"open", "__import__", "exec"})

EXACT = frozenset({
    "io.open", "codecs.open", "importlib.import_module", "importlib.util.find_spec",
    "importlib.util.spec_from_file_location", "importlib.machinery.SourceFileLoader",
    "pkgutil.get_data", "pkgutil.iter_modules", "pkgutil.walk_packages", "pkgutil.extend_path",
    "os.system", "os.popen", "os.fork", "os.startfile", "os.chdir",
    "os.execl", "os.execle", "os.execlp", "os.execlpe", "os.execv", "os.execve", "os.execvp", "os.execvpe",
    "os.spawnl", "os.spawnle", "os.spawnlp", "os.spawnlpe", "os.spawnv", "os.spawnve", "os.spawnvp", "os.spawnvpe",
    "os.posix_spawn", "os.posix_spawnp", "pty.spawn",
    "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "shutil.which",
    "ctypes.CDLL", "ctypes.PyDLL", "ctypes.WinDLL", "ctypes.OleDLL", "ctypes.util.find_library",
    "sys.path.insert", "sys.path.append", "sys.path.extend", "site.addsitedir",
    "concurrent.futures.ProcessPoolExecutor", "concurrent.futures.ThreadPoolExecutor", "threading.Thread",
    "inspect.getsource", "inspect.getsourcelines", "inspect.getsourcefile", "inspect.getfile", "inspect.getabsfile",
    "inspect.findsource", "inspect.getcomments", "linecache.getline", "linecache.getlines",
    "runpy.run_module", "runpy.run_path",
    "sqlite3.connect", "logging.FileHandler", "logging.config.fileConfig",
    "socket.socket", "socket.create_connection", "urllib.request.urlopen", "urllib.request.urlretrieve",
    "flask.Flask", "fastapi.FastAPI", "starlette.applications.Starlette", "quart.Quart", "sanic.Sanic",
    "litestar.Litestar", "falcon.App", "falcon.asgi.App", "bottle.Bottle", "aiohttp.web.Application", "dash.Dash",
    "tornado.web.Application", "django.core.wsgi.get_wsgi_application", "django.core.asgi.get_asgi_application",
    "mangum.Mangum", "argparse.ArgumentParser", "optparse.OptionParser", "click.command", "click.group", "typer.Typer",
    "typer.run", "fire.Fire", "docopt.docopt", "cyclopts.App",
    "tkinter.Tk", "customtkinter.CTk", "PyQt5.QtWidgets.QApplication", "PyQt6.QtWidgets.QApplication",
    "PySide2.QtWidgets.QApplication", "PySide6.QtWidgets.QApplication", "wx.App", "pygame.display.set_mode",
    "pyglet.window.Window", "arcade.Window", "toga.App", "webview.create_window", "gi.repository.Gtk.Application",
    "gi.repository.Adw.Application",
})  # fmt: skip

PREFIXES = (
    "subprocess.", "importlib.resources.", "importlib_resources.", "importlib.metadata.", "importlib_metadata.",
    "pkg_resources.", "multiprocessing.", "ctypes.cdll.", "ctypes.windll.", "ctypes.oledll.", "ctypes.pydll.",
)  # fmt: skip

DUNDERS = frozenset({"__file__", "__path__"})

ATTRIBUTES = frozenset({"sys.executable", "sys.frozen", "sys._MEIPASS"})

_DOTTED = (*EXACT, *PREFIXES, *ATTRIBUTES)


def is_call_of_interest(name: str) -> bool:
    """Tell whether a call of this canonical name is recorded."""
    return name in EXACT or name in BUILTINS or name.startswith(PREFIXES)


def spellings(local: str, target: str) -> set[str]:
    """Return the texts that a file must hold where it calls something of interest through a name.

    `local` is bound to the module or object `target`: `sp` to `subprocess` gives `sp.`.
    """
    return {local + rest for rest in _continuations(target)}


@functools.lru_cache(maxsize=2048)
def _continuations(target: str) -> frozenset[str]:
    if is_call_of_interest(target):
        return frozenset({""})
    start = target + "."
    return frozenset("." + name[len(start) :].partition(".")[0] for name in _DOTTED if name.startswith(start))
