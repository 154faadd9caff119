"""Places in the source that a test may pass, found in the syntax tree, and the source with probes at them.

Statements are counted by the line that they begin in. Branches are the outcomes, true and false, of: conditions of
`if`, `?:`, loops and `require`; each operand of `&&` and `||`; and the clauses of `try`. Assembly is one statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

__all__ = ["FIRST_NUMBER", "PROBE", "PROBE_PATH", "Kind", "Point", "Probed", "probed"]

PROBE_PATH = "contracts/coverage/CoverageProbe.sol"
FIRST_NUMBER = 10**15  # nothing else that a chain prints begins so
SHORT_CIRCUITS = {"&&", "||"}
CHECKS = {"require", "assert"}
FUNCTIONS = {"FunctionDefinition", "ModifierDefinition"}
DECISIONS = {"IfStatement", "Conditional", "WhileStatement", "DoWhileStatement", "ForStatement"}

# The call changes nothing, so it may stand in a pure function once the compiler has been talked round.
PROBE = """// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

library CoverageProbe {
    function at(uint256 number) internal pure {
        function(uint256) internal view say = _say;
        function(uint256) internal pure sayPurely;
        assembly ("memory-safe") {
            sayPurely := say
        }
        sayPurely(number);
    }

    function either(uint256 number, bool outcome) internal pure returns (bool) {
        at(outcome ? number : number + 1);
        return outcome;
    }

    function _say(uint256 point) private view {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, shl(224, 0xf82c50f1)) // log(uint256)
            mstore(add(free, 4), point)
            pop(staticcall(gas(), 0x000000000000000000636F6e736F6c652e6c6f67, free, 36, 0, 0))
        }
    }
}
"""


class Kind(Enum):
    """What a point is."""

    FUNCTION = "function"
    LINE = "line"
    BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class Point:
    """A place that has been passed or not.

    Attributes:
        number: what its probe says.
        file: path in the project.
        line: from 1.
        kind: see {Kind}.
        text: the statement, the condition or the name of the function, in one line.
        outcome: of a branch: "true", "false" or a clause of `try`.
    """

    number: int
    file: str
    line: int
    kind: Kind
    text: str
    outcome: str = ""


class Probed(NamedTuple):
    """A source with probes."""

    source: bytes
    points: list[Point]


class _Insertion(NamedTuple):
    """Text at an offset. What closes comes first; of nested parts the outer one opens first and closes last."""

    offset: int
    phase: int
    order: int
    text: str


CLOSING, STATEMENT, OPENING = range(3)


def probed(file: str, source: bytes, tree: Any, first: int) -> Probed:
    """The source with probes, none of which adds a line; `first` is the number of the first of them."""
    marker = _Marker(file, source, first)
    pragma = next(node for node in tree["nodes"] if node["nodeType"] == "PragmaDirective")
    marker.insert(_end(pragma), STATEMENT, f'import {{CoverageProbe}} from "{PROBE_PATH}";')
    for function in _functions(tree):
        marker.function(function)
    return Probed(marker.written() if marker.points else source, marker.points)


def _functions(tree: Any) -> Iterator[Any]:
    for node in tree["nodes"]:
        members = node["nodes"] if node["nodeType"] == "ContractDefinition" else [node]
        yield from (
            m for m in members if m["nodeType"] in ("FunctionDefinition", "ModifierDefinition") and m.get("body")
        )


def _start(node: Any) -> int:
    return int(node["src"].split(":")[0])


def _end(node: Any) -> int:
    start, length, _ = map(int, node["src"].split(":"))
    return start + length


class _Marker:
    """Walks a source and notes what to insert."""

    def __init__(self, file: str, source: bytes, first: int) -> None:
        self.file = file
        self.source = source
        self.next = first
        self.points: list[Point] = []
        self.insertions: list[_Insertion] = []

    def insert(self, offset: int, phase: int, text: str) -> None:
        self.insertions.append(_Insertion(offset, phase, len(self.insertions), text))

    def written(self) -> bytes:
        parts, at = [], 0
        for insertion in sorted(self.insertions):
            parts += [self.source[at : insertion.offset], insertion.text.encode()]
            at = insertion.offset
        return b"".join((*parts, self.source[at:]))

    def function(self, node: Any) -> None:
        body = node["body"]
        name = node["name"] or node["kind"]
        self.insert(_start(body) + 1, STATEMENT, self.at(Kind.FUNCTION, node, name))
        self.statements(body["statements"])

    def at(self, kind: Kind, node: Any, text: str, outcome: str = "") -> str:
        """A probe, as text."""
        line = self.source.count(b"\n", 0, _start(node)) + 1
        self.points.append(Point(self.next, self.file, line, kind, text, outcome))
        self.next += 1
        return f"CoverageProbe.at({self.next - 1});"

    def statements(self, nodes: list[Any]) -> None:
        for node in nodes:
            if node["nodeType"] != "PlaceholderStatement":
                self.insert(_start(node), STATEMENT, self.at(Kind.LINE, node, self.text(node)))
            self.inside(node)

    def inside(self, node: Any) -> None:
        """What a node holds: statements in blocks or without, conditions, clauses."""
        kind = node["nodeType"]
        if kind in ("Block", "UncheckedBlock"):
            self.statements(node["statements"])
            return
        if kind == "InlineAssembly":
            return
        if kind == "TryStatement":
            self.clauses(node)
        opened = [self.open(condition) for condition in _conditions(node)]
        bodies = [node[name] for name in ("trueBody", "falseBody", "body") if node.get(name)]
        for child in _children(node):
            if any(child is body for body in bodies) and child["nodeType"] not in ("Block", "UncheckedBlock"):
                self.bare(child)
            else:
                self.inside(child)
        for condition in opened:
            self.insert(_end(condition), CLOSING, "))")

    def open(self, condition: Any) -> Any:
        """Begins a probe around a condition; each of its outcomes is a point."""
        number = self.next
        for outcome in ("true", "false"):
            self.at(Kind.BRANCH, condition, self.text(condition), outcome)
        self.insert(_start(condition), OPENING, f"CoverageProbe.either({number}, (")
        return condition

    def bare(self, node: Any) -> None:
        """A statement that is the body of another one, without braces."""
        self.insert(_start(node), STATEMENT, "{" + self.at(Kind.LINE, node, self.text(node)))
        self.inside(node)
        end = self.source.index(b";", _end(node)) + 1 if self.unfinished(node) else _end(node)
        self.insert(end, CLOSING, "}")

    def unfinished(self, node: Any) -> bool:
        """Whether the semicolon is still to come: simple statements do not include it."""
        return self.source[_end(node) :].lstrip().startswith(b";") and self.source[_end(node) - 1 : _end(node)] != b"}"

    def clauses(self, node: Any) -> None:
        for clause in node["clauses"]:
            outcome = "succeeds" if clause is node["clauses"][0] else f"catch {clause['errorName']}".rstrip()
            probe = self.at(Kind.BRANCH, clause, self.text(node["externalCall"]), outcome)
            self.insert(_start(clause["block"]) + 1, STATEMENT, probe)

    def text(self, node: Any) -> str:
        """The first line of it."""
        whole = self.source[_start(node) : _end(node)].decode()
        lines = [line.strip() for line in whole.splitlines()]
        return lines[0] if len(lines) == 1 else lines[0] + " …"


def _children(node: Any) -> Iterator[Any]:
    for value in node.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and "nodeType" in each and "src" in each:
                yield each


def _conditions(node: Any) -> Iterator[Any]:
    """What a node decides by."""
    kind = node["nodeType"]
    if kind == "FunctionCall" and node["expression"].get("name") in CHECKS:
        yield node["arguments"][0]
    elif kind == "BinaryOperation" and node["operator"] in SHORT_CIRCUITS:
        yield from (part for part in (node["leftExpression"], node["rightExpression"]) if not _is_compound(part))
    elif kind in DECISIONS and node.get("condition"):
        yield node["condition"]


def _is_compound(node: Any) -> bool:
    """Whether the operand is itself an `&&` or `||`, whose operands are looked at by themselves."""
    while node["nodeType"] == "TupleExpression" and len(node["components"]) == 1:
        node = node["components"][0]
    return node["nodeType"] == "BinaryOperation" and node["operator"] in SHORT_CIRCUITS
