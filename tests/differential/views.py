"""Everything that can be seen of a deployment, by one call: see contracts/test/HarnessManyCalls.sol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from eth_abi.abi import decode

from tests.differential.motions import Motion
from tests.differential.sides import ACTORS, GATEWAYS, NOBODY, ORCHESTRATORS, Side

__all__ = ["NEAR_LOCKS", "SENDERS", "Question", "Sight", "ask", "questions"]

LOCKS, NEAR_LOCKS = 8, 4  # unbonding locks looked at, from the first on
PAST = 4  # rounds looked at
SENDERS = (*GATEWAYS, "mallory", "olga")
EVERYBODY = (*ACTORS, NOBODY)
PURSES = ("Minter", "Treasury", "BondingManager", "TicketBroker", *ACTORS)

SYSTEM = {
    "Controller": ("paused", "owner"),
    "RoundsManager": [
        "currentRound",
        "currentRoundInitialized",
        "currentRoundLocked",
        "currentRoundStartBlock",
        "roundLength",
        "roundLockAmount",
        "lastInitializedRound",
        "lastRoundLengthUpdateRound",
        "lastRoundLengthUpdateStartBlock",
        "blockNum",
    ],
    "Minter": [
        "inflation",
        "inflationChange",
        "targetBondingRate",
        "currentMintableTokens",
        "currentMintedTokens",
        "getGlobalTotalSupply",
    ],
    "LivepeerToken": ("totalSupply",),
    "BondingManager": [
        "unbondingPeriod",
        "currentRoundTotalActiveStake",
        "nextRoundTotalActiveStake",
        "treasuryRewardCutRate",
        "getTotalBonded",
        "nextRoundTreasuryRewardCutRate",
        "treasuryBalanceCeiling",
        "getTranscoderPoolMaxSize",
        "getTranscoderPoolSize",
        "getFirstTranscoderInPool",
    ],
    "TicketBroker": ("unlockPeriod", "ticketValidityPeriod"),
    "BondingVotes": ["clock", "CLOCK_MODE", "totalSupply", "name", "symbol", "decimals"],
}
SYSTEM["LivepeerGovernor"] = [
    "votingDelay",
    "votingPeriod",
    "proposalThreshold",
    "quorumDenominator",
    "quota",
    "clock",
    "CLOCK_MODE",
    "COUNTING_MODE",
    "name",
    "votes",
    "token",
    "timelock",
    "version",
]
OF_A_MOTION = ["state", "proposalVotes", "proposalSnapshot", "proposalDeadline", "proposalProposer", "proposalEta"]
PERSONAL = {
    "BondingManager": [
        "getDelegator",
        "getTranscoder",
        "delegatorStatus",
        "transcoderStatus",
        "isActiveTranscoder",
        "isRegisteredTranscoder",
        "transcoderTotalStake",
        "getNextTranscoderInPool",
        "transcoderToRewardCaller",
    ],
    "BondingVotes": ["getVotes", "delegates", "hasCheckpoint"],
    "ServiceRegistry": ("getServiceURI",),
}


class Question(NamedTuple):
    contract: str
    function: str
    arguments: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return f"{self.contract}.{self.function}{self.arguments}"


class Sight(NamedTuple):
    """The answers of both sides in comparable form; None for a refusal."""

    asked: Sequence[Question]
    answers: dict[str, list[bytes | None]]

    def of(self, side: Side, contract: str, function: str, *arguments: Any) -> Any:
        """One answer decoded: whole numbers as they are, people by their names."""
        question = Question(contract, function, arguments)
        return told(side, question, self.answers[side.name][self.asked.index(question)])


@lru_cache(maxsize=64)
def questions(current: int, motions: tuple[Motion, ...] = (), *, near: bool = False) -> list[Question]:
    """What is asked in a round: everything, or what is near: the present, and nothing that seldom changes."""
    rounds = range(current, current + 2) if near else range(max(current - PAST, 0), current + 2)
    return [*_questions(current, rounds, NEAR_LOCKS if near else LOCKS), *_on_motions(current, motions)]


def ask(sides: Sequence[Side], many_calls: str, asked: Sequence[Question]) -> Sight:
    """Asks both sides everything; `many_calls` is the address of the harness."""
    blobs = [b"".join(side.packed(question) for question in asked) for side in sides]
    answers = sides[0].chain.views(many_calls, blobs)
    return Sight(asked, {s.name: list(_unpacked(s.comparable(a))) for s, a in zip(sides, answers, strict=True)})


def told(side: Side, question: Question, answer: bytes | None) -> Any:
    """An answer as a person reads it."""
    if answer is None:
        return "refused"
    if question.function == "balance":
        return int.from_bytes(answer, "big")
    outputs = side.artifact(question.contract).functions[question.function].outputs
    kinds = tuple("bytes32" if kind == "address" else kind for kind in outputs)
    values = tuple(_named(value) for value in decode(kinds, answer))
    return values[0] if len(values) == 1 else values


def _questions(current: int, rounds: range, locks: int) -> Iterator[Question]:
    for contract, functions in SYSTEM.items():
        yield from (Question(contract, function) for function in functions)
    for person in EVERYBODY:
        yield from _personal(person, current, rounds, locks)
    for sender in SENDERS:
        yield Question("TicketBroker", "getSenderInfo", (sender,))
        yield Question("TicketBroker", "isUnlockInProgress", (sender,))
        for claimant in ORCHESTRATORS:
            yield Question("TicketBroker", "claimableReserve", (sender, claimant))
            yield Question("TicketBroker", "claimedReserve", (sender, claimant))
    for number in rounds:
        yield Question("RoundsManager", "blockHashForRound", (number,))
        yield Question("BondingVotes", "getTotalActiveStakeAt", (number,))
        yield Question("BondingVotes", "getPastTotalSupply", (number,))
    yield Question("BondingVotes", "getTotalActiveStakeAt", (current + 2,))  # refused
    for lip in range(3):
        yield Question("RoundsManager", "lipUpgradeRound", (lip,))
    for purse in PURSES:
        yield Question("LivepeerToken", "balanceOf", (purse,))
        yield Question(purse, "balance")


def _on_motions(current: int, motions: tuple[Motion, ...]) -> Iterator[Question]:
    for motion in motions:
        yield from (Question("LivepeerGovernor", function, (motion,)) for function in OF_A_MOTION)
        yield from (Question("LivepeerGovernor", "hasVoted", (motion, person)) for person in ("olga", "dora", "otto"))
    for number in (max(current - 2, 0), max(current - 1, 0), current):  # the last one is refused
        yield Question("LivepeerGovernor", "quorum", (number,))
    for person in ("olga", "dora"):
        yield Question("LivepeerGovernor", "getVotes", (person, max(current - 1, 0)))


def _personal(person: str, current: int, rounds: range, locks: int) -> Iterator[Question]:
    for contract, functions in PERSONAL.items():
        yield from (Question(contract, function, (person,)) for function in functions)
    for function in ("pendingStake", "pendingFees"):
        yield Question("BondingManager", function, (person, 0))
    for lock in range(locks):
        yield Question("BondingManager", "getDelegatorUnbondingLock", (person, lock))
    yield Question("BondingManager", "isValidUnbondingLock", (person, 0))
    for number in rounds:
        yield Question("BondingManager", "getTranscoderEarningsPoolForRound", (person, number))
        yield Question("BondingVotes", "getVotesAndDelegateAtRoundStart", (person, number))
    for function in ("getPastVotes", "delegatedAt"):  # of the last round, and of this, which is refused
        yield Question("BondingVotes", function, (person, max(current - 1, 0)))
    yield Question("BondingVotes", "getPastVotes", (person, current))


def _unpacked(answers: bytes) -> Iterator[bytes | None]:
    at = 0
    while at < len(answers):
        end = at + 3 + int.from_bytes(answers[at + 1 : at + 3], "big")
        yield answers[at + 3 : end] if answers[at] else None
        at = end


def _named(value: Any) -> Any:
    if isinstance(value, bytes):
        text = value.lstrip(b"\0").rstrip(b".")
        return text.decode() if text.isascii() and text.decode().isidentifier() else (value.hex() if text else NOBODY)
    return tuple(map(_named, value)) if isinstance(value, tuple) else value
