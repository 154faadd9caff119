"""Snapshots: a root that the owner sets, and proofs against it."""

import pytest
from eth_utils.crypto import keccak

from tests.support.reverts import reverts

ID = keccak(text="a snapshot")
LEAVES = [keccak(bytes([n])) for n in range(4)]


def parent(one, other):
    return keccak(min(one, other) + max(one, other))


PAIRS = parent(*LEAVES[:2]), parent(*LEAVES[2:])
ROOT = parent(*PAIRS)


@pytest.fixture
def snapshots(project, market, owner):
    return owner.deploy(project.MerkleSnapshot, market.controller)


def test_reg60_the_controllers_owner_sets_snapshots(market, snapshots, owner, stranger):
    assert snapshots.controller() == market.controller
    with reverts("CallerNotControllerOwner", stranger):
        snapshots.setSnapshot(ID, ROOT, sender=stranger)
    snapshots.setSnapshot(ID, ROOT, sender=owner)
    assert bytes(snapshots.snapshot(ID)) == ROOT
    snapshots.setSnapshot(ID, LEAVES[0], sender=owner)
    assert bytes(snapshots.snapshot(ID)) == LEAVES[0]


def test_every_leaf_is_proven_and_nothing_else(snapshots, owner):
    snapshots.setSnapshot(ID, ROOT, sender=owner)
    for n, leaf in enumerate(LEAVES):
        proof = [LEAVES[n ^ 1], PAIRS[1 - n // 2]]
        assert snapshots.verify(ID, proof, leaf)
        assert not snapshots.verify(ID, proof, keccak(leaf))
        assert not snapshots.verify(ID, proof[:1], leaf)
        assert not snapshots.verify(ID, proof[::-1], leaf)
        assert not snapshots.verify(keccak(ID), proof, leaf)


def test_a_snapshot_of_one_leaf_needs_no_neighbours(snapshots, owner):
    snapshots.setSnapshot(ID, LEAVES[0], sender=owner)
    assert snapshots.verify(ID, [], LEAVES[0])
    assert not snapshots.verify(ID, [], LEAVES[1])


def test_only_the_controller_moves_it(project, market, snapshots, owner, stranger):
    with reverts("CallerNotController", stranger):
        snapshots.setController(stranger, sender=stranger)
