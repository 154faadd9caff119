"""A proposal's life: made, voted on, queued, executed, or not."""

import pytest
from eth_utils.crypto import keccak

from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged
from tests.support.reverts import reverts
from tests.unit.governance.conftest import (
    ACTIVE,
    CANCELED,
    DEFEATED,
    DELAY,
    EXECUTED,
    FOR,
    PENDING,
    PERIOD,
    QUEUED,
    SUCCEEDED,
    THRESHOLD,
)

CANCELLER = keccak(text="CANCELLER_ROLE")


@pytest.fixture
def voter(market, record, orchestrators):
    """An orchestrator with just the votes that it takes to propose."""
    record.transcoder(orchestrators[0], THRESHOLD, THRESHOLD)
    market.skip_to_round(market.round + 1)
    return orchestrators[0]


@pytest.fixture
def proposal(propose, voter, token_payment):
    return propose(voter, token_payment)


@pytest.fixture
def succeeded(market, proposal, voter):
    """All votes are for it, and voting is over."""
    market.skip_to_round(market.round + DELAY + 1)
    proposal.vote(voter, FOR)
    market.skip_to_round(market.round + PERIOD)
    return proposal


@pytest.fixture
def funded(market, timelock, owner):
    """The treasury has what it is to pay."""
    market.token.transfer(timelock, 7 * LPT, sender=owner)


def states(proposal):
    """Encoded as the governor names the states that it would have accepted."""
    return lambda *allowed: sum(1 << state for state in allowed).to_bytes(32, "big")


def test_a_proposal_is_told_in_full(market, governor, proposal, voter, token_payment):
    snapshot = market.round + DELAY
    target, value, data = token_payment
    [event] = proposal.receipt.decode_logs([governor.ProposalCreated.abi])
    assert dict(event.event_arguments) == {
        "proposalId": proposal.id,
        "proposer": voter,
        "targets": [target],
        "values": [value],
        "signatures": [""],
        "calldatas": [data],
        "voteStart": snapshot,
        "voteEnd": snapshot + PERIOD,
        "description": "a payment",
    }
    assert governor.proposalSnapshot(proposal.id) == snapshot
    assert governor.proposalDeadline(proposal.id) == snapshot + PERIOD
    assert governor.proposalProposer(proposal.id) == voter
    assert governor.proposalEta(proposal.id) == 0
    assert governor.proposalNeedsQueuing(proposal.id)
    assert governor.getProposalId(*proposal.call) == proposal.id


def test_vote58_the_threshold_is_held_against_stake_of_the_last_round(market, record, voter, propose, stranger):
    """One wei less does not propose, nor does stake that came in this round."""
    record.transcoder(stranger, THRESHOLD, THRESHOLD)
    call = (market.token, 0, b"")
    with reverts("GovernorInsufficientProposerVotes", stranger, 0, THRESHOLD):
        propose(stranger, call)
    market.skip_to_round(market.round + 1)
    record.transcoder(stranger, THRESHOLD - 1, THRESHOLD - 1)
    propose(stranger, call)
    market.skip_to_round(market.round + 1)
    with reverts("GovernorInsufficientProposerVotes", stranger, THRESHOLD - 1, THRESHOLD):
        propose(stranger, call, description="another one")


def test_a_proposal_has_calls(governor, voter):
    for lengths in ((0, 0, 0), (1, 0, 1), (1, 1, 0), (1, 2, 1)):
        targets, values, calldatas = [NOBODY] * lengths[0], [0] * lengths[1], [b""] * lengths[2]
        with reverts("GovernorInvalidProposalLength", lengths[0], lengths[2], lengths[1]):
            governor.propose(targets, values, calldatas, "", sender=voter)


def test_a_proposal_is_made_once(propose, proposal, voter, token_payment):
    with reverts("GovernorUnexpectedProposalState", proposal.id, PENDING, bytes(32)):
        propose(voter, token_payment)
    propose(voter, token_payment, description="the same for another reason")


def test_a_description_can_name_its_proposer(propose, voter, token_payment, stranger):
    with reverts("GovernorRestrictedProposer", voter):
        propose(voter, token_payment, description=f"mine #proposer={stranger.address}")
    propose(voter, token_payment, description=f"mine #proposer={voter.address}")


def test_what_was_never_proposed_has_no_state(governor):
    with reverts("GovernorNonexistentProposal", 1):
        governor.state(1)


def test_voting_is_open_after_the_snapshot_up_to_the_deadline(market, proposal, voter):
    allowed = states(proposal)(ACTIVE)
    for _ in range(DELAY + 1):
        assert proposal.state == PENDING
        with reverts("GovernorUnexpectedProposalState", proposal.id, PENDING, allowed):
            proposal.vote(voter, FOR)
        market.skip_to_round(market.round + 1)
    assert proposal.state == ACTIVE
    market.skip_to_round(market.round + PERIOD - 1)
    assert proposal.state == ACTIVE
    proposal.vote(voter, FOR)
    market.skip_to_round(market.round + 1)
    assert proposal.state == SUCCEEDED
    with reverts("GovernorUnexpectedProposalState", proposal.id, SUCCEEDED, allowed):
        proposal.vote(voter, FOR)


