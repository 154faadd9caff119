"""What the views of stake, payments and rounds answer, by the model."""

from __future__ import annotations

from typing import Any, ClassVar

from eth_utils.crypto import keccak

from offchain.chain.protocol import ticket_tuple
from tests.matrices.table import PROXIED
from tests.property.models.books import NOBODY
from tests.support.machines.answering import ANYTHING, REFUSED, Answering, Answers
from tests.support.machines.payment_actions import PaymentActions
from tests.support.machines.voting import Voting

__all__ = ["MarketAnswers"]

MILLION = 10**6
REGISTERED = {"TicketBroker": "JobsManager"}  # by another name than its own
VOTED_AGO = 3  # rounds
HASHES = 256  # blocks


def _somebody(m: Any, turn: int) -> str:
    people = list(m.world.addresses.values())
    return people[turn * 7 % len(people)]


def _delegator(m: Any, turn: int) -> Any:
    who = _somebody(m, turn)
    d, o = m.model.books.delegators[who], m.model.books.orchestrators[who]
    figures = (d.bonded, d.collected, d.delegate, o.delegated, d.start_round, d.last_claim_round, d.next_lock_id)
    return (who,), figures


def _transcoder(m: Any, turn: int) -> Any:
    who = _somebody(m, turn)
    o = m.model.books.orchestrators[who]
    rounds = (o.stake_update_round, o.activation_round, o.deactivation_round)
    earned = (int(o.pot_before_reward), int(o.pot), int(o.fee_pot), o.last_fee_round)
    return (who,), (o.last_reward_round, o.reward_cut, o.fee_share, *rounds, *earned)


def _lock(m: Any, turn: int) -> tuple[str, int, Any]:
    """One in use, if there is any in this turn; else one that never was."""
    who = _somebody(m, turn)
    d = m.model.books.delegators[who]
    known = sorted(d.locks)
    id_ = known[turn % len(known)] if known and turn % 4 else d.next_lock_id
    return who, id_, d.locks.get(id_)


def _unbonding_lock(m: Any, turn: int) -> Any:
    who, id_, lock = _lock(m, turn)
    return (who, id_), (lock.amount, lock.withdraw_round) if lock else (0, 0)


def _valid_lock(m: Any, turn: int) -> Any:
    who, id_, lock = _lock(m, turn)
    return (who, id_), lock is not None


def _next_member(m: Any, turn: int) -> Any:
    members = m.model.active_set.members
    who = members[turn % len(members)] if members and turn % 4 else _somebody(m, turn)
    after = members[members.index(who) + 1 :] if who in members else []
    return (who,), after[0] if after else NOBODY


def _open_round(m: Any, turn: int) -> Any:
    clock = m.model.clock
    return (), clock.round if clock.initialized else REFUSED


def _window(m: Any, turn: int) -> Any:
    clock = m.model.clock
    end = clock.start_block + clock.length
    locked = clock.length * clock.lock_share // MILLION
    return (), (clock.round, end, end - locked) if clock.initialized else (clock.round, 0, 0)


def _commitment(m: Any, turn: int) -> Any:
    """Of rounds that tickets can be of."""
    hashes = m.model.clock.hashes
    known = sorted(hashes)
    round_ = known[-1 - turn % len(known)] + turn % 2 if known else m.model.clock.round
    if round_ == m.model.clock.round:
        return None  # see History
    return (round_,), hashes.get(round_, bytes(32))


def _block_hash(m: Any, turn: int) -> Any:
    """Of a block that is not past, or is too long ago, or only just not."""
    now = m.model.clock.block
    asked = (now, now + 1, now - HASHES - 1, now - HASHES, now - 1)[turn % 5]
    return ((asked,), ANYTHING if now - HASHES <= asked < now else REFUSED) if asked >= 0 else None


def _ticket(m: Any, turn: int) -> Any:
    return m.tickets[turn * 5 % len(m.tickets)].ticket if m.tickets else None


