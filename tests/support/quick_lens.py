"""The whole state of the protocol as {Lens} tells it, several times faster, on the EVM in process.

What the BondingManager remembers is read from within, in one frame: for one view its implementation is replaced by
BondingInside, which is made of the same source, as {StandIn} has it. Plain words are read from
storage, where tests/arch/layouts say that they lie. What is left is asked of views, what can be claimed of reserves in
turn. {Lens} asks all that clients ask; hold this one against it from time to time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from tests.support.abi import codec, selector
from tests.support.calldata import Contract
from tests.support.evm_engine import EvmEngine
from tests.support.layouts import Field, entry_of, field_of, slot_of
from tests.support.lens import WORD, AccountView, ClaimView, LockView, Names, Observation, SystemView, Words
from tests.support.stand_ins import StandIn

__all__ = ["QuickLens"]

ARGUMENTS = "(address[],uint256[],uint256,uint256)"
NO_LOCK, NO_CLAIM = LockView(0, 0), ClaimView(None, 0)
LOW_64, LOW_96 = 2**64 - 1, 2**96 - 1
SYSTEM = 6  # words of BondingInside.SystemBooks


class QuickLens:
    """Looks at the same accounts, and the reserves of the same senders, every time."""

    def __init__(
        self,
        engine: EvmEngine,
        contracts: Mapping[str, Contract],
        inside: str,
        accounts: Sequence[str],
        senders: Sequence[str],
    ) -> None:
        self._engine, self._contracts = engine, contracts
        self._accounts, self._senders, self._names = tuple(accounts), tuple(senders), Names(accounts)
        self._selector, self._arguments = selector(f"inside{ARGUMENTS}"), codec(ARGUMENTS)
        earned, word = selector("earned(address,uint256)"), codec("address")
        self._earned = {account: earned + word.encode(account) for account in accounts}
        self._inside_it = StandIn(engine, contracts["Controller"].address, "BondingManagerTarget", inside)
        self._pairs = [(sender, account) for sender in senders for account in accounts]
        self._turns = count()
        self._epoch, self._first_locks = -1, [0] * len(accounts)
        self._fields: dict[tuple[str, str], Field] = {}
        self._places(contracts)

    def _places(self, contracts: Mapping[str, Contract]) -> None:
        """Where words lie that are read from storage."""
        balances = slot_of("LivepeerToken", "_balances")
        self._purses = {account: entry_of(balances, account) for account in self._accounts}
        self._vault = entry_of(balances, contracts["Minter"].address)
        silent = ("Controller", "LivepeerToken", "BondingManager", "RoundsManager", "TicketBroker", "ServiceRegistry")
        self._strays = [(contracts[name].address, entry_of(balances, contracts[name].address)) for name in silent]
        funds, from_, by = (slot_of("TicketBroker", name) for name in ("_accounts", "_claimsFrom", "_claimsBy"))
        self._funds = {account: entry_of(funds, account) for account in self._accounts}
        self._claimed_from = {account: entry_of(from_, account) for account in self._accounts}
        self._claimed_by = {pair: entry_of(entry_of(by, pair[0]), pair[1]) for pair in self._pairs}

    def look(self, past_round: int) -> Observation:
        """The state now; RuntimeError if one of the protocol's views reverts."""
        round_, initialized, locked = self._ask("RoundsManager", "currentRoundState")
        if self._epoch != self._engine.epoch:
            self._epoch, self._first_locks = self._engine.epoch, [0] * len(self._accounts)
        words = Words(self._inside(round_, past_round))
        accounts = dict(zip(self._accounts, self._views(words, round_), strict=True))
        return Observation(
            past_round=past_round,
            system=self._system(words, round_, initialized, locked),
            accounts=accounts,
            locks=self._locks(accounts, words.rows(SYSTEM + 1, 4)),
            pool=[self._names[row[0]] for row in words.rows(SYSTEM + 2, 1)],
            claims=self._claims(accounts, round_),
        )

    def earned(self, account: str, round_: int) -> tuple[int, int]:
        """Stake and fees with all that is not claimed yet: LPT and ETH wei; the round is the current one."""
        answer = self._ask_inside(self._earned[account] + round_.to_bytes(WORD, "big"))
        return int.from_bytes(answer[:WORD], "big"), int.from_bytes(answer[WORD:], "big")

    def _inside(self, round_: int, past_round: int) -> bytes:
        return self._ask_inside(
            self._selector + self._arguments.encode((self._accounts, self._first_locks, round_, past_round))
        )

    def _ask_inside(self, question: bytes) -> bytes:
        return self._engine.view_with([self._inside_it.word], self._contracts["BondingManager"].address, question)

    def _views(self, words: Words, round_: int) -> Iterator[AccountView]:
        read, token, broker = self._engine.storage, self._contracts["LivepeerToken"], self._contracts["TicketBroker"]
        for account, row in zip(self._accounts, words.rows(SYSTEM, 32), strict=True):
            row[2] = self._names[row[2]]
            funds = read(broker.address, self._funds[account])
            claimed = _amount_in(round_, read(broker.address, self._claimed_from[account]))
            sender = (funds & LOW_96, funds >> 192, funds >> 96 & LOW_96, claimed)
            yield AccountView(*row[:27], *sender, *row[27:], read(token.address, self._purses[account]))

    def _locks(self, accounts: Mapping[str, AccountView], rows: Iterator[list[int]]) -> dict[str, list[LockView]]:
        """What is before the first lock in use is used up; that is not asked for again until the chain is put back."""
        locks = {account: [NO_LOCK] * view.next_lock_id for account, view in accounts.items()}
        firsts = [view.next_lock_id for view in accounts.values()]
        for index, id_, amount, until in rows:
            locks[self._accounts[index]][id_] = LockView(amount, until)
            firsts[index] = min(firsts[index], id_)
        self._first_locks = firsts
        return locks

    def _system(self, words: Words, round_: int, *state: bool) -> SystemView:
        """`state`: whether the round is initialised, and rates are locked."""
        engine, token = self._engine, self._contracts["LivepeerToken"].address
        minter = self._contracts["Minter"].address
        return SystemView(
            engine.next_block - 1,
            round_,
            *map(int, state),
            self._plain("RoundsManager", "_lastInitialized"),
            int.from_bytes(self._ask("RoundsManager", "blockHashForRound", round_), "big"),
            self._plain("Controller", "paused"),
            *words.take(0, SYSTEM),
            engine.storage(token, self._vault),
            engine.balance(minter),
            sum(engine.storage(token, place) for _, place in self._strays),
            sum(engine.balance(address) for address, _ in self._strays),
            self._plain("LivepeerToken", "_totalSupply"),
            *(self._plain("Minter", variable) for variable in ("_mintable", "_minted", "_inflation")),
        )

    def _claims(self, accounts: Mapping[str, AccountView], round_: int) -> dict[tuple[str, str], ClaimView]:
        """What can be claimed of a reserve is asked of two pairs in turn: of those that have any, if there are such."""
        read, broker = self._engine.storage, self._contracts["TicketBroker"].address
        turn, pairs = next(self._turns), self._pairs
        claims = dict.fromkeys(pairs, NO_CLAIM)
        for sender in (sender for sender in self._senders if accounts[sender].reserve_claimed):
            for pair in ((sender, account) for account in self._accounts):
                claims[pair] = ClaimView(None, _amount_in(round_, read(broker, self._claimed_by[pair])))
        funded = [account for account in self._senders if accounts[account].reserve]
        active = [account for account, seen in accounts.items() if seen.active]
        fruitful = [(sender, account) for sender in funded for account in active]
        among = fruitful or pairs
        for pair in (among[2 * turn % len(among)], among[(2 * turn + 1) % len(among)]):
            claims[pair] = claims[pair]._replace(claimable=self._ask("TicketBroker", "claimableReserve", *pair))
        return claims

    def _plain(self, contract: str, variable: str) -> int:
        field = self._fields.get((contract, variable))
        if field is None:
            field = self._fields[contract, variable] = field_of(contract, variable)
        return field.within(self._engine.storage(self._contracts[contract].address, field.slot))

    def _ask(self, contract: str, function: str, *arguments: object) -> Any:
        asked = self._contracts[contract]
        return asked.decode(function, self._engine.view(asked.address, asked.encode(function, *arguments)))


def _amount_in(round_: int, claim: int) -> int:
    """Of a claim's word: [ amount 192 | round 64 ]."""
    return claim >> 64 if claim & LOW_64 == round_ else 0
