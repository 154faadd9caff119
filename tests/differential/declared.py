"""Where we differ from the live protocol on purpose: each difference with its reason, and as narrow as it can be said.

A difference that is not declared here is a fault.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.differential.sides import ACTORS, Side
from tests.differential.steps import Call, Draw, Step
from tests.differential.views import Question, Sight

__all__ = ["ANSWERS", "ENDINGS", "EVENTS", "DeclaredAnswer", "DeclaredEnding", "DeclaredEvent"]

WORD = 32
OVERFLOW = bytes.fromhex("4e487b71") + (0x11).to_bytes(WORD, "big")  # Panic(uint256)
WIDEST_FACTOR = 2**256 // 10**27
OF_FACTORS = [
    "pendingStake",
    "pendingFees",
    "getVotes",
    "getPastVotes",
    "delegates",
    "delegatedAt",
    "getVotesAndDelegateAtRoundStart",
]
TICKETS = ("redeemWinningTicket", "batchRedeemWinningTickets")


class DeclaredAnswer(NamedTuple):
    """Two answers to a question that may differ: `allows(question, ours, reference, sight, our side)`."""

    reason: str
    allows: Callable[[Question, bytes | None, bytes | None, Sight, Side], bool]


class DeclaredEvent(NamedTuple):
    """An event that is not compared, on whichever side it is: `allows(contract, event, function called)`."""

    reason: str
    allows: Callable[[str, str, str], bool]


class DeclaredEnding(NamedTuple):
    """A call that may succeed on our side alone: `allows(step, last sight, reference, what it reverted with)`.

    The sequence ends with it.
    """

    reason: str
    allows: Callable[[Step, Sight, Side, bytes], bool]


def _remembers_when(question: Question, ours: bytes | None, reference: bytes | None, sight: Sight, side: Side) -> bool:
    return question.function == "proposalEta" and ours is not None and reference == bytes(WORD)


def _saturated(question: Question, ours: bytes | None, reference: bytes | None, sight: Sight, side: Side) -> bool:
    return question.function == "claimableReserve" and reference is None and ours == bytes(WORD)


def _capped(question: Question, ours: bytes | None, reference: bytes | None, sight: Sight, side: Side) -> bool:
    if question.function != "claimableReserve" or ours is None or reference is None:
        return False
    _, (funds, _) = sight.of(side, "TicketBroker", "getSenderInfo", question.arguments[0])
    return int.from_bytes(ours, "big") == funds < int.from_bytes(reference, "big")


def _factor_fills_a_word(sight: Sight, side: Side) -> bool:
    """Whether a factor times 1e27 is more than a word: that of a stake of a few wei that earns a whole round or two."""
    for name in ACTORS:
        last_reward_round = sight.of(side, "BondingManager", "getTranscoder", name)[0]
        pool = side.read("BondingManager", "getTranscoderEarningsPoolForRound", name, last_reward_round)
        if pool[3] >= WIDEST_FACTOR:
            return True
    return False


def _overflows_between(step: Step, sight: Sight, reference: Side, refusal: bytes) -> bool:
    if refusal != OVERFLOW or not isinstance(step, Call):
        return False
    return step.function.startswith("reward") or _factor_fills_a_word(sight, reference)


def _answers_beyond_a_word(
    question: Question, ours: bytes | None, reference: bytes | None, sight: Sight, side: Side
) -> bool:
    return question.function in OF_FACTORS and reference is None and _factor_fills_a_word(sight, side)


def _claims_beyond_the_share(step: Step, sight: Sight, reference: Side, refusal: bytes) -> bool:
    if refusal != OVERFLOW:
        return False
    if not isinstance(step, Call) or step.function not in TICKETS:
        return False
    draws = [draw for draw in step.arguments if isinstance(draw, Draw)]
    pairs = [("TicketBroker", "claimableReserve", draw.sender, draw.recipient) for draw in draws]
    return any(
        Question(pair[0], pair[1], pair[2:]) in sight.asked and sight.of(reference, *pair) == "refused"
        for pair in pairs
    )


ANSWERS = (
    DeclaredAnswer("a claimant that has had more than its share can claim nothing: it is no overflow", _saturated),
    DeclaredAnswer("products have 512 bits on the way: what fits into a word is told", _answers_beyond_a_word),
    DeclaredAnswer("the governor of OpenZeppelin 5 does not forget for when a proposal was queued", _remembers_when),
    DeclaredAnswer("nobody can claim more than there is, whatever the size of the pool makes of its share", _capped),
)
EVENTS = (
    DeclaredEvent(
        "the token of OpenZeppelin 5 does not repeat what is left of an allowance with each transfer that uses it",
        lambda contract, event, function: (contract, event) == ("LivepeerToken", "Approval") and function != "approve",
    ),
    DeclaredEvent(
        "the governor of OpenZeppelin 5 puts itself into the ids of its operations at the timelock",
        lambda contract, event, function: contract == "Treasury" and event.startswith("Call"),
    ),
    DeclaredEvent(
        "the governor of OpenZeppelin 5 says that a proposal is executed after its calls, not before them",
        lambda contract, event, function: (contract, event) == ("LivepeerGovernor", "ProposalExecuted"),
    ),
    DeclaredEvent(
        "additive: a batch says of each ticket that was not paid why",
        lambda contract, event, function: (contract, event) == ("TicketBroker", "WinningTicketSkipped"),
    ),
)
ENDINGS = (
    DeclaredEnding("as above: such a ticket is paid from the deposit alone", _claims_beyond_the_share),
    DeclaredEnding(
        "products have 512 bits on the way: a reward fails only when its result does not fit", _overflows_between
    ),
)
