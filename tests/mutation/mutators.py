"""Mutants of a Solidity file: small faults, each made from a node of the compiler's syntax tree.

Pure: source and tree in, mutants out. A mutator is a function from a {Place} to the replacements that it suggests
there; whether the result compiles, and whether it is a fault at all, others find out.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any, NamedTuple

from tests.mutation.syntax import Place, Span, walk

__all__ = ["OPERATORS", "Mutant", "mutants"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault.

    Attributes:
        id: the same for the same fault, whatever else changes in the file: its path, the function, a digest of the
            node's place within that, and what becomes of the text.
        start, end: the bytes of the source that are replaced.
        line: of the source, from 1.
    """

    id: str
    path: str
    function: str
    operator: str
    start: int
    end: int
    replacement: str
    line: int

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.replacement.encode() + source[self.end :]

    def diff(self, source: bytes) -> str:
        """The lines that differ, before and after."""
        before, after = (text.decode().splitlines() for text in (source, self.apply(source)))
        lines = list(difflib.unified_diff(before, after, lineterm="", n=0))[2:]
        return "\n".join(line for line in lines if not line.startswith("@@"))


class Edit(NamedTuple):
    """What a mutator suggests: the text of `span` is to be `text`."""

    span: Span
    text: str


Mutator = Callable[[Place], Iterator[Edit]]
OPERATORS: dict[str, str] = {}  # name -> what it does
_MUTATORS: list[tuple[str, str, Mutator]] = []  # kind of node, operator, mutator


def mutants(path: str, source: bytes, tree: Mapping[str, Any]) -> list[Mutant]:
    """All mutants of a file, in the order of their places."""
    found: dict[tuple[int, int, str], Mutant] = {}
    for place in walk(source, tree):
        for kind, operator, mutator in _MUTATORS:
            if kind == place.kind:
                for edit in mutator(place):
                    _add(found, path, operator, place, edit)
    return sorted(_numbered(found.values()), key=lambda m: (m.start, m.end, m.operator, m.replacement))


def _add(found: dict[tuple[int, int, str], Mutant], path: str, operator: str, place: Place, edit: Edit) -> None:
    """The first operator that suggests a text keeps it."""
    (start, end), text = edit
    before = place.source[start:end].decode()
    if before.strip() == text.strip():
        return
    trail = "|".join((path, place.function, place.trail, operator, before, text))
    name = f"{path.removeprefix('contracts/').removesuffix('.sol')}:{place.function}"
    mutant = Mutant(
        id=f"{name}:{operator}:{sha256(trail.encode()).hexdigest()[:8]}",
        path=path,
        function=place.function,
        operator=operator,
        start=start,
        end=end,
        replacement=text,
        line=place.source[:start].count(b"\n") + 1,
    )
    found.setdefault((start, end, text), mutant)


def _numbered(found: Any) -> list[Mutant]:
    """Ids of their own for those that would share one: overloaded functions of like bodies."""
    seen: dict[str, int] = {}
    result = []
    for mutant in found:
        count = seen[mutant.id] = seen.get(mutant.id, 0) + 1
        result.append(mutant if count == 1 else replace(mutant, id=f"{mutant.id}-{count}"))
    return result


def _on(operator: str, does: str, *kinds: str) -> Callable[[Mutator], Mutator]:
    def register(mutator: Mutator) -> Mutator:
        OPERATORS.setdefault(operator, does)
        _MUTATORS.extend((kind, operator, mutator) for kind in kinds)
        return mutator

    return register


# Expressions

ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "**": "*"}
BITWISE = {"&": "|", "|": "&", "^": "&", "<<": ">>", ">>": "<<"}
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}
BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
LOGICAL = {"&&": "||", "||": "&&"}
SYMMETRIC = {("min", 2), ("max", 2), ("portion", 2)}  # functions of two that do not mind
STEP = {"++": "--", "--": "++"}


def _exchange(table: Mapping[str, str]) -> Mutator:
    def mutator(place: Place) -> Iterator[Edit]:
        if place.node["operator"] in table:
            yield Edit(place.token(), table[place.node["operator"]])

    return mutator


_on("arithmetic", "another arithmetic operator", "BinaryOperation")(_exchange(ARITHMETIC))
_on("arithmetic", "another arithmetic operator", "Assignment")(
    _exchange({"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="})
)
_on("arithmetic", "another arithmetic operator", "UnaryOperation")(_exchange(STEP))
_on("bitwise", "another operator on bits, or none", "BinaryOperation")(_exchange(BITWISE))
_on("bitwise", "another operator on bits, or none", "Assignment")(
    _exchange({"|=": "&=", "&=": "|=", "<<=": ">>=", ">>=": "<<="})
)
_on("bitwise", "another operator on bits, or none", "UnaryOperation")(_exchange({"~": ""}))
_on("comparison", "the opposite comparison", "BinaryOperation")(_exchange(OPPOSITE))
_on("boundary", "a comparison that takes the bound in, or leaves it out", "BinaryOperation")(_exchange(BOUNDARY))
_on("logical", "and for or, one of two conditions, or not the opposite", "BinaryOperation")(_exchange(LOGICAL))
_on("logical", "and for or, one of two conditions, or not the opposite", "UnaryOperation")(_exchange({"!": ""}))


