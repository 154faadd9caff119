"""What holds for every Solidity file: who imports whom, one name once, sizes, and versions that agree."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONTRACTS, INTERFACES = ROOT / "contracts", ROOT / "interfaces"
SIZES = ROOT / "tests" / "gas" / "snapshots" / "sizes.json"

OPEN_ZEPPELIN = "@openzeppelin/contracts"  # the upgradeable twin too
TEST_ROOM = "test"  # harnesses: may import everything, and nobody imports them
MAX_CODE_BYTES = 23_500  # of the 24,576 that a chain allows (EIP-170)
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60

IMPORT = re.compile(r'^import\s[^"]*"([^"]+)";', re.MULTILINE)
DECLARATION = re.compile(r"^(?:abstract )?(?:contract|library|interface) (\w+)", re.MULTILINE)
FUNCTION = re.compile(r"^ {4}(?:function \w+|constructor|modifier \w+|receive|fallback)\b", re.MULTILINE)
PRAGMA = re.compile(r"^pragma solidity ([^;]+);$", re.MULTILINE)


def identify(path: Path) -> str:
    return str(path.relative_to(ROOT))


FILES = sorted([*CONTRACTS.rglob("*.sol"), *INTERFACES.rglob("*.sol")])
each_file = pytest.mark.parametrize("path", FILES, ids=identify)


def room_of(path: Path) -> str:
    """`interfaces`, or the folder below `contracts`."""
    parts = path.relative_to(ROOT).parts
    return parts[0] if parts[0] == INTERFACES.name else parts[1]


def imported_rooms(path: Path) -> Iterator[str]:
    """Rooms that a file imports from; OpenZeppelin is one."""
    for name in IMPORT.findall(path.read_text()):
        if name.startswith(OPEN_ZEPPELIN):
            yield OPEN_ZEPPELIN
        else:
            target = (path.parent if name.startswith(".") else ROOT) / name
            assert target.exists(), f"{identify(path)} imports {name}, which is not there"
            yield room_of(target.resolve())


def functions(text: str) -> Iterator[tuple[str, int]]:
    """First line and length in lines of each function that has a body."""
    for match in FUNCTION.finditer(text):
        end = re.compile(r";$|^ {4}\}$|\{\}$", re.MULTILINE).search(text, match.end())
        opened = text.find("{\n", match.end(), end.start() if end else None)
        if opened != -1:  # a body of its own lines: it ends with the brace in the function's column
            end = re.compile(r"^ {4}\}$", re.MULTILINE).search(text, opened)
        assert end is not None
        yield text[match.start() : match.end()].strip(), text.count("\n", match.start(), end.end()) + 1


@each_file
def test_a_room_imports_shared_interfaces_and_itself(path):
    room = room_of(path)
    allowed = {room, INTERFACES.name}
    if room != INTERFACES.name:
        allowed |= {"shared", OPEN_ZEPPELIN}
    if room != TEST_ROOM:
        assert set(imported_rooms(path)) <= allowed


@each_file
def test_a_file_holds_one_contract_of_its_own_name(path):
    assert DECLARATION.findall(path.read_text()) == [path.stem]


def test_a_name_stands_once_in_the_whole_tree():
    """Two contracts of one name compile without a word, and one of them wins."""
    repeated = [name for name, count in Counter(path.stem for path in FILES).items() if count > 1]
    assert repeated == []


@each_file
def test_files_and_functions_stay_short(path):
    text = path.read_text()
    code = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("//")]
    assert len(code) <= MAX_FILE_LINES
    assert [name for name, lines in functions(text) if lines > MAX_FUNCTION_LINES] == []


def test_functions_are_found_and_measured():
    text = (CONTRACTS / "registry" / "Controller.sol").read_text()
    measured = dict(functions(text))
    assert measured["function pause"] == 7
    assert measured["constructor"] == 4
    assert len(measured) == 14


@each_file
def test_contracts_name_one_compiler_and_interfaces_a_range(path):
    version = yaml.safe_load((ROOT / "ape-config.yaml").read_text())["solidity"]["version"]
    expected = "^0.8.24" if path.is_relative_to(INTERFACES) else version
    assert PRAGMA.findall(path.read_text()) == [expected]


def code_sizes(project) -> dict[str, int]:
    """Bytes of runtime code of everything that can be deployed, harnesses aside."""
    types = [container.contract_type for container in project.contracts.values()]
    deployable = [t for t in types if t.methods and f"/{TEST_ROOM}/" not in t.source_id and t.get_runtime_bytecode()]
    return {t.name: len(t.get_runtime_bytecode()) for t in sorted(deployable, key=lambda t: t.name)}


def test_code_sizes_are_below_the_limit_and_as_committed(project):
    """A size that changed is a line in the review: renew the snapshot with RENEW_SNAPSHOTS=1."""
    sizes = code_sizes(project)
    assert {"BondingManager", "TicketBroker", "Minter", "Controller"} <= sizes.keys()
    assert {name: size for name, size in sizes.items() if size >= MAX_CODE_BYTES} == {}
    if os.environ.get("RENEW_SNAPSHOTS"):
        SIZES.write_text(json.dumps(sizes, indent=2) + "\n")
    assert sizes == json.loads(SIZES.read_text())


def test_versions_agree():
    """ape-config.yaml, package.json and its lock, pyproject.toml and its lock name the same versions."""
    config = yaml.safe_load((ROOT / "ape-config.yaml").read_text())
    package = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    pyproject, requirements = (ROOT / "pyproject.toml").read_text(), (ROOT / "requirements.lock").read_text()

    assert config["solidity"]["version"] == package["dependencies"]["solc"]
    for name, version in package["dependencies"].items():
        assert locked[f"node_modules/{name}"]["version"] == version
    plugins = {f"ape-{plugin['name']}": plugin["version"] for plugin in config["plugins"]}
    for name, version in plugins.items():
        assert f'"{name}=={version}"' in pyproject
    for name, version in re.findall(r'"((?:eth-)?ape[\w-]*)==([\d.]+)"', pyproject):
        assert re.search(rf"^{name}=={re.escape(version)} ", requirements, re.MULTILINE)


def test_no_lock_names_a_host_that_packages_come_from():
    for name in ("package-lock.json", "requirements.lock"):
        assert "resolved" not in (text := (ROOT / name).read_text())
        assert "://" not in re.sub(r'"url": "[^"]*"', "", text)
