"""The lens says what a hundred calls would say."""

from __future__ import annotations

import pytest

from scripts._lib.sources import contract_id
from tests.support.deployment import LPT, NOBODY
from tests.support.payments import Payments
from tests.support.reverts import reverts

NEVER = 2**256 - 1
NO, YES, UNKNOWN = 0, 1, 2  # RewardCall
PENDING, BONDED, UNBONDED = 0, 1, 2  # DelegatorStatus


@pytest.fixture(scope="module")
def crowd(market, orchestrators):
    """Three active orchestrators of different stakes, in the round after they came; the first two have URIs."""
    for i, orchestrator in enumerate(orchestrators[:3]):
        market.register(orchestrator, (1000 + 10 * i) * LPT, reward_cut=1000 * i, fee_share=2000 * i)
    for i, orchestrator in enumerate(orchestrators[:2]):
        market.registry.setServiceURI(f"https://o{i}.example:8935", sender=orchestrator)
    market.next_round()
    return market


@pytest.fixture(scope="module")
def lens(project, crowd):
    return crowd.owner.deploy(project.ProtocolLens, crowd.controller)


def test_the_pool_stands_in_order_with_everything_known_of_its_members(crowd, lens, orchestrators):
    crowd.bonding.reward(sender=orchestrators[2])
    members = lens.activeSet()
    assert [m.account for m in members] == crowd.pool() == [o.address for o in orchestrators[2::-1]]
    assert [m.rank for m in members] == [1, 2, 3]
    assert [m.serviceURI for m in members] == ["", "https://o1.example:8935", "https://o0.example:8935"]
    assert [m.rewardCall for m in members] == [YES, NO, NO]
    for member in members:
        account = member.account
        books = crowd.bonding.getTranscoder(account)
        assert member.stake == crowd.bonding.transcoderTotalStake(account)
        assert (member.rewardCut, member.feeShare) == (books.rewardCut, books.feeShare)
        assert member.lastRewardRound == books.lastRewardRound
        assert (member.activationRound, member.deactivationRound) == (crowd.round, NEVER)
        assert member.active == crowd.bonding.isActiveTranscoder(account)
    rewarded, other, _ = members
    assert rewarded.roundStake == 1020 * LPT < rewarded.stake  # the reward counts from the next round on
    assert other.roundStake == other.stake == 1010 * LPT


def test_a_newcomer_is_in_the_list_and_not_active_yet(crowd, lens, orchestrators):
    crowd.register(orchestrators[3], 5000 * LPT)
    first = lens.activeSet()[0]
    assert (first.account, first.active, first.roundStake) == (orchestrators[3], False, 0)
    assert first.activationRound == crowd.round + 1
    assert lens.activeSet(crowd.round + 1)[0].active


def test_rewards_of_past_rounds_are_known_where_the_factors_tell(crowd, lens, orchestrators):
    """One rewards every round, one in the second only, one never; claims leave factors too."""
    regular, late, idle = orchestrators[:3]
    first = crowd.round
    for count in range(3):
        crowd.bonding.reward(sender=regular)
        if count == 1:
            crowd.bonding.reward(sender=late)
        crowd.next_round()

    def calls(round_):
        return {m.account: m.rewardCall for m in lens.activeSet(round_)}

    assert calls(first) == {regular.address: UNKNOWN, late.address: NO, idle.address: NO}  # no factor before it
    assert calls(first + 1) == {regular.address: YES, late.address: YES, idle.address: NO}
    assert calls(first + 2) == {regular.address: YES, late.address: NO, idle.address: NO}
    assert calls(crowd.round) == dict.fromkeys([o.address for o in orchestrators[:3]], NO)
    crowd.bonding.claimEarnings(0, sender=regular)  # writes the factor of a round without reward
    crowd.next_round()
    crowd.bonding.reward(sender=regular)
    assert calls(crowd.round - 1)[regular.address] == UNKNOWN
    assert calls(0) == dict.fromkeys([o.address for o in orchestrators[:3]], NO)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [(0, 2, [1, 2]), (2, 2, [3]), (1, 1, [2]), (3, 5, []), (0, 0, []), (NEVER, NEVER, []), (1, NEVER, [2, 3])],
)
def test_the_pool_comes_in_pages(crowd, lens, start, count, expected):
    whole = lens.activeSet()
    page = lens.activeSetPage(crowd.round, start, count)
    assert [m.rank for m in page] == expected
    assert page == [whole[rank - 1] for rank in expected]


