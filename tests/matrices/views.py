"""Every view of every contract, asked something that it can answer."""

from __future__ import annotations

from functools import cache
from typing import Any

from eth_utils.crypto import keccak

from tests.matrices.calls import ticket_of
from tests.matrices.scene import LPT, Scene
from tests.matrices.table import views
from tests.support.calldata import decode_refusal

__all__ = ["REFUSED_VIEWS", "answers"]

# Views that say no whatever they are asked, and why.
REFUSED_VIEWS = {
    ("BondingVotes", "delegate(address)"): "stake is delegated by bonding",
    ("BondingVotes", "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)"): "as delegate",
}
BLOCKS_PASS = {("RoundsManager", "blockNum()"), ("RoundsManager", "blockHash(uint256)")}


def answers(scene: Scene) -> dict[tuple[str, str], bytes | str]:
    """What each view answers, by contract and signature; the name of the error where it refuses."""
    found: dict[tuple[str, str], bytes | str] = {}
    for (contract, function), data in questions(scene).items():
        try:
            found[contract, function] = scene.engine.view(scene.contracts[contract].address, data)
        except RuntimeError as refusal:
            found[contract, function] = _error(str(refusal))
    return found


@cache
def questions(scene: Scene) -> dict[tuple[str, str], bytes]:
    """Calldata by contract and signature, for the state that the scene begins with."""
    known = _arguments(scene)
    return {
        (contract, function): scene.contracts[contract].encode(
            function, *map(scene.resolve, known.get(function) or _by_type(scene, function))
        )
        for contract in scene.contracts
        if not contract.startswith("Harness")
        for function in views(contract)
        if (contract, function) not in BLOCKS_PASS
    }


def _arguments(scene: Scene) -> dict[str, tuple[Any, ...]]:
    """Where the types alone would ask something senseless."""
    past, open_ = scene.round - 2, scene.id_of(scene.proposals["open"])
    proposal = scene.proposals["open"].call
    operation = ("mallory", 1, b"", bytes(32), bytes(32))
    batch = (["mallory"], [1], [b""], bytes(32), bytes(32))
    name = keccak(text="Minter")
    return {
        "getContract(bytes32)": (name,),
        "getContractInfo(bytes32)": (name,),
        "getContractAndPause(bytes32)": (name,),
        "getContractsAndPause(bytes32,bytes32)": (name, keccak(text="BondingManager")),
        "getPastTotalSupply(uint256)": (past,),
        "getTotalActiveStakeAt(uint256)": (past,),
        "getVotes(address,uint256)": ("olga", past),
        "getVotesWithParams(address,uint256,bytes)": ("olga", past, b""),
        "quorum(uint256)": (past,),
        "quorumNumerator(uint256)": (past,),
        "hasVoted(uint256,address)": (open_, "olga"),
        "getProposalId(address[],uint256[],bytes[],bytes32)": proposal,
        "hashProposal(address[],uint256[],bytes[],bytes32)": proposal,
        **{f"{view}(uint256)": (open_,) for view in PROPOSAL_VIEWS},
        "hashOperation(address,uint256,bytes,bytes32,bytes32)": operation,
        "hashOperationBatch(address[],uint256[],bytes[],bytes32,bytes32)": batch,
        "getTicketHash((address,address,uint256,uint256,uint256,bytes32,bytes))": (ticket_of(scene)[0],),
        "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)": ("olga", 0, LPT, 27, bytes(32), bytes(32)),
    }


PROPOSAL_VIEWS = (
    "proposalDeadline",
    "proposalEta",
    "proposalNeedsQueuing",
    "proposalProposer",
    "proposalSnapshot",
    "proposalVotes",
    "state",
)


def _by_type(scene: Scene, function: str) -> tuple[Any, ...]:
    """Olga for addresses, a past round for numbers."""
    types = function[function.index("(") + 1 : -1]
    samples = {
        "address": "olga",
        "uint256": scene.round - 2,
        "bytes32": bytes(32),
        "bytes4": bytes(4),
        "bytes32[]": [bytes(32)],
    }
    return tuple(samples[kind] for kind in types.split(",")) if types else ()


def _error(text: str) -> str:
    """`Revert { gas_used: …, output: 0x… }` as the name of the error."""
    return decode_refusal(bytes.fromhex(text.partition("output: 0x")[2].split(" ")[0]))[0]
