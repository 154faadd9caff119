"""One deployment of the published interface, in which everybody and everything has a name.

Two sides differ in their addresses and in nothing else that can be seen: whatever the chain answers is made comparable
by putting names in the place of addresses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eth_abi.abi import decode, encode
from eth_account import Account
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from tests.differential.artifacts import Artifact, Artifacts
from tests.differential.chain import Chain, Receipt, Transaction
from tests.differential.motions import Motion

__all__ = [
    "ACTORS",
    "DELEGATORS",
    "GATEWAYS",
    "LPT",
    "NOBODY",
    "ORCHESTRATORS",
    "Refusal",
    "Side",
    "Terms",
    "deploy_side",
    "start_clocks",
]

LPT = 10**18
NOBODY = "nobody"
ORCHESTRATORS = ("olga", "otto", "oona", "oleg", "ozan")
DELEGATORS = ("dora", "dirk", "dina")
GATEWAYS = ("gina", "gus")
# The last three: who has no business here, who may slash, and who may bond for anybody.
ACTORS = (*ORCHESTRATORS, *DELEGATORS, *GATEWAYS, "mallory", "vera", "mia")
PROXIED = ("BondingVotes", "BondingManager", "TicketBroker", "RoundsManager", "ServiceRegistry")
MINTER_ROLE, BURNER_ROLE = keccak(text="MINTER_ROLE"), keccak(text="BURNER_ROLE")
UNLIMITED = 2**256 - 1
COMMIT = bytes(20)


class Refusal(Exception):  # noqa: N818 - what a contract does, no error of ours
    """The deployment itself could not be brought up."""


@dataclass(frozen=True)
class Terms:
    """What both sides are deployed with; amounts in LPT wei, periods in rounds, lengths in blocks."""

    supply: int = 10_000_000 * LPT
    wealth: int = 500_000 * LPT
    l1_supply: int = 1_234_567 * LPT + 89
    inflation: int = 3_000_000
    inflation_change: int = 70_000
    target_bonding_rate: int = 40_000_000
    pool_size: int = 2
    unbonding_period: int = 2
    treasury_cut: int = 10**26
    treasury_ceiling: int = 0
    round_length: int = 30
    lock_amount: int = 300_000
    unlock_period: int = 2
    validity: int = 2
    voting_delay: int = 1
    voting_period: int = 2
    proposal_threshold: int = 100 * LPT
    quorum: int = 200_000
    quota: int = 500_000


@dataclass
class Side:
    """A deployment: how to call it, and how to read what it says.

    Attributes:
        name: "ours" or "reference".
        addresses: of contracts and people, by name.
        keys: of those who sign tickets.
    """

    name: str
    artifacts: Artifacts
    chain: Chain
    addresses: dict[str, str] = field(default_factory=lambda: {NOBODY: "0x" + "00" * 20})
    keys: dict[str, bytes] = field(default_factory=dict)
    _tags: list[tuple[bytes, bytes]] = field(default_factory=list)
    _packed: dict[tuple[Any, ...], bytes] = field(default_factory=dict)

    def has(self, contract: str, function: str) -> bool:
        return contract in self.addresses and function in self.artifact(contract).functions

    def artifact(self, contract: str) -> Artifact:
        return self.artifacts[contract]

    def encode(self, contract: str, function: str, arguments: tuple[Any, ...]) -> bytes:
        """Calldata; people and contracts stand by their names."""
        signature = self.artifact(contract).functions[function]
        given = [self._plain(kind, value) for kind, value in zip(signature.inputs, arguments, strict=True)]
        return signature.selector + encode(signature.inputs, given)

    def call(self, who: str, contract: str, function: str, *arguments: Any, value: int = 0) -> Transaction:
        data = self.encode(contract, function, arguments)
        return Transaction(self.addresses[who], self.addresses[contract], data, value)

    def read(self, contract: str, function: str, *arguments: Any) -> Any:
        """The answer of a view, decoded as it is; a single one without its tuple."""
        data = self.encode(contract, function, arguments)
        request = {"to": self.addresses[contract], "data": "0x" + data.hex()}
        answer = bytes.fromhex(self.chain.ask("eth_call", request, "latest")[2:])
        values = decode(self.artifact(contract).functions[function].outputs, answer)
        return values[0] if len(values) == 1 else values

    def packed(self, question: tuple[str, str, tuple[Any, ...]]) -> bytes:
        """A question as HarnessManyCalls takes it; the function `balance` asks for ether."""
        if question not in self._packed:
            contract, function, arguments = question
            data = b"" if function == "balance" else self.encode(contract, function, arguments)
            to = bytes.fromhex(self.addresses[contract][2:])
            self._packed[question] = to + len(data).to_bytes(2, "big") + data
        return self._packed[question]

    def comparable(self, data: bytes) -> bytes:
        """The same with names for addresses, wherever they stand."""
        for address, tag in self._tags:
            data = data.replace(address, tag)
        return data

    def join(self, name: str, address: str) -> None:
        """Gives an address its name, of 20 bytes at most."""
        self.addresses[name] = to_checksum_address(address)
        self._tags.append((bytes.fromhex(address[2:]), name.encode().ljust(20, b".")[:20]))

    def name_word(self, name: str, word: bytes) -> None:
        """Gives a hash its name."""
        if all(known != word for known, _ in self._tags):
            self._tags.append((word, bytes(12) + name.encode().ljust(20, b".")))

    def _plain(self, kind: str, value: Any) -> Any:
        if isinstance(value, Motion):
            return value.id_on(self)
        return self.addresses.get(value, value) if kind == "address" else value


@dataclass
class _Deployer:
    side: Side
    terms: Terms
    owner: str
    governed: bool

    def run(self) -> Side:
        side, t = self.side, self.terms
        self._create("Controller", "Controller")
        self._create("LivepeerToken", "LivepeerToken")
        self._create("Minter", "Minter", "Controller", t.inflation, t.inflation_change, t.target_bonding_rate)
        for name in PROXIED:
            if name in side.artifacts:
                self._create(name + "Target", name, "Controller")
                self._create(name, "ManagerProxy", "Controller", keccak(text=name + "Target"))
        self._create_cache()
        if self.governed:
            self._create_governor()
        self._register()
        self._set_parameters()
        self._hand_out_tokens()
        self._do("Controller", "unpause")
        return side

    def _create(self, name: str, contract: str, *arguments: Any) -> None:
        artifact = self.side.artifacts[contract]
        given = [self.side.addresses.get(a, a) if isinstance(a, str) else a for a in arguments]
        data = artifact.code + encode(artifact.constructor, given)
        self._deployed(name, data)

    def _create_cache(self) -> None:
        """A contract that answers everything with the supply on L1: PUSH32 supply, and return it."""
        runtime = b"\x7f" + self.terms.l1_supply.to_bytes(32, "big") + bytes.fromhex("5f5260205ff3")
        copy = bytes.fromhex(f"60{len(runtime):02x}600a5f3960{len(runtime):02x}5ff3")
        self._deployed("L2LPTDataCache", copy + runtime)

    def _create_governor(self) -> None:
        """Governor and treasury; the governor's clock is not yet started."""
        self._create("LivepeerGovernorTarget", "LivepeerGovernor", "Controller")
        self._create("LivepeerGovernor", "ManagerProxy", "Controller", keccak(text="LivepeerGovernorTarget"))
        self._create("Treasury", "Treasury")
        self._do("Treasury", "initialize", 0, [], [], "owner")
        for role in ("PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"):
            self._do("Treasury", "grantRole", keccak(text=role), "LivepeerGovernor")

    def _deployed(self, name: str, data: bytes) -> None:
        receipt = self._send(Transaction(self.owner, None, data), f"deploying {name}")
        assert receipt.contract is not None
        self.side.join(name, receipt.contract)

    def _register(self) -> None:
        named = {name: name for name in self.side.addresses if name not in (NOBODY, "owner", "Controller", *ACTORS)}
        named |= {"JobsManager": "TicketBroker", "Verifier": "vera", "L2Migrator": "mia", "Treasury": "Treasury"}
        for name, role in named.items():
            self._do("Controller", "setContractInfo", keccak(text=name), role, COMMIT)

    def _set_parameters(self) -> None:
        t = self.terms
        self._do("BondingManager", "setUnbondingPeriod", t.unbonding_period)
        self._do("BondingManager", "setNumActiveTranscoders", t.pool_size)
        self._do("BondingManager", "setTreasuryRewardCutRate", t.treasury_cut)
        self._do("BondingManager", "setTreasuryBalanceCeiling", t.treasury_ceiling)
        self._do("TicketBroker", "setUnlockPeriod", t.unlock_period)
        self._do("TicketBroker", "setTicketValidityPeriod", t.validity)

    def _hand_out_tokens(self) -> None:
        self._do("LivepeerToken", "grantRole", MINTER_ROLE, "owner")
        for role in (MINTER_ROLE, BURNER_ROLE):  # without the second nobody could be slashed
            self._do("LivepeerToken", "grantRole", role, "Minter")
        self._do("LivepeerToken", "mint", "owner", self.terms.supply)
        for name in ACTORS:
            self._do("LivepeerToken", "transfer", name, self.terms.wealth)
            self._do("LivepeerToken", "approve", "BondingManager", UNLIMITED, who=name)

    def _do(self, contract: str, function: str, *arguments: Any, who: str = "owner") -> None:
        # Ids and commits are bytes, everything else that is text is a name.
        self._send(self.side.call(who, contract, function, *arguments), f"{contract}.{function}")

    def _send(self, transaction: Transaction, title: str) -> Receipt:
        receipt = self.side.chain.transact(transaction)[0]
        if not receipt.succeeded:
            raise Refusal(f"{self.side.name}: {title} failed")
        return receipt


