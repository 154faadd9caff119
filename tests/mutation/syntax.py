"""The compiler's syntax tree of a file, node by node, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["Place", "Span", "walk"]

# Types and comments have no behaviour; what a name refers to is described where it is declared.
SILENT = frozenset({"typeName", "documentation", "overrides", "parameters", "returnParameters", "baseContracts"})
CHECKED = frozenset({"+", "-", "*", "+=", "-=", "*=", "++", "--", "**"})


class Span(NamedTuple):
    """Bytes of the source, the last not included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """A node where it stands.

    Attributes:
        function: that it is in, with the contract if the file has several; "-" outside of any.
        trail: the way from there to the node, by the tree's own names.
    """

    source: bytes
    node: Mapping[str, Any]
    function: str
    trail: str

    @property
    def kind(self) -> str:
        return str(self.node["nodeType"])

    @property
    def span(self) -> Span:
        return self.span_of(self.node)

    @property
    def text(self) -> str:
        return self.text_of(self.node)

    @property
    def statement_span(self) -> Span:
        """With the semicolon, which the tree leaves out; the step of a loop has none."""
        start, end = self.span
        if self.source[end - 1 : end] == b";":
            return self.span
        rest = self.source[end:]
        blanks = len(rest) - len(rest.lstrip())
        return Span(start, end + blanks + 1) if rest[blanks : blanks + 1] == b";" else self.span

    @property
    def called(self) -> str:
        """The last part of the name of the function that is called."""
        return self.name_of(self.node["expression"])

    def span_of(self, node: Mapping[str, Any]) -> Span:
        start, length, _ = map(int, node["src"].split(":"))
        return Span(start, start + length)

    def text_of(self, node: Mapping[str, Any]) -> str:
        start, end = self.span_of(node)
        return self.source[start:end].decode()

    def name_of(self, expression: Mapping[str, Any]) -> str:
        return str(expression.get("memberName") or expression.get("name") or "")

    def token(self) -> Span:
        """Where the operator of this expression stands."""
        node, operator = self.node, self.node["operator"].encode()
        left = node.get("leftExpression") or node.get("leftHandSide")
        start, end = self.span
        if left:
            first = self.source.index(operator, self.span_of(left).end)
        elif node["prefix"]:
            first = start
        else:
            first = end - len(operator)
        return Span(first, first + len(operator))

    def has_checked_arithmetic(self, node: Any) -> bool:
        """Whether something in it would revert on overflow."""
        if isinstance(node, list):
            return any(map(self.has_checked_arithmetic, node))
        if not isinstance(node, Mapping) or node.get("nodeType") == "UncheckedBlock":
            return False
        return node.get("operator") in CHECKED or any(map(self.has_checked_arithmetic, node.values()))


def walk(source: bytes, tree: Mapping[str, Any]) -> Iterator[Place]:
    """All nodes with behaviour, parents first."""
    contracts = [node for node in tree["nodes"] if node["nodeType"] == "ContractDefinition"]
    for contract in contracts:
        prefix = f"{contract['name']}." if len(contracts) > 1 else ""
        for index, member in enumerate(contract["nodes"]):
            kind = member["nodeType"]
            if kind in ("FunctionDefinition", "ModifierDefinition"):
                yield from _nodes(source, member, prefix + (member["name"] or member.get("kind", "-")), "")
            elif kind == "VariableDeclaration":
                yield from _nodes(source, member, prefix + member["name"], "")
            else:
                yield from _nodes(source, member, prefix + "-", str(index))


def _nodes(source: bytes, node: Mapping[str, Any], function: str, trail: str) -> Iterator[Place]:
    yield Place(source, node, function, trail)
    for key, value in node.items():
        if key in SILENT:
            continue
        children = value if isinstance(value, list) else [value]
        for index, child in enumerate(children):
            if isinstance(child, Mapping) and "nodeType" in child:
                yield from _nodes(source, child, function, f"{trail}/{key}{index}")
