"""When to redeem, and what a refusal means (facts: offchain 1.8, 1.9)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from offchain.errors import TransactionRevertedError
from offchain.orchestrator.redemption_policy import Fate, RedemptionPolicy, by_risk, fate_of
from offchain.orchestrator.schema import TicketState
from offchain.orchestrator.winners import StoredWinner
from tests.support.orchestrator_values import CLOCK, ETHER, GATEWAY, GATEWAY_KEY, GWEI, OTHER, OTHER_KEY, ROUND, winner

LENGTH = 100
START = 1_000
NOW = replace(CLOCK, l1_block=START, round_start_block=START, round_length=LENGTH, gas_price=GWEI)
POLICY = RedemptionPolicy(redeem_gas=100_000, margin=Fraction(1), batch=3, validity_rounds=2)
COST = 100_000 * GWEI


def stored(number=1, *, attempts=0, expiration_block=START, **fields):
    kept = winner(number, expiration_block=expiration_block, **fields)
    return StoredWinner(kept, TicketState.QUEUED, attempts, 0, "", None, None)


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (TransactionRevertedError("TicketUsed", (b"",)), Fate.USED),
        (TransactionRevertedError("Error", ("ticket is used",)), Fate.USED),
        (TransactionRevertedError("TicketExpired", (9, 9)), Fate.EXPIRED),
        (TransactionRevertedError("TicketNotWinning", (b"",)), Fate.INVALID),
        (TransactionRevertedError("TicketSignerMismatch", ()), Fate.INVALID),
        (TransactionRevertedError("Error", ("invalid signature over ticket hash",)), Fate.INVALID),
        (TransactionRevertedError("SystemPaused"), Fate.STOP),
        (TransactionRevertedError("CurrentRoundNotInitialized", (5,)), Fate.STOP),
        (TransactionRevertedError("FundsInsufficient", ()), Fate.LATER),
        (TransactionRevertedError("SenderUnlocked", ()), Fate.LATER),
        (TransactionRevertedError("TicketCreationRoundUnknown", (5,)), Fate.LATER),
        (TransactionRevertedError("Panic", ("0x11",)), Fate.LATER),
        (TransactionRevertedError("Error", ("sender is unlocked",)), Fate.LATER),
        (TransactionRevertedError("unknown"), Fate.LATER),
    ],
)
def test_only_used_expired_and_invalid_are_final(error, fate):
    assert fate_of(error) is fate


def test_a_ticket_can_be_paid_until_the_end_of_the_round_after_its_own():
    assert POLICY.deadline(stored(), NOW) == START + 2 * LENGTH
    next_round = replace(NOW, round=ROUND + 1, round_start_block=START + LENGTH)
    assert POLICY.deadline(stored(), next_round) == START + 2 * LENGTH
    assert POLICY.first_valid_round(NOW) == ROUND - 1


@pytest.mark.parametrize(
    ("blocks_later", "face_value", "redeemed"),
    [
        (0, 2 * COST, True),
        (0, 2 * COST - 1, False),
        (100, 2 * COST - 1, True),
        (100, COST * 3 // 2, True),
        (100, COST * 3 // 2 - 1, False),
        (199, COST * 201 // 200, True),
        (199, COST, False),
    ],
)
def test_the_wanted_profit_shrinks_as_time_runs_out(blocks_later, face_value, redeemed):
    later = replace(NOW, l1_block=START + blocks_later)
    assert (POLICY.objection(stored(face_value=face_value), ETHER, later) is None) == redeemed


def test_gas_is_never_paid_for_less_than_it_costs():
    last = replace(NOW, l1_block=START + 2 * LENGTH)
    assert "gas costs" in POLICY.objection(stored(face_value=COST - 1), ETHER, last)
    assert POLICY.objection(stored(face_value=COST), ETHER, last) is None


def test_a_part_is_only_taken_when_little_time_is_left():
    ticket = stored(face_value=10 * COST)
    assert "sender covers" in POLICY.objection(ticket, 5 * COST, replace(NOW, l1_block=START + 149))
    assert POLICY.objection(ticket, 5 * COST, replace(NOW, l1_block=START + 150)) is None
    assert POLICY.objection(ticket, 0, replace(NOW, l1_block=START + 199)) is not None


def test_each_failure_doubles_the_wait_but_leaves_tries_before_the_deadline():
    waits = [POLICY.retry_block(stored(attempts=n), NOW) - START for n in range(9)]
    assert waits == [1, 2, 4, 8, 16, 32, 50, 50, 50]
    late = replace(NOW, l1_block=START + 2 * LENGTH - 8)
    assert POLICY.retry_block(stored(attempts=8), late) == late.l1_block + 2


def test_fresh_tickets_share_transactions_and_failed_ones_go_alone():
    fresh, failed = [stored(n) for n in range(4)], [stored(10, attempts=1), stored(11, attempts=3)]
    assert POLICY.batches([failed[0], *fresh, failed[1]]) == [fresh[:3], fresh[3:], [failed[0]], [failed[1]]]


def test_the_least_solvent_sender_then_the_oldest_then_the_largest_comes_first():
    poor, old = stored(1, key=OTHER_KEY), stored(2, key=GATEWAY_KEY, creation_round=ROUND - 1)
    small, large = stored(3, face_value=5), stored(4, face_value=6)
    assert by_risk([small, old, large, poor], {GATEWAY: ETHER, OTHER: 1}) == [poor, old, large, small]
