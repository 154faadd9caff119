"""Governance on the protocol as it is deployed: from stake to a payment, a changed parameter, an upgrade, a poll."""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak

from scripts._lib.sources import contract_id
from tests.support.books import delegator, transcoder
from tests.support.deployment import ALL_OF, LPT, Market
from tests.support.events import logged
from tests.support.reverts import reverts
from tests.support.shares import precise

AGAINST, FOR = 0, 1
DEFEATED, SUCCEEDED, QUEUED, EXECUTED = 3, 4, 5, 7
GRANT = 5 * LPT


@pytest.fixture
def governor(market: Market) -> Any:
    return market.deployment.livepeer_governor


@pytest.fixture
def stake(market: Market, orchestrators: list[Any], delegators: list[Any]) -> Any:
    """Two orchestrators, three delegators, and rewards that nobody has claimed; the treasury has its part of them."""
    first, second = orchestrators[:2]
    market.bonding.setTreasuryRewardCutRate(10**26, sender=market.owner)
    market.register(first, 1000 * LPT)
    market.register(second, 600 * LPT)
    for account, amount, to in zip(delegators, (500 * LPT, 300 * LPT, 200 * LPT), (first, first, second), strict=False):
        market.bond(account, amount, to)
    for _ in range(2):
        market.next_round()
        for orchestrator in (first, second):
            market.bonding.reward(sender=orchestrator)
    market.next_round()
    return market


def test_vote51_votes_are_the_stake_that_the_bonding_manager_reckons(market, stake, orchestrators, delegators):
    """At the end of the round before, and for ever after."""
    here, bonding, votes = market.round, market.bonding, market.votes
    expected = {account: bonding.transcoderTotalStake(account) for account in orchestrators[:2]}
    expected |= {account: bonding.pendingStake(account, 0) for account in delegators[:3]}
    assert expected[delegators[0]] > 500 * LPT  # rewards that it has not claimed count
    supply = bonding.currentRoundTotalActiveStake()

    def check():
        for account, amount in expected.items():
            assert votes.getPastVotes(account, here - 1) == amount
        assert votes.getPastTotalSupply(here - 1) == supply

    check()
    bonding.reward(sender=orchestrators[0])
    bonding.unbond(100 * LPT, sender=delegators[0])
    bonding.bond(0, orchestrators[1], sender=delegators[1])
    market.next_round(2)
    check()
    assert votes.delegatedAt(delegators[1], here - 1) == orchestrators[0]
    assert votes.delegatedAt(delegators[1], here) == orchestrators[1]


def test_vote51_every_entry_point_leaves_the_votes_right(market, stake, orchestrators, delegators, gateway):
    """C4 M-03 among them: fees that are withdrawn settle rewards too."""
    bonding, votes = market.bonding, market.votes
    first, second = orchestrators[:2]
    one, two, three = delegators[:3]
    market.pay_fees(gateway, first, 10**18)
    steps = [
        lambda: bonding.reward(sender=first),
        lambda: bonding.withdrawFees(one, 1, sender=one),
        lambda: bonding.claimEarnings(0, sender=two),
        lambda: market.bond(two, 5 * LPT, first),
        lambda: bonding.unbond(50 * LPT, sender=one),
        lambda: bonding.rebond(0, sender=one),
        lambda: bonding.bond(0, second, sender=two),
        lambda: market.next_round(),
        lambda: bonding.reward(sender=second),
        lambda: bonding.transferBond(three, 20 * LPT, *["0x" + "00" * 20] * 4, sender=one),
        lambda: bonding.unbond(bonding.pendingStake(two, 0), sender=two),
        lambda: bonding.rebondFromUnbonded(first, 0, sender=two),
        lambda: market.next_round(),
        lambda: bonding.unbond(bonding.pendingStake(second, 0), sender=second),
        lambda: market.next_round(),
        lambda: bonding.reward(sender=first),
    ]
    for step in steps:
        step()
        for account in (first, second, one, two, three):
            delegate = delegator(bonding, account).delegate
            if not bonding.isRegisteredTranscoder(delegate):
                expected = 0
            elif delegate == account:
                expected = bonding.transcoderTotalStake(account)
            else:
                expected = votes_of(market, account)
            assert votes.getVotes(account) == expected


def votes_of(market: Market, account: Any) -> int:
    """A delegator's stake with what its orchestrator has called; a claim in the same round may have cut that off."""
    books = delegator(market.bonding, account)
    last_reward = transcoder(market.bonding, books.delegate).last_reward_round
    if last_reward < books.last_claim_round:
        return books.bonded
    start, end = (
        market.bonding.getTranscoderEarningsPoolForRound(books.delegate, round_)[3] or 10**27
        for round_ in (books.last_claim_round, last_reward)
    )
    return precise(books.bonded, end, start)


def test_vote53_an_orchestrator_has_at_least_the_votes_of_its_delegators(market, stake, orchestrators, delegators):
    votes = market.votes
    parts = [votes.getVotes(account) for account in delegators[:2]]
    own = market.bonding.pendingStake(orchestrators[0], 0)
    assert sum(parts) + own <= votes.getVotes(orchestrators[0])
    assert votes.getVotes(orchestrators[0]) - sum(parts) - own < 10  # roundings


