"""The faucet of test networks, with a token of its own: who asks, gets as much as it gives, and waits."""

from __future__ import annotations

from eth_utils.crypto import keccak

from tests.property.models.refusal import RefusedError, require
from tests.support.calldata import Contract
from tests.support.machines.core import Core, action, always

__all__ = ["Faucet"]

GIFT, WAIT = 10 * 10**18, 2  # LPT wei, and hours
HOUR = 3_600  # seconds
FULL = 100 * GIFT


class Faucet(Core):
    """In process only, where the clock is known to the second.

    Attributes:
        faucet: None until somebody opens it.
        nexts: by account, from when on it may ask again: seconds since the machine began.
        favoured: who needs not wait.
    """

    faucet: Contract | None = None

    def __init__(self) -> None:
        super().__init__()
        self.nexts: dict[str, int] = {}
        self.favoured: set[str] = set()
        self.given: dict[str, int] = {}
        self._slept = 0
        self._base: int | None = None  # the chain's time less ours, once it is known

    @action
    def open_faucet(self) -> None:
        """With a token that nobody else knows, and enough of it."""
        owner = self.world.owner
        self._coin = self._deploy_one("LivepeerToken")
        self.faucet = self._deploy_one("LivepeerTokenFaucet", self._coin.address, GIFT, WAIT)
        for function, arguments in (
            ("grantRole", (keccak(text="MINTER_ROLE"), owner)),
            ("mint", (self.faucet.address, FULL)),
        ):
            self.arrive(self.world.engine.next_block)
            assert (
                self.world.engine.call(owner, self._coin.address, self._coin.encode(function, *arguments)).refusal
                is None
            )
        asked = {name: self._view(name) for name in ("token", "requestAmount", "requestWait", "owner")}
        assert asked == {"token": self._coin.address, "requestAmount": GIFT, "requestWait": WAIT, "owner": owner}

    @action
    def ask_faucet(self, caller: str) -> None:
        """TOK-36: no sooner than its time has come."""
        me, now = self.address(caller), self.world.engine.next_block + self._slept

        def predict() -> None:
            if me not in self.favoured:
                first = self.nexts.get(me, 0)
                require(now >= first, "RequestTooEarly", me, first + (self._base or 0))
                self.nexts[me] = now + WAIT * HOUR
            self.given[me] = self.given.get(me, 0) + GIFT

        before = self.given.get(me, 0)
        outcome = self.act(me, self._faucet, "request", predict=predict)
        if outcome.refusal is not None:
            return
        if self._base is None and me in self.nexts:
            self._base = self._view("nextValidRequest", me) - self.nexts[me]
        assert self._faucet.events("Request", outcome.logs) == [{"to": me, "amount": self.given[me] - before}]

    @action
    def favour(self, caller: str, account: str, takes_back: bool = False) -> None:
        """REG-60: by the owner."""
        me, whom = self.address(caller), self.address(account)

        def predict() -> None:
            if me != self.world.owner:
                raise RefusedError("OwnableUnauthorizedAccount", me)
            (self.favoured.discard if takes_back else self.favoured.add)(whom)

        self.act(me, self._faucet, "removeFromWhitelist" if takes_back else "addToWhitelist", whom, predict=predict)

    @action
    def wait_seconds(self, seconds: int) -> None:
        """Time passes, and no blocks."""
        self.world.engine.pass_time(seconds)
        self._slept += seconds

    @always
    def tok36_the_faucet_has_given_what_was_asked_for_in_time(self) -> None:
        if self.faucet is None:
            return
        for account in self.world.addresses.values():
            held = self.world.engine.view(self._coin.address, self._coin.encode("balanceOf", account))
            assert int.from_bytes(held, "big") == self.given.get(account, 0), f"TOK-36: the faucet's gifts to {account}"
            favoured = self._view("isWhitelisted", account)
            assert favoured == (account in self.favoured), f"REG-60: the faucet favours {account}"
            if self._base is not None:
                known = self.nexts.get(account)
                until = 0 if known is None else known + self._base
                assert self._view("nextValidRequest", account) == until, f"TOK-36: the faucet's time for {account}"

    @property
    def _faucet(self) -> Contract:
        assert self.faucet is not None
        return self.faucet

    def _deploy_one(self, name: str, *arguments: object) -> Contract:
        self.arrive(self.world.engine.next_block)
        return self.world.deploy(self.world.owner, name, *arguments)

    def _view(self, function: str, *arguments: object) -> object:
        data = self.world.engine.view(self._faucet.address, self._faucet.encode(function, *arguments))
        return self._faucet.decode(function, data)
