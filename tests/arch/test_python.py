"""Who may import whom in Python, and what no file may hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "offchain"

# room -> rooms and leaves of the package it may import (itself always).
LEAVES = {"types", "errors", "settings", "telemetry"}
MAY_IMPORT = {
    "errors": set(),
    "types": {"errors"},
    "settings": {"errors", "types"},
    "telemetry": {"errors", "types", "settings"},
    "tickets": LEAVES,
    "wire": LEAVES | {"tickets"},
    "chain": LEAVES | {"tickets", "wire"},
    "media": LEAVES,
    "workers": LEAVES | {"media"},
    "orchestrator": LEAVES | {"tickets", "wire", "chain", "media", "workers"},
    "gateway": LEAVES | {"tickets", "wire", "chain", "media"},
    "cli": LEAVES | {"tickets", "wire", "chain", "media", "workers", "orchestrator", "gateway"},
    "__main__": {"cli"},
}
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
FIXTURE = re.compile(r"^@(?:pytest|pytest_asyncio)\.fixture(\([^\n]*\))?\n(?:async )?def (\w+)", re.MULTILINE)
# Of several scopes, but of no effect on the chain, or in modules that do not mind. No more of them.
UNCHAINED = {"governor", "node", "pool", "record", "rounds", "served", "worker"}
GENERATED = ("_pb2.py", "_pb2.pyi")


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py") if not path.name.endswith(GENERATED))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def identify(path: Path) -> str:
    return str(path.relative_to(ROOT))


PACKAGE_FILES = [path for path in sources(PACKAGE) if path != PACKAGE / "__init__.py"]
ALL_FILES = sources(PACKAGE, ROOT / "scripts", ROOT / "tests")


def test_every_room_of_the_package_has_a_rule():
    rooms = {room_of(path) for path in PACKAGE_FILES}
    assert rooms - set(MAY_IMPORT) == set()


@pytest.mark.parametrize("path", PACKAGE_FILES, ids=identify)
def test_a_room_imports_only_what_it_may(path):
    room = room_of(path)
    named = {name.split(".")[1] for name in imports(path) if name.startswith("offchain.")}
    # `from offchain.x import y` also yields offchain.x.y, of which only the room counts.
    assert named - MAY_IMPORT[room] - {room} == set()


@pytest.mark.parametrize("path", PACKAGE_FILES, ids=identify)
def test_a_node_needs_neither_ape_nor_a_test_tool(path):
    forbidden = {"ape", "ape_foundry", "pytest", "hypothesis", "py_ecc", "pyrevm", "scripts", "tests"}
    assert {name.split(".")[0] for name in imports(path)} & forbidden == set()


@pytest.mark.parametrize("path", PACKAGE_FILES, ids=identify)
def test_cuda_is_imported_by_its_backend_alone(path):
    if path.is_relative_to(PACKAGE / "workers" / "cuda"):
        pytest.skip("the backend itself")
    assert {name.split(".")[0] for name in imports(path)} & {"cuda", "cupy", "torch", "PyNvVideoCodec"} == set()


@pytest.mark.parametrize("path", ALL_FILES, ids=identify)
def test_a_file_holds_one_concept_and_a_function_fits_a_screen(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert len(path.read_text("utf-8").splitlines()) <= MAX_FILE_LINES
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    }
    assert long == {}


@pytest.mark.parametrize("path", PACKAGE_FILES, ids=identify)
def test_public_functions_and_classes_say_what_they_are(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_the_tree_names_no_machine_and_no_registry():
    hosts = ("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js", "npm" + "js.com")
    for path in ROOT.glob("*"):
        if path.suffix in {".lock", ".json", ".toml", ".yaml", ".md"} or path.name == "Makefile":
            text = path.read_text("utf-8")
            assert not [host for host in hosts if host in text], path.name


def test_a_fixture_of_the_chain_has_one_scope_wherever_its_name_stands():
    """Ape knows fixtures by their names alone: one of a test that bears the name of a module's is kept like a module's,
    and what it did on the chain is left to the tests after it."""
    scopes: dict[str, set[str]] = {}
    for path in [ROOT / "conftest.py", *(ROOT / "tests").rglob("*.py")]:
        for options, name in FIXTURE.findall(path.read_text()):
            scope = re.search(r'\bscope="(\w+)"', options)
            scopes.setdefault(name, set()).add(scope[1] if scope else "function")
    assert {name for name, found in scopes.items() if len(found) > 1} <= UNCHAINED
