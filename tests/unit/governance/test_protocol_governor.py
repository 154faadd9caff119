"""The owner of the protocol: updates on notice."""

import pytest
from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from scripts._lib.sources import contract_id
from tests.support.deployment import NOBODY
from tests.support.events import logged
from tests.support.reverts import reverts

DELAY = 20


@pytest.fixture
def holder(project, owner):
    """The Governor, whose owner is the deployer."""
    return owner.deploy(project.Governor)


@pytest.fixture
def owned(market, holder, owner):
    """The market, owned by the Governor."""
    market.controller.transferOwnership(holder, sender=owner)
    return market


def update(*calls, nonce=0):
    """Calls, each (target, value, calldata)."""
    targets, values, datas = (list(column) for column in zip(*calls, strict=True)) if calls else ([], [], [])
    return [getattr(target, "address", target) for target in targets], values, datas, nonce


def told(receipt, event):
    """The updates that events of a kind tell of, each with what else the event says."""
    return [
        (([*map(to_checksum_address, targets)], [*values], [*datas], nonce), *more)
        for (targets, values, datas, nonce), *more in logged(receipt, event)
    ]


def hash_of(update_):
    return keccak(encode(["(address[],uint256[],bytes[],uint256)"], [update_]))


@pytest.fixture
def pause(market):
    return update((market.controller, 0, market.controller.pause.encode_input()))


def test_the_deployer_owns_the_governor(holder, owner):
    assert holder.owner() == owner
    assert logged(holder.creation_metadata.receipt, holder.OwnershipTransferred) == [(NOBODY, owner)]


def test_an_update_is_staged_and_executed_after_its_delay(owned, holder, owner, stranger, pause, chain):
    receipt = holder.stage(pause, DELAY, sender=owner)
    from_block = receipt.block_number + DELAY
    assert told(receipt, holder.UpdateStaged) == [(pause, DELAY)]
    assert holder.updates(hash_of(pause)) == from_block

    chain.mine(DELAY - 2)
    with reverts("UpdateDelayNotExpired", from_block, from_block - 1):
        holder.execute(pause, sender=stranger)
    receipt = holder.execute(pause, sender=stranger)
    assert receipt.block_number == from_block
    assert told(receipt, holder.UpdateExecuted) == [(pause,)]
    assert owned.controller.paused()
    assert holder.updates(hash_of(pause)) == 0


def test_reg60_only_the_owner_stages_and_cancels(holder, pause, stranger, owner):
    with reverts("CallerNotOwner", stranger):
        holder.stage(pause, 0, sender=stranger)
    holder.stage(pause, 0, sender=owner)
    with reverts("CallerNotOwner", stranger):
        holder.cancel(pause, sender=stranger)


def test_an_update_is_executed_once(owned, holder, owner, pause):
    holder.stage(pause, 0, sender=owner)
    holder.execute(pause, sender=owner)
    with reverts("UpdateNotStaged", hash_of(pause)):
        holder.execute(pause, sender=owner)


def test_what_is_not_staged_is_neither_executed_nor_cancelled(holder, pause, owner):
    for call in (holder.execute, holder.cancel):
        with reverts("UpdateNotStaged", hash_of(pause)):
            call(pause, sender=owner)


def test_an_update_waits_once_but_may_come_again_with_another_number(market, holder, pause, owner):
    receipt = holder.stage(pause, DELAY, sender=owner)
    with reverts("UpdateAlreadyStaged", hash_of(pause), receipt.block_number + DELAY):
        holder.stage(pause, 0, sender=owner)
    holder.stage((*pause[:3], 1), 0, sender=owner)


def test_a_cancelled_update_is_gone(owned, holder, pause, owner):
    holder.stage(pause, 0, sender=owner)
    receipt = holder.cancel(pause, sender=owner)
    assert told(receipt, holder.UpdateCancelled) == [(pause,)]
    with reverts("UpdateNotStaged", hash_of(pause)):
        holder.execute(pause, sender=owner)
    holder.stage(pause, 0, sender=owner)


@pytest.mark.parametrize("lengths", [(1, 0, 1), (1, 1, 0), (0, 1, 0), (1, 2, 1)])
def test_each_call_has_a_value_and_data(holder, owner, lengths):
    targets, values, datas = lengths
    broken = ([NOBODY] * targets, [0] * values, [b""] * datas, 0)
    with reverts("UpdateLengthMismatch", *lengths):
        holder.stage(broken, 0, sender=owner)


def test_an_update_is_all_or_nothing_and_fails_as_its_call_does(owned, holder, owner, pause):
    controller = owned.controller
    twice = update(*[(controller, 0, controller.pause.encode_input())] * 2)
    holder.stage(twice, 0, sender=owner)
    with reverts("AlreadyPaused"):
        holder.execute(twice, sender=owner)
    assert not controller.paused()
    assert holder.updates(hash_of(twice)) != 0


def test_an_update_pays_with_what_comes_with_it(holder, owner, gateway, stranger):
    payment = update((gateway, 5, b""), (stranger, 7, b""))
    holder.stage(payment, 0, sender=owner)
    before = gateway.balance, stranger.balance
    holder.execute(payment, value=12, sender=owner)
    assert (gateway.balance - before[0], stranger.balance - before[1]) == (5, 7)


def test_a_new_owner_comes_by_an_update_only(holder, owner, stranger):
    with reverts("CallerNotGovernor", owner):
        holder.transferOwnership(stranger, sender=owner)
    for new_owner, nonce in ((NOBODY, 0), (stranger, 1)):
        change = update((holder, 0, holder.transferOwnership.encode_input(new_owner)), nonce=nonce)
        holder.stage(change, 0, sender=owner)
        if new_owner == NOBODY:
            with reverts("OwnerZeroAddress"):
                holder.execute(change, sender=owner)
        else:
            receipt = holder.execute(change, sender=owner)
            assert logged(receipt, holder.OwnershipTransferred) == [(owner, stranger)]
    assert holder.owner() == stranger
    with reverts("CallerNotOwner", owner):
        holder.stage(update(), 0, sender=owner)


def test_reg62_an_update_puts_another_implementation_behind_a_proxy(project, owned, holder, owner, stranger):
    owned.registry.setServiceURI("https://a:1", sender=stranger)
    successor = owner.deploy(project.ServiceRegistry, owned.controller)
    target = contract_id("ServiceRegistryTarget")
    register = owned.controller.setContractInfo.encode_input(target, successor, bytes(20))
    upgrade = update((owned.controller, 0, register))
    holder.stage(upgrade, 0, sender=owner)
    holder.execute(upgrade, sender=stranger)
    assert owned.controller.getContract(target) == successor
    assert owned.registry.getServiceURI(stranger) == "https://a:1"
