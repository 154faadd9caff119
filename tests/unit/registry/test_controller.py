"""The registry, its owner and its pause switch."""

from __future__ import annotations

import pytest

from scripts._lib.sources import contract_id
from tests.support.deployment import NOBODY
from tests.support.reverts import reverts

COMMIT = bytes(range(20))
THING = contract_id("Thing")

# The ids that clients have built in (facts: protocol 1.3).
PUBLISHED_IDS = {
    "BondingManager": "2517d59a36a86548e38734e8ab416f42afff4bca78706a66ad65750dae7f9e37",
    "BondingManagerTarget": "fc6f6f33d2bb065ac61cbdd4dbe4b7adf6f3e7e6c6a3d1fe297cbf9a187092e4",
    "JobsManager": "3d7456535a3155a46f15a2313c3915bd07137ffdc56464f4fc9a82bae7215c2d",
    "LivepeerToken": "3443e257065fe41dd0e4d1f5a1b73a22a62e300962b57f30cddf41d0f8273ba7",
    "Minter": "6e58ad548d72b425ea94c15f453bf26caddb061d82b2551db7fdd3cefe0e9940",
    "RoundsManager": "e8438ea868df48e3fc21f2f087b993c9b1837dc0f6135064161ce7d7a1701fe8",
    "RoundsManagerTarget": "56f65aba3e3e5b6d5adbc6cdc14c51957893b21d4a6a56260af4e03af7e1a51d",
    "ServiceRegistry": "79c5d2a4a07754f4bacb0ffba18ac516030ee589ebc89db8627680c4d4cdb230",
    "ServiceRegistryTarget": "a65c3dc1a85422ba3e6003be871c3339b882a9c28fc454085d394e4b6436d564",
    "TicketBroker": "bd1aa3e8d2464256d7fd3dcf645c16418d5d8c51d971f1ad7d57e7b1b5eee239",
    "TicketBrokerTarget": "f16f832ef171c8058cbd4a32de7d27c32a1a1ad90bb091b4b7f376f1d95ee254",
    "Treasury": "6efca2866b731ee4984990bacad4cde10f1ef764fb54a5206bdfd291695b1a9b",
}


@pytest.fixture
def controller(project, owner):
    """A new one, apart from the market."""
    return owner.deploy(project.Controller)


def test_the_market_is_registered_under_the_published_ids(market):
    for id_ in PUBLISHED_IDS.values():
        assert market.controller.getContract(bytes.fromhex(id_)) != NOBODY


def test_the_ticket_broker_is_known_by_its_name_of_old(market):
    assert market.controller.getContract(bytes.fromhex(PUBLISHED_IDS["JobsManager"])) == market.broker


def test_reg63_a_controller_begins_paused_and_with_its_deployer_as_owner(controller, owner):
    assert controller.paused()
    assert controller.owner() == owner


def test_an_unknown_id_names_nothing(controller):
    assert controller.getContract(THING) == NOBODY
    assert controller.getContractInfo(THING) == (NOBODY, bytes(20))


def test_a_contract_is_registered_replaced_and_removed(controller, owner, stranger):
    for address, commit in ((stranger.address, COMMIT), (owner.address, COMMIT[::-1]), (NOBODY, bytes(20))):
        receipt = controller.setContractInfo(THING, address, commit, sender=owner)
        assert receipt.events == [controller.SetContractInfo(THING, address, commit)]
        assert controller.getContract(THING) == address
        assert controller.getContractInfo(THING) == (address, commit)


def test_pause_and_unpause(controller, owner):
    assert controller.unpause(sender=owner).events == [controller.Unpause()]
    assert not controller.paused()
    assert controller.pause(sender=owner).events == [controller.Pause()]
    assert controller.paused()


OTHER, UNKNOWN = contract_id("Other"), contract_id("Unknown")


@pytest.mark.parametrize("paused", [True, False])
def test_reg63_a_lookup_tells_of_the_pause(controller, owner, stranger, paused):
    """Whatever was registered before the switch was turned, after it, replaced, removed or never."""
    controller.setContractInfo(THING, stranger, COMMIT, sender=owner)
    controller.setContractInfo(contract_id("Removed"), stranger, COMMIT, sender=owner)
    controller.unpause(sender=owner)
    controller.pause(sender=owner)
    if not paused:
        controller.unpause(sender=owner)
    controller.setContractInfo(OTHER, owner, COMMIT, sender=owner)
    controller.setContractInfo(contract_id("Removed"), NOBODY, bytes(20), sender=owner)
    known = {THING: stranger, OTHER: owner, UNKNOWN: NOBODY, contract_id("Removed"): NOBODY}
    for id_, address in known.items():
        assert controller.getContractAndPause(id_) == (address, paused)
        for other, other_address in known.items():
            assert controller.getContractsAndPause(id_, other) == (address, other_address, paused)


def test_reg63_a_lookup_follows_each_turn_of_the_switch(controller, owner, stranger):
    controller.setContractInfo(THING, stranger, COMMIT, sender=owner)
    for _ in range(2):
        controller.unpause(sender=owner)
        assert not controller.getContractAndPause(THING).isPaused
        controller.pause(sender=owner)
        assert controller.getContractAndPause(THING).isPaused
    assert controller.getContractInfo(THING) == (stranger, COMMIT)


def test_pausing_twice_is_refused(controller, owner):
    with reverts("AlreadyPaused"):
        controller.pause(sender=owner)
    controller.unpause(sender=owner)
    with reverts("NotPaused"):
        controller.unpause(sender=owner)


def test_ownership_passes_on_at_once(controller, owner, stranger):
    receipt = controller.transferOwnership(stranger, sender=owner)
    assert receipt.events == [controller.OwnershipTransferred(owner, stranger)]
    assert controller.owner() == stranger
    with reverts("CallerNotOwner", owner):
        controller.unpause(sender=owner)
    controller.unpause(sender=stranger)


def test_there_is_always_an_owner(controller, owner):
    with reverts("OwnerZeroAddress"):
        controller.transferOwnership(NOBODY, sender=owner)


def test_reg60_everything_is_the_owners(controller, stranger):
    calls = [
        lambda: controller.setContractInfo(THING, stranger, COMMIT, sender=stranger),
        lambda: controller.updateController(THING, stranger, sender=stranger),
        lambda: controller.transferOwnership(stranger, sender=stranger),
        lambda: controller.pause(sender=stranger),
        lambda: controller.unpause(sender=stranger),
    ]
    for call in calls:
        with reverts("CallerNotOwner", stranger):
            call()


@pytest.mark.parametrize("name", ["Minter", "TicketBroker", "RoundsManager", "ServiceRegistry", "BondingManager"])
def test_a_contract_moves_to_another_controller(market, controller, owner, name):
    contract = {
        "Minter": market.minter,
        "TicketBroker": market.broker,
        "RoundsManager": market.rounds,
        "ServiceRegistry": market.registry,
        "BondingManager": market.bonding,
    }[name]
    receipt = market.controller.updateController(contract_id(name), controller, sender=owner)
    assert receipt.decode_logs() == [contract.SetController(controller)]
    assert contract.controller() == controller


def test_a_name_without_contract_cannot_move(controller, owner, stranger):
    with reverts(""):
        controller.updateController(THING, stranger, sender=owner)
