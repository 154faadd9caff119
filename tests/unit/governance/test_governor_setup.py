"""The governor before its first proposal: set up once, by the right account, with the published answers."""

import pytest
from eth_utils.crypto import keccak

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT
from tests.support.events import logged
from tests.support.reverts import reverts
from tests.unit.governance.conftest import DELAY, PERIOD, QUORUM, QUOTA, THRESHOLD

SETTINGS = (DELAY, PERIOD, THRESHOLD, QUORUM, QUOTA)


@pytest.fixture
def fresh(project, market, owner):
    """A proxy with the governor behind it that nobody has set up."""
    implementation = owner.deploy(project.LivepeerGovernor, market.controller)
    target = contract_id("LivepeerGovernorTarget")
    market.controller.setContractInfo(target, implementation, bytes(20), sender=owner)
    return project.LivepeerGovernor.at(owner.deploy(project.ManagerProxy, market.controller, target).address)


def test_the_governor_answers_with_what_it_was_given(governor):
    assert governor.votingDelay() == DELAY
    assert governor.votingPeriod() == PERIOD
    assert governor.proposalThreshold() == THRESHOLD
    assert governor.quorumNumerator() == QUORUM
    assert governor.quorumDenominator() == 10**6
    assert governor.quota() == QUOTA


def test_the_governor_knows_its_neighbours(market, governor, timelock):
    assert governor.controller() == market.controller
    assert governor.targetContractId() == contract_id("LivepeerGovernorTarget")
    assert governor.timelock() == timelock
    assert governor.token() == governor.votes() == market.votes


def test_the_governor_has_the_published_texts(market, governor):
    assert governor.name() == "LivepeerGovernor"
    assert governor.version() == "1"
    assert governor.COUNTING_MODE() == "support=bravo&quorum=for,abstain,against"
    assert governor.CLOCK_MODE() == "mode=livepeer_round"
    assert governor.clock() == market.round


def test_ballots_are_signed_for_the_proxy(governor, chain):
    fields, name, version, chain_id, contract, salt, extensions = governor.eip712Domain()
    assert (bytes(fields), name, version) == (b"\x0f", "LivepeerGovernor", "1")
    assert (chain_id, contract) == (chain.chain_id, governor)
    assert (bytes(salt), list(extensions)) == (bytes(32), [])


def test_the_governor_says_which_interfaces_it_has(governor):
    for interface in ("0x01ffc9a7", "0x4e2312e0"):  # ERC-165, ERC-1155's receiver
        assert governor.supportsInterface(interface)
    assert not governor.supportsInterface("0xffffffff")


def test_setting_up_is_told(fresh, owner, timelock, market):
    market.controller.setContractInfo(contract_id("Treasury"), timelock, bytes(20), sender=owner)
    receipt = fresh.initialize(*SETTINGS, sender=owner)
    assert logged(receipt, fresh.VotingDelaySet) == [(0, DELAY)]
    assert logged(receipt, fresh.VotingPeriodSet) == [(0, PERIOD)]
    assert logged(receipt, fresh.ProposalThresholdSet) == [(0, THRESHOLD)]
    assert logged(receipt, fresh.QuorumNumeratorUpdated) == [(0, QUORUM)]
    assert logged(receipt, fresh.TimelockChange) == [("0x" + "00" * 20, timelock)]
    assert logged(receipt, fresh.Initialized) == [(1,)]


def test_reg61_only_the_controllers_owner_sets_up(fresh, stranger, owner):
    with reverts("CallerNotControllerOwner", stranger):
        fresh.initialize(*SETTINGS, sender=stranger)
    fresh.initialize(*SETTINGS, sender=owner)


def test_reg61_the_governor_is_set_up_once(governor, owner):
    with reverts("InvalidInitialization"):
        governor.initialize(*SETTINGS, sender=owner)


def test_reg61_the_implementation_cannot_be_set_up(project, market, owner):
    implementation = owner.deploy(project.LivepeerGovernor, market.controller)
    with reverts("InvalidInitialization"):
        implementation.initialize(*SETTINGS, sender=owner)


@pytest.mark.parametrize(
    ("place", "value", "error", "arguments"),
    [
        (0, 2**48, "SafeCastOverflowedUintDowncast", (48, 2**48)),
        (1, 0, "GovernorInvalidVotingPeriod", (0,)),
        (1, 2**32, "SafeCastOverflowedUintDowncast", (32, 2**32)),
        (3, 10**6 + 1, "GovernorInvalidQuorumFraction", (10**6 + 1, 10**6)),
        (4, 10**6 + 1, "InvalidPercentage", (10**6 + 1, 10**6)),
    ],
)
def test_settings_that_make_no_sense_are_refused(fresh, owner, place, value, error, arguments):
    settings = list(SETTINGS)
    settings[place] = value
    with reverts(error, *arguments):
        fresh.initialize(*settings, sender=owner)


def test_settings_may_be_extreme(fresh, owner):
    fresh.initialize(0, 1, 0, 10**6, 10**6, sender=owner)
    assert (fresh.votingDelay(), fresh.votingPeriod(), fresh.quota()) == (0, 1, 10**6)


def test_anybody_may_have_the_votes_counted_where_they_are_now(project, market, governor, owner, stranger):
    successor = owner.deploy(project.BondingVotes, market.controller)
    market.controller.setContractInfo(contract_id("BondingVotes"), successor, bytes(20), sender=owner)
    assert governor.votes() == successor
    assert governor.token() == market.votes
    governor.bumpGovernorVotesTokenAddress(sender=stranger)
    assert governor.token() == successor


def test_the_governor_takes_no_money(governor, stranger):
    """The treasury does."""
    with reverts("GovernorDisabledDeposit"):
        stranger.transfer(governor, 1)
    with reverts("GovernorDisabledDeposit"):
        governor.onERC721Received(stranger, stranger, 1, b"", sender=stranger)
    with reverts("GovernorDisabledDeposit"):
        governor.onERC1155Received(stranger, stranger, 1, 1, b"", sender=stranger)
    with reverts("GovernorDisabledDeposit"):
        governor.onERC1155BatchReceived(stranger, stranger, [1], [1], b"", sender=stranger)


def test_getters_of_the_ballots(governor):
    """OpenZeppelin 5's ballots; those of the published functions have no getter."""
    assert governor.BALLOT_TYPEHASH() == keccak(
        text="Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)"
    )
    assert governor.EXTENDED_BALLOT_TYPEHASH() == keccak(
        text="ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)"
    )


def test_votes_are_those_of_the_history(market, governor, record, stranger):
    here = market.round
    record.transcoder(stranger, 5 * LPT, 30 * LPT)
    market.skip_to_round(here + 2)
    assert governor.getVotes(stranger, here) == 30 * LPT
    assert governor.getVotes(stranger, here - 1) == 0
    assert governor.getVotesWithParams(stranger, here, b"x") == 30 * LPT
