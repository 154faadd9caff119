"""Stake taken from an orchestrator by a verifier. None is registered, so each test registers one."""

from eth_utils.crypto import keccak

from tests.support.books import delegator
from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged, names
from tests.support.reverts import reverts

HALF, ALL = 500_000, 1_000_000


def slash(bonding, verifier, account, finder=NOBODY, amount=HALF, fee=0):
    return bonding.slashTranscoder(account, finder, amount, fee, sender=verifier)


def test_the_penalty_is_burnt(market, bonding, orchestrator, bonded, verifier):
    supply, held = market.token.totalSupply(), market.token.balanceOf(market.minter)
    receipt = slash(bonding, verifier, orchestrator)

    assert delegator(bonding, orchestrator).bonded == 500 * LPT
    assert delegator(bonding, bonded).bonded == 500 * LPT
    assert bonding.transcoderTotalStake(orchestrator) == 1000 * LPT
    assert (market.token.totalSupply(), market.token.balanceOf(market.minter)) == (
        supply - 500 * LPT,
        held - 500 * LPT,
    )
    assert logged(receipt, bonding.TranscoderSlashed) == [(orchestrator, NOBODY, 500 * LPT, 0)]
    assert names(receipt, bonding) == ["EarningsClaimed", "TranscoderDeactivated", "TranscoderSlashed"]


def test_the_finder_gets_its_fee(market, bonding, orchestrator, verifier, stranger):
    supply = market.token.totalSupply()
    receipt = slash(bonding, verifier, orchestrator, stranger, amount=HALF, fee=50_000)
    assert market.token.balanceOf(stranger) == 25 * LPT
    assert market.token.totalSupply() == supply - 475 * LPT
    assert logged(receipt, bonding.TranscoderSlashed) == [(orchestrator, stranger, 500 * LPT, 25 * LPT)]


def test_a_slashed_orchestrator_leaves_the_pool_and_is_active_to_the_end_of_the_round(
    market, bonding, full_pool, verifier
):
    here, victim = market.round, full_pool[1]
    receipt = slash(bonding, verifier, victim)
    assert logged(receipt, bonding.TranscoderDeactivated) == [(victim, here + 1)]
    assert market.pool() == [full_pool[i] for i in (0, 2, 3)]
    assert bonding.nextRoundTotalActiveStake() == 700 * LPT
    assert bonding.isActiveTranscoder(victim)
    market.next_round()
    assert not bonding.isActiveTranscoder(victim)


def test_it_claims_first(market, bonding, orchestrator, bonded, verifier):
    bonding.reward(sender=orchestrator)
    market.next_round()
    stake = bonding.pendingStake(orchestrator, 0)
    slash(bonding, verifier, orchestrator)
    assert delegator(bonding, orchestrator).bonded == stake - stake * HALF // ALL
    assert delegator(bonding, orchestrator).last_claim_round == market.round


def test_everything_can_be_taken(market, bonding, orchestrator, verifier):
    slash(bonding, verifier, orchestrator, amount=ALL)
    assert delegator(bonding, orchestrator)[:4] == (0, 0, orchestrator, 1000 * LPT)
    assert not bonding.isRegisteredTranscoder(orchestrator)


def test_stake_that_is_pending_is_not_taken_from_the_delegate(market, bonding, orchestrators, verifier):
    """So it is on the live network: what was delegated is only reduced for stake that is bonded."""
    market.register(orchestrators[1], 100 * LPT)
    slash(bonding, verifier, orchestrators[1])
    assert delegator(bonding, orchestrators[1]).bonded == 50 * LPT
    assert bonding.transcoderTotalStake(orchestrators[1]) == 100 * LPT


def test_a_delegators_penalty_is_its_delegates_loss(market, bonding, orchestrator, bonded, verifier):
    slash(bonding, verifier, bonded)
    assert delegator(bonding, bonded).bonded == 250 * LPT
    assert bonding.transcoderTotalStake(orchestrator) == 1250 * LPT
    assert market.pool() == [orchestrator]


def test_an_orchestrator_whose_delegator_was_slashed_goes_on_as_any(
    market, bonding, orchestrators, full_pool, verifier
):
    """Its stake of the round stays what it was; the next change of stake finds it in its place of the ranking."""
    low = full_pool[3]
    market.bond(orchestrators[4], 50 * LPT, low)
    market.next_round()
    slash(bonding, verifier, orchestrators[4])
    assert market.pool() == full_pool
    market.bond(orchestrators[5], 200 * LPT, low)
    assert market.pool() == [full_pool[0], low, *full_pool[1:3]]
    assert bonding.getTranscoderEarningsPoolForRound(low, market.round)[0] == 150 * LPT
    assert bonding.getTranscoderEarningsPoolForRound(low, market.round + 1)[0] == 325 * LPT


def test_without_stake_nothing_but_the_event_happens(market, bonding, orchestrator, delegators, verifier, stranger):
    supply = market.token.totalSupply()
    receipt = slash(bonding, verifier, delegators[5], stranger, amount=ALL + 1, fee=ALL + 1)
    assert logged(receipt, bonding.TranscoderSlashed) == [(delegators[5], stranger, 0, 0)]
    assert market.token.totalSupply() == supply


def test_the_recorded_stake_of_the_next_round_stays(market, bonding, orchestrator, bonded, verifier):
    """Slashing changes no round's recorded stake, whether or not it was recorded before."""
    here = market.round
    bonding.reward(sender=orchestrator)
    recorded = bonding.getTranscoderEarningsPoolForRound(orchestrator, here + 1)[0]
    assert recorded == bonding.transcoderTotalStake(orchestrator)
    slash(bonding, verifier, orchestrator)
    assert bonding.getTranscoderEarningsPoolForRound(orchestrator, here + 1)[0] == recorded
    assert bonding.getTranscoderEarningsPoolForRound(orchestrator, here)[0] == 1500 * LPT


def test_shares_are_at_most_everything(bonding, orchestrator, verifier, stranger):
    with reverts("InvalidPercentage", ALL + 1, ALL):
        slash(bonding, verifier, orchestrator, amount=ALL + 1)
    with reverts("InvalidPercentage", ALL + 2, ALL):
        slash(bonding, verifier, orchestrator, stranger, amount=HALF, fee=ALL + 2)
    slash(bonding, verifier, orchestrator, amount=HALF, fee=ALL + 2)  # nobody to pay it to


def test_only_the_verifier_slashes(bonding, orchestrator, owner):
    with reverts("CallerNotContract", owner, keccak(text="Verifier")):
        slash(bonding, owner, orchestrator)


def test_the_null_address_is_no_verifier(market, bonding, orchestrator, chain):
    assert market.controller.getContract(keccak(text="Verifier")) == NOBODY


def test_a_round_need_not_be_initialised(market, bonding, orchestrator, verifier):
    market.skip_to_round(market.round + 1)
    slash(bonding, verifier, orchestrator)
    assert delegator(bonding, orchestrator).last_claim_round == market.round


def test_pause_is_looked_at_before_the_caller(market, bonding, orchestrator, stranger):
    market.controller.pause(sender=market.owner)
    with reverts("SystemPaused"):
        slash(bonding, stranger, orchestrator)
