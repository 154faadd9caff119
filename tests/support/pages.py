"""Tables of Markdown, and sections of a page that a command writes: from `<!-- name -->` to `<!-- end -->`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

__all__ = ["markdown", "put_section", "section"]


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose columns line up as plain text, too: the first to the left, numbers to the right."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(row, widths) for row in (head, rule, *rows))


def section(page: Path, name: str) -> str:
    """What stands between the markers of that name."""
    found = _section(name).search(page.read_text("utf-8"))
    assert found, f"{page.name} has no markers for '{name}'"
    return found[2]


def put_section(page: Path, name: str, text: str) -> None:
    """Replaces what stands between the markers of that name."""
    section(page, name)
    replaced = _section(name).sub(lambda found: f"{found[1]}{text}\n{found[3]}", page.read_text("utf-8"))
    page.write_text(replaced, "utf-8")


def _section(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {re.escape(name)} -->\n)(.*?)\n?(<!-- end -->)", re.DOTALL)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return "| " + " | ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]) + " |"
