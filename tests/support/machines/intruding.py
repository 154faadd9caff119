"""Calls that must fail, or change nothing, whatever state the market is in; by whoever has no right to them."""

from __future__ import annotations

from typing import Any

from tests.matrices.guards import GUARDS, Guard
from tests.matrices.table import NEEDED, PROXIED, STOPS, Entry, table
from tests.property.models.refusal import RefusedError
from tests.support.calldata import Contract, decode_refusal
from tests.support.engine import Engine
from tests.support.hashes import keccak
from tests.support.machines.core import DONE, action
from tests.support.machines.governance_answers import Roles
from tests.support.machines.raw_call import RawCall

__all__ = ["FORBIDDEN", "SPOILT", "USURPABLE", "Intruding"]

NOTHING = ("0x", ())  # what a call is refused with that finds no function, or cannot be decoded
# Where a pause is asked about before the caller is.
PAUSE_FIRST = {"slashTranscoder", "updateTranscoderWithFees"}
# Of roles that depend on what people have agreed upon; other machines see to these.
AGREED = {"anybody", "reward-caller", "role-holder", "proposer", "target"}
NOT_HERE = {"LivepeerTokenFaucet", "Poll", "ManagerProxy"}  # no part of the machines' world

# Every function that is not for everybody, by name.
FORBIDDEN: dict[str, Entry] = {
    f"{contract}.{function}": entry
    for contract, rows in table().items()
    for function, entry in rows.items()
    if entry.who not in AGREED and contract not in NOT_HERE and function != "receive"
}
# What a proxy answers itself stands under its own name.
FORBIDDEN |= {
    f"{contract}.{function}": entry._replace(contract=contract)
    for contract in PROXIED
    for function, entry in table()["ManagerProxy"].items()
    if entry.who not in AGREED and "(" in function
}
# Names under which somebody else may be registered for a moment, and the roles that this gives away.
USURPABLE = {
    "BondingManager": {"bonding-manager", "votes-recorder", "bonding-manager-or-ticket-broker"},
    "TicketBroker": {"ticket-broker"},
    "JobsManager": {"bonding-manager-or-ticket-broker", "minter-or-ticket-broker"},
    "RoundsManager": {"rounds-manager"},
    "Minter": {"minter-or-ticket-broker"},
    "Treasury": set(),
    "LivepeerGovernor": set(),
    "L2Migrator": set(),
    "ServiceRegistry": set(),
}
TREASURY_ROLES = {keccak(text=f"{name}_ROLE") for name in ("PROPOSER", "EXECUTOR", "CANCELLER", "TIMELOCK_ADMIN")}
WATCHED_EVERY = 32  # calls, in deep mode
SPOILT = ("cut short", "no such function", "with ether", "nothing")