def test_a_claim_that_forfeits_a_reward_is_warned_of(crowd, lens, orchestrators, delegators):
    """Until the delegate has called reward, or the account has claimed; not before the account's stake has started."""
    delegator, delegate = delegators[0], orchestrators[0]

    def earnings():
        return lens.delegatorEarnings(delegator)

    assert earnings() == (UNBONDED, NOBODY, 0, 0, 0, 0, 0, 0, False, False, False)
    crowd.bond(delegator, 100 * LPT, delegate)
    now = earnings()
    assert (now.status, now.delegateActive, now.forfeitsReward) == (PENDING, True, False)
    crowd.next_round()
    assert earnings().forfeitsReward
    crowd.bonding.reward(sender=delegate)
    now = earnings()
    assert (now.status, now.delegateRewarded, now.forfeitsReward) == (BONDED, True, False)
    assert now.pendingStake == crowd.bonding.pendingStake(delegator, 0) > now.bondedAmount == 100 * LPT
    crowd.next_round()
    assert earnings().forfeitsReward
    crowd.bonding.claimEarnings(0, sender=delegator)
    now = earnings()
    assert (now.delegateRewarded, now.forfeitsReward) == (False, False)  # it is too late for a warning
    assert (now.lastClaimRound, now.delegate) == (crowd.round, delegate)


def test_the_warning_is_right_to_the_wei(crowd, lens, chain, orchestrators, delegators):
    """The same delegator with and without a claim before the reward: the warning's loss is the whole reward."""
    delegator, delegate = delegators[0], orchestrators[0]
    crowd.bond(delegator, 100 * LPT, delegate)
    crowd.next_round()
    assert lens.delegatorEarnings(delegator).forfeitsReward
    snapshot = chain.snapshot()
    crowd.bonding.reward(sender=delegate)
    patient = lens.delegatorEarnings(delegator).pendingStake
    chain.restore(snapshot)
    crowd.bonding.claimEarnings(0, sender=delegator)
    crowd.bonding.reward(sender=delegate)
    assert lens.delegatorEarnings(delegator).pendingStake == 100 * LPT < patient


def test_no_warning_where_the_delegate_earns_nothing(crowd, lens, orchestrators, delegators):
    delegator = delegators[0]
    crowd.bond(delegator, 100 * LPT, orchestrators[5])  # who is no orchestrator
    crowd.next_round()
    now = lens.delegatorEarnings(delegator)
    assert (now.status, now.delegateActive, now.forfeitsReward) == (BONDED, False, False)


def test_fees_are_told_of(crowd, lens, gateway, orchestrators, stranger):
    delegate = orchestrators[2]
    crowd.broker.fundDeposit(value=10**18, sender=gateway)
    payments = Payments(crowd, gateway, delegate, stranger)
    payments.redeem(payments.ticket(10**15))
    now = lens.delegatorEarnings(delegate)
    assert (now.pendingFees, now.fees) == (crowd.bonding.pendingFees(delegate, 0), 0)
    assert now.pendingFees > 0


def test_unbonding_locks_that_are_not_used_up(crowd, lens, orchestrators):
    account, bonding = orchestrators[0], crowd.bonding
    assert lens.unbondingLocks(account) == []
    for amount in (1, 2, 3, 4):
        bonding.unbond(amount * LPT, sender=account)
    bonding.rebond(1, sender=account)
    withdraw_round = crowd.round + bonding.unbondingPeriod()
    locks = [(0, LPT, withdraw_round, False), (2, 3 * LPT, withdraw_round, False), (3, 4 * LPT, withdraw_round, False)]
    assert lens.unbondingLocks(account) == locks
    assert lens.unbondingLocksPage(account, 0, 2) == locks[:1]
    assert lens.unbondingLocksPage(account, 1, 1) == []
    assert lens.unbondingLocksPage(account, 2, NEVER) == locks[1:]
    assert lens.unbondingLocksPage(account, NEVER, NEVER) == lens.unbondingLocksPage(account, 4, 1) == []
    crowd.next_round(bonding.unbondingPeriod())
    bonding.withdrawStake(0, sender=account)
    assert [(lock.id, lock.open) for lock in lens.unbondingLocks(account)] == [(2, True), (3, True)]


