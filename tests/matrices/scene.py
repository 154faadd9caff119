"""The protocol in full swing, in process, in a state in which every function has a call that goes through.

Everything that was deployed can be made to act, so a caller is a person or any of the contracts. What the deployer
owned has changed hands: it is the ex-owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from tests.matrices.table import KINDS
from tests.support.calldata import Contract, decode_refusal, deploy
from tests.support.engine import Outcome
from tests.support.lens import Observation
from tests.support.puppets import in_the_name_of, make_puppet
from tests.support.recording import in_process_world
from tests.support.world import LPT

__all__ = ["ETHER", "FOR", "NOBODY", "Act", "Proposal", "Scene"]

ETHER = 10**18
NOBODY = "0x" + "00" * 20
HEIR = "0x" + "0e" * 20  # who owns everything in the end
RECEIVERS = ("stranger", "rosa", "ruth")
LONG = 200  # blocks: a round that all calls of a test fit into
FOR = 1
RECEIVE = "receive"
FAUCET = (10 * LPT, 1)  # request amount, hours between requests


class Act(NamedTuple):
    """A call.

    Attributes:
        caller: a name of {Scene.callers}; so may be any address among the arguments.
        function: signature of a function of `contract`, or {RECEIVE}.
        value: wei sent along.
    """

    caller: str
    contract: str
    function: str
    arguments: tuple[Any, ...] = ()
    value: int = 0


class Proposal(NamedTuple):
    """Calls that stake votes on; what the LivepeerGovernor's functions take."""

    targets: list[str]
    values: list[int]
    datas: list[bytes]
    description: str

    @property
    def made(self) -> tuple[Any, ...]:
        return self.targets, self.values, self.datas, self.description

    @property
    def call(self) -> tuple[Any, ...]:
        return self.targets, self.values, self.datas, keccak(text=self.description)


