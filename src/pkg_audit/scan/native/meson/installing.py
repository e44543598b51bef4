"""Note what meson's functions install.

Source: Meson 1.10 reference manual (`install_data`, `install_subdir`, `py.install_sources`, install tags), 2026-11.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Literal

from pkg_audit.facts.native import MesonInstall
from pkg_audit.scan.native.meson.objects import Object, Site, flat

if TYPE_CHECKING:
    from pkg_audit.facts.place import Answer, Place
    from pkg_audit.scan.native.meson.run import Runner

Scheme = Literal["", "data", "headers", "scripts"]
_SCHEMES: dict[str, Scheme] = {"site": "", "datadir": "data", "includedir": "headers", "bindir": "scripts"}


def purity(value: Any, owner: Object) -> Answer:
    """Return whether files go to purelib: as the call says, else as the installation does."""
    return "yes" if value is True else "no" if value is False else owner.pure


def install_sources(run: Runner, owner: Object, args: list[Any], kwargs: dict[str, Any], at: Place) -> None:
    """Note `py.install_sources(...)`."""
    pure = purity(kwargs.get("pure"), owner)
    subdir = kwargs.get("subdir", "")
    if not isinstance(subdir, str):
        run.complete = False
        return
    _files(run, flat(args), Site("site", pure, subdir), {"install_tag": "python-runtime", **kwargs}, at)


def install_files(run: Runner, function: str, sources: list[Any], kwargs: dict[str, Any], at: Place) -> None:
    """Note `install_data(...)` or `install_headers(...)`."""
    site = kwargs.get("install_dir")
    if "install_dir" not in kwargs:
        if function == "install_headers":
            subdir = kwargs.get("subdir", "")
            site = Site("includedir", "unknown", subdir) if isinstance(subdir, str) else None
        else:
            site = Site("datadir", "unknown", run.project_name)
    if isinstance(site, Site):
        _files(run, [*sources, *flat(kwargs.get("sources", []))], site, kwargs, at)
    elif site is None:
        run.opaque.append(at)


def install_directory(run: Runner, args: list[Any], kwargs: dict[str, Any], at: Place) -> None:
    """Note `install_subdir(...)`."""
    site = kwargs.get("install_dir")
    if not isinstance(site, Site) or not args or not isinstance(args[0], str):
        if site is None or not args or not isinstance(args[0], str):
            run.opaque.append(at)
        return
    if site.kind not in _SCHEMES:
        return
    source = posixpath.normpath(posixpath.join(run.directory, args[0]))
    strip = kwargs.get("strip_directory") is True
    destination = site.text if strip else posixpath.join(site.text, posixpath.basename(source))
    excluded = tuple(
        s for key in ("exclude_files", "exclude_directories") for s in flat(kwargs.get(key, [])) if isinstance(s, str)
    )
    _place(run, at, (source,), destination, site, kwargs, kind="directory", exclude=excluded)


def generated(run: Runner, function: str, kwargs: dict[str, Any], at: Place) -> Object:
    """Note a file that the build makes, where it is installed; return it as something that can be installed."""
    outputs = [name for name in flat(kwargs.get("output", [])) if isinstance(name, str)]
    site = kwargs.get("install_dir")
    # A list names one directory for each output; false leaves that one out.
    sites = site if isinstance(site, list) else [site] * len(outputs)
    default = function == "configure_file"
    if kwargs.get("install", default) is True:
        for name, where in zip(outputs, sites, strict=False):
            if isinstance(where, Site) and where.kind in _SCHEMES:
                if where.kind == "site":
                    run.generated.append(at)
                _place(run, at, (name,), where.text, where, kwargs, kind="generated")
    return Object("generated", "unknown", "\n".join(outputs))


def _files(run: Runner, sources: list[Any], site: Site, kwargs: dict[str, Any], at: Place) -> None:
    if site.kind not in _SCHEMES:
        return
    made = [name for s in sources if isinstance(s, Object) and s.kind == "generated" for name in s.text.split("\n")]
    texts = [s for s in sources if isinstance(s, str)]
    if len(texts) + sum(isinstance(s, Object) and s.kind == "generated" for s in sources) != len(sources):
        run.complete = False
    if made:
        _place(run, at, tuple(filter(None, made)), site.text, site, kwargs, kind="generated")
    paths = tuple(_path(run, text) for text in texts)
    if kwargs.get("preserve_path") is True:
        groups: dict[str, list[str]] = {}
        for path in paths:
            inside = path[len(run.directory) + 1 :] if run.directory and path.startswith(f"{run.directory}/") else path
            groups.setdefault(posixpath.dirname(inside), []).append(path)
        for directory, group in groups.items():
            _place(run, at, tuple(group), posixpath.join(site.text, directory), site, kwargs)
        return
    renamed = tuple(s for s in flat(kwargs.get("rename", [])) if isinstance(s, str))
    if paths or not made:
        names = renamed if len(renamed) == len(paths) else ()
        _place(run, at, paths, site.text, site, kwargs, names=names)


def _path(run: Runner, text: str) -> str:
    """Return a path in the project: strings are relative to the current directory, file objects already are not."""
    base = run.directory
    if not base or text.startswith(f"{base}/"):
        return posixpath.normpath(text)
    joined = posixpath.normpath(posixpath.join(base, text))
    return text if not run.tree.is_file(joined) and run.tree.is_file(text) else joined


def _place(
    run: Runner,
    at: Place,
    sources: tuple[str, ...],
    destination: str,
    site: Site,
    kwargs: dict[str, Any],
    *,
    kind: Literal["files", "directory", "generated"] = "files",
    exclude: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
) -> None:
    if not run.installs_tag(kwargs.get("install_tag")):
        return
    run.installs.append(
        MesonInstall(
            at,
            sources,
            destination,
            kind,
            site.pure,
            exclude,
            names,
            "yes" if run.certain else "unknown",
            _SCHEMES[site.kind],
        )
    )
    if site.kind != "site":
        return
    if site.pure == "no":
        run.impure = run.impure or run.certain
    if site.pure == "unknown" or (site.pure == "no" and not run.certain):
        run.impure_unknown = run.impure_unknown or kind != "generated"