def _used(m: Any, turn: int) -> Any:
    if not (ticket := _ticket(m, turn)):
        return None
    digest = ticket.hash()
    return (digest,), digest in m.model.broker.used


def _ticket_hash(m: Any, turn: int) -> Any:
    ticket = _ticket(m, turn)
    return ((ticket_tuple(ticket),), ticket.hash()) if ticket else None


def _sender(m: Any, turn: int) -> tuple[str, Any, int]:
    """One of those that pay, mostly."""
    who = m.world.senders[turn % len(m.world.senders)] if turn % 4 else _somebody(m, turn)
    account = m.model.broker.account(who)
    return who, account, account.claimed(m.model.clock.round)


def _sender_info(m: Any, turn: int) -> Any:
    who, account, claimed = _sender(m, turn)
    return (who,), ((account.deposit, account.withdraw_round), (account.reserve, claimed))


def _reserve_info(m: Any, turn: int) -> Any:
    who, account, claimed = _sender(m, turn)
    return (who,), (account.reserve, claimed)


def _pair(m: Any, turn: int) -> tuple[str, str]:
    members = m.model.active_set.members
    claimant = members[turn % len(members)] if members and turn % 3 else _somebody(m, turn)
    return m.world.senders[turn % len(m.world.senders)], claimant


def _claimed(m: Any, turn: int) -> Any:
    sender, claimant = _pair(m, turn)
    return (sender, claimant), m.model.broker.account(sender).claims[m.model.clock.round, claimant]


def _claimable(m: Any, turn: int) -> Any:
    sender, claimant = _pair(m, turn)
    return (sender, claimant), m.model.broker.claimable(sender, claimant)


def _contracts(m: Any, turn: int) -> Any:
    names = ("Minter", "BondingManager", "TicketBroker", "RoundsManager", "BondingVotes", "LivepeerToken", "Treasury")
    first, second = names[turn % len(names)], names[turn * 3 % len(names)]
    ids = [keccak(text=REGISTERED.get(name, name)) for name in (first, second)]
    addresses = [m.world.contracts[name].address for name in (first, second)]
    return tuple(ids), (*addresses, m.model.clock.paused)


def _ballot(m: Any, turn: int, part: int) -> Any:
    """Weight (0) or delegate (1) of somebody at the end of a past round."""
    who, current, starts = _somebody(m, turn), m.model.clock.round, m.votes.starts
    known = [r for r in range(max(1, current - VOTED_AGO), current + 1) if r in starts]
    if not known:
        return None
    start = known[turn % len(known)]
    return (who, start - 1), starts[start][who][part]


def _at_start(m: Any, turn: int) -> Any:
    """Of the next round, or the one after it, of which nothing is known."""
    who, current = _somebody(m, turn), m.model.clock.round
    if turn % 2:
        return (who, current + 2), REFUSED
    return (who, current + 1), tuple(m.votes.starts[current + 1][who])


def _total_at(m: Any, turn: int, shift: int) -> Any:
    round_ = max(1, m.model.clock.round + 2 - turn % 4)
    if round_ > m.model.clock.round + 1 - shift:
        return (round_ - shift,), REFUSED
    return (round_ - shift,), m.votes.total_at(round_, m.model.active_set.stake)


def _anchor(m: Any, part: int) -> Any:
    clock = m.model.clock
    now = (clock.anchor_round, clock.anchor_block)
    return (), m.first_anchor[part] if now == (0, 0) else now[part]


def _plain(value: Any) -> Any:
    """A view without arguments, whose answer is a machine's figure."""
    return lambda m, turn: ((), value(m))


def _of_somebody(value: Any) -> Any:
    def ask(m: Any, turn: int) -> Any:
        who = _somebody(m, turn)
        return (who,), value(m, who)

    return ask


def _target(name: str) -> Any:
    """By which a proxy finds what is behind it."""
    return _plain(lambda m: keccak(text=f"{name}Target"))