def deploy_side(chain: Chain, name: str, artifacts: Mapping[str, Artifact], terms: Terms, *, governed: bool) -> Side:
    """Brings a deployment up, all actors rich, nobody has bonded. Its clock has still to be started: {start_clocks}.

    Args:
        governed: with governor and treasury; otherwise an account stands in for the treasury.

    Raises:
        Refusal: a step of it failed.
    """
    side = Side(name, artifacts, chain)
    for person in ("owner", *ACTORS) if governed else ("owner", "Treasury", *ACTORS):
        key = keccak(text=f"{name} {person}")
        side.keys[person] = key
        side.join(person, Account.from_key(key).address)
        if person != "Treasury":
            chain.enrich(side.addresses[person])
    return _Deployer(side, terms, side.addresses["owner"], governed).run()


def start_clocks(sides: Sequence[Side], terms: Terms) -> None:
    """In the same blocks, so that all sides have the same rounds; none is initialised."""
    _together(sides, "RoundsManager", "setRoundLockAmount", terms.lock_amount)
    _together(sides, "RoundsManager", "setRoundLength", terms.round_length)
    if all("LivepeerGovernor" in side.addresses for side in sides):
        shares = (terms.quorum, terms.quota)
        timing = (terms.voting_delay, terms.voting_period, terms.proposal_threshold)
        _together(sides, "LivepeerGovernor", "initialize", *timing, *shares)


def _together(sides: Sequence[Side], contract: str, function: str, *arguments: Any) -> None:
    calls = [side.call("owner", contract, function, *arguments) for side in sides]
    assert all(receipt.succeeded for receipt in sides[0].chain.transact(*calls)), f"{contract}.{function} failed"
