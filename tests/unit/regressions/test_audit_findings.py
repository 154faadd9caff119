"""Findings of audits of the live protocol, by the numbers of facts: security 1b; see README.md for those elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from eth_utils.crypto import keccak

from tests.support.deployment import LPT, NOBODY
from tests.support.payments import Payments

ETHER = 10**18
N2, N4 = (NOBODY,) * 2, (NOBODY,) * 4


def votes_and_stakes(market: Any, people: list[Any]) -> tuple[list[int], list[int]]:
    """What everybody's vote is from the next round on, and what it has to be."""
    bonding = market.bonding
    due = []
    for account in people:
        delegate = bonding.getDelegator(account)[2]
        if delegate == account:
            due.append(bonding.transcoderTotalStake(account))
        else:
            due.append(bonding.pendingStake(account, 0) if bonding.isRegisteredTranscoder(delegate) else 0)
    return [market.votes.getVotes(account) for account in people], due


# Everything that changes stake or delegate; each after a reward and fees that nobody has claimed yet.
CHANGES: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "bond": lambda b, o, d, s: b.bond(5 * LPT, o[0], sender=d[0]),
    "move": lambda b, o, d, s: b.bond(0, o[1], sender=d[0]),
    "move to nobody": lambda b, o, d, s: b.bond(0, NOBODY, sender=d[0]),
    "bond for another": lambda b, o, d, s: b.bondForWithHint(LPT, d[0], o[0], *N4, sender=d[1]),
    "unbond": lambda b, o, d, s: b.unbond(LPT, sender=d[0]),
    "unbond all": lambda b, o, d, s: b.unbond(b.pendingStake(d[0], 0), sender=d[0]),
    "resign": lambda b, o, d, s: b.unbond(b.pendingStake(o[0], 0), sender=o[0]),
    "rebond": lambda b, o, d, s: (b.unbond(LPT, sender=d[0]), b.rebondWithHint(0, *N2, sender=d[0])),
    "rebond from unbonded": lambda b, o, d, s: (
        b.unbond(b.pendingStake(d[0], 0), sender=d[0]),
        b.rebondFromUnbonded(o[1], 0, sender=d[0]),
    ),
    "transfer": lambda b, o, d, s: b.transferBond(d[1], LPT, *N4, sender=d[0]),
    "transfer to nobody's": lambda b, o, d, s: b.transferBond(s, LPT, *N4, sender=d[0]),
    "claim": lambda b, o, d, s: b.claimEarnings(0, sender=d[0]),
    "withdraw fees": lambda b, o, d, s: b.withdrawFees(s, b.pendingFees(d[0], 0), sender=d[0]),
    "reward": lambda b, o, d, s: b.reward(sender=o[1]),
    "become one": lambda b, o, d, s: b.bond(0, d[0], sender=d[0]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a05_votes_follow_stake_whatever_changes_it(market, bonding, pair, three, gateway, stranger, change):
    """Code4rena 2023 M-03: withdrawing fees settled earnings and left the vote as it was."""
    people = [*pair, *three, stranger]
    bonding.reward(sender=pair[0])
    market.pay_fees(gateway, pair[0], ETHER)
    CHANGES[change](bonding, pair, three, stranger)

    now, due = votes_and_stakes(market, people)
    assert now == due
    market.next_round()
    assert [market.votes.getPastVotes(account, market.round - 1) for account in people] == due
    CHANGES["claim"](bonding, pair, three, stranger)
    assert [market.votes.getPastVotes(account, market.round - 1) for account in people] == due


def test_a12_a_small_stake_is_slashed_too_unless_its_part_is_less_than_a_wei(market, bonding, pair, accounts, owner):
    """Trail of Bits 2018: penalties that round to nothing. Reachable only with a verifier, which nobody is."""
    market.token.grantRole(keccak(text="BURNER_ROLE"), market.minter, sender=owner)
    market.controller.setContractInfo(keccak(text="Verifier"), accounts[16], bytes(20), sender=owner)
    bonding.reward(sender=pair[0])
    bonding.unbond(bonding.pendingStake(pair[0], 0) - 3, sender=pair[0])
    bonding.slashTranscoder(pair[0], NOBODY, 333_333, 0, sender=accounts[16])
    assert bonding.getDelegator(pair[0])[0] == 3
    bonding.slashTranscoder(pair[0], NOBODY, 333_334, 0, sender=accounts[16])
    assert bonding.getDelegator(pair[0])[0] == 2


@pytest.fixture
def reserve(market, pair, gateway):
    """Eight ether for two active recipients, no deposit."""
    market.broker.fundReserve(value=8 * ETHER, sender=gateway)
    return gateway


@pytest.mark.parametrize("accomplice", ["outsider", "outbid", "active"])
def test_a13_a_sender_that_pays_its_accomplice_first_leaves_the_honest_recipient_its_share(
    market, bonding, pair, orchestrators, reserve, stranger, accomplice
):
    """Trail of Bits 2019: a redemption is seen coming, and the reserve is drawn to oneself before it."""
    honest = Payments(market, reserve, pair[0], stranger)
    due = honest.ticket(4 * ETHER)
    friend = {"outsider": stranger, "outbid": orchestrators[4], "active": pair[1]}[accomplice]
    if accomplice == "outbid":
        market.register(friend, LPT)
        for account in orchestrators[2:4]:
            market.register(account, 9_000 * LPT)
        richer = orchestrators[5]
        market.register(richer, 9_000 * LPT)
        assert friend not in market.pool()
    share = market.broker.claimableReserve(reserve, pair[0])

    own = Payments(market, reserve, friend, stranger)
    own.redeem(own.ticket(4 * ETHER, sender_nonce=7))

    assert market.broker.claimableReserve(reserve, pair[0]) == share
    honest.redeem(due)
    assert honest.fees() == share == {"outsider": 4, "outbid": 2, "active": 4}[accomplice] * ETHER
