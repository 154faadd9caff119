"""What holds the contracts together, and what stands beside the market: registry, upgrades, vault, notice, polls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.matrices.table import KINDS, PROXIED
from tests.property.models.books import NOBODY
from tests.property.models.refusal import RefusedError, require
from tests.support.abi import codec
from tests.support.calldata import Contract, decode_refusal
from tests.support.engine import Outcome
from tests.support.hashes import keccak
from tests.support.machines.arrivals import arriving
from tests.support.machines.core import DONE, Core, Predict, action, always
from tests.support.machines.raw_call import RawCall

__all__ = ["UPDATES", "Wiring"]

REGISTRIES = ("ServiceRegistry", "AIServiceRegistry")
FREE_NAMES = ("Somebody", "Something", "L2Migrator")
URI, INFO, STAGED = map(codec, ("(string)", "(address,bytes20)", "((address[],uint256[],bytes[],uint256))"))
POLL_COST = 100 * 10**18
# What the protocol's Governor may be told to do, and how that ends: it owns nothing but itself.
UPDATES = {
    "nothing": None,
    "pay": "ERC20InsufficientBalance",
    "tune": "CallerNotControllerOwner",
    "seize": "CallerNotOwner",
    "abdicate": "OwnerZeroAddress",
    "hand on": None,
}


# Whom the Governor is handed to, and back, by the number of the update.
HEIRS: tuple[Callable[[Any], str], ...] = (lambda m: m.address("mallory"), lambda m: m.world.owner)


class Poll(NamedTuple):
    """A poll, the last block in which votes are taken, and the wei that lie with it."""

    contract: Contract
    end: int
    ether: int


class Wiring(Core):
    """Names are of people; ids are texts.

    Attributes:
        uris: by registry and account.
        entries: by id that the machine has registered: address and commit.
        updates: block from which an update that is staged can be executed, by its number; `kinds` what it does.
        polls: those opened so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.uris: dict[tuple[str, str], str] = {}
        self.entries: dict[str, tuple[str, bytes]] = {}
        self.updates: dict[int, int] = {}
        self.kinds: dict[int, str] = {}
        self.upgrades: dict[int, int] = {}  # rounds of LIPs
        self.governors_owner = self.world.owner
        self.polls: list[Poll] = []
        self._snapshots: dict[bytes, bytes] = {}

    # Registries of services

    @action
    def set_uri(self, caller: str, registry: str, uri: str) -> None:
        """REG-64."""
        me, contract = self.address(caller), self.world.contracts[registry]

        def predict() -> None:
            self.uris[registry, me] = uri

        outcome = self.act(me, contract, "setServiceURI", uri, predict=predict)
        (told,) = contract.events("ServiceURIUpdate", outcome.logs)
        assert told == {"addr": me, "serviceURI": uri}, "REG-64: the event says something else"

    @always
    def reg64_uris_are_those_that_their_owners_have_set(self) -> None:
        for account in self.some_of(list(self.world.addresses.values()), 3):
            for registry in REGISTRIES:
                contract = self.world.contracts[registry]
                expected = URI.encode((self.uris.get((registry, account), ""),))
                found = self.world.engine.view(contract.address, contract.encode("getServiceURI", account))
                assert found == expected, f"REG-64: {registry} of {account}"

    # The Controller

    @action
    def register(self, name: str, address: str, commit: int) -> None:
        """By the owner, under a name that nothing of the protocol has."""
        where, hash_ = self.address(address), commit.to_bytes(20, "big")

        def predict() -> None:
            self.entries[name] = (where, hash_)
            self._say("SetContractInfo", keccak(text=name), where, hash_)

        controller = self.world.controller
        self.act(self.world.owner, controller, "setContractInfo", keccak(text=name), where, hash_, predict=predict)

    @action
    def hand_over_and_back(self, heir: str) -> None:
        """REG-60: the heir has the power, and the old owner none; then the other way round."""
        controller, me, owner = self.world.controller, self.address(heir), self.world.owner
        self.act(owner, controller, "transferOwnership", me, predict=lambda: self._pass_on(owner, me))
        if me != owner:
            self.act(owner, controller, "pause", predict=_refused("CallerNotOwner", owner))
            setter = (self.world.minter, "setInflationChange", 1)
            self.act(owner, *setter, predict=_refused("CallerNotControllerOwner", owner))
        self.act(me, controller, "transferOwnership", NOBODY, predict=_refused("OwnerZeroAddress"))
        self.act(me, controller, "transferOwnership", owner, predict=lambda: self._pass_on(me, owner))

    @action
    def lend_snapshots(self) -> None:
        """REG-60: to another Controller and back; in between the first one has no power."""
        owner, id_ = self.world.owner, keccak(text="MerkleSnapshot")
        mine, theirs = self.world.controller, self._deploy("Controller")
        snapshots = self.world.contracts["MerkleSnapshot"]

        def obeys(controller: Contract) -> Predict:
            said = ("MerkleSnapshot", "SetController", controller.address)
            return lambda: self.model.books.voice.say(*said)

        def of_theirs(function: str, *arguments: object) -> RawCall:
            return RawCall(theirs.address, theirs.encode(function, *arguments))

        back = of_theirs("updateController", id_, mine.address)
        self.act(owner, of_theirs("setContractInfo", id_, snapshots.address, bytes(20)), "", predict=_nothing)
        self.act(owner, back, "", predict=_refused("CallerNotController", theirs.address))
        self.act(owner, mine, "updateController", id_, theirs.address, predict=obeys(theirs))
        obeyed = f"0x{self.world.engine.storage(snapshots.address, 0) % 2**160:040x}"
        assert obeyed == theirs.address.lower(), "REG-60: another Controller was to be obeyed"
        no = _refused("CallerNotController", mine.address)
        self.act(owner, mine, "updateController", id_, theirs.address, predict=no)
        self.act(owner, back, "", predict=_nothing)

    @action
    def upgrade(self, name: str) -> None:
        """REG-62: another implementation of the same code behind a proxy; every figure stays what it is."""
        owner, kind = self.world.owner, KINDS.get(name, name)
        successor = self._deploy(kind, self.world.controller.address)
        entry = (keccak(text=f"{name}Target"), successor.address, bytes(20))
        self.act(
            owner,
            self.world.controller,
            "setContractInfo",
            *entry,
            predict=lambda: self._say("SetContractInfo", *entry),
        )

    @always
    def reg63_every_entry_tells_of_the_pause(self) -> None:
        """Those that were made within one included."""
        controller, paused = self.world.controller, self.model.clock.paused
        fixed = [*self.world.contracts, *(f"{proxied}Target" for proxied in PROXIED)]
        for name in (*FREE_NAMES, *(fixed if paused else self.some_of(fixed, 5))):
            id_ = keccak(text=name)
            data = self.world.engine.view(controller.address, controller.encode("getContractAndPause", id_))
            assert data[63] == paused, f"REG-63: {name}"
            if name in FREE_NAMES:
                address, commit = self.entries.get(name, (NOBODY, bytes(20)))
                info = self.world.engine.view(controller.address, controller.encode("getContractInfo", id_))
                assert info == INFO.encode((address, commit)), f"REG-63: {name}"

    # Rounds and snapshots

    @action
    def set_lip_round(self, lip: int, round_: int) -> None:
        """Once for each, unless it is to be round 0."""

        def predict() -> None:
            require(not self.upgrades.get(lip), "LipUpgradeRoundAlreadySet", lip, self.upgrades.get(lip))
            self.upgrades[lip] = round_
            self.model.books.voice.say("RoundsManager", "ParameterUpdate", "lipUpgradeRound")

        self.act(self.world.owner, self.world.rounds, "setLIPUpgradeRound", lip, round_, predict=predict)
        data = self.world.rounds.encode("lipUpgradeRound", lip)
        assert int.from_bytes(self.world.engine.view(self.world.rounds.address, data), "big") == self.upgrades[lip]

    @action
    def set_snapshot(self, number: int, leaf: int) -> None:
        """A tree of one leaf, which is its own root; any other leaf is in no tree."""
        id_, root = number.to_bytes(32, "big"), keccak(leaf.to_bytes(32, "big"))
        snapshots = self.world.contracts["MerkleSnapshot"]

        def predict() -> None:
            self._snapshots[id_] = root

        self.act(self.world.owner, snapshots, "setSnapshot", id_, root, predict=predict)
        for known in (*self._snapshots, keccak(text="no snapshot")):
            data = snapshots.encode("verify", known, [], root)
            found = self.world.engine.view(snapshots.address, data)[-1]
            assert found == (self._snapshots.get(known) == root), "REG-60: a snapshot says otherwise"

    # The vault

    @action
    def migrate_and_return(self) -> None:
        """MINT-32: everything goes to the next Minter, and comes back; nothing goes where it would be lost. Within a
        round: between the calls nothing can be looked at."""
        owner, old = self.world.owner, self.world.minter
        terms = [self._number(old, name) for name in ("inflation", "inflationChange", "targetBondingRate")]
        new = self._deploy("Minter", self.world.controller.address, *terms)
        foreign = self._deploy("Minter", self.world.bonding.address, *terms)
        vault = self._vault(old)
        assert self._migrate(old, old) == ("NewMinterIsCurrent", ()), "MINT-32: to itself"
        assert self._migrate(old, Contract("Minter", NOBODY)) == ("NewMinterZeroAddress", ()), "MINT-32: to nobody"
        error, _ = self._migrate(old, foreign) or ("", ())
        assert error == "NewMinterForeignController", "MINT-32: a foreign Minter took the vault"
        assert self._migrate(new, old) == ("MinterNotRegistered", (old.address,)), (
            "MINT-32: by one that is not registered"
        )
        for giver, taker in ((old, new), (new, old)):
            assert self._migrate(giver, taker) is None, "MINT-32: the vault stays where it is"
            assert (self._vault(giver), self._vault(taker)) == ((0, 0), vault), "MINT-32: something was left behind"
            self._raw(owner, self.world.controller, "setContractInfo", keccak(text="Minter"), taker.address, bytes(20))
        if not self.deep:
            self.look()

    # The protocol's Governor

    @action
    def stage(self, caller: str, number: int, kind: str, delay: int) -> None:
        """`delay` in blocks. The number makes the update another one than those before."""
        me, governor = self.address(caller), self.world.contracts["Governor"]
        update = self._update(number, kind)
        hash_ = keccak(STAGED.encode((update,)))

        def predict() -> None:
            require(me == self.governors_owner, "CallerNotOwner", me)
            staged = self.updates.get(number, 0)
            require(not staged, "UpdateAlreadyStaged", hash_, staged)
            self.updates[number], self.kinds[number] = self.model.clock.block + delay, kind
            self.model.books.voice.say("Governor", "UpdateStaged", update, delay)

        self.act(me, governor, "stage", update, delay, predict=predict)

    @action
    def stage_unequal(self, caller: str, values: int, datas: int) -> None:
        """REG-60: an update for one target with another number of values or calls."""
        me, governor, token = self.address(caller), self.world.contracts["Governor"], self.world.token
        call = token.encode("totalSupply")
        update = ([token.address], [0] * values, [call] * datas, 0)

        def predict() -> None:
            require(me == self.governors_owner, "CallerNotOwner", me)
            raise RefusedError("UpdateLengthMismatch", 1, values, datas)

        self.act(me, governor, "stage", update, 0, predict=predict)

    @action
    def call_off(self, caller: str, number: int, kind: str) -> None:
        me, governor = self.address(caller), self.world.contracts["Governor"]
        update = self._update(number, kind)

        def predict() -> None:
            require(me == self.governors_owner, "CallerNotOwner", me)
            self._take(number, update)
            self.model.books.voice.say("Governor", "UpdateCancelled", update)

        self.act(me, governor, "cancel", update, predict=predict)

    @action
    def carry_out(self, caller: str, number: int, kind: str) -> None:
        """By anybody, from the block that was announced on, once."""
        me, governor = self.address(caller), self.world.contracts["Governor"]
        update, error = self._update(number, kind), UPDATES[kind]

        def predict() -> None:
            staged = self.updates.get(number)
            if staged is None:
                raise RefusedError("UpdateNotStaged", keccak(STAGED.encode((update,))))
            now = self.model.clock.block
            require(now >= staged, "UpdateDelayNotExpired", staged, now)
            if error:
                who = (governor.address,) if error != "OwnerZeroAddress" else ()
                raise RefusedError(error, *who, *((0, 1) if kind == "pay" else ()))
            del self.updates[number]
            if kind == "hand on":
                heir = HEIRS[number % 2](self)
                self.model.books.voice.say("Governor", "OwnershipTransferred", self.governors_owner, heir)
                self.governors_owner = heir
            self.model.books.voice.say("Governor", "UpdateExecuted", update)

        self.act(me, governor, "execute", update, predict=predict)

    # Polls

    @action
    def open_poll(self, caller: str, ether: int = 0) -> None:
        """By who has 100 LPT of stake, behind it or bonded; `ether` in wei is there before it, since it is known where
        the poll will be."""
        me, creator = self.address(caller), self.world.contracts["PollCreator"]
        books = self.model.books
        if ether:
            self.act(me, RawCall(self._next_poll()), "", predict=_nothing, value=ether)
        stake = max(self.seen.accounts[me].pending_stake, books.orchestrators[me].delegated)

        def predict() -> None:
            require(stake >= POLL_COST, "PollStakeInsufficient", me, stake, POLL_COST)

        outcome = self.act(me, creator, "createPoll", b"a question", predict=predict)
        if outcome.refusal is None:
            (told,) = creator.events("PollCreated", outcome.logs)
            end = self._number(creator, "POLL_PERIOD") + self.model.clock.block
            expected = {"poll": told["poll"], "proposal": b"a question", "endBlock": end, "quorum": 333_300}
            assert told == expected | {"quota": 500_000}, "event: PollCreated"
            poll = Contract("Poll", told["poll"])
            assert self._number(poll, "endBlock") == end
            self.polls.append(Poll(poll, end, self.world.engine.balance(poll.address)))

    @action
    def vote_in_poll(self, caller: str, choice: int) -> None:
        """In the last one, which cannot be ended before its time."""
        me, (poll, end, ether) = self.address(caller), self.polls[-1]

        def open_only() -> None:
            require(self.model.clock.block <= end, "PollOver", end)

        def over_only() -> None:
            require(self.model.clock.block > end, "PollActive", end)
            self.model.books.paid[me] += ether
            self.polls[-1] = Poll(poll, end, 0)

        outcome = self.act(me, poll, "vote", choice, predict=open_only)
        if outcome.refusal is None:
            assert poll.events("Vote", outcome.logs) == [{"voter": me, "choiceID": choice}], "event: Vote"
        with arriving(self, me, me):
            self.act(me, poll, "destroy", predict=over_only)

    # Parts of actions

    def _next_poll(self) -> str:
        """Where the next poll will stand: an account's creations are numbered, a contract's from one."""
        creator, number = self.world.contracts["PollCreator"], len(self.polls) + 1
        assert number < 0x80
        known = b"\xd6\x94" + bytes.fromhex(creator.address[2:]) + bytes([number])
        return f"0x{keccak(known)[12:].hex()}"

    def _update(self, number: int, kind: str) -> tuple[list[str], list[int], list[bytes], int]:
        token, governor = self.world.token, self.world.contracts["Governor"]
        mallory = self.address("mallory")
        calls = {
            "nothing": (token, token.encode("totalSupply")),
            "pay": (token, token.encode("transfer", mallory, 1)),
            "tune": (self.world.bonding, self.world.bonding.encode("setUnbondingPeriod", 1)),
            "seize": (self.world.controller, self.world.controller.encode("transferOwnership", mallory)),
            "abdicate": (governor, governor.encode("transferOwnership", NOBODY)),
            "hand on": (governor, governor.encode("transferOwnership", HEIRS[number % 2](self))),
        }
        target, data = calls[kind]
        return [target.address], [0], [data], number

    def _take(self, number: int, update: Any) -> None:
        if self.updates.pop(number, None) is None:
            raise RefusedError("UpdateNotStaged", keccak(STAGED.encode((update,))))

    def _vault(self, minter: Contract) -> tuple[int, int]:
        token = self.world.token
        return self._number(token, "balanceOf", minter.address), self.world.engine.balance(minter.address)

    def _migrate(self, giver: Contract, taker: Contract) -> tuple[str, tuple[Any, ...]] | None:
        outcome = self._raw(self.world.owner, giver, "migrateToNewMinter", taker.address)
        return None if outcome.refusal is None else decode_refusal(outcome.refusal)

    def _pass_on(self, giver: str, heir: str) -> None:
        """The Controller."""
        self.model.owner = heir
        self._say("OwnershipTransferred", giver, heir)

    def _say(self, event: str, *values: object) -> None:
        self.model.books.voice.say("Controller", event, *values)

    def _deploy(self, name: str, *arguments: object) -> Contract:
        self.arrive(self.world.engine.next_block)
        return self.world.deploy(self.world.owner, name, *arguments)

    def _raw(self, caller: str, contract: Contract, function: str, *arguments: Any) -> Outcome:
        self.arrive(self.world.engine.next_block)
        outcome = self.world.engine.call(caller, contract.address, contract.encode(function, *arguments))
        self.calls += 1
        self.refusals += outcome.refusal is not None
        self.results.append(DONE if outcome.refusal is None else self._tell(*decode_refusal(outcome.refusal)))
        return outcome

    def _number(self, contract: Contract, function: str, *arguments: object) -> int:
        data = contract.encode(function, *arguments)
        return int.from_bytes(self.world.engine.view(contract.address, data)[:32], "big")


def _nothing() -> None:
    """It goes through, and changes nothing of the model."""


def _refused(error: str, *arguments: object) -> Any:
    def predict() -> None:
        raise RefusedError(error, *arguments)

    return predict