def test_the_state_of_the_whole(crowd, lens, treasury, orchestrators):
    crowd.bonding.reward(sender=orchestrators[0])
    s, bonding, minter, rounds = lens.systemState(), crowd.bonding, crowd.minter, crowd.rounds
    assert (s.round, s.initialized, s.locked, s.paused) == (crowd.round, True, False, False)
    assert (s.roundStartBlock, s.roundLength) == (rounds.currentRoundStartBlock(), rounds.roundLength())
    assert s.blockNumber + s.blocksLeft == s.roundStartBlock + s.roundLength
    assert (s.lastInitializedRound, s.owner) == (crowd.round, crowd.owner)
    assert (s.poolSize, s.poolMaxSize) == (3, 4)
    assert s.activeStake == bonding.currentRoundTotalActiveStake() == 3030 * LPT
    assert s.nextActiveStake == bonding.nextRoundTotalActiveStake() > s.activeStake
    assert (s.supply, s.inflation) == (minter.getGlobalTotalSupply(), minter.inflation())
    assert (s.mintable, s.minted) == (minter.currentMintableTokens(), minter.currentMintedTokens())
    assert (s.vaultLpt, s.vaultEth) == (crowd.token.balanceOf(minter), minter.balance)
    assert s.treasury == crowd.controller.getContract(contract_id("Treasury"))
    assert s.treasuryLpt == crowd.token.balanceOf(s.treasury)


def test_the_state_follows_pause_lock_and_rounds(crowd, lens):
    crowd.lock_rates()
    crowd.controller.pause(sender=crowd.owner)
    s = lens.systemState()
    assert (s.locked, s.paused, s.initialized) == (True, True, True)
    crowd.skip_to_round(crowd.round + 1)
    s = lens.systemState()
    assert (s.locked, s.initialized, s.blocksLeft) == (False, False, s.roundLength)
    assert s.lastInitializedRound == s.round - 1


def test_parameters_are_those_that_each_contract_tells(crowd, lens):
    p = lens.parameters()
    for contract, names in (
        (crowd.rounds, ("roundLength", "roundLockAmount")),
        (crowd.bonding, ("unbondingPeriod", "treasuryRewardCutRate", "treasuryBalanceCeiling")),
        (crowd.broker, ("unlockPeriod", "ticketValidityPeriod")),
        (crowd.minter, ("inflationChange", "targetBondingRate")),
    ):
        for name in names:
            assert getattr(p, name) == getattr(contract, name)()
    assert p.poolMaxSize == crowd.bonding.getTranscoderPoolMaxSize()
    assert p.nextTreasuryRewardCutRate == crowd.bonding.nextRoundTreasuryRewardCutRate()


def test_a_lens_finds_what_the_controller_has_registered(crowd, lens, project, owner):
    assert lens.controller() == crowd.controller
    empty = owner.deploy(project.ProtocolLens, owner.deploy(project.Controller))
    for call, name in (
        (empty.activeSet, "RoundsManager"),
        (empty.systemState, "RoundsManager"),
        (empty.parameters, "RoundsManager"),
    ):
        with reverts("ContractNotRegistered", contract_id(name)):
            call()
    with reverts("ContractNotRegistered", contract_id("BondingManager")):
        empty.unbondingLocks(owner)


def test_a_hundred_orchestrators_fit_into_one_call(crowd, lens, chain, orchestrators):
    """Nodes answer calls of up to 50 million gas; each member costs the same."""
    crowd.register(orchestrators[3], 5000 * LPT)
    for orchestrator in orchestrators[:4]:
        crowd.registry.setServiceURI("https://orchestrator.example.com:8935/" + "x" * 58, sender=orchestrator)

    def gas(count):
        data = lens.activeSetPage.encode_input(crowd.round, 0, count).to_0x_hex()
        answer = chain.provider.make_request("eth_estimateGas", [{"to": lens.address, "data": data}])
        return int(answer, 16)

    each = max(gas(4) - gas(3), gas(3) - gas(2))
    assert gas(4) + 96 * each < 50_000_000 // 5


def test_nobody_is_active_in_the_round_that_never_comes(lens):
    assert not any(member.active for member in lens.activeSet(NEVER))
