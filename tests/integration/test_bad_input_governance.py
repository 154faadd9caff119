"""As test_bad_input, for the contracts of governance: what a stranger is told that calls each function with zeros.

A pause and rounds that nobody has initialised stop none of them, so there is one answer to each.
"""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak

from tests.support.bad_input import Row, Scene, writing
from tests.support.deployment import LPT, NOBODY, Market

MAX = 2**256 - 1
KINDS = {
    "governor": "Governor",
    "livepeer_governor": "LivepeerGovernor",
    "treasury": "Treasury",
    "poll_creator": "PollCreator",
    "merkle_snapshot": "MerkleSnapshot",
}
NO_UPDATE = 0x56E11832_3C2C6A06_80B85A64_BF74042A_F748264E_6909D016_252FEFBF_523B2D2C  # hash of the empty one
NO_PROPOSAL = 99080998683144404393413273667897649021575810352642768606614393633707543911777  # id of the empty one
GOES_THROUGH = "went through"
EXECUTOR_ONLY = ("GovernorOnlyExecutor", "stranger")
UNKNOWN = ("GovernorNonexistentProposal", NO_PROPOSAL)
NO_DEPOSIT = ("GovernorDisabledDeposit",)


def lacks(role: str | None) -> tuple[Any, ...]:
    return "AccessControlUnauthorizedAccount", "stranger", keccak(text=role) if role else bytes(32)


ENTRY_POINTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "governor": {
        "stage": ("CallerNotOwner", "stranger"),
        "cancel": ("CallerNotOwner", "stranger"),
        "execute": ("UpdateNotStaged", NO_UPDATE.to_bytes(32, "big")),
        "transferOwnership": ("CallerNotGovernor", "stranger"),
    },
    "livepeer_governor": {
        "propose": ("GovernorInsufficientProposerVotes", "stranger", 0, 100 * LPT),
        "queue": UNKNOWN,
        "execute": UNKNOWN,
        "cancel": UNKNOWN,
        "castVote": ("GovernorNonexistentProposal", 0),
        "castVoteWithReason": ("GovernorNonexistentProposal", 0),
        "castVoteWithReasonAndParams": ("GovernorNonexistentProposal", 0),
        "castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)": ("ECDSAInvalidSignature",),
        "castVoteBySig(uint256,uint8,address,bytes)": ("GovernorInvalidSignature", "nobody"),
        "castVoteWithReasonAndParamsBySig(uint256,uint8,string,bytes,uint8,bytes32,bytes32)": (
            "ECDSAInvalidSignature",
        ),
        "castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)": (
            "GovernorInvalidSignature",
            "nobody",
        ),
        "relay": EXECUTOR_ONLY,
        "setVotingDelay(uint48)": EXECUTOR_ONLY,
        "setVotingDelay(uint256)": EXECUTOR_ONLY,
        "setVotingPeriod(uint32)": EXECUTOR_ONLY,
        "setVotingPeriod(uint256)": EXECUTOR_ONLY,
        "setProposalThreshold": EXECUTOR_ONLY,
        "updateQuorumNumerator": EXECUTOR_ONLY,
        "updateTimelock": EXECUTOR_ONLY,
        "initialize": ("CallerNotControllerOwner", "stranger"),
        "setController": ("CallerNotController", "stranger"),
        "bumpGovernorVotesTokenAddress": (GOES_THROUGH,),
        "onERC721Received": NO_DEPOSIT,
        "onERC1155Received": NO_DEPOSIT,
        "onERC1155BatchReceived": NO_DEPOSIT,
    },
    "treasury": {
        "schedule": lacks("PROPOSER_ROLE"),
        "scheduleBatch": lacks("PROPOSER_ROLE"),
        "execute": lacks("EXECUTOR_ROLE"),
        "executeBatch": lacks("EXECUTOR_ROLE"),
        "cancel": lacks("CANCELLER_ROLE"),
        "updateDelay": ("TimelockUnauthorizedCaller", "stranger"),
        "initialize": ("CallerNotDeployer", "stranger"),
        "grantRole": lacks(None),
        "revokeRole": lacks(None),
        "renounceRole": ("AccessControlBadConfirmation",),
        "onERC721Received": (GOES_THROUGH,),
        "onERC1155Received": (GOES_THROUGH,),
        "onERC1155BatchReceived": (GOES_THROUGH,),
    },
    "poll_creator": {"createPoll": ("PollStakeInsufficient", "stranger", 0, 100 * LPT)},
    "merkle_snapshot": {
        "setSnapshot": ("CallerNotControllerOwner", "stranger"),
        "setController": ("CallerNotController", "stranger"),
    },
}
WRONG = [
    Row("owner", "governor.transferOwnership", ("stranger",), ("CallerNotGovernor", "owner")),
    Row("owner", "livepeer_governor.updateTimelock", ("owner",), ("GovernorOnlyExecutor", "owner")),
    Row("owner", "livepeer_governor.setProposalThreshold", (MAX,), ("GovernorOnlyExecutor", "owner")),
    Row("owner", "livepeer_governor.initialize", (1, 1, MAX, MAX, MAX), ("InvalidInitialization",)),
    Row("owner", "livepeer_governor.castVote", (MAX, 1), ("GovernorNonexistentProposal", MAX)),
    Row("owner", "livepeer_governor.castVote", (MAX, 255), ("GovernorNonexistentProposal", MAX)),
    Row("owner", "treasury.initialize", (MAX, [], [], "owner"), ("InvalidInitialization",)),
    Row("owner", "treasury.updateDelay", (0,), ("TimelockUnauthorizedCaller", "owner")),
    Row("stranger", "treasury.grantRole", (bytes(32), "stranger"), lacks(None)),
    Row("stranger", "treasury.execute", (NOBODY, MAX, b"", bytes(32), bytes(32)), lacks("EXECUTOR_ROLE")),
]


@pytest.fixture(scope="module")
def scene(market: Market, orchestrators: Any, gateway: Any, stranger: Any) -> Scene:
    people = {"owner": market.owner, "stranger": stranger, "gus": gateway, "ulla": orchestrators[5]}
    deployment = market.deployment
    return Scene(market, people, {name: (kind, getattr(deployment, name).address) for name, kind in KINDS.items()})


@pytest.fixture
def sweep() -> list[Row]:
    zeros = {contract: dict(writing(kind)) for contract, kind in KINDS.items()}
    return [
        Row("stranger", f"{contract}.{function}", zeros[contract][function], refusal)
        for contract, functions in ENTRY_POINTS.items()
        for function, refusal in functions.items()
        if refusal != (GOES_THROUGH,)
    ]


@pytest.mark.parametrize("contract", ENTRY_POINTS)
def test_the_table_names_every_function_that_could_change_anything(contract):
    assert set(ENTRY_POINTS[contract]) == {name for name, _ in writing(KINDS[contract])}


@pytest.mark.parametrize("situation", ["open", "uninitialised", "paused"])
def test_reg60_a_stranger_with_nothing_is_refused_everywhere(scene, sweep, situation):
    market = scene.market
    if situation == "uninitialised":
        market.skip_to_round(market.round + 1)
    elif situation == "paused":
        market.controller.pause(sender=market.owner)
    scene.check(sweep)


def test_people_and_amounts_that_are_wrong(scene):
    scene.check(WRONG)
