"""Variants: other sources become other code, and a world stands on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.artifacts import artifact
from tests.support.calldata import decode_refusal
from tests.support.compiler import ROOT, CompileError, Compiler, built_from, closure
from tests.support.recording import created_contracts, in_process_world

MINTER = "contracts/token/Minter.sol"


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    with Compiler() as process:
        yield process


def changed(path: str, old: str, new: str) -> dict[str, str]:
    text = (ROOT / path).read_text("utf-8")
    assert text.count(old) == 1
    return {path: text.replace(old, new)}


def test_code_of_unchanged_sources_is_the_deployed_one_but_for_the_digest_of_sources(compiler: Compiler) -> None:
    code = compiler.creation_code({}, ["RoundsManager"], optimized=True)["RoundsManager"]
    assert artifact("RoundsManager").creation_code[2_000:3_000] in code


@pytest.mark.parametrize("optimized", [True, False])
def test_a_variant_behaves_as_its_source_says(compiler: Compiler, optimized: bool) -> None:
    later = changed("contracts/rounds/RoundsManager.sol", "require(_lastInitialized < round,", "require(true,")
    world = in_process_world(compiler.creation_code(later, built_from(later, created_contracts()), optimized=optimized))
    refusals = []
    for found in (in_process_world(), world):
        data = found.rounds.encode("initializeRound")
        first, second = (found.engine.call(found.owner, found.rounds.address, data) for _ in range(2))
        assert first.refusal is None
        refusals.append(second.refusal)
    assert decode_refusal(refusals[0] or b"")[0] == "RoundAlreadyInitialized"
    assert refusals[1] is None


def test_sources_that_are_no_program_are_refused_and_the_compiler_goes_on(compiler: Compiler) -> None:
    with pytest.raises(CompileError, match="ParserError"):
        compiler.creation_code({MINTER: "contract Minter {"}, ["Minter"])
    assert compiler.creation_code({}, ["Minter"])["Minter"]


def test_trees_tell_of_every_function(compiler: Compiler) -> None:
    tree = compiler.syntax_trees([MINTER])[MINTER]
    (minter,) = (node for node in tree["nodes"] if node["nodeType"] == "ContractDefinition")
    assert {"createReward", "trustedWithdrawETH"} <= {node.get("name") for node in minter["nodes"]}


def test_what_a_file_is_part_of() -> None:
    assert "contracts/shared/PreciseMath.sol" in closure("contracts/bonding/BondingManager.sol")
    assert built_from(["contracts/bonding/RewardModule.sol"], created_contracts()) == ["BondingManager"]
    assert built_from(["contracts/payments/TicketLib.sol"], created_contracts()) == ["TicketBroker"]