def test_vote57_a_payment_is_queued_and_executed(market, governor, timelock, succeeded, funded, stranger, chain):
    receipt = governor.queue(*succeeded.call, sender=stranger)
    eta = chain.blocks[receipt.block_number].timestamp
    assert logged(receipt, governor.ProposalQueued) == [(succeeded.id, eta)]
    assert succeeded.state == QUEUED
    assert governor.proposalEta(succeeded.id) == eta
    [(operation, index, target, value, data, predecessor, delay)] = logged(receipt, timelock.CallScheduled)
    assert (index, target, value, data) == (0, market.token, 0, succeeded.calldatas[0])
    assert (predecessor, delay) == (bytes(32), 0)
    # The governor's address in the upper bytes keeps others from taking the id.
    salt = int(governor.address, 16) << 96 ^ int.from_bytes(keccak(text=succeeded.description), "big")
    batch = (*succeeded.call[:3], predecessor, salt.to_bytes(32, "big"))
    assert operation == timelock.hashOperationBatch(*batch)

    held = market.token.balanceOf(stranger)
    receipt = governor.execute(*succeeded.call, sender=stranger)
    assert logged(receipt, governor.ProposalExecuted) == [(succeeded.id,)]
    assert logged(receipt, timelock.CallExecuted) == [(operation, 0, market.token, 0, data)]
    assert market.token.balanceOf(stranger) == held + 7 * LPT
    assert succeeded.state == EXECUTED


def test_vote57_nothing_is_executed_before_it_is_queued_or_twice(governor, succeeded, funded, stranger):
    allowed = states(succeeded)
    with reverts("GovernorUnexpectedProposalState", succeeded.id, SUCCEEDED, allowed(QUEUED)):
        governor.execute(*succeeded.call, sender=stranger)
    governor.queue(*succeeded.call, sender=stranger)
    with reverts("GovernorUnexpectedProposalState", succeeded.id, QUEUED, allowed(SUCCEEDED)):
        governor.queue(*succeeded.call, sender=stranger)
    governor.execute(*succeeded.call, sender=stranger)
    with reverts("GovernorUnexpectedProposalState", succeeded.id, EXECUTED, allowed(QUEUED)):
        governor.execute(*succeeded.call, sender=stranger)


def test_vote57_a_payment_is_all_or_nothing(market, governor, timelock, propose, voter, stranger, owner):
    token = (market.token, 0, market.token.transfer.encode_input(stranger, LPT))
    proposal = propose(voter, (stranger, 10**15, b""), token)
    market.skip_to_round(market.round + DELAY + 1)
    proposal.vote(voter, FOR)
    market.skip_to_round(market.round + PERIOD)
    governor.queue(*proposal.call, sender=stranger)
    owner.transfer(timelock, 10**15)
    with reverts("ERC20InsufficientBalance", timelock, 0, LPT):
        governor.execute.call(*proposal.call, sender=owner)
    market.token.transfer(timelock, LPT, sender=owner)
    held = stranger.balance
    governor.execute(*proposal.call, sender=owner)
    assert (stranger.balance - held, timelock.balance) == (10**15, 0)


def test_a_defeated_proposal_goes_no_further(market, governor, proposal, record, stranger):
    market.skip_to_round(market.round + DELAY + 1)
    record.total(10)  # of which nobody votes
    market.skip_to_round(market.round + PERIOD)
    assert proposal.state == DEFEATED
    with reverts("GovernorUnexpectedProposalState", proposal.id, DEFEATED, states(proposal)(SUCCEEDED)):
        governor.queue(*proposal.call, sender=stranger)


def test_a_proposer_takes_back_what_is_not_voted_on_yet(market, governor, proposal, voter, stranger):
    with reverts("GovernorUnableToCancel", proposal.id, stranger):
        governor.cancel(*proposal.call, sender=stranger)
    receipt = governor.cancel(*proposal.call, sender=voter)
    assert logged(receipt, governor.ProposalCanceled) == [(proposal.id,)]
    assert proposal.state == CANCELED


def test_a_proposer_does_not_take_back_what_is_voted_on(market, governor, proposal, voter):
    market.skip_to_round(market.round + DELAY + 1)
    with reverts("GovernorUnableToCancel", proposal.id, voter):
        governor.cancel(*proposal.call, sender=voter)


