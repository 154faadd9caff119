"""From a failure to the few actions that it takes: lines are left out, then numbers made smaller, while it fails."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.campaign.history import CRASH, EVENT, OUTCOME, Failure, replay
from tests.support.world import World

__all__ = ["kind", "shrink"]

ARGUMENTS = re.compile(r"\([^()]*\)|\d+")
SMALL_ENOUGH = 60  # lines that can all be played with every property after each
LPT = 10**18

Try = Callable[[list[str]], Failure | None]


def shrink(world: World, machine: type[Any], failure: Failure, seconds: float = 60) -> Failure:
    """The same failure (see {kind}) with as few lines and as small numbers as can be found in that time.

    Lines are left out in deep mode first, where a history of thousands is played in a moment; what is left then is held
    against every property after each line. Answers with the failure itself if it does not come again.
    """
    deadline = time.monotonic() + seconds
    for deep in (True, False):
        again = replay(world, machine, failure.lines, deep)
        if again is None:
            continue
        failure = _Search(lambda lines, deep=deep: replay(world, machine, lines, deep), deadline).run(again)
        if deep and len(failure.lines) > SMALL_ENOUGH and time.monotonic() > deadline:
            return failure
    return failure


def kind(failure: Failure) -> str:
    """What has to stay the same: the property, or which call ended how instead of how."""
    lines = failure.message.strip().splitlines() or [""]
    if failure.property == CRASH:
        return f"{CRASH}: {lines[-1].split(':')[0]}"
    if failure.property in (OUTCOME, EVENT):
        return ARGUMENTS.sub("", lines[0])
    return failure.property


@dataclass
class _Search:
    """Greedy: each candidate that fails alike is where the search goes on from."""

    attempt: Try
    deadline: float

    def run(self, failure: Failure) -> Failure:
        before = None
        while failure.lines != before and time.monotonic() < self.deadline:
            before = failure.lines
            failure = self._fewer_lines(failure)
            failure = self._shorter_lines(failure)
        return failure

    def _fewer_lines(self, failure: Failure) -> Failure:
        """Delta debugging: leaves out a half, a quarter, an eighth… from the end to the beginning."""
        size = max(1, len(failure.lines) // 2)
        while True:
            end = len(failure.lines)
            while end > 0 and time.monotonic() < self.deadline:
                start = max(0, end - size)
                found = self._still(failure, failure.lines[:start] + failure.lines[end:])
                failure, end = found or failure, min(start, len(found.lines)) if found else start
            if size == 1 or time.monotonic() >= self.deadline:
                return failure
            size //= 2

    def _shorter_lines(self, failure: Failure) -> Failure:
        index = len(failure.lines) - 1
        while index >= 0 and time.monotonic() < self.deadline:
            for candidate in _simpler(failure.lines[index]):
                found = self._still(failure, [*failure.lines[:index], candidate, *failure.lines[index + 1 :]])
                if found:
                    failure = found
                    break
            index = min(index, len(failure.lines)) - 1
        return failure

    def _still(self, failure: Failure, lines: list[str]) -> Failure | None:
        """The failure that these lines end in, if it is the same one."""
        lines = list(_defined(lines))
        if lines == failure.lines:
            return None
        found = self.attempt(lines)
        return found if found and kind(found) == kind(failure) else None


def _defined(lines: list[str]) -> Iterator[str]:
    """Without those that speak of a ticket which no line issues any more."""
    known = {"m"}
    for line in lines:
        made, used = _names(line)
        if used <= known:
            known |= made
            yield line


@cache
def _names(line: str) -> tuple[frozenset[str], frozenset[str]]:
    names = [node for node in ast.walk(ast.parse(line)) if isinstance(node, ast.Name)]
    made = frozenset(node.id for node in names if isinstance(node.ctx, ast.Store))
    return made, frozenset(node.id for node in names) - made


def _simpler(line: str) -> Iterator[str]:
    """The same action without its last arguments, which are hints, and with smaller numbers."""
    tree = ast.parse(line)
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call))
    last = call.args[-1] if call.args else None
    if isinstance(last, ast.Tuple):
        call.args.pop()
        yield ast.unparse(tree)
        call.args.append(last)
    for number in [node for node in ast.walk(call) if _is_number(node)]:
        value = number.value
        for smaller in _smaller(value):
            number.value = smaller
            yield ast.unparse(tree)
        number.value = value


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _smaller(value: int) -> list[int]:
    """Plainest first: those of a digit, whole LPT, powers of ten."""
    whole = value // LPT * LPT
    first_digit = int(str(value)[0]) * 10 ** (len(str(value)) - 1)
    candidates = [0, 1, 2, LPT, first_digit, whole, value // 2]
    return [candidate for candidate in dict.fromkeys(candidates) if candidate < value]
