"""For every function a call that goes through in the scene: so that a refusal says something about its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from offchain.chain.protocol import ticket_tuple
from offchain.tickets import MAX_WIN_PROB, Ticket, rand_hash
from offchain.tickets.signing import sign_ticket
from tests.matrices.scene import ETHER, FOR, LPT, NOBODY, QUEUE, RECEIVE, Act, Scene
from tests.support.calldata import Contract, deploy
from tests.support.evm_engine import CHAIN_ID

__all__ = ["EXECUTE", "TICKET", "Sample", "attempts", "samples", "sign_typed", "ticket_of"]

FIVE, SEVEN = 5, 7
TIME_LIMIT = 2**40
EXECUTE = "execute(address[],uint256[],bytes[],bytes32)"
RAND = 7
NEVER_USED = bytes(31) + b"\x07"
TICKET = "(address,address,uint256,uint256,uint256,bytes32,bytes)"


@dataclass(frozen=True, slots=True)
class Sample:
    """A call that goes through.

    Attributes:
        before: calls that must come first, each of which goes through as well.
        in_new_round: whether the next round has to have begun.
        blocks: how many have to have passed.
    """

    act: Act
    before: tuple[Act, ...] = ()
    in_new_round: bool = False
    blocks: int = 0

    def prepare(self, scene: Scene) -> None:
        if self.in_new_round:
            scene.skip_round()
        scene.engine.mine(self.blocks)
        for act in self.before:
            scene.do(act)


def samples(scene: Scene) -> dict[tuple[str, str], Sample]:
    """By contract and function, for all rows of the table of entry points that anybody may call at all."""
    parts = (_controller, _token, _minter, _staking, _votes, _rounds, _broker, _registries, _treasury, _governor)
    found = [sample for part in (*parts, _other_governance, _faucet) for sample in part(scene)]
    return {(sample.act.contract, sample.act.function): sample for sample in found}


def attempts(scene: Scene) -> list[Act]:
    """Calls of what nobody may call by itself: once is over, only through a proposal, or never."""
    governor, nobody = "LivepeerGovernor", ("mallory", "mallory")
    return [
        Act("", "Treasury", "initialize(uint256,address[],address[],address)", (0, [], [], "mallory")),
        Act("", governor, "initialize(uint256,uint256,uint256,uint256,uint256)", (1, 1, 1, 1, 1)),
        *(Act("", governor, function, arguments) for function, arguments in scene.by_proposal.items()),
        Act("", governor, "onERC721Received(address,address,uint256,bytes)", (*nobody, 1, b"")),
        Act("", governor, "onERC1155Received(address,address,uint256,uint256,bytes)", (*nobody, 1, 1, b"")),
        Act(
            "", governor, "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)", (*nobody, [1], [1], b"")
        ),
        Act("", governor, RECEIVE, (), SEVEN),
    ]


def _controller(scene: Scene) -> Iterator[Sample]:
    id_ = keccak(text="Something")
    minter = _new_minter(scene)
    yield Sample(Act("owner", "Controller", "setContractInfo(bytes32,address,bytes20)", (id_, "mallory", bytes(20))))
    yield Sample(
        Act("owner", "Controller", "updateController(bytes32,address)", (id_, "stranger")),
        before=(Act("owner", "Controller", "setContractInfo(bytes32,address,bytes20)", (id_, minter, bytes(20))),),
    )
    yield Sample(Act("owner", "Controller", "pause()"))
    yield Sample(Act("owner", "Controller", "unpause()"), before=(Act("owner", "Controller", "pause()"),))
    yield Sample(Act("owner", "Controller", "transferOwnership(address)", ("mallory",)))


def _token(scene: Scene) -> Iterator[Sample]:
    token, approve = "LivepeerToken", "approve(address,uint256)"
    yield Sample(Act("mallory", token, approve, ("gina", SEVEN)))
    yield Sample(Act("mallory", token, "increaseAllowance(address,uint256)", ("gina", SEVEN)))
    yield Sample(
        Act("mallory", token, "decreaseAllowance(address,uint256)", ("gina", FIVE)),
        before=(Act("mallory", token, approve, ("gina", SEVEN)),),
    )
    permit = _permit(scene)
    yield Sample(
        Act("gina", token, "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", permit),
    )
    yield Sample(Act("mallory", token, "transfer(address,uint256)", ("gina", SEVEN)))
    yield Sample(
        Act("gina", token, "transferFrom(address,address,uint256)", ("mallory", "gus", SEVEN)),
        before=(Act("mallory", token, approve, ("gina", SEVEN)),),
    )
    yield Sample(Act("Minter", token, "mint(address,uint256)", ("mallory", SEVEN)))
    yield Sample(Act("Minter", token, "burn(uint256)", (SEVEN,)))
    yield Sample(
        Act("Minter", token, "burnFrom(address,uint256)", ("mallory", SEVEN)),
        before=(Act("mallory", token, approve, ("Minter", SEVEN)),),
    )
    role = keccak(text="MINTER_ROLE")
    yield Sample(Act("owner", token, "grantRole(bytes32,address)", (role, "mallory")))
    yield Sample(Act("owner", token, "revokeRole(bytes32,address)", (role, "Minter")))
    yield Sample(Act("mallory", token, "renounceRole(bytes32,address)", (role, "mallory")))


def _minter(scene: Scene) -> Iterator[Sample]:
    share = (LPT, 10 * LPT)
    yield Sample(Act("BondingManager", "Minter", "createReward(uint256,uint256)", share))
    yield Sample(
        Act(
            "BondingManager",
            "Minter",
            "createRewardWithCut(uint256,uint256,uint256,address)",
            (*share, 10**26, "Treasury"),
        )
    )
    yield Sample(Act("BondingManager", "Minter", "trustedTransferTokens(address,uint256)", ("mallory", SEVEN)))
    yield Sample(Act("BondingManager", "Minter", "trustedBurnTokens(uint256)", (SEVEN,)))
    yield Sample(Act("TicketBroker", "Minter", "trustedWithdrawETH(address,uint256)", ("mallory", SEVEN)))
    yield Sample(Act("TicketBroker", "Minter", "depositETH()", value=SEVEN))
    yield Sample(Act("RoundsManager", "Minter", "setCurrentRewardTokens()"))
    yield Sample(Act("owner", "Minter", "migrateToNewMinter(address)", (_new_minter(scene),)))
    yield Sample(Act("owner", "Minter", "setTargetBondingRate(uint256)", (SEVEN,)))
    yield Sample(Act("owner", "Minter", "setInflationChange(uint256)", (SEVEN,)))
    yield Sample(Act("Controller", "Minter", "setController(address)", ("stranger",)))


def _staking(scene: Scene) -> Iterator[Sample]:
    bonding = "BondingManager"
    n2, n4 = (NOBODY,) * 2, (NOBODY,) * 4

    def both(caller: str, name: str, types: str, arguments: tuple[Any, ...]) -> Iterator[Sample]:
        """The function, and the one with a hint."""
        hinted = f"{types},address,address".removeprefix(",")
        yield Sample(Act(caller, bonding, f"{name}({types})", arguments))
        yield Sample(Act(caller, bonding, f"{name}WithHint({hinted})", (*arguments, *n2)))

    yield Sample(Act("mallory", bonding, "bond(uint256,address)", (LPT, "olga")))
    yield Sample(
        Act("mallory", bonding, "bondWithHint(uint256,address,address,address,address,address)", (LPT, "olga", *n4))
    )
    yield Sample(
        Act(
            "mallory",
            bonding,
            "bondForWithHint(uint256,address,address,address,address,address,address)",
            (LPT, "gina", "olga", *n4),
        )
    )
    yield from both("dora", "unbond", "uint256", (SEVEN,))
    yield from both("dora", "rebond", "uint256", (0,))
    yield from both("dina", "rebondFromUnbonded", "address,uint256", ("olga", 0))
    yield Sample(
        Act("dora", bonding, "transferBond(address,uint256,address,address,address,address)", ("gina", SEVEN, *n4))
    )
    yield Sample(Act("dora", bonding, "withdrawStake(uint256)", (0,)))
    yield Sample(
        Act("dora", bonding, "withdrawFees(address,uint256)", ("dora", SEVEN)),
        before=(Act("olga", "TicketBroker", f"redeemWinningTicket({TICKET},bytes,uint256)", ticket_of(scene)),),
    )
    yield Sample(Act("dora", bonding, "claimEarnings(uint256)", (0,)))
    yield from both("oona", "transcoder", "uint256,uint256", (SEVEN, FIVE))
    yield from both("olga", "reward", "", ())
    yield from both("gus", "rewardForTranscoder", "address", ("olga",))
    yield Sample(Act("mallory", bonding, "setRewardCaller(address)", ("gina",)))
    yield Sample(
        Act(
            "TicketBroker",
            bonding,
            "updateTranscoderWithFees(address,uint256,uint256)",
            ("olga", SEVEN, scene.round),
        )
    )
    slash = ("olga", "mallory", 100_000, 100_000)
    yield Sample(Act("verifier", bonding, "slashTranscoder(address,address,uint256,uint256)", slash))
    yield Sample(Act("mallory", bonding, "checkpointBondingState(address)", ("dora",)))
    yield Sample(Act("mallory", bonding, "refreshRoundWindow()"))
    yield Sample(Act("RoundsManager", bonding, "setCurrentRoundTotalActiveStake()"))
    yield Sample(Act("owner", bonding, "setUnbondingPeriod(uint64)", (SEVEN,)))
    yield Sample(Act("owner", bonding, "setNumActiveTranscoders(uint256)", (SEVEN,)))
    yield Sample(Act("owner", bonding, "setTreasuryRewardCutRate(uint256)", (SEVEN,)))
    yield Sample(Act("owner", bonding, "setTreasuryBalanceCeiling(uint256)", (SEVEN,)))


def _votes(scene: Scene) -> Iterator[Sample]:
    state = ("mallory", scene.round + 1, SEVEN, "olga", 0, scene.round, 0)
    yield Sample(
        Act(
            "BondingManager",
            "BondingVotes",
            "checkpointBondingState(address,uint256,uint256,address,uint256,uint256,uint256)",
            state,
        )
    )
    yield Sample(
        Act("BondingManager", "BondingVotes", "checkpointTotalActiveStake(uint256,uint256)", (SEVEN, scene.round))
    )


def _rounds(scene: Scene) -> Iterator[Sample]:
    yield Sample(Act("mallory", "RoundsManager", "initializeRound()"), in_new_round=True)
    yield Sample(Act("owner", "RoundsManager", "setRoundLength(uint256)", (300,)))
    yield Sample(Act("owner", "RoundsManager", "setRoundLockAmount(uint256)", (SEVEN,)))
    yield Sample(Act("owner", "RoundsManager", "setLIPUpgradeRound(uint256,uint256)", (SEVEN, FIVE)))


def _broker(scene: Scene) -> Iterator[Sample]:
    broker, ticket = "TicketBroker", ticket_of(scene)
    columns = tuple([part] for part in ticket)
    yield Sample(Act("mallory", broker, "fundDeposit()", value=SEVEN))
    yield Sample(Act("mallory", broker, "fundReserve()", value=SEVEN))
    yield Sample(Act("mallory", broker, "fundDepositAndReserve(uint256,uint256)", (FIVE, 2), SEVEN))
    yield Sample(Act("mallory", broker, "fundDepositAndReserveFor(address,uint256,uint256)", ("gina", FIVE, 2), SEVEN))
    yield Sample(Act("mallory", broker, f"redeemWinningTicket({TICKET},bytes,uint256)", ticket))
    yield Sample(
        Act("mallory", broker, f"redeemWinningTicketForAtLeast({TICKET},bytes,uint256,uint256)", (*ticket, ETHER))
    )
    yield Sample(Act("mallory", broker, f"batchRedeemWinningTickets({TICKET}[],bytes[],uint256[])", columns))
    yield Sample(Act("mallory", broker, f"batchRedeemWinningTicketsWithResults({TICKET}[],bytes[],uint256[])", columns))
    yield Sample(Act("gina", broker, "unlock()"))
    yield Sample(Act("gus", broker, "cancelUnlock()"))
    yield Sample(Act("gus", broker, "withdraw()"))
    yield Sample(Act("owner", broker, "setUnlockPeriod(uint256)", (SEVEN,)))
    yield Sample(Act("owner", broker, "setTicketValidityPeriod(uint256)", (SEVEN,)))


def _registries(scene: Scene) -> Iterator[Sample]:
    for contract in ("ServiceRegistry", "AIServiceRegistry"):
        yield Sample(Act("mallory", contract, "setServiceURI(string)", ("https://mallory.example:8935",)))


def _treasury(scene: Scene) -> Iterator[Sample]:
    treasury, governor = "Treasury", "LivepeerGovernor"
    one = ("mallory", SEVEN, b"", bytes(32), bytes(32))
    many = (["mallory"], [SEVEN], [b""], bytes(32), bytes(32))
    schedule = Act(governor, treasury, "schedule(address,uint256,bytes,bytes32,bytes32,uint256)", (*one, 0))
    batch = Act(governor, treasury, "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)", (*many, 0))
    operation = scene.view(treasury, "hashOperation", *one)
    yield Sample(schedule)
    yield Sample(batch)
    yield Sample(Act(governor, treasury, "execute(address,uint256,bytes,bytes32,bytes32)", one), before=(schedule,))
    yield Sample(
        Act(governor, treasury, "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)", many), before=(batch,)
    )
    yield Sample(Act(governor, treasury, "cancel(bytes32)", (operation,)), before=(schedule,))
    yield Sample(Act(treasury, treasury, "updateDelay(uint256)", (SEVEN,)))
    role = keccak(text="CANCELLER_ROLE")
    yield Sample(Act(treasury, treasury, "grantRole(bytes32,address)", (role, "mallory")))
    yield Sample(Act(treasury, treasury, "revokeRole(bytes32,address)", (role, governor)))
    yield Sample(Act("mallory", treasury, "renounceRole(bytes32,address)", (role, "mallory")))
    sender = ("mallory", "mallory")
    yield Sample(Act("mallory", treasury, "onERC721Received(address,address,uint256,bytes)", (*sender, 1, b"")))
    yield Sample(
        Act("mallory", treasury, "onERC1155Received(address,address,uint256,uint256,bytes)", (*sender, 1, 1, b""))
    )
    yield Sample(
        Act(
            "mallory",
            treasury,
            "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)",
            (*sender, [1], [1], b""),
        )
    )
    yield Sample(Act("mallory", treasury, RECEIVE, value=SEVEN))


def _governor(scene: Scene) -> Iterator[Sample]:
    governor, open_ = "LivepeerGovernor", scene.id_of(scene.proposals["open"])
    proposal = (["LivepeerToken"], [0], [b""], "another")
    ballot = {"proposalId": open_, "support": FOR}
    reasons = {"reason": "why", "params": b"x"}
    yield Sample(Act("olga", governor, "propose(address[],uint256[],bytes[],string)", proposal))
    yield Sample(Act("dora", governor, "castVote(uint256,uint8)", (open_, FOR)))
    yield Sample(Act("dora", governor, "castVoteWithReason(uint256,uint8,string)", (open_, FOR, "why")))
    yield Sample(
        Act("dora", governor, "castVoteWithReasonAndParams(uint256,uint8,string,bytes)", (open_, FOR, "why", b"x"))
    )
    signed = _sign(scene, "dora", "Ballot", "proposalId:uint256 support:uint8", ballot)
    yield Sample(
        Act("mallory", governor, "castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)", (open_, FOR, *_vrs(signed)))
    )
    fields = "proposalId:uint256 support:uint8 voter:address nonce:uint256"
    named = {"voter": scene.names["dora"], "nonce": 0}
    signed = _sign(scene, "dora", "Ballot", fields, ballot | named)
    yield Sample(
        Act("mallory", governor, "castVoteBySig(uint256,uint8,address,bytes)", (open_, FOR, "dora", signed.signature))
    )
    told = "reason:string params:bytes"
    signed = _sign(scene, "dora", "ExtendedBallot", f"proposalId:uint256 support:uint8 {told}", ballot | reasons)
    yield Sample(
        Act(
            "mallory",
            governor,
            "castVoteWithReasonAndParamsBySig(uint256,uint8,string,bytes,uint8,bytes32,bytes32)",
            (open_, FOR, "why", b"x", *_vrs(signed)),
        )
    )
    signed = _sign(scene, "dora", "ExtendedBallot", f"{fields} {told}", ballot | named | reasons)
    yield Sample(
        Act(
            "mallory",
            governor,
            "castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)",
            (open_, FOR, "dora", "why", b"x", signed.signature),
        )
    )
    yield Sample(Act("mallory", governor, QUEUE, scene.proposals["succeeded"].call))
    yield Sample(Act("mallory", governor, EXECUTE, scene.proposals["queued"].call))
    cancel = "cancel(address[],uint256[],bytes[],bytes32)"
    yield Sample(Act("olga", governor, cancel, scene.proposals["pending"].call))
    yield Sample(Act("mallory", governor, "bumpGovernorVotesTokenAddress()"))


def _other_governance(scene: Scene) -> Iterator[Sample]:
    setter = Contract("Minter", "").encode("setInflationChange", SEVEN)
    update = (["Minter"], [0], [setter], 0)
    nothing = (["LivepeerToken"], [0], [Contract("LivepeerToken", "").encode("totalSupply")], 0)
    struct = "(address[],uint256[],bytes[],uint256)"
    stage = Act("owner", "Governor", f"stage({struct},uint256)", (nothing, 0))
    yield Sample(Act("owner", "Governor", f"stage({struct},uint256)", (update, 0)))
    yield Sample(Act("owner", "Governor", f"cancel({struct})", (nothing,)), before=(stage,))
    yield Sample(Act("mallory", "Governor", f"execute({struct})", (nothing,)), before=(stage,))
    yield Sample(Act("Governor", "Governor", "transferOwnership(address)", ("mallory",)))
    yield Sample(Act("olga", "PollCreator", "createPoll(bytes)", (b"another question",)))
    yield Sample(Act("mallory", "Poll", "vote(uint256)", (1,)))
    yield Sample(Act("mallory", "Poll", "destroy()"), blocks=scene.number("PollCreator", "POLL_PERIOD"))
    yield Sample(Act("owner", "MerkleSnapshot", "setSnapshot(bytes32,bytes32)", (NEVER_USED, NEVER_USED)))
    yield Sample(Act("Controller", "MerkleSnapshot", "setController(address)", ("stranger",)))


def _faucet(scene: Scene) -> Iterator[Sample]:
    faucet = "LivepeerTokenFaucet"
    yield Sample(Act("mallory", faucet, "request()"))
    yield Sample(Act("owner", faucet, "addToWhitelist(address)", ("mallory",)))
    yield Sample(Act("owner", faucet, "removeFromWhitelist(address)", ("mallory",)))
    yield Sample(Act("owner", faucet, "transferOwnership(address)", ("mallory",)))
    yield Sample(Act("owner", faucet, "renounceOwnership()"))


def _new_minter(scene: Scene) -> str:
    if "new minter" not in scene.names:
        minter = deploy(scene.engine, scene.names["mallory"], "Minter", scene.names["Controller"], 1, 1, 1)
        scene.names["new minter"] = minter.address
    return "new minter"


def ticket_of(scene: Scene, recipient: str = "olga") -> tuple[Any, ...]:
    """A ticket of gina's that wins, its signature and the recipient's number."""
    ticket = Ticket(
        recipient=scene.names[recipient],
        sender=scene.names["gina"],
        face_value=ETHER,
        win_prob=MAX_WIN_PROB,
        sender_nonce=1,
        recipient_rand_hash=rand_hash(RAND),
        creation_round=scene.round,
        creation_round_block_hash=scene.block_hash(),
    )
    return ticket_tuple(ticket), sign_ticket(scene.world.actors["gina"].key, ticket), RAND


def _permit(scene: Scene) -> tuple[Any, ...]:
    """Mallory lets gina spend."""
    owner, spender = scene.names["mallory"], scene.names["gina"]
    message = {"owner": owner, "spender": spender, "value": SEVEN, "nonce": 0, "deadline": TIME_LIMIT}
    fields = "owner:address spender:address value:uint256 nonce:uint256 deadline:uint256"
    domain = _domain("Livepeer Token", scene.names["LivepeerToken"])
    signed = sign_typed(scene.world.actors["mallory"].key, domain, "Permit", fields, message)
    return owner, spender, SEVEN, TIME_LIMIT, *_vrs(signed)


def _sign(scene: Scene, signer: str, name: str, fields: str, message: dict[str, Any]) -> Any:
    domain = _domain("LivepeerGovernor", scene.names["LivepeerGovernor"])
    return sign_typed(scene.world.actors[signer].key, domain, name, fields, message)


def _domain(name: str, contract: str) -> dict[str, Any]:
    return {"name": name, "version": "1", "chainId": CHAIN_ID, "verifyingContract": contract}


def sign_typed(key: bytes, domain: dict[str, Any], name: str, fields: str, message: dict[str, Any]) -> Any:
    """Signs as a wallet does; `fields` are written `name:type name:type`."""
    types = {name: [dict(zip(("name", "type"), field.split(":"), strict=True)) for field in fields.split()]}
    signable = encode_typed_data(domain_data=domain, message_types=types, message_data=message)
    return Account.from_key(key).sign_message(signable)


def _vrs(signed: Any) -> tuple[int, bytes, bytes]:
    return signed.v, signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big")
