"""Show a rule's bad and good example project as one difference, where the checkout with them is at hand."""

from __future__ import annotations

from pathlib import Path

from pkg_audit.report.words import plural

MAX_LINES = 40
MAX_BYTES = 64 << 10
MAX_FILES = 40


def example_of(rule: str) -> str:
    """Return the difference between `fixtures/rules/<rule>/bad` and `good`; "" where there are none.

    An installed package has no fixtures: there the rule's text has to do.
    """
    from pkg_audit.resources import rules_root

    root = rules_root()
    if not isinstance(root, Path) or root.name != "rules":
        return ""
    folder = root.parent / "fixtures" / "rules" / rule
    bad, good = _read(folder / "bad"), _read(folder / "good")
    if not bad or not good:
        return ""
    from difflib import unified_diff

    lines: list[str] = []
    (old, bad), (new, good) = _out_of_wheel(bad), _out_of_wheel(good)
    if old != new:
        lines += [f"{sign} wheel {name}" for sign, name in (("-", old), ("+", new)) if name]
    for name in sorted({*bad, *good}):
        before, after = bad.get(name), good.get(name)
        if before == after:
            continue
        if before is None or after is None:
            lines.append(f"{'+' if before is None else '-'} file {name}{'' if before or after else ' (empty)'}")
            text = after if before is None else before
            lines += [f"{'+' if before is None else '-'} {line}" for line in (text or "").splitlines()]
            continue
        changes = unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
        lines.append(f"  file {name}")
        lines += [f"{line[0]} {line[1:]}" for line in list(changes)[2:] if not line.startswith("@@")]
    if len(lines) > MAX_LINES:
        lines = [*lines[:MAX_LINES], f"  ... {plural(len(lines) - MAX_LINES, 'more line')}"]
    return "\n".join(line.rstrip() for line in lines)


def _out_of_wheel(files: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Return the wheel that an example project is, "" for any other, and its files by their names in it."""
    tops = {name.partition("/")[0] for name in files}
    top = next(iter(tops))
    if len(tops) != 1 or not top.endswith(".whl"):
        return "", files
    return top, {name.partition("/")[2]: text for name, text in files.items()}


def _read(folder: Path) -> dict[str, str]:
    """Return the text files below a folder by name; others as a note, so that they still show as different."""
    files: dict[str, str] = {}
    try:
        for path in sorted(folder.rglob("*"))[:MAX_FILES]:
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()[:MAX_BYTES]
                binary = b"\0" in data
                files[path.relative_to(folder).as_posix()] = (
                    f"({plural(len(data), 'byte')})" if binary else data.decode("utf-8", "replace")
                )
    except OSError:
        return {}
    return files