class Scene:
    """Olga and otto are active, oona is registered outside the pool; dora, dirk and dina have bonded, dora has a lock
    that is open, dina has unbonded everything; gina can pay, gus has unlocked; olga has named gus to call her reward,
    and proposes. Nobody has called reward in the round.

    Of the contracts that are not the protocol's, stranger is nobody, rosa is to olga as dora is, and has unlocked as
    gus has; ruth is an active orchestrator.

    Attributes:
        receivers: contracts that are not the protocol's.
        callers: address by name; contracts by the names that the Controller knows them by.
        names: the same, and addresses that can make no call.
        proposals: by description; each of a function of `by_proposal` is queued.
        by_proposal: arguments of the functions that proposals alone may call.
    """

    def __init__(self) -> None:
        self.world = in_process_world()
        self.engine, self.contracts = self.world.engine, dict(self.world.contracts)
        owner = self.world.owner
        self.contracts["LivepeerTokenFaucet"] = deploy(
            self.engine, owner, "LivepeerTokenFaucet", self.world.token.address, *FAUCET
        )
        self.receivers = {name: deploy(self.engine, owner, "HarnessReceiver") for name in RECEIVERS}
        people = {name: actor.address for name, actor in self.world.actors.items()}
        contracts = {n: c.address for n, c in self.contracts.items() if not n.startswith("Harness")}
        self.callers = people | contracts | {"owner": owner, "verifier": self.world.verifier}
        self.names = {"nobody": NOBODY, **self.callers, **{n: r.address for n, r in self.receivers.items()}}
        self.proposals: dict[str, Proposal] = {}
        self.by_proposal: dict[str, tuple[Any, ...]] = {}
        self._puppets = set(contracts)
        for name in contracts:
            make_puppet(self.engine, owner, self.contracts[name])
        self._play()
        self._change_hands()
        self.callers |= {name: receiver.address for name, receiver in self.receivers.items()}

    # Calls

    def send(self, act: Act) -> Outcome:
        target = self.contracts[act.contract]
        data = self.encode(act)
        if act.caller in self._puppets:
            sender, to, data = "mallory", self.callers[act.caller], in_the_name_of(target.address, data)
        elif receiver := self.receivers.get(act.caller):
            sender, to, data = "mallory", receiver.address, receiver.encode("act", target.address, data)
        else:
            sender, to = act.caller, target.address
        return self.engine.call(self.callers[sender], to, data, act.value)

    def do(self, act: Act) -> Outcome:
        """A call that must go through."""
        outcome = self.send(act)
        assert outcome.refusal is None, (act, decode_refusal(outcome.refusal or b""))
        return outcome

    def encode(self, act: Act) -> bytes:
        if act.function == RECEIVE:
            return b""
        return self.contracts[act.contract].encode(act.function, *map(self.resolve, act.arguments))

    def resolve(self, argument: Any) -> Any:
        """Names become addresses, wherever they stand."""
        if isinstance(argument, tuple | list):
            return type(argument)(map(self.resolve, argument))
        return self.names.get(argument, argument) if isinstance(argument, str) else argument

    def told(self, outcome: Outcome) -> tuple[str, tuple[Any, ...]] | None:
        """The error of a refusal with names for addresses; None if the call went through."""
        if outcome.refusal is None:
            return None
        known = {address.lower(): name for name, address in self.names.items()}
        error, arguments = decode_refusal(outcome.refusal)
        return error, tuple(known.get(a.lower(), a) if isinstance(a, str) else a for a in arguments)

    def view(self, contract: str, function: str, *arguments: Any) -> bytes:
        target = self.contracts[contract]
        return self.engine.view(target.address, target.encode(function, *map(self.resolve, arguments)))

    def number(self, contract: str, function: str, *arguments: Any) -> int:
        return int.from_bytes(self.view(contract, function, *arguments)[:32], "big")

    def target_id(self, name: str) -> bytes:
        """Under which the Controller knows the implementation behind a proxy."""
        return keccak(text=f"{name}Target")

    def implementation(self, name: str) -> str:
        """The contract behind a proxy, under a name of its own."""
        address = to_checksum_address(self.view("Controller", "getContract", self.target_id(name))[-20:])
        self.contracts[f"{name}Target"] = Contract(KINDS.get(name, name), address)
        return f"{name}Target"

    def storage_address(self, name: str, slot: int) -> str:
        """The address in the lowest 160 bits of a word of storage."""
        word = self.engine.storage(self.contracts[name].address, slot)
        return to_checksum_address((word % 2**160).to_bytes(20, "big"))

    def register(self, ids: list[str], address: str) -> None:
        """The owner puts something else under names that the Controller knows."""
        for name in ids:
            arguments = (keccak(text=name), address, bytes(20))
            self.do(Act("owner", "Controller", "setContractInfo(bytes32,address,bytes20)", arguments))

    def look(self) -> Observation:
        """Everybody, at once."""
        return self.world.lens.look(0).without_block()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens within has not happened afterwards."""
        snapshot, known = self.engine.snapshot(), (self.contracts, self.receivers, self.callers, self.names)
        self.contracts, self.receivers, self.callers, self.names = map(dict, known)
        try:
            yield
        finally:
            self.engine.restore(snapshot)
            self.contracts, self.receivers, self.callers, self.names = known

    # Time

    @property
    def round(self) -> int:
        return self.number("RoundsManager", "currentRound")

    def skip_round(self) -> None:
        """To the block before the first of the next round."""
        start = self.number("RoundsManager", "currentRoundStartBlock")
        self.engine.mine(start + LONG - self.engine.next_block)

    def next_round(self) -> None:
        self.skip_round()
        self.do(Act("mallory", "RoundsManager", "initializeRound()"))

    def block_hash(self) -> bytes:
        """What tickets of the round commit to."""
        return self.view("RoundsManager", "blockHashForRound", self.round)

    # How it came about

    def _play(self) -> None:
        bonding, broker = "BondingManager", "TicketBroker"
        self.do(Act("owner", "RoundsManager", "setRoundLength(uint256)", (LONG,)))
        self.do(Act("owner", bonding, "setNumActiveTranscoders(uint256)", (3,)))
        for name in ("Treasury", "LivepeerTokenFaucet", "rosa", "ruth"):
            self.do(Act("owner", "LivepeerToken", "transfer(address,uint256)", (name, 3_000 * LPT)))
        for name in ("rosa", "ruth"):
            self.do(Act(name, "LivepeerToken", "approve(address,uint256)", (bonding, 3_000 * LPT)))
        self.do(Act("mallory", "Treasury", RECEIVE, value=ETHER))
        self.next_round()
        for who, stake, to in (
            ("olga", 3_000, "olga"),
            ("otto", 2_000, "otto"),
            ("oona", 100, "oona"),
            ("dora", 500, "olga"),
            ("dirk", 500, "otto"),
            ("dina", 500, "olga"),
            ("rosa", 500, "olga"),
            ("ruth", 1_000, "ruth"),
        ):
            self.do(Act(who, bonding, "bond(uint256,address)", (stake * LPT, to)))
        self.do(Act("olga", bonding, "setRewardCaller(address)", ("gus",)))
        parts = (10 * ETHER, 10 * ETHER)
        self.do(Act("gina", broker, "fundDepositAndReserve(uint256,uint256)", parts, 20 * ETHER))
        for who in ("gus", "rosa"):
            self.do(Act(who, broker, "fundDeposit()", (), ETHER))
            self.do(Act(who, broker, "unlock()"))
        self.next_round()
        for who in ("olga", "otto", "ruth"):
            self.do(Act(who, bonding, "reward()"))
            self.do(Act(who, bonding, "transcoder(uint256,uint256)", (100_000, 500_000)))
        for who in ("dora", "rosa"):
            self.do(Act(who, bonding, "unbond(uint256)", (100 * LPT,)))
        dinas = self.number(bonding, "pendingStake", "dina", 0)
        self.do(Act("dina", bonding, "unbond(uint256)", (dinas,)))
        self._propose_all()
        self.next_round()
        self.next_round()
        for proposal in self.proposals.values():
            vote = (self.id_of(proposal), FOR)
            self.do(Act("olga", "LivepeerGovernor", "castVote(uint256,uint8)", vote))
        self.next_round()
        self.propose("open", [("LivepeerToken", 0, b"")])
        self.next_round()
        self.next_round()
        self.propose("pending", [("LivepeerToken", 0, b"")])
        for name, proposal in self.proposals.items():
            if name not in ("succeeded", "open", "pending"):
                self.do(Act("mallory", "LivepeerGovernor", QUEUE, proposal.call))
        self.open_poll()

    def _propose_all(self) -> None:
        """One that is to be queued in the tests, one that is queued by then, one for each function of proposals."""
        self.propose("succeeded", [("LivepeerToken", 0, b"")])
        payment = Contract("LivepeerToken", "").encode("transfer", self.callers["mallory"], LPT)
        self.propose("queued", [("LivepeerToken", 0, payment)])
        self.propose("payment", [("rosa", 5, b"")])
        self.propose("two payments", [("rosa", 5, b""), ("dora", 7, b"")])
        governor = Contract("LivepeerGovernor", "")
        relayed = governor.encode("relay", self.names["rosa"], 5, b"")
        self.propose("relayed payment", [("LivepeerGovernor", 5, relayed)])
        ping = Contract("BondingVotes", "").encode("delegates", self.callers["olga"])
        self.by_proposal = {
            "relay(address,uint256,bytes)": (self.callers["BondingVotes"], 0, ping),
            "setVotingDelay(uint256)": (3,),
            "setVotingDelay(uint48)": (4,),
            "setVotingPeriod(uint256)": (5,),
            "setVotingPeriod(uint32)": (6,),
            "setProposalThreshold(uint256)": (7,),
            "updateQuorumNumerator(uint256)": (8,),
            "updateTimelock(address)": (self.callers["Treasury"],),
        }
        for function, arguments in self.by_proposal.items():
            self.propose(function, [("LivepeerGovernor", 0, governor.encode(function, *arguments))])

    def propose(self, name: str, calls: list[tuple[str, int, bytes]]) -> Proposal:
        """Olga proposes calls, each a target by name, wei and calldata, under the name as a description."""
        targets, values, datas = (list(column) for column in zip(*calls, strict=True))
        proposal = self.proposals[name] = Proposal([self.names[target] for target in targets], values, datas, name)
        self.do(Act("olga", "LivepeerGovernor", PROPOSE, proposal.made))
        return proposal

    def id_of(self, proposal: Proposal) -> int:
        return self.number("LivepeerGovernor", "hashProposal", *proposal.call)

    def open_poll(self) -> str:
        """Answers with the address of a new poll, which is Poll from now on."""
        outcome = self.do(Act("olga", "PollCreator", "createPoll(bytes)", (b"a question",)))
        (opened,) = self.contracts["PollCreator"].events("PollCreated", outcome.logs)
        self.contracts["Poll"] = Contract("Poll", opened["poll"])
        self.names["Poll"] = opened["poll"]
        return str(opened["poll"])

    def _change_hands(self) -> None:
        """Everything that the deployer still owns becomes the heir's."""
        self.engine.endow(HEIR, 0, 100 * ETHER)
        update = ([self.callers["Governor"]], [0], [Contract("Governor", "").encode("transferOwnership", HEIR)], 0)
        stage, execute = (f"{name}((address[],uint256[],bytes[],uint256)" for name in ("stage", "execute"))
        for act in (
            Act("owner", "Governor", f"{stage},uint256)", (update, 0)),
            Act("owner", "Governor", f"{execute})", (update,)),
            Act("owner", "LivepeerToken", "grantRole(bytes32,address)", (bytes(32), HEIR)),
            Act("owner", "LivepeerToken", "renounceRole(bytes32,address)", (bytes(32), "owner")),
            Act("owner", "LivepeerTokenFaucet", "transferOwnership(address)", (HEIR,)),
            Act("owner", "Controller", "transferOwnership(address)", (HEIR,)),
        ):
            self.do(act)
        self.callers |= {"ex-owner": self.callers["owner"], "owner": HEIR}
        self.names |= self.callers


PROPOSE = "propose(address[],uint256[],bytes[],string)"
QUEUE = "queue(address[],uint256[],bytes[],bytes32)"
