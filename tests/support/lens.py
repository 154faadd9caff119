"""The whole state of the protocol after a transaction, by one call to HarnessProtocolLens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any, NamedTuple

from eth_utils.address import to_checksum_address

from tests.support.artifacts import artifact
from tests.support.calldata import Contract
from tests.support.engine import Engine

__all__ = ["WORD", "AccountView", "ClaimView", "Lens", "LockView", "Names", "Observation", "SystemView", "Words"]

WORD = 32


class SystemView(NamedTuple):
    """Rounds, totals and what lies in the vault; wei, and numbers of rounds and blocks. Truths are 0 or 1."""

    block_number: int
    round: int
    initialized: int
    locked: int
    last_initialized_round: int
    block_hash: int
    paused: int
    pool_size: int
    pool_max_size: int
    active_stake: int
    next_active_stake: int
    treasury_cut: int
    unbonding_period: int
    vault_lpt: int
    vault_eth: int
    stray_lpt: int
    stray_eth: int
    supply: int
    mintable: int
    minted: int
    inflation: int


class AccountView(NamedTuple):
    """An account in all its roles. `pool_…` are its earnings of the current round, `past_…` of the round asked for."""

    bonded: int
    collected: int
    delegate: str
    delegated: int
    start_round: int
    last_claim_round: int
    next_lock_id: int
    last_reward_round: int
    reward_cut: int
    fee_share: int
    stake_update_round: int
    activation_round: int
    deactivation_round: int
    pot_before_reward: int
    pot: int
    fee_pot: int
    last_fee_round: int
    pool_stake: int
    pool_reward_cut: int
    pool_fee_share: int
    pool_reward_factor: int
    pool_fee_factor: int
    past_stake: int
    past_reward_cut: int
    past_fee_share: int
    past_reward_factor: int
    past_fee_factor: int
    deposit: int
    sender_withdraw_round: int
    reserve: int
    reserve_claimed: int
    status: int
    registered: int
    active: int
    pending_stake: int
    pending_fees: int
    lpt: int


class LockView(NamedTuple):
    amount: int
    withdraw_round: int


class ClaimView(NamedTuple):
    """Of a reserve, ETH wei; None if it was not asked for."""

    claimable: int | None
    claimed: int


@dataclass(frozen=True, slots=True)
class Observation:
    """One look.

    Attributes:
        past_round: the round that `past_…` of the accounts are of.
        locks: by account; id n is the n-th, zeros if it was used up.
        pool: members, highest stake first.
        claims: by sender and claimant.
    """

    past_round: int
    system: SystemView
    accounts: dict[str, AccountView]
    locks: dict[str, list[LockView]]
    pool: list[str]
    claims: dict[tuple[str, str], ClaimView]

    def without_block(self) -> Observation:
        """The same, as if seen in block 0: two that are equal then differ in nothing but time within a round."""
        system = self.system._replace(block_number=0, locked=0)
        return Observation(self.past_round, system, self.accounts, self.locks, self.pool, self.claims)


class Lens:
    """Looks at the same accounts, and the reserves of the same senders, every time."""

    def __init__(self, engine: Engine, contract: Contract, accounts: Sequence[str], senders: Sequence[str]) -> None:
        _require_layout()
        self._engine, self._contract = engine, contract
        self._accounts, self._senders = tuple(accounts), tuple(senders)
        self._names = Names(accounts)

    def look(self, past_round: int) -> Observation:
        """The state now; RuntimeError if one of the protocol's views reverts."""
        data = self._contract.encode("look", self._accounts, self._senders, past_round)
        words = Words(self._engine.view(self._contract.address, data))
        system = SystemView(*words.take(0, len(SystemView._fields)))
        tails = len(SystemView._fields)
        accounts = [self._account(row) for row in words.rows(tails, len(AccountView._fields))]
        locks = iter([LockView(*row) for row in words.rows(tails + 1, len(LockView._fields))])
        claims = (ClaimView(*row) for row in words.rows(tails + 3, len(ClaimView._fields)))
        pairs = [(sender, account) for sender in self._senders for account in self._accounts]
        by_name = dict(zip(self._accounts, accounts, strict=True))
        return Observation(
            past_round=past_round,
            system=system,
            accounts=by_name,
            locks={name: [next(locks) for _ in range(seen.next_lock_id)] for name, seen in by_name.items()},
            pool=[self._names[row[0]] for row in words.rows(tails + 2, 1)],
            claims=dict(zip(pairs, claims, strict=True)),
        )

    def _account(self, row: list[int]) -> AccountView:
        view = AccountView(*row)
        return view._replace(delegate=self._names[row[2]])


class Names(dict[int, str]):
    """Addresses as texts, by number."""

    def __init__(self, accounts: Sequence[str]) -> None:
        super().__init__((int(account, 16), account) for account in accounts)

    def __missing__(self, number: int) -> str:
        return to_checksum_address(number.to_bytes(20, "big"))


class Words:
    """An ABI-encoded answer whose parts are all made of whole words: much faster than a decoder for any type."""

    def __init__(self, data: bytes) -> None:
        count, rest = divmod(len(data), WORD)
        assert not rest
        self._words = list(map(int.from_bytes, Struct(f"{WORD}s" * count).unpack(data)))

    def take(self, start: int, count: int) -> list[int]:
        return self._words[start : start + count]

    def rows(self, head: int, width: int) -> Iterator[list[int]]:
        """The elements of the array that head word `head` points to, each `width` words."""
        start = self._words[head] // WORD
        for at in range(start + 1, start + 1 + self._words[start] * width, width):
            yield self._words[at : at + width]


def _require_layout() -> None:
    """That the contract's structs are as wide as the tuples here."""
    look = next(entry for entry in artifact("HarnessProtocolLens").entries("function") if entry["name"] == "look")
    widths = [_width(output) for output in look["outputs"]]
    ours = [len(view._fields) for view in (SystemView, AccountView, LockView)] + [1, len(ClaimView._fields)]
    assert widths == ours, f"HarnessProtocolLens has structs of {widths} words, the lens expects {ours}"


def _width(abi: Any) -> int:
    return sum(map(_width, abi["components"])) if abi.get("components") else 1
