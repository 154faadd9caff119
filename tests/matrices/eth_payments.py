"""Where the sources send ether: a place that is new has to be entered in the table beside this file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from os.path import normpath
from pathlib import Path

import yaml

from scripts._lib.sources import ROOT

__all__ = ["payments_in_sources", "payments_in_table"]

TABLE = Path(__file__).parent / "eth_payments.yaml"
IMPORT = re.compile(r'import\s+(?:[^;"]*?from\s+)?"([^"]+)"')
FUNCTION = re.compile(r"\bfunction\s+(\w+)|\b(constructor|receive|fallback)\s*\(")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
PAYMENT = re.compile(
    r"[\w\])]\{[^{};]*\bvalue\s*:(?!=)"  # target.call{value: …}, new Contract{value: …}
    r"|\bpayable\([^()]*(?:\([^()]*\))?[^()]*\)\s*\.(?:transfer|send)\("
    r"|\.(?:sendValue|functionCallWithValue|callNoReturn|callReturn64Bytes)\("
    r"|(?<![\w.])(?:call|create2?|selfdestruct)\((?=gas\(\)|[^)]*\bvalue\b)"  # in assembly
    r"|\bfunctionCallWithValue\(target, data, 0\)|\bselfdestruct\("
)


def payments_in_table() -> dict[tuple[str, str], str | list[str]]:
    """Routes, or why there are none, by file and function."""
    rows = yaml.safe_load(TABLE.read_text("utf-8"))
    return {(path, function): row for path, functions in rows.items() for function, row in functions.items()}


def payments_in_sources() -> set[tuple[str, str]]:
    """File and function of everything that looks like a payment in what the deployed contracts are made of."""
    return {(path, function) for path in sorted(_sources()) for function in _payers(path)}


def _payers(path: str) -> Iterator[str]:
    text = COMMENT.sub(lambda found: " " * len(found[0]), (ROOT / path).read_text("utf-8"))
    for payment in PAYMENT.finditer(text):
        before = list(FUNCTION.finditer(text, 0, payment.start()))
        if before and not payment[0].startswith("function "):
            yield before[-1][1] or before[-1][2]


def _sources() -> set[str]:
    """Our contracts but for the harnesses, and all that they import."""
    ahead = [str(p.relative_to(ROOT)) for p in (ROOT / "contracts").rglob("*.sol") if "test" not in p.parts]
    found: set[str] = set()
    while ahead:
        path = ahead.pop()
        if path not in found:
            found.add(path)
            ahead += (_place(path, name) for name in IMPORT.findall((ROOT / path).read_text("utf-8")))
    return found


def _place(importer: str, name: str) -> str:
    if name.startswith("."):
        return normpath(Path(importer).parent / name)
    return f"node_modules/{name}" if name.startswith("@") else name
