"""Each operator, on a function of a line: which mutants it makes, and that they are what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.mutation.mutators import OPERATORS, Mutant, mutants
from tests.support.compiler import Compiler

PATH = "contracts/test/Snippet.sol"
FRAME = """pragma solidity 0.8.37;
library Math {
    function min(uint256 a, uint256 b) internal pure returns (uint256) {}
    function saturatingSub(uint256 a, uint256 b) internal pure returns (uint256) {}
    function mulDiv(uint256 a, uint256 b, uint256 c) internal pure returns (uint256) {}
}
contract Snippet {
    struct Thing { uint256 size; address owner; }
    event Seen(uint256 a, uint256 b, address c);
    error Bad(uint256 a);
    uint256 s;
    mapping(address => Thing) things;
    modifier guarded() { _; }
    function note(uint256 a, uint256 b, address c) internal {}
    function portion(uint256 a, uint256 b) internal pure returns (uint256) {}
    function _checkAll() internal view {}
    %s
}
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Callable[[str], list[tuple[str, str]]]]:
    """The function `f` of a snippet with each of its mutations, as (operator, function after it)."""
    with Compiler() as compiler:

        def make(function: str) -> list[tuple[str, str]]:
            source = (FRAME % function).encode()
            tree = compiler.syntax_trees([PATH], {PATH: source.decode()})[PATH]
            found = [m for m in mutants(PATH, source, tree) if m.function == "Snippet.f"]
            start = source.index(function.encode())
            end = len(source) - start - len(function.encode())
            return [(m.operator, (after := m.apply(source))[start : len(after) - end].decode()) for m in found]

        yield make


CASES = {
    "arithmetic": (
        "function f(uint256 a, uint256 b) external pure returns (uint256 r) { r = a + b * 2; r += a; ++r; }",
        ["r = a - b * 2", "r = a + b / 2", "r -= a", "--r"],
    ),
    "bitwise": (
        "function f(uint256 a) external pure returns (uint256 r) { r = (a << 8) | ~a; r &= a; }",
        ["(a >> 8) | ~a", "(a << 8) & ~a", "(a << 8) | a", "r |= a"],
    ),
    "comparison": (
        "function f(uint256 a) external pure returns (bool r) { r = a < 7; r = a == 2; }",
        ["r = a >= 7", "r = a != 2"],
    ),
    "boundary": (
        "function f(uint256 a) external pure returns (bool r) { r = a < 7; r = a >= 3; }",
        ["r = a <= 7", "r = a > 3"],
    ),
    "logical": (
        "function f(bool a, bool b) external pure returns (bool r) { r = a && !b; }",
        ["r = a || !b", "r = a;", "r = !b;", "r = a && b"],
    ),
    "rounding": (
        "function f(uint256 a, uint256 b) external pure returns (uint256 r) "
        "{ r = (a * b) / 10; r = Math.mulDiv(a, b, 3); r = portion(a, b); }",
        [
            "r = ((a * b) / 10 + ((a * b) % 10 == 0 ? 0 : 1))",
            "r = a / 10 * b",
            "Math.mulDiv(a, b, 3, Math.Rounding.Ceil)",
            "r = (a / 3 * b)",
            "r = (portion(a, b) + 1)",
        ],
    ),
    "extremum": (
        "function f(uint256 a, uint256 b) external pure returns (uint256 r) "
        "{ r = Math.min(a, b); r = Math.saturatingSub(a, b); }",
        ["r = Math.max(a, b)", "r = uint256(a)", "r = uint256(b)", "r = (a - b)"],
    ),
    "swap": (
        "function f(uint256 a, uint256 b, address c) external { note(a, b, c); emit Seen(b, 1, c); (a, b) = (b, a); }",
        ["note(b, a, c)", "emit Seen(1, b, c)", "(b, a) = (b, a)", "(a, b) = (a, b)"],
    ),
    "constant": (
        "function f() external pure returns (uint256 r, bool t, string memory x) "
        '{ r = 0; r = 5; t = true; x = "x"; r = type(uint8).max; }',
        ["r = (0 + 1)", "r = (5 + 1)", "r = (5 - 1)", "t = false", 'x = ""', "r = (type(uint8).max - 1)"],
    ),
    "condition": (
        "function f(bool a) external returns (uint256 r) { if (a) r = 1; r = s > 2 ? 3 : 4; while (s > 5) --s; }",
        ["if (true)", "if (false)", "if (!(a))", "r = true ? 3", "r = false ? 3", "while (false)"],
    ),
    "delete event": (
        "function f(address c) external { emit Seen(1, 2, c); }",
        ["{ {} }"],
    ),
    "delete check": (
        "function f(uint256 a) external view { require(a > s, Bad(a)); _checkAll(); if (a > 9) revert Bad(9); }",
        ["{ {} _checkAll()", "Bad(a)); {} if", "if (a > 9) {} }"],
    ),
    "delete jump": (
        "function f() external { while (s > 1) { if (s == 5) break; --s; } }",
        ["if (s == 5) {}"],
    ),
    "delete call": (
        "function f(address c) external { note(1, 2, c); }",
        ["{ {} }"],
    ),
    "delete assignment": (
        "function f(address c) external { uint256 a = 4; s += a; delete things[c]; }",
        ["{ uint256 a; s", "s = a", "a = 4; {} delete", "s += a; {} }"],
    ),
    "storage": (
        "function f(address c) external { Thing storage t = things[c]; t.size = 5; }",
        ["Thing memory t = things[c]"],
    ),
    "return": (
        "function f(uint256 a, address c) external pure returns (uint256, address, bool) { return (a, c, a > 1); }",
        ["return (0, c, a > 1)", "return (a, address(0), a > 1)"],
    ),
    "checked": (
        "function f(uint256 a) external pure returns (uint256 r) { r = a + 1; }",
        ["{ unchecked { r = a + 1; } }"],
    ),
    "modifier": ("function f() external guarded {}", ["function f() external  {}"]),
}


