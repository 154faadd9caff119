"""What views of the registries, polls, snapshots and the protocol's Governor answer."""

from __future__ import annotations

from typing import Any, ClassVar

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tests.support.machines.answering import Answering, Answers

__all__ = ["MinistryAnswers"]

LPT = 10**18
UPDATE = "(address[],uint256[],bytes[],uint256)"
LIPS = (0, 1, 89)


def _plain(value: Any) -> Any:
    return lambda m, turn: ((), value(m))


def _entry(m: Any, turn: int) -> Any:
    if not m.entries:
        return None
    name = sorted(m.entries)[turn % len(m.entries)]
    return (keccak(text=name),), m.entries[name][0]


def _update(m: Any, turn: int) -> Any:
    number, kind = turn % 10, m.kinds.get(turn % 10, "nothing")
    hash_ = keccak(encode([UPDATE], [m._update(number, kind)]))
    return (hash_,), m.updates.get(number, 0)


def _snapshot(m: Any, turn: int) -> Any:
    id_ = (turn % 4).to_bytes(32, "big")
    return (id_,), m._snapshots.get(id_, bytes(32))


def _allowance(m: Any, turn: int) -> Any:
    known = sorted(m.allowances)
    if not known:
        return None
    pair = known[turn * 3 % len(known)]
    return pair, m.allowances[pair]


def _nonce(m: Any, turn: int) -> Any:
    people = list(m.world.addresses.values())
    who = people[turn % len(people)]
    return (who,), m.nonces.get(who, 0)


class MinistryAnswers(Answering):
    answers: ClassVar[Answers] = {
        ("Controller", "getContract(bytes32)"): _entry,
        ("Governor", "owner()"): _plain(lambda m: m.governors_owner),
        ("Governor", "updates(bytes32)"): _update,
        ("LivepeerToken", "allowance(address,address)"): _allowance,
        ("LivepeerToken", "nonces(address)"): _nonce,
        ("MerkleSnapshot", "snapshot(bytes32)"): _snapshot,
        ("PollCreator", "POLL_CREATION_COST()"): _plain(lambda m: 100 * LPT),
        ("PollCreator", "POLL_PERIOD()"): _plain(lambda m: 57_600),
        ("PollCreator", "QUORUM()"): _plain(lambda m: 333_300),
        ("PollCreator", "QUOTA()"): _plain(lambda m: 500_000),
        ("PollCreator", "bondingManager()"): _plain(lambda m: m.world.bonding.address),
        ("RoundsManager", "lipUpgradeRound(uint256)"): lambda m, n: ((LIPS[n % 3],), m.upgrades.get(LIPS[n % 3], 0)),
    }
