"""Say what calls do with a path that they are given.

Origin: the documentation of the standard library's modules named, read November 2026.
"""

from __future__ import annotations

from pkg_audit.facts.path_uses import Use

CALLS: dict[str, Use] = {
    **dict.fromkeys(
        (
            "open", "io.open", "codecs.open", "io.FileIO", "tokenize.open", "gzip.open", "bz2.open", "lzma.open",
            "zipfile.ZipFile", "zipfile.Path", "tarfile.open", "sqlite3.connect", "dbm.open", "shelve.open", "os.open",
            "logging.config.fileConfig", "xml.etree.ElementTree.parse", "lxml.etree.parse", "numpy.load",
            "numpy.loadtxt", "numpy.genfromtxt", "numpy.fromfile", "pandas.read_csv", "pandas.read_json",
            "linecache.getlines", "linecache.getline", "mimetypes.init", "gettext.translation", "gettext.install",
            "gettext.bindtextdomain", "gettext.find", "locale.bindtextdomain", "ssl.create_default_context",
            "configparser.ConfigParser.read", "wave.open", "PIL.Image.open", "fileinput.input", "mmap.mmap",
        ),
        "read",
    ),
    **dict.fromkeys(("os.listdir", "os.scandir"), "listed"),
    **dict.fromkeys(("glob.glob", "glob.iglob"), "globbed"),
    **dict.fromkeys(("os.walk", "os.fwalk"), "walked"),
    **dict.fromkeys(
        ("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move", "os.symlink", "os.link",
         "shutil.unpack_archive", "distutils.dir_util.copy_tree"),
        "copied",
    ),
    **dict.fromkeys(
        ("ctypes.CDLL", "ctypes.PyDLL", "ctypes.WinDLL", "ctypes.OleDLL", "ctypes.cdll.LoadLibrary",
         "ctypes.windll.LoadLibrary", "ctypes.oledll.LoadLibrary", "ctypes.pydll.LoadLibrary", "os.add_dll_directory",
         "numpy.ctypeslib.load_library"),
        "loaded",
    ),
    **dict.fromkeys(
        ("subprocess.run", "subprocess.Popen", "subprocess.call", "subprocess.check_call", "subprocess.check_output",
         "os.execv", "os.execve", "os.execvp", "os.execvpe", "os.execl", "os.execlp", "os.execle", "os.spawnv",
         "os.spawnl", "os.system", "os.popen", "os.startfile", "os.posix_spawn", "pty.spawn",
         "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"),
        "run",
    ),
    **dict.fromkeys(
        ("importlib.util.spec_from_file_location", "importlib.machinery.SourceFileLoader", "runpy.run_path",
         "imp.load_source", "importlib.machinery.ExtensionFileLoader"),
        "imported",
    ),
    **dict.fromkeys(("os.chdir", "contextlib.chdir"), "entered"),
    **dict.fromkeys(
        ("os.mkdir", "os.makedirs", "os.remove", "os.unlink", "os.rename", "os.replace", "os.rmdir", "os.chmod",
         "shutil.rmtree", "logging.FileHandler", "logging.handlers.RotatingFileHandler",
         "logging.handlers.TimedRotatingFileHandler", "os.utime", "os.truncate"),
        "written",
    ),
    **dict.fromkeys(("sys.path.insert", "sys.path.append", "sys.path.extend", "site.addsitedir"), "sys-path"),
    **dict.fromkeys(
        ("os.path.exists", "os.path.lexists", "os.path.isfile", "os.path.isdir", "os.path.islink", "os.path.samefile",
         "os.path.getmtime", "os.path.getsize", "os.path.ismount", "os.access", "os.stat", "os.lstat", "hasattr",
         "isinstance", "len", "bool", "any", "all", "hash", "id", "type", "os.path.commonpath",
         "os.path.commonprefix", "os.path.relpath", "os.path.isabs", "os.path.basename", "os.path.splitext",
         "os.path.split", "os.path.splitdrive", "pkgutil.iter_modules", "pkgutil.walk_packages",
         "pkgutil.extend_path", "getattr", "fnmatch.fnmatch", "shutil.which", "functools.partial.__eq__",
         "inspect.getmodule", "sys.path.remove", "sys.path.count", "inspect.getmodulename"),
        "tested",
    ),
    **dict.fromkeys(
        ("print", "repr", "format", "warnings.warn", "sys.stdout.write", "sys.stderr.write", "sys.exit", "exit",
         "click.echo", "click.secho", "pprint.pprint", "click.version_option", "typer.echo",
         "click.ClickException", "click.UsageError", "typer.secho", "rich.print"),
        "shown",
    ),
}  # fmt: skip

METHODS: dict[str, Use] = {
    **dict.fromkeys(("read_text", "read_bytes", "open", "read"), "read"),
    "iterdir": "listed",
    **dict.fromkeys(("glob", "rglob"), "globbed"),
    "walk": "walked",
    **dict.fromkeys(("copy", "copy_into", "symlink_to", "hardlink_to"), "copied"),
    **dict.fromkeys(
        ("write_text", "write_bytes", "mkdir", "touch", "unlink", "rename", "rmdir", "chmod", "move", "replace"),
        "written",
    ),
}
"""What a path's own methods do; every other method needs no file."""

# Last parts of the names of methods that only ever show, log or measure what they are given.
SHOWING = frozenset(
    {
        "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "write_line", "echo",
        "secho", "add_argument", "format", "fatal", "trace", "verbose", "notice", "line", "sep", "section",
    }
)  # fmt: skip

TESTING = frozenset({"startswith", "endswith", "is_relative_to", "relative_to", "add_note", "issubset", "index"})

# Methods of unknown objects whose argument is a file that they open.
READING = frozenset(
    {"read_file", "readfp", "load_file", "from_file", "from_path", "load_from_file", "load_cert_chain",
     "load_verify_locations", "add_from_file", "readfile", "set_from_file"}
)  # fmt: skip

# Methods that treat a folder as data: loaders of templates, static files and the like.
FOLDERS = frozenset(
    {"FileSystemLoader", "StaticFiles", "Jinja2Templates", "StaticFileHandler", "TemplateLookup", "add_static",
     "static_file", "PackageDirLoader"}
)  # fmt: skip

WRITING_MODES = frozenset("wax+")