@pytest.mark.parametrize("operator", CASES)
def test_an_operator_makes_its_mutants_and_no_others(made, operator):
    function, expected = CASES[operator]
    own = [after for by, after in made(function) if by == operator]
    for text in expected:
        assert any(text in after for after in own), f"no mutant has '{text}':\n" + "\n".join(own)
    assert len(own) == len(expected)


def test_the_step_of_a_loop_is_left_out(made):
    own = made("function f() external { for (uint256 i = 0; i < 9; ++i) s = i; }")
    assert ("delete assignment", "function f() external { for (uint256 i = 0; i < 9; ) s = i; }") in own


def test_a_bare_return_is_left_out(made):
    own = made("function f() external { if (s > 1) return; s = 2; }")
    assert ("return", "function f() external { if (s > 1) {} s = 2; }") in own


def test_every_operator_has_a_case():
    assert set(CASES) == set(OPERATORS)


def test_arithmetic_that_is_not_checked_can_be(made):
    own = made("function f(uint256 a) external pure returns (uint256 r) { unchecked { r = a; } }")
    assert ("checked", "function f(uint256 a) external pure returns (uint256 r) {  { r = a; } }") in own


def test_a_truth_is_returned_the_other_way_round(made):
    own = [after for by, after in made("function f(uint256 a) external pure returns (bool) { return a > 1; }")]
    assert any("return true;" in after for after in own)
    assert any("return a <= 1;" in after for after in own)


def test_names_stay_when_other_functions_change():
    def ids(before: str) -> set[str]:
        source = (FRAME % (before + "function f(uint256 a) external pure returns (uint256) { return a + 1; }")).encode()
        tree = compiler.syntax_trees([PATH], {PATH: source.decode()})[PATH]
        return {mutant.id for mutant in mutants(PATH, source, tree) if mutant.function == "Snippet.f"}

    with Compiler() as compiler:
        assert ids("") == ids("function g() external { s = 7; } ")


def test_a_difference_shows_the_lines_that_change():
    mutant = Mutant("id", PATH, "f", "constant", 2, 3, "9", 1)
    assert mutant.diff(b"a=1;\nb=2;\n") == "-a=1;\n+a=9;"
