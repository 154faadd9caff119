"""The treasury by itself: who sets it up, who may do what, and what it keeps."""

import pytest
from eth_utils.crypto import keccak

from tests.support.deployment import LPT, NOBODY
from tests.support.events import logged
from tests.support.reverts import reverts
from tests.unit.governance.conftest import ROLES

ZERO = bytes(32)
ADMIN = ROLES["TIMELOCK_ADMIN_ROLE"]
PROPOSER, EXECUTOR, CANCELLER = (ROLES[name] for name in ("PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"))
DELAY = 100
UNSET, WAITING, READY, DONE = range(4)


@pytest.fixture
def fresh(project, owner):
    return owner.deploy(project.Treasury)


@pytest.fixture
def treasury_(fresh, owner, gateway, stranger):
    """One in which the gateway proposes and the stranger executes, after a delay of 100 s."""
    fresh.initialize(DELAY, [gateway], [stranger], NOBODY, sender=owner)
    return fresh


@pytest.fixture
def payment(market, treasury_, owner, stranger):
    """A payment of 3 LPT that the treasury has, as an operation."""
    market.token.transfer(treasury_, 3 * LPT, sender=owner)
    return market.token.address, 0, market.token.transfer.encode_input(stranger, 3 * LPT), ZERO, keccak(text="salt")


def test_only_the_deployer_sets_up(fresh, stranger, owner):
    with reverts("CallerNotDeployer", stranger):
        fresh.initialize(0, [], [], stranger, sender=stranger)
    fresh.initialize(0, [], [], NOBODY, sender=owner)


def test_the_treasury_is_set_up_once(treasury_, owner):
    with reverts("InvalidInitialization"):
        treasury_.initialize(0, [], [], owner, sender=owner)


def test_setting_up_is_told(fresh, owner, gateway, stranger):
    receipt = fresh.initialize(DELAY, [gateway], [stranger], NOBODY, sender=owner)
    assert logged(receipt, fresh.MinDelayChange) == [(0, DELAY)]
    assert logged(receipt, fresh.Initialized) == [(1,)]
    granted = {(bytes(role), account) for role, account, _ in logged(receipt, fresh.RoleGranted)}
    assert granted == {
        (ZERO, fresh.address),  # taken back in the same call
        (ADMIN, fresh.address),
        (PROPOSER, gateway.address),
        (CANCELLER, gateway.address),
        (EXECUTOR, stranger.address),
    }
    assert logged(receipt, fresh.RoleRevoked) == [(ZERO, fresh, owner)]
    changed = {bytes(role): bytes(new) for role, _, new in logged(receipt, fresh.RoleAdminChanged)}
    assert changed == dict.fromkeys((ADMIN, PROPOSER, EXECUTOR, CANCELLER), ADMIN)
    assert fresh.getMinDelay() == DELAY


def test_roles_have_the_published_names(fresh):
    assert {name: bytes(getattr(fresh, name)()) for name in ROLES} == ROLES
    assert ADMIN.hex().startswith("5f58e3a2")
    assert bytes(fresh.DEFAULT_ADMIN_ROLE()) == ZERO


def test_vote57_roles_are_as_deployed(treasury_, owner, gateway, stranger):
    holders = {ADMIN: [treasury_], PROPOSER: [gateway], CANCELLER: [gateway], EXECUTOR: [stranger], ZERO: []}
    for role, expected in holders.items():
        for account in (treasury_, owner, gateway, stranger):
            assert treasury_.hasRole(role, account) == (account in expected)


def test_an_administrator_gives_roles_and_leaves(fresh, owner, gateway):
    fresh.initialize(0, [], [], owner, sender=owner)
    fresh.grantRole(PROPOSER, gateway, sender=owner)
    assert fresh.hasRole(PROPOSER, gateway)
    fresh.revokeRole(PROPOSER, gateway, sender=owner)
    fresh.renounceRole(ADMIN, owner, sender=owner)
    with reverts("AccessControlUnauthorizedAccount", owner, ADMIN):
        fresh.grantRole(PROPOSER, gateway, sender=owner)


def test_vote57_openzeppelins_administration_is_nobodys(fresh, owner):
    fresh.initialize(0, [], [], owner, sender=owner)
    with reverts("AccessControlUnauthorizedAccount", owner, ZERO):
        fresh.grantRole(ZERO, owner, sender=owner)