@_on("logical", "", "BinaryOperation")
def _one_operand(place: Place) -> Iterator[Edit]:
    if place.node["operator"] in LOGICAL:
        for side in ("leftExpression", "rightExpression"):
            yield Edit(place.span, place.text_of(place.node[side]))


@_on("rounding", "a division that rounds up, is made too early, or gives one more", "BinaryOperation")
def _division(place: Place) -> Iterator[Edit]:
    if place.node["operator"] != "/":
        return
    left, right = (place.text_of(place.node[side]) for side in ("leftExpression", "rightExpression"))
    yield Edit(place.span, f"({left} / {right} + ({left} % {right} == 0 ? 0 : 1))")
    product = _without_parentheses(place.node["leftExpression"])
    if product["nodeType"] == "BinaryOperation" and product["operator"] == "*":
        first, second = (place.text_of(product[side]) for side in ("leftExpression", "rightExpression"))
        yield Edit(place.span, f"{first} / {right} * {second}")


@_on("rounding", "", "FunctionCall")
def _rounded_call(place: Place) -> Iterator[Edit]:
    name, arguments = place.called, place.node["arguments"]
    if name == "mulDiv" and len(arguments) == 3:
        a, b, c = map(place.text_of, arguments)
        yield Edit(place.span, f"Math.mulDiv({a}, {b}, {c}, Math.Rounding.Ceil)")
        yield Edit(place.span, f"({a} / {c} * {b})")
    elif name in ("portion", "ratio"):
        yield Edit(place.span, f"({place.text} + 1)")


@_on("extremum", "min for max, a difference that is not cut off at zero", "FunctionCall")
def _extremum(place: Place) -> Iterator[Edit]:
    name, arguments = place.called, [place.text_of(argument) for argument in place.node["arguments"]]
    if name in ("min", "max"):
        yield Edit(place.span, f"Math.{'max' if name == 'min' else 'min'}({', '.join(arguments)})")
        yield from (Edit(place.span, f"uint256({argument})") for argument in arguments)
    elif name == "saturatingSub":
        yield Edit(place.span, "({} - {})".format(*arguments))


@_on("swap", "two neighbouring arguments of like types, exchanged", "FunctionCall")
def _swapped_arguments(place: Place) -> Iterator[Edit]:
    arguments = place.node["arguments"]
    if place.node["kind"] != "typeConversion" and (place.called, len(arguments)) not in SYMMETRIC:
        yield from _swapped(place, arguments)


@_on("swap", "", "TupleExpression")
def _swapped_parts(place: Place) -> Iterator[Edit]:
    parts = place.node["components"]
    if len(parts) > 1 and all(parts):
        yield from _swapped(place, parts)


def _swapped(place: Place, nodes: list[Any]) -> Iterator[Edit]:
    for first, second in pairwise(nodes):
        if _family(first) == _family(second):
            (start, first_end), (second_start, end) = place.span_of(first), place.span_of(second)
            between = place.source[first_end:second_start].decode()
            yield Edit(Span(start, end), place.text_of(second) + between + place.text_of(first))


def _family(node: Any) -> str:
    """Types of one family stand for one another as often as not; what does not compile is dropped later."""
    text = str(node["typeDescriptions"].get("typeString", "?"))
    return "uint" if text.startswith(("uint", "int_const")) else text


@_on("constant", "a number one more or one less, a truth reversed, a text gone", "Literal")
def _constant(place: Place) -> Iterator[Edit]:
    kind, value = place.node["kind"], place.node.get("value") or ""
    if kind == "bool":
        yield Edit(place.span, "false" if value == "true" else "true")
    elif kind == "string":
        yield Edit(place.span, '""')
    elif kind == "number":
        yield Edit(place.span, f"({place.text} + 1)")
        if value != "0":
            yield Edit(place.span, f"({place.text} - 1)")


@_on("constant", "", "MemberAccess")
def _bound_of_type(place: Place) -> Iterator[Edit]:
    if place.node["memberName"] == "max" and place.text.startswith("type("):
        yield Edit(place.span, f"({place.text} - 1)")


@_on("condition", "a condition that is forced to hold, not to hold, or reversed", "IfStatement", "Conditional")
def _condition(place: Place) -> Iterator[Edit]:
    condition = place.node["condition"]
    span = place.span_of(condition)
    yield Edit(span, "true")
    yield Edit(span, "false")
    yield from _reversed(place, condition)


@_on("condition", "", "ForStatement", "WhileStatement")
def _loop(place: Place) -> Iterator[Edit]:
    if condition := place.node.get("condition"):
        yield Edit(place.span_of(condition), "false")


@_on("condition", "", "FunctionCall")
def _requirement(place: Place) -> Iterator[Edit]:
    if place.called == "require":
        yield from _reversed(place, place.node["arguments"][0])


