"""What ProtocolLens answers, by the model."""

from __future__ import annotations

from typing import Any, ClassVar

from tests.property.models.books import NEVER, NOBODY
from tests.property.models.staking import BONDED
from tests.support.machines.answering import Answering, Answers

__all__ = ["LensAnswers"]

NO, YES = range(2)


def _system(m: Any, turn: int) -> Any:
    model, world = m.model, m.world
    clock, mint, books = model.clock, model.mint, model.books
    length = clock.length
    rounds = (clock.block, clock.round, clock.start_block, length, clock.start_block + length - clock.block)
    state = (clock.initialized, clock.rates_locked, clock.last_initialized, clock.paused, model.owner or world.owner)
    pool = (len(model.active_set.members), model.active_set.max_size, model.earnings.active_stake)
    money = (mint.supply + mint.elsewhere, mint.inflation, mint.mintable, mint.minted, books.vault_lpt, books.vault_eth)
    treasury = (world.treasury, books.wallets[world.treasury])
    return (), (*rounds, *state, *pool, model.active_set.stake, *money, *treasury)


def _parameters(m: Any, turn: int) -> Any:
    model = m.model
    staking, clock, mint = model.staking, model.clock, model.mint
    treasury = (model.earnings.treasury_cut, staking.next_treasury_cut, staking.treasury_ceiling)
    periods = (model.broker.unlock_period, model.broker.validity_period)
    rounds = (clock.length, clock.lock_share, staking.unbonding_period, model.active_set.max_size)
    return (), (*rounds, *treasury, *periods, mint.inflation_change, mint.target_bonding_rate)


def _member(m: Any, rank: int, account: str) -> tuple[Any, ...]:
    o, current = m.model.books.orchestrators[account], m.model.clock.round
    recorded = o.recorded_stakes.get(min(o.stake_update_round, current), 0)
    rewarded = YES if o.last_reward_round == current > 0 else NO
    terms = (o.delegated, recorded, o.reward_cut, o.fee_share, o.last_reward_round, rewarded, o.active(current))
    uri = getattr(m, "uris", {}).get(("ServiceRegistry", account), "")
    return (rank, account, *terms, o.activation_round, o.deactivation_round, uri)


def _active_set(m: Any, turn: int) -> Any:
    return (), tuple([_member(m, n + 1, a) for n, a in enumerate(m.model.active_set.members)])


def _page(m: Any, turn: int) -> Any:
    start, count = turn % 3, (1, 2, NEVER)[turn % 5 % 3]
    return (m.model.clock.round, start, count), _active_set(m, turn)[1][start : start + count]


def _locks_of(m: Any, account: str) -> tuple[tuple[int, int, int, bool], ...]:
    locks, current = m.model.books.delegators[account].locks, m.model.clock.round
    known = sorted(locks.items())
    return tuple([(id_, lock.amount, lock.withdraw_round, lock.withdraw_round <= current) for id_, lock in known])


def _people(m: Any) -> list[str]:
    return list(m.world.addresses.values())


def _one_of(m: Any, turn: int, fitting: Any) -> str:
    """Somebody of whom there is something to tell, mostly."""
    delegators = m.model.books.delegators
    people = [who for who in _people(m) if fitting(delegators[who])] if turn % 4 else []
    return (people or _people(m))[turn % len(people or _people(m))]


def _locks(m: Any, turn: int) -> Any:
    who = _one_of(m, turn, lambda d: d.locks)
    return (who,), _locks_of(m, who)


def _page_of_locks(m: Any, turn: int) -> Any:
    who, start, count = _one_of(m, turn, lambda d: d.locks), turn % 3, (1, 2, NEVER)[turn % 5 % 3]
    return (who, start, count), tuple([lock for lock in _locks_of(m, who) if start <= lock[0] < start + count])


def _earnings(m: Any, turn: int) -> Any:
    who = _one_of(m, turn, lambda d: d.bonded)
    d, current, seen = m.model.books.delegators[who], m.model.clock.round, m.seen.accounts[who]
    o, status = m.model.books.orchestrators[d.delegate], m.model.staking.status(who)
    bonded = d.delegate != NOBODY
    active, rewarded = bonded and o.active(current), bonded and o.last_reward_round == current
    forfeits = status == BONDED and d.last_claim_round < current and active and not rewarded
    stored = (status, d.delegate, d.bonded, d.collected, d.start_round, d.last_claim_round)
    return (who,), (*stored, seen.pending_stake, seen.pending_fees, active, rewarded, forfeits)


LENS: Answers = {
    ("ProtocolLens", "activeSet()"): _active_set,
    ("ProtocolLens", "activeSet(uint256)"): lambda m, turn: ((m.model.clock.round,), _active_set(m, turn)[1]),
    ("ProtocolLens", "activeSetPage(uint256,uint256,uint256)"): _page,
    ("ProtocolLens", "controller()"): lambda m, turn: ((), m.world.controller.address),
    ("ProtocolLens", "delegatorEarnings(address)"): _earnings,
    ("ProtocolLens", "parameters()"): _parameters,
    ("ProtocolLens", "systemState()"): _system,
    ("ProtocolLens", "unbondingLocks(address)"): _locks,
    ("ProtocolLens", "unbondingLocksPage(address,uint256,uint256)"): _page_of_locks,
}


class LensAnswers(Answering):
    answers: ClassVar[Answers] = LENS