def test_vote57_a_payment_waits_for_its_time(market, treasury_, payment, gateway, stranger, chain):
    target, value, data, predecessor, salt = payment
    receipt = treasury_.schedule(*payment, DELAY, sender=gateway)
    operation = bytes(treasury_.hashOperation(*payment))
    assert logged(receipt, treasury_.CallScheduled) == [(operation, 0, target, value, data, predecessor, DELAY)]
    assert logged(receipt, treasury_.CallSalt) == [(operation, salt)]
    assert treasury_.getTimestamp(operation) == chain.blocks[receipt.block_number].timestamp + DELAY
    assert (treasury_.isOperation(operation), treasury_.isOperationPending(operation)) == (True, True)
    assert (treasury_.isOperationReady(operation), treasury_.isOperationDone(operation)) == (False, False)
    with reverts("TimelockUnexpectedOperationState", operation, (1 << READY).to_bytes(32, "big")):
        treasury_.execute(*payment, sender=stranger)

    chain.mine(deltatime=DELAY)
    assert treasury_.getOperationState(operation) == READY
    held = market.token.balanceOf(stranger)
    receipt = treasury_.execute(*payment, sender=stranger)
    assert logged(receipt, treasury_.CallExecuted) == [(operation, 0, target, value, data)]
    assert market.token.balanceOf(stranger) == held + 3 * LPT
    assert treasury_.isOperationDone(operation)
    with reverts("TimelockUnexpectedOperationState", operation, (1 << READY).to_bytes(32, "big")):
        treasury_.execute(*payment, sender=stranger)


def test_vote57_each_role_does_its_own(treasury_, payment, gateway, stranger, owner):
    operation = treasury_.hashOperation(*payment)
    for caller in (owner, stranger):
        with reverts("AccessControlUnauthorizedAccount", caller, PROPOSER):
            treasury_.schedule(*payment, DELAY, sender=caller)
        with reverts("AccessControlUnauthorizedAccount", caller, CANCELLER):
            treasury_.cancel(operation, sender=caller)
    for caller in (owner, gateway):
        with reverts("AccessControlUnauthorizedAccount", caller, EXECUTOR):
            treasury_.execute(*payment, sender=caller)
        with reverts("TimelockUnauthorizedCaller", caller):
            treasury_.updateDelay(0, sender=caller)


def test_a_delay_cannot_be_shortened(treasury_, payment, gateway):
    with reverts("TimelockInsufficientDelay", DELAY - 1, DELAY):
        treasury_.schedule(*payment, DELAY - 1, sender=gateway)


def test_an_operation_is_cancelled(treasury_, payment, gateway):
    treasury_.schedule(*payment, DELAY, sender=gateway)
    operation = bytes(treasury_.hashOperation(*payment))
    receipt = treasury_.cancel(operation, sender=gateway)
    assert logged(receipt, treasury_.Cancelled) == [(operation,)]
    assert treasury_.getOperationState(operation) == UNSET


def test_a_batch_is_all_or_nothing_and_can_come_after_another(treasury_, payment, gateway, stranger, chain):
    salt = payment[-1]
    treasury_.schedule(*payment, DELAY, sender=gateway)
    first = treasury_.hashOperation(*payment)
    batch = ([stranger, treasury_], [5, 0], [b"", treasury_.updateDelay.encode_input(7)], first, salt)
    operation = bytes(treasury_.hashOperationBatch(*batch))
    treasury_.scheduleBatch(*batch, DELAY, sender=gateway)
    chain.mine(deltatime=DELAY)
    with reverts("TimelockUnexecutedPredecessor", first):
        treasury_.executeBatch(*batch, value=5, sender=stranger)
    treasury_.execute(*payment, sender=stranger)
    receipt = treasury_.executeBatch(*batch, value=5, sender=stranger)
    assert [entry[:2] for entry in logged(receipt, treasury_.CallExecuted)] == [(operation, 0), (operation, 1)]
    assert logged(receipt, treasury_.MinDelayChange) == [(DELAY, 7)]


def test_the_treasury_receives_eth_and_tokens_of_every_kind(fresh, stranger):
    stranger.transfer(fresh, 5)
    assert fresh.balance == 5
    assert fresh.onERC721Received.call(stranger, stranger, 1, b"") == bytes.fromhex("150b7a02")
    assert fresh.onERC1155Received.call(stranger, stranger, 1, 1, b"") == bytes.fromhex("f23a6e61")
    assert fresh.onERC1155BatchReceived.call(stranger, stranger, [1], [1], b"") == bytes.fromhex("bc197c81")
    for interface in ("0x01ffc9a7", "0x7965db0b", "0x4e2312e0"):  # ERC-165, access control, ERC-1155's receiver
        assert fresh.supportsInterface(interface)


def test_it_says_which_interfaces_it_has_and_no_others(fresh):
    access_control, receiver = bytes.fromhex("7965db0b"), bytes.fromhex("4e2312e0")
    assert fresh.supportsInterface(access_control)
    assert fresh.supportsInterface(receiver)
    assert not fresh.supportsInterface(b"\xff" * 4)