def _reversed(place: Place, condition: Any) -> Iterator[Edit]:
    """Comparisons and negations have operators of their own."""
    if condition.get("operator") not in (*OPPOSITE, "!"):
        yield Edit(place.span_of(condition), f"!({place.text_of(condition)})")


def _without_parentheses(node: Any) -> Any:
    while node["nodeType"] == "TupleExpression" and len(node["components"]) == 1:
        node = node["components"][0]
    return node


# Statements


def _gone(place: Place) -> Iterator[Edit]:
    span = place.statement_span
    yield Edit(span, "{}" if place.source[span.end - 1 : span.end] == b";" else "")


_on("delete event", "an event that is not emitted", "EmitStatement")(_gone)
_on("delete check", "a check that is not made", "RevertStatement")(_gone)
_on("delete jump", "a loop that goes on, a function that does not return", "Break", "Continue")(_gone)


def _deleted_if(test: Callable[[Place, Any], bool]) -> Mutator:
    def mutator(place: Place) -> Iterator[Edit]:
        if test(place, place.node["expression"]):
            yield from _gone(place)

    return mutator


def _is_call(place: Place, expression: Any) -> bool:
    return expression["nodeType"] in ("FunctionCall", "FunctionCallOptions")


def _is_check(place: Place, expression: Any) -> bool:
    if not _is_call(place, expression):
        return False
    name = place.name_of(expression["expression"]).lstrip("_")
    return name in ("require", "revert") or name.startswith("check")


_on("delete check", "a check that is not made", "ExpressionStatement")(_deleted_if(_is_check))
_on("delete call", "a call that is not made", "ExpressionStatement")(
    _deleted_if(lambda place, expression: _is_call(place, expression) and not _is_check(place, expression))
)
_on("delete assignment", "a value that is not stored, or stored instead of added", "ExpressionStatement")(
    _deleted_if(lambda place, expression: not _is_call(place, expression))
)


@_on("delete assignment", "", "Assignment")
def _plain_assignment(place: Place) -> Iterator[Edit]:
    if place.node["operator"] != "=":
        yield Edit(place.token(), "=")


@_on("delete assignment", "", "VariableDeclarationStatement")
def _no_initial_value(place: Place) -> Iterator[Edit]:
    declared, value = place.node["declarations"], place.node.get("initialValue")
    if value and len(declared) == 1 and declared[0]["storageLocation"] == "default":
        yield Edit(Span(place.span_of(declared[0]).end, place.span_of(value).end), "")


@_on("storage", "a copy in memory instead of the storage itself", "VariableDeclarationStatement")
def _copy_in_memory(place: Place) -> Iterator[Edit]:
    declared = place.node["declarations"]
    if place.node.get("initialValue") and declared[0] and declared[0]["storageLocation"] == "storage":
        span = place.span_of(declared[0])
        yield Edit(span, place.text_of(declared[0]).replace(" storage ", " memory "))


@_on("return", "another value returned, or none", "Return")
def _returned(place: Place) -> Iterator[Edit]:
    value = place.node.get("expression")
    if not value:
        yield from _gone(place)
        return
    parts = value["components"] if value["nodeType"] == "TupleExpression" else [value]
    for part in filter(None, parts):
        if default := _default(part):
            yield Edit(place.span_of(part), default)


def _default(node: Any) -> str | None:
    text = str(node["typeDescriptions"].get("typeString", ""))
    if text.startswith(("uint", "int_const")):
        return "0"
    if text in ("address", "address payable"):
        return "payable(address(0))" if "payable" in text else "address(0)"
    if text == "bool" and node.get("operator") not in (*OPPOSITE, "!"):
        return f"!({'true' if node.get('value') == 'true' else 'false'})" if node["nodeType"] == "Literal" else None
    return "bytes32(0)" if text == "bytes32" else None


@_on("return", "", "Return")
def _returned_truth(place: Place) -> Iterator[Edit]:
    value = place.node.get("expression")
    if value and value["typeDescriptions"].get("typeString") == "bool" and value["nodeType"] != "Literal":
        yield Edit(place.span_of(value), "true")
        yield Edit(place.span_of(value), "false")


@_on("checked", "arithmetic that is checked where it was not, or the other way round", "UncheckedBlock")
def _checked(place: Place) -> Iterator[Edit]:
    start, _ = place.span
    yield Edit(Span(start, start + len("unchecked")), "")


@_on("checked", "", "FunctionDefinition")
def _unchecked(place: Place) -> Iterator[Edit]:
    body = place.node.get("body")
    if body and place.has_checked_arithmetic(body):
        start, end = place.span_of(body)
        yield Edit(Span(start, end), "{ unchecked " + place.text_of(body) + " }")


@_on("modifier", "a function without one of its modifiers", "ModifierInvocation")
def _modifier(place: Place) -> Iterator[Edit]:
    if place.node.get("kind") != "baseConstructorSpecifier":
        yield Edit(place.span, "")
