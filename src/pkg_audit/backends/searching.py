"""Search text with a regular expression of the audited project, in linear time."""

from __future__ import annotations

_MAX_WORK = 2_000_000


class _TooMuchWorkError(Exception):
    pass


def search_group(pattern: str, text: str, group: str | int, flags: int = 0) -> tuple[int, int] | None:
    """Return the span of a group in the leftmost match.

    None where nothing matches, the group is absent, the pattern is not supported or the search takes too long.
    """
    from pkg_audit.scan.setup_py.regex import RegexError, compile_pattern
    from pkg_audit.scan.setup_py.regex_match import search

    left = _MAX_WORK

    def spend(work: int) -> None:
        nonlocal left
        left -= work
        if left < 0:
            raise _TooMuchWorkError

    try:
        program = compile_pattern(pattern, flags)
        spans = search(program, text, spend)
    except (RegexError, _TooMuchWorkError, RecursionError):
        return None
    number = program.names.get(group) if isinstance(group, str) else group
    if spans is None or number is None or number >= len(spans):
        return None
    return spans[number]
