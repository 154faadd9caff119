"""Puts a new version in place, itself or through the Governor, and goes on where it was broken off.

The record says how far an upgrade has come: a new implementation stands (`upgrades`), an update is staged, the new
version is in place (`replaced` has the old one). What the chain says goes before what the record says.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import ape

from scripts._lib.errors import AuthorityError, NotDueError, StagedError
from scripts._lib.governor import Update, governor_at
from scripts._lib.instances import Deployment
from scripts._lib.record import DeploymentRecord, PendingUpgrade
from scripts._lib.sources import contract_id, current_commit
from scripts._lib.transactions import Sender, code_hash
from scripts._lib.upgrade.plan import UpgradePlan

PLENTY = 10**20


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an upgrade stands after a run.

    Attributes:
        in_place: whether the new version serves.
        note: what is left to do, and how.
    """

    in_place: bool
    note: str


def settle(deployment: Deployment, name: str) -> bool:
    """Enters into the record what somebody has executed in the meantime; whether there was such a thing."""
    pending = deployment.record.upgrades.get(name)
    if pending is None or _registered(deployment, name) != pending.implementation.address:
        return False
    _enter(deployment.record, name)
    return True


def upgrade(deployment: Deployment, plan: UpgradePlan, sender: Sender, delay: int) -> Progress:
    """Deploys the new version, unless it stands already; puts it in place or stages that.

    Args:
        delay: L1 blocks between staging and executing; not used when the sender owns the Controller itself.

    Raises:
        StagedError: an earlier version is staged and could still be executed.
        AuthorityError: the Controller belongs to neither the sender nor a Governor.
    """
    owner = deployment.controller.owner()
    governor = None if owner == sender.account.address else governor_at(owner)
    if governor is None and owner != sender.account.address:
        raise AuthorityError(
            f"the Controller belongs to {owner}, which is neither {sender.account.address} nor a Governor"
        )
    pending = _pending(deployment, plan, sender, governor)
    call = (contract_id(plan.name + "Target"), pending.implementation.address, current_commit().as_bytes)
    if governor is None:
        sender.call(f"register {plan.name}Target", deployment.controller.setContractInfo, *call)
        _enter(deployment.record, plan.name)
        return Progress(True, f"{plan.name} runs {pending.implementation.address}")
    if pending.update is None:
        pending.update = Update.of_call(deployment.controller.setContractInfo, *call).as_dict()
        pending.delay = delay
        deployment.record.save()
    return _stage(deployment, plan.name, sender, governor)


def execute(deployment: Deployment, name: str, sender: Sender) -> Progress:
    """Lets the Governor do what is staged.

    Raises:
        NotDueError: nothing is staged, or its time has not come.
    """
    pending = deployment.record.upgrades.get(name)
    if pending is None or pending.update is None:
        raise NotDueError(f"no upgrade of {name} is staged")
    governor = governor_at(deployment.controller.owner())
    if governor is None:
        raise NotDueError(f"the Controller belongs to {deployment.controller.owner()} now, which is no Governor")
    update = Update(**pending.update)
    due, height = governor.updates(update.hash), _height(deployment)
    if due == 0:
        raise NotDueError(f"the Governor knows of no upgrade of {name}\n{_by_hand(governor, update, pending.delay)}")
    if height < due:
        raise NotDueError(f"the upgrade of {name} is due at block {due}: in {due - height} blocks")
    sender.call(f"execute the upgrade of {name}", governor.execute, update.as_tuple)
    _enter(deployment.record, name)
    return Progress(True, f"{name} runs {deployment.record.implementations[name].address}")


def as_owner(deployment: Deployment) -> Any:
    """Whoever can upgrade, as an account that needs no key: on chains that allow it."""
    owner = deployment.controller.owner()
    governor = governor_at(owner)
    address = owner if governor is None else governor.owner()
    ape.chain.provider.set_balance(address, PLENTY)
    return ape.accounts[address]


def wait_until_due(deployment: Deployment, name: str) -> None:
    """Lets blocks pass on a test chain until what is staged can be executed."""
    pending = deployment.record.upgrades[name]
    governor = governor_at(deployment.controller.owner())
    if governor is not None and pending.update is not None:
        left = governor.updates(Update(**pending.update).hash) - _height(deployment)
        ape.chain.mine(max(left, 0))


def _pending(deployment: Deployment, plan: UpgradePlan, sender: Sender, governor: Any | None) -> PendingUpgrade:
    """The upgrade that has begun, or a new one."""
    record = deployment.record
    begun = record.upgrades.get(plan.name)
    if begun is not None and _is(plan, begun):
        return begun
    if begun is not None and begun.update is not None and governor is not None:
        due = governor.updates(Update(**begun.update).hash)
        if due:
            raise StagedError(
                f"an upgrade of {plan.name} to {begun.implementation.address} is staged, and anybody can execute it "
                f"from block {due} on: execute it (--execute) or cancel it first"
            )
    part = sender.create(plan.contract, *plan.deployed.constructor_arguments, replaceable=True)
    record.upgrades[plan.name] = PendingUpgrade(implementation=part)
    sender.created(f"deploy {plan.contract}", part)
    return record.upgrades[plan.name]


def _is(plan: UpgradePlan, begun: PendingUpgrade) -> bool:
    """Whether what has begun is the version of the sources, and stands where the record says."""
    part = begun.implementation
    return part.creation_code_hash == plan.creation_code_hash and code_hash(part.address) == part.code_hash


def _stage(deployment: Deployment, name: str, sender: Sender, governor: Any) -> Progress:
    pending = deployment.record.upgrades[name]
    update = Update(**pending.update or {})
    if governor.updates(update.hash) == 0:
        if governor.owner() != sender.account.address:
            return Progress(False, _by_hand(governor, update, pending.delay))
        sender.call(f"stage the upgrade of {name}", governor.stage, update.as_tuple, pending.delay)
    due = governor.updates(update.hash)
    left = max(due - _height(deployment), 0)
    return Progress(
        False,
        f"staged as 0x{update.hash.hex()}, due at block {due} (in {left} blocks); then, with any account:\n"
        f"  ape run upgrade {name} --execute",
    )


def _by_hand(governor: Any, update: Update, delay: int) -> str:
    """What the Governor's owner has to send when that is not the account at hand."""
    calldata = bytes(governor.stage.encode_input(update.as_tuple, delay)).hex()
    return f"the Governor's owner, {governor.owner()}, has to send this to {governor.address} first:\n  0x{calldata}"


def _enter(record: DeploymentRecord, name: str) -> None:
    """The new version is in place."""
    pending = record.upgrades.pop(name)
    old = {"name": name, "until": ape.chain.blocks.height, "implementation": asdict(record.implementations[name])}
    record.replaced.append(old)
    record.implementations[name] = pending.implementation
    record.save()


def _registered(deployment: Deployment, name: str) -> str:
    return str(deployment.controller.getContract(contract_id(name + "Target")))


def _height(deployment: Deployment) -> int:
    """`block.number` as contracts see it: on Arbitrum that of L1."""
    return int(deployment.rounds_manager.blockNum())