class Intruding(Roles):
    """Names stand for people and contracts in arguments, too.

    Attributes:
        foreign: proxies that anybody has put before the protocol's implementations, by the implementations' names.
    """

    def __init__(self) -> None:
        super().__init__()
        contracts = {name: contract.address for name, contract in self.world.contracts.items()}
        self._known = contracts | self.world.addresses | {"verifier": self.world.verifier}
        self._behind = {name: self._registered(f"{name}Target") for name in PROXIED}
        self.foreign = self._foreign_proxies()

    @action
    def intrude(self, caller: str, target: str, arguments: tuple[Any, ...]) -> None:
        """REG-60: with a function of {FORBIDDEN} that is not for the caller."""
        entry, me = FORBIDDEN[target], self._place(caller)
        contract = self.world.contracts[entry.contract]
        refusal = self._refusal(entry, caller, arguments)
        self.act(me, contract, entry.function, *self._resolve(arguments), predict=lambda: _refuse(*refusal))

    @action
    def knock(self, caller: str, contract: str, function: str, arguments: tuple[Any, ...]) -> None:
        """REG-63, RND-34: what is for everybody is shut in a pause, or before the round is initialised, whatever it is
        called with."""
        clock = self.model.clock

        def predict() -> None:
            (clock.require_open if table()[contract][function].round == NEEDED else clock.require_running)()
            raise AssertionError("it is open")

        target = self.world.contracts[contract]
        self.act(self._place(caller), target, function, *self._resolve(arguments), predict=predict)

    @action
    def usurp(self, caller: str, name: str, target: str, arguments: tuple[Any, ...], paused: bool = False) -> None:
        """MINT-32: as one that is registered under a name has no right to what others may; once it is not registered
        any more, to nothing. REG-63: nor in a pause to what its name gives a right to. Within a round: between the
        calls nothing can be looked at."""
        if paused:
            self.act(self.world.owner, self.world.controller, "pause", predict=self.model.pause)
        entry, id_ = FORBIDDEN[target], keccak(text=name)
        contract, me = self.world.contracts[entry.contract], self._place(caller)
        granted, shut = entry.who in USURPABLE[name], paused and entry.paused == STOPS
        refused = shut or not granted  # both times, so that there is hardly anything to be seen of it
        watched = refused and (not self.deep or self.calls % WATCHED_EVERY == 0)
        before, original = self._moved() if watched else None, self._registered(name)
        data = contract.encode(entry.function, *self._resolve(arguments))
        endings = []
        for address in (me, original):
            self._wire(id_, address)
            endings.append(self._send(me, contract.address, data))
        expected = self._refusal(entry, caller, arguments)
        first = ("SystemPaused", ()) if granted and shut else endings[0] if granted else expected
        with self._telling_names():
            assert endings == [first, expected], f"MINT-32: {target} as {name}: {endings}, expected {expected}"
            if watched:
                registry = {self.world.controller.address.lower()}  # which has other entries now
                left = self._without(self._moved(), registry), self._without(before, registry)
                assert left[0] == left[1], "MINT-32: one that was registered moved something"
            assert self._registered(name).lower() == original.lower()
        if paused:
            self.act(self.world.owner, self.world.controller, "unpause", predict=self.model.unpause)

    @action
    def set_up_again(self, caller: str, contract: str, behind: bool) -> None:
        """REG-61: what is set up is not set up again, and an implementation itself never is."""
        me, target = self._place(caller), self.world.contracts[contract]
        if behind:
            target = Contract(target.name, self._behind[contract])
        refusals = {
            "LivepeerGovernor": [("CallerNotControllerOwner", (me,)), ("InvalidInitialization", ())],
            "Treasury": [("CallerNotDeployer", (me,)), ("InvalidInitialization", ())],
        }
        arguments = {"LivepeerGovernor": (1, 1, 1, 1, 1), "Treasury": (0, [me], [me], me)}[contract]
        refusal = refusals[contract][me == self.world.owner]
        self.act(me, target, "initialize", *arguments, predict=lambda: _refuse(*refusal))

    @action
    def spoil(self, caller: str, contract: str, function: str, arguments: tuple[Any, ...], how: str) -> None:
        """Calldata that ends too soon, names no function, or brings ether to what takes none."""
        target = self.world.contracts[contract]
        data = target.encode(function, *self._resolve(arguments))
        if how == "cut short":
            data = data[: 4 + 31]  # within the first argument
        elif how == "no such function":
            data = keccak(b"no such function")[:4] + data[4:]
        elif how == "nothing":
            data = b""
        raw = RawCall(target.address, data, target.name)
        self.act(self._place(caller), raw, how, predict=lambda: _refuse(*NOTHING), value=int(how == "with ether"))

    @action
    def go_behind(
        self, caller: str, contract: str, function: str, arguments: tuple[Any, ...], foreign: bool, value: int = 0
    ) -> None:
        """REG-61: calls an implementation itself, or through a proxy of one's own. Whatever comes of it there, nothing
        of the protocol moves: no word of its contracts, no ether, no LPT."""
        place = self.foreign[contract] if foreign else self._behind[contract]
        data, me = self.world.contracts[contract].encode(function, *self._resolve(arguments)), self._place(caller)
        if self._would_be_refused(me, place, data, value):  # and an EVM undoes what is refused
            self._send(me, place, data, value)
        else:
            before, own = self._moved(), {place.lower(), me.lower()}
            self._send(me, place, data, value)
            with self._telling_names():
                after = self._moved()
                assert self._without(after, own) == self._without(before, own), "REG-61: another's storage moved"

    # Parts of actions

    def _refusal(self, entry: Entry, caller: str, given: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        guard: Guard = GUARDS[entry.who]
        paused = self.model.clock.paused and entry.paused == STOPS
        if paused and entry.function.partition("(")[0] in PAUSE_FIRST:
            return "SystemPaused", ()
        # The deployer still owns everything here.
        special = guard.special.get("ex-owner" if caller == "owner" else caller) or guard.special.get(caller)
        error, arguments = special or guard.refusal(caller)
        if entry.who == "treasury-admin" and given[0] not in TREASURY_ROLES:  # which has the administrator of all roles
            arguments = (caller, bytes(32))
        return error, self._resolve(arguments)

    def _send(self, caller: str, to: str, data: bytes, value: int = 0) -> tuple[str, tuple[Any, ...]] | None:
        """A call of which nothing is foretold; how it was refused, None if it went through."""
        self.arrive(self.world.engine.next_block)
        outcome = self.world.engine.call(caller, to, data, value)
        ending = None if outcome.refusal is None else decode_refusal(outcome.refusal)
        self.results.append(DONE if ending is None else self._tell(*ending))
        self.calls += 1
        self.refusals += ending is not None
        return ending

    def _would_be_refused(self, caller: str, to: str, data: bytes, value: int) -> bool:
        engine = self.world.engine
        start = engine.snapshot()
        try:
            return engine.call(caller, to, data, value).refusal is not None
        finally:
            engine.restore(start)

    def _wire(self, id_: bytes, address: str) -> None:
        self.arrive(self.world.engine.next_block)
        controller = self.world.controller
        data = controller.encode("setContractInfo", id_, address, bytes(20))
        assert self.world.engine.call(self.world.owner, controller.address, data).refusal is None

    def _registered(self, name: str) -> str:
        controller = self.world.controller
        word = self.world.engine.view(controller.address, controller.encode("getContract", keccak(text=name)))
        return f"0x{word[12:].hex()}"

    def _foreign_proxies(self) -> dict[str, str]:
        mallory, controller = self.address("mallory"), self.world.controller.address
        return {
            name: self.world.deploy(mallory, "ManagerProxy", controller, keccak(text=f"{name}Target")).address
            for name in PROXIED
        }

    def _moved(self) -> Any:
        """All there is: every word of storage and all ether where the engine can tell, else all that a look shows."""
        state = _raw_state(self.world.engine)
        return self.world.lens.look(0).without_block() if state is None else state

    def _without(self, moved: Any, addresses: set[str]) -> Any:
        return {a: words for a, words in moved.items() if a not in addresses} if isinstance(moved, dict) else moved

    def _resolve(self, argument: Any) -> Any:
        if isinstance(argument, tuple | list):
            return type(argument)(map(self._resolve, argument))
        return self._known.get(argument, argument) if isinstance(argument, str) else argument

    def _place(self, name: str) -> str:
        return self._known[name]


def _refuse(error: str, arguments: tuple[Any, ...]) -> None:
    raise RefusedError(error, *arguments)


def _raw_state(engine: Engine) -> dict[str, Any] | None:
    ask = getattr(engine, "state", None)
    return ask() if ask else None