def test_a_proposal_cancelled_at_the_treasury_is_canceled(market, governor, timelock, propose, voter, stranger):
    """A proposal may let somebody else cancel; what that one cancels is canceled."""
    grant = timelock.grantRole.encode_input(CANCELLER, stranger)
    first = propose(voter, (timelock, 0, grant), description="a guardian")
    market.skip_to_round(market.round + DELAY + 1)
    first.vote(voter, FOR)
    market.skip_to_round(market.round + PERIOD)
    governor.queue(*first.call, sender=stranger)
    governor.execute(*first.call, sender=stranger)

    second = propose(voter, (market.token, 0, b""), description="vetoed")
    market.skip_to_round(market.round + DELAY + 1)
    second.vote(voter, FOR)
    market.skip_to_round(market.round + PERIOD)
    receipt = governor.queue(*second.call, sender=stranger)
    [(operation, *_)] = logged(receipt, timelock.CallScheduled)
    receipt = timelock.cancel(operation, sender=stranger)
    assert logged(receipt, timelock.Cancelled) == [(operation,)]
    assert second.state == CANCELED


SETTERS = [
    ("setVotingDelay(uint256)", 3, "votingDelay", "VotingDelaySet", DELAY),
    ("setVotingDelay(uint48)", 4, "votingDelay", "VotingDelaySet", DELAY),
    ("setVotingPeriod(uint256)", 5, "votingPeriod", "VotingPeriodSet", PERIOD),
    ("setVotingPeriod(uint32)", 6, "votingPeriod", "VotingPeriodSet", PERIOD),
    ("setProposalThreshold(uint256)", 7, "proposalThreshold", "ProposalThresholdSet", THRESHOLD),
    ("updateQuorumNumerator(uint256)", 8, "quorumNumerator", "QuorumNumeratorUpdated", 333_300),
]


def calldata(signature: str, value: int) -> bytes:
    return keccak(text=signature)[:4] + value.to_bytes(32, "big")


def send(account, target, data):
    ecosystem = account.provider.network.ecosystem
    return account.call(ecosystem.create_transaction(receiver=target.address, data=data, value=0))


def test_reg60_settings_change_by_proposal_only(governor, stranger, owner):
    for signature, value, *_ in SETTERS:
        with reverts("GovernorOnlyExecutor", owner):
            send(owner, governor, calldata(signature, value))
    with reverts("GovernorOnlyExecutor", stranger):
        governor.relay(stranger, 0, b"", sender=stranger)
    with reverts("GovernorOnlyExecutor", stranger):
        governor.updateTimelock(stranger, sender=stranger)


def test_a_proposal_changes_every_setting(market, governor, propose, voter, stranger, timelock):
    calls = [(governor, 0, calldata(signature, value)) for signature, value, *_ in SETTERS]
    relayed = governor.relay.encode_input(market.votes, 0, calldata("delegates(address)", 1))
    calls.append((governor, 0, relayed))
    proposal = propose(voter, *calls)
    market.skip_to_round(market.round + DELAY + 1)
    proposal.vote(voter, FOR)
    market.skip_to_round(market.round + PERIOD)
    governor.queue(*proposal.call, sender=stranger)
    receipt = governor.execute(*proposal.call, sender=stranger)
    assert logged(receipt, governor.VotingDelaySet) == [(DELAY, 3), (3, 4)]
    assert logged(receipt, governor.VotingPeriodSet) == [(PERIOD, 5), (5, 6)]
    assert logged(receipt, governor.ProposalThresholdSet) == [(THRESHOLD, 7)]
    assert logged(receipt, governor.QuorumNumeratorUpdated) == [(333_300, 8)]
    assert (governor.votingDelay(), governor.votingPeriod(), governor.proposalThreshold()) == (4, 6, 7)
    assert governor.quorumNumerator() == 8
    assert governor.quorumNumerator(market.round - 1) == 333_300  # proposals of then keep theirs


def test_vote59_a_proposal_has_no_power_over_the_protocol(market, governor, propose, voter, stranger, timelock):
    """The Controller has another owner."""
    pause = (market.controller, 0, market.controller.pause.encode_input())
    proposal = propose(voter, pause)
    market.skip_to_round(market.round + DELAY + 1)
    proposal.vote(voter, FOR)
    market.skip_to_round(market.round + PERIOD)
    governor.queue(*proposal.call, sender=stranger)
    with reverts("CallerNotOwner", timelock):
        governor.execute.call(*proposal.call, sender=stranger)


def test_a_proposal_moves_on_to_another_treasury(project, market, governor, propose, voter, stranger, timelock, owner):
    successor = owner.deploy(project.Treasury)
    proposal = propose(voter, (governor, 0, governor.updateTimelock.encode_input(successor)))
    market.skip_to_round(market.round + DELAY + 1)
    proposal.vote(voter, FOR)
    market.skip_to_round(market.round + PERIOD)
    governor.queue(*proposal.call, sender=stranger)
    receipt = governor.execute(*proposal.call, sender=stranger)
    assert logged(receipt, governor.TimelockChange) == [(timelock, successor)]
    assert governor.timelock() == successor
