"""Render predicted contents as trees, and comparisons as lists; every name of the project is made printable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkg_audit.report.words import plural
from pkg_audit.tree.display import display

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pkg_audit.facts.distribution import Distribution, KindReason
    from pkg_audit.files.compare import Comparison


def show_distribution(distribution: Distribution) -> str:
    """Return the predicted wheel, each file with why it is in, and the predicted sdist."""
    wheel, sdist = distribution.wheel, distribution.sdist
    lines = [f"wheel ({wheel.kind}{_completeness(wheel.files is not None, wheel.complete)})"]
    for tag in wheel.tags or ():
        because = "; ".join(dict.fromkeys(_reason(reason) for reason in tag.reasons[:3]))
        lines.append(f"  tag {display(str(tag))}" + (f"  ({because})" if because else ""))
    if wheel.files is not None:
        lines += _tree((file.path, _why(file.source, file.why)) for file in wheel.files)
    lines += [f"  ? {display(item.unknown.detail or item.unknown.reason)}" for item in wheel.unknown[:10]]
    lines += ["", f"sdist ({'predicted'}{_completeness(sdist.files is not None, sdist.complete)})"]
    if sdist.files is not None:
        lines += _tree((path, "") for path in sdist.files)
    return "\n".join(lines) + "\n"


def show_comparison(comparison: Comparison) -> str:
    """Return the differences between prediction and artifact, or that there are none."""
    name = display(comparison.artifact)
    if not comparison.known:
        return f"{comparison.what} {name}: its files are not predicted; nothing was compared\n"
    if comparison.agrees:
        return f"{comparison.what} {name}: as predicted, {plural(comparison.same, 'file')}\n"
    count = len(comparison.differences)
    lines = [f"{comparison.what} {name}: {plural(count, 'difference')}, {plural(comparison.same, 'file')} as predicted"]
    for item in comparison.differences:
        sign = "-" if item.side == "only predicted" else "+"
        because = f"  ({display(item.because)})" if item.because else ""
        lines.append(f"  {sign} {display(item.path)}{because}")
    lines += [f"  ? {display(doubt)}" for doubt in comparison.doubts[:10]]
    return "\n".join(lines) + "\n"


def _reason(reason: KindReason) -> str:
    where = f"{reason.at.path}:{reason.at.line}" if reason.at.line else reason.at.path or ""
    return display(reason.message) + (f", {display(where)}" if where else "")


def _completeness(known: bool, complete: bool) -> str:
    if not known:
        return "; its files are not known"
    return "" if complete else "; at least these files"


def _why(source: str, why: str) -> str:
    return ", ".join(part for part in (why, f"from {source}" if source else "") if part)


def _tree(files: Iterable[tuple[str, str]]) -> list[str]:
    """Return one line a folder and a file, indented by depth."""
    lines: list[str] = []
    before: list[str] = []
    for path, why in sorted(files):
        *folders, name = path.split("/")
        common = 0
        while common < min(len(before), len(folders)) and before[common] == folders[common]:
            common += 1
        lines += [f"{'  ' * (depth + 1)}{display(folders[depth])}/" for depth in range(common, len(folders))]
        before = folders
        indent = "  " * (len(folders) + 1)
        lines.append(f"{indent}{display(name)}" + (f"  ({display(why)})" if why else ""))
    return lines
