"""A failure as a test, to be pasted into tests/stateful/test_anchored.py."""

from __future__ import annotations

import ast
import re

from tests.campaign.history import Failure

__all__ = ["as_test"]

LPT = 10**18
WIDTH = 120
IN_ETHER = {"fund", "fund_for", "fund_deposit", "fund_reserve", "issue", "withdraw_fees"}


def as_test(failure: Failure, machine: str, seed: object) -> str:
    """The text of a test that plays the lines, and fails as long as the failure is there.

    Args:
        machine: its name in tests/campaign/machines.py.
        seed: of the history that the failure was found in.
    """
    said = " ".join((failure.message.strip().splitlines() or ["it failed"])[0].split())
    known = re.sub(r"\W+", "", failure.property).lower()
    words = re.sub(r"\W+", "_", said.lower().removeprefix(failure.property.lower())).strip("_")[:60].strip("_")
    docstring = _wrapped(f'"""Found by a campaign of the machine "{machine}" with seed {seed}: {said}"""')
    body = "\n".join(f"    {_readable(line)}" for line in failure.lines)
    return (
        f'@pytest.mark.parametrize("begun", [{_quoted(machine)}], indirect=True)\n'
        f"def test_{known}_{words}(begun: Any) -> None:\n{docstring}\n    m = begun\n{body}\n"
    )


def _readable(line: str) -> str:
    """Large amounts as so many LPT or ether; quotation marks as the rest of the tree has them."""
    tree = ast.parse(line)
    unit = "ETHER" if any(f"m.{name}(" in line for name in IN_ETHER) else "LPT"
    numbers = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) is int]
    for number in sorted(numbers, key=lambda n: -n.col_offset):
        amount, rest = divmod(number.value, LPT)
        if amount and not rest:
            text = unit if amount == 1 else f"{amount:_} * {unit}"
            line = line[: number.col_offset] + text + line[number.end_col_offset :]
    return line.replace("'", '"')


def _quoted(text: str) -> str:
    return f'"{text}"'


def _wrapped(text: str) -> str:
    lines, current = [], "   "
    for word in text.split():
        if len(current) + 1 + len(word) > WIDTH:
            lines.append(current)
            current = "   "
        current += f" {word}"
    return "\n".join([*lines, current])