def test_vote57_a_proposal_pays_out_of_the_treasury(market, governor, stake, orchestrators, delegators, stranger):
    """Bond, votes at a past round, propose, vote with a delegator's override, queue, execute."""
    first, second = orchestrators[:2]
    override, silent, third = delegators[:3]
    treasury, token = market.treasury, market.token
    assert token.balanceOf(treasury) > GRANT  # from rewards
    call = ([token.address], [0], [token.transfer.encode_input(stranger, GRANT)])
    proposer = first
    governor.propose(*call, "a grant", sender=proposer)
    ended = (*call, keccak(text="a grant"))
    proposal = governor.hashProposal(*ended)
    snapshot = governor.proposalSnapshot(proposal)

    market.next_round(snapshot + 1 - market.round)
    weight = {account: market.votes.getPastVotes(account, snapshot) for account in (first, second, override, third)}
    assert weight[first] > weight[override] > 500 * LPT
    governor.castVote(proposal, AGAINST, sender=override)
    governor.castVote(proposal, FOR, sender=first)
    assert tuple(governor.proposalVotes(proposal)) == (weight[override], weight[first] - weight[override], 0)
    # Stake that moves now does not count otherwise.
    market.bonding.unbond(delegator(market.bonding, silent).bonded, sender=silent)
    governor.castVote(proposal, FOR, sender=second)
    governor.castVoteWithReason(proposal, AGAINST, "another use", sender=third)
    in_favour = weight[first] - weight[override] + weight[second] - weight[third]
    assert tuple(governor.proposalVotes(proposal)) == (weight[override] + weight[third], in_favour, 0)

    market.skip_to_round(governor.proposalDeadline(proposal) + 1)
    assert governor.quorum(snapshot) == market.votes.getPastTotalSupply(snapshot) * governor.quorumNumerator() // ALL_OF
    assert governor.state(proposal) == SUCCEEDED
    governor.queue(*ended, sender=stranger)
    assert governor.state(proposal) == QUEUED
    held = token.balanceOf(treasury)
    receipt = governor.execute(*ended, sender=stranger)
    assert logged(receipt, governor.ProposalExecuted) == [(proposal,)]
    assert token.balanceOf(stranger) == GRANT
    assert token.balanceOf(treasury) == held - GRANT
    assert governor.state(proposal) == EXECUTED


def test_vote55_delegators_can_turn_their_orchestrators_vote_down(market, governor, stake, orchestrators, delegators):
    first, _, override, also = *orchestrators[:2], *delegators[:2]
    call = ([market.token.address], [0], [b""])
    governor.propose(*call, "contested", sender=first)
    proposal = governor.hashProposal(*call, keccak(text="contested"))
    market.next_round(governor.proposalSnapshot(proposal) + 1 - market.round)
    governor.castVote(proposal, FOR, sender=first)
    for voter in (override, also, orchestrators[1]):
        governor.castVote(proposal, AGAINST, sender=voter)
    market.skip_to_round(governor.proposalDeadline(proposal) + 1)
    assert governor.state(proposal) == DEFEATED


@pytest.fixture
def owned(market: Market, stake: Market) -> Any:
    """The protocol's Governor, which the Controller is handed to once stake is there."""
    governor = market.deployment.governor
    if market.controller.owner() != governor.address:
        market.controller.transferOwnership(governor, sender=market.owner)
    return governor


def staged(market: Market, governor: Any, *calls: tuple[Any, bytes], delay: int = 5) -> Any:
    """Stages calls; answers with the update."""
    update = ([target.address for target, _ in calls], [0] * len(calls), [data for _, data in calls], 0)
    governor.stage(update, delay, sender=market.owner)
    return update


def test_reg62_a_parameter_and_an_implementation_change_on_notice(project, market, owned, stranger, chain):
    bonding, controller, votes = market.bonding, market.controller, market.votes
    with reverts("CallerNotControllerOwner", market.owner):
        bonding.setUnbondingPeriod(9, sender=market.owner)
    successor = market.owner.deploy(project.BondingVotes, controller)
    target = contract_id("BondingVotesTarget")
    update = staged(
        market,
        owned,
        (bonding, bonding.setUnbondingPeriod.encode_input(9)),
        (controller, controller.setContractInfo.encode_input(target, successor, bytes(20))),
    )
    accounts = [market.pool()[0], market.pool()[1]]
    before = [votes.getVotes(account) for account in accounts]

    chain.mine(5)
    owned.execute(update, sender=stranger)
    assert bonding.unbondingPeriod() == 9
    assert controller.getContract(target) == successor
    assert [votes.getVotes(account) for account in accounts] == before


def test_vote59_the_treasury_owns_nothing_of_the_protocol(market):
    treasury = market.treasury
    assert market.controller.owner() != treasury
    assert market.deployment.governor.owner() != treasury


def test_a_poll_is_opened_by_somebody_with_stake_and_voted_in(project, market, stake, delegators, stranger):
    creator = market.deployment.poll_creator
    receipt = creator.createPoll(b"a hash", sender=delegators[0])
    [(address, proposal, end, _, _)] = logged(receipt, creator.PollCreated)
    assert (proposal, end) == (b"a hash", receipt.block_number + creator.POLL_PERIOD())
    poll = project.Poll.at(address)
    assert logged(poll.vote(1, sender=delegators[0]), poll.Vote) == [(delegators[0], 1)]
    with reverts("PollStakeInsufficient", stranger, 0, 100 * LPT):
        creator.createPoll(b"", sender=stranger)