def _controllers() -> Answers:
    where = _plain(lambda m: m.world.controller.address)
    managers = ("BondingManager", "BondingVotes", "TicketBroker", "RoundsManager", "ServiceRegistry", "Minter")
    return {(name, "controller()"): where for name in (*managers, "ProtocolLens", "LivepeerGovernor")}


BONDING = {
    "currentRoundTotalActiveStake()": _plain(lambda m: m.model.earnings.active_stake),
    "delegatorStatus(address)": _of_somebody(lambda m, who: m.model.staking.status(who)),
    "getDelegator(address)": _delegator,
    "getDelegatorUnbondingLock(address,uint256)": _unbonding_lock,
    "getFirstTranscoderInPool()": _plain(lambda m: next(iter(m.model.active_set.members), NOBODY)),
    "getNextTranscoderInPool(address)": _next_member,
    "getTotalBonded()": _plain(lambda m: m.model.earnings.active_stake),
    "getTranscoder(address)": _transcoder,
    "getTranscoderPoolMaxSize()": _plain(lambda m: m.model.active_set.max_size),
    "getTranscoderPoolSize()": _plain(lambda m: len(m.model.active_set.members)),
    "isActiveTranscoder(address)": _of_somebody(lambda m, who: m.model.active_set.active(who)),
    "isRegisteredTranscoder(address)": _of_somebody(lambda m, who: m.model.books.registered(who)),
    "isValidUnbondingLock(address,uint256)": _valid_lock,
    "nextRoundTotalActiveStake()": _plain(lambda m: m.model.active_set.stake),
    "nextRoundTreasuryRewardCutRate()": _plain(lambda m: m.model.staking.next_treasury_cut),
    "openRound()": _open_round,
    "transcoderStatus(address)": _of_somebody(lambda m, who: int(m.model.books.registered(who))),
    "transcoderToRewardCaller(address)": _of_somebody(lambda m, w: m.model.staking.reward_callers.get(w, NOBODY)),
    "transcoderTotalStake(address)": _of_somebody(lambda m, who: m.model.books.orchestrators[who].delegated),
    "treasuryBalanceCeiling()": _plain(lambda m: m.model.staking.treasury_ceiling),
    "treasuryRewardCutRate()": _plain(lambda m: m.model.earnings.treasury_cut),
    "unbondingPeriod()": _plain(lambda m: m.model.staking.unbonding_period),
}
VOTES = {
    "CLOCK_MODE()": _plain(lambda m: "mode=livepeer_round"),
    "clock()": _plain(lambda m: m.model.clock.round),
    "decimals()": _plain(lambda m: 18),
    "delegatedAt(address,uint256)": lambda m, turn: _ballot(m, turn, 1),
    "delegates(address)": _of_somebody(lambda m, who: m.votes.starts[m.model.clock.round + 1][who][1]),
    "getPastTotalSupply(uint256)": lambda m, turn: _total_at(m, turn, 1),
    "getPastVotes(address,uint256)": lambda m, turn: _ballot(m, turn, 0),
    "getTotalActiveStakeAt(uint256)": lambda m, turn: _total_at(m, turn, 0),
    "getVotes(address)": _of_somebody(lambda m, who: m.votes.starts[m.model.clock.round + 1][who][0]),
    "getVotesAndDelegateAtRoundStart(address,uint256)": _at_start,
    "hasCheckpoint(address)": _of_somebody(lambda m, who: who in m.model.books.checkpointed),
    "name()": _plain(lambda m: "Livepeer Voting Power"),
    "symbol()": _plain(lambda m: "vLPT"),
    "totalSupply()": _plain(lambda m: m.model.active_set.stake if m.model.active_stakes else 0),
}
BROKER = {
    "claimableReserve(address,address)": _claimable,
    "claimedReserve(address,address)": _claimed,
    "getReserveInfo(address)": _reserve_info,
    "getSenderInfo(address)": _sender_info,
    "getTicketHash((address,address,uint256,uint256,uint256,bytes32,bytes))": _ticket_hash,
    "isUnlockInProgress(address)": lambda m, t: ((_sender(m, t)[0],), _sender(m, t)[1].withdraw_round != 0),
    "ticketValidityPeriod()": _plain(lambda m: m.model.broker.validity_period),
    "unlockPeriod()": _plain(lambda m: m.model.broker.unlock_period),
    "usedTickets(bytes32)": _used,
}
ROUNDS = {
    "blockHash(uint256)": _block_hash,
    "blockHashForRound(uint256)": _commitment,
    "blockNum()": _plain(lambda m: m.model.clock.block),
    "currentRound()": _plain(lambda m: m.model.clock.round),
    "currentRoundInitialized()": _plain(lambda m: m.model.clock.initialized),
    "currentRoundLocked()": _plain(lambda m: m.model.clock.rates_locked),
    "currentRoundStartBlock()": _plain(lambda m: m.model.clock.start_block),
    "currentRoundState()": _plain(lambda m: (c := m.model.clock) and (c.round, c.initialized, c.rates_locked)),
    "lastInitializedRound()": _plain(lambda m: m.model.clock.last_initialized),
    "lastRoundLengthUpdateRound()": lambda m, turn: _anchor(m, 0),
    "lastRoundLengthUpdateStartBlock()": lambda m, turn: _anchor(m, 1),
    "openRoundWindow()": _window,
    "roundLength()": _plain(lambda m: m.model.clock.length),
    "roundLockAmount()": _plain(lambda m: m.model.clock.lock_share),
}
MINTER = {
    "currentMintableTokens()": _plain(lambda m: m.model.mint.mintable),
    "currentMintedTokens()": _plain(lambda m: m.model.mint.minted),
    "getController()": _plain(lambda m: m.world.controller.address),
    "getGlobalTotalSupply()": _plain(lambda m: m.model.mint.supply + m.model.mint.elsewhere),
    "inflation()": _plain(lambda m: m.model.mint.inflation),
    "inflationChange()": _plain(lambda m: m.model.mint.inflation_change),
    "targetBondingRate()": _plain(lambda m: m.model.mint.target_bonding_rate),
}
CONTROLLER = {
    "getContractsAndPause(bytes32,bytes32)": _contracts,
    "owner()": _plain(lambda m: m.model.owner or m.world.owner),
    "paused()": _plain(lambda m: m.model.clock.paused),
}
TOKEN = {
    "balanceOf(address)": _of_somebody(lambda m, who: m.model.books.wallets[who]),
    "decimals()": _plain(lambda m: 18),
    "name()": _plain(lambda m: "Livepeer Token"),
    "symbol()": _plain(lambda m: "LPT"),
    "totalSupply()": _plain(lambda m: m.model.mint.supply),
}


class MarketAnswers(Answering, PaymentActions, Voting):
    """
    Attributes:
        first_anchor: round and block that rounds are counted from before their length has been changed.
    """

    answers: ClassVar[Answers] = {
        **{("BondingManager", function): ask for function, ask in BONDING.items()},
        **{("BondingVotes", function): ask for function, ask in VOTES.items()},
        **{("TicketBroker", function): ask for function, ask in BROKER.items()},
        **{("RoundsManager", function): ask for function, ask in ROUNDS.items()},
        **{("Minter", function): ask for function, ask in MINTER.items()},
        **{("Controller", function): ask for function, ask in CONTROLLER.items()},
        **{("LivepeerToken", function): ask for function, ask in TOKEN.items()},
        **_controllers(),
        **{(name, "targetContractId()"): _target(name) for name in PROXIED},
    }

    def __init__(self) -> None:
        super().__init__()
        rounds = self.world.rounds
        names = ("lastRoundLengthUpdateRound", "lastRoundLengthUpdateStartBlock")
        answers = [self.world.engine.view(rounds.address, rounds.encode(name)) for name in names]
        self.first_anchor = tuple(int.from_bytes(answer, "big") for answer in answers)
