"""Brings the protocol up on the connected chain: contracts, registrations, parameters, token, hand-over.

`deploy(parameters, account)` returns a {Deployment}: the contracts at the addresses that clients use. Every
transaction is entered into the record before the next one is sent; every step asks the chain whether it is done
already, so a deployment that was broken off goes on where it stopped when `deploy` is called with its record again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ape
from ape.logging import LogLevel, logger
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from scripts._lib.checks import require_as_declared
from scripts._lib.errors import RecordError
from scripts._lib.instances import Deployment, instance
from scripts._lib.params import Parameters
from scripts._lib.record import DeploymentRecord, Part
from scripts._lib.sources import (
    PROXIED,
    compiler_settings,
    container,
    contract_id,
    creation_code_hash,
    current_commit,
)

ADMIN_ROLE = bytes(32)
MINTER_ROLE = keccak(text="MINTER_ROLE")

Report = Callable[[str], None]

# Being mined is enough to go on: no step rests on a later block, a sequencer does not take back what it has answered,
# and a node that mines only when there is something to mine would be waited for in vain.
CONFIRMATIONS = 0


def deploy(
    parameters: Parameters,
    account: Any,
    *,
    record_path: Path | None = None,
    report: Report = lambda _line: None,
) -> Deployment:
    """Deploys everything, or what is missing, and checks the result.

    Args:
        parameters: what to deploy with.
        account: an Ape account; pays, and owns everything until the hand-over.
        record_path: where the record is kept; an unfinished one that lies there is gone on with.
        report: receives a line of progress for each transaction.

    Raises:
        RecordError: the record is of a finished deployment, or of another one than asked for.
        DeploymentCheckError: the chain does not hold in the end what the parameters say.
    """
    parameters = parameters.with_deployer(account.address)
    record = open_record(parameters, account.address, record_path)
    with logger.at_level(LogLevel.ERROR):
        _Deployer(parameters, account, record, report).run()
    deployment = Deployment.of(record)
    require_as_declared(deployment, parameters)
    record.complete = True
    record.save()
    return deployment


def open_record(parameters: Parameters, deployer: str, path: Path | None) -> DeploymentRecord:
    """The record to go on with: the unfinished one at `path`, or a new one.

    Raises:
        RecordError: says what is wrong with the one that is there.
    """
    chain_id = ape.chain.chain_id
    fresh = DeploymentRecord(
        path=path,
        chain_id=chain_id,
        network=ape.networks.provider.network_choice,
        deployer=deployer,
        parameters=parameters.as_dict(),
    )
    if path is None or not path.exists():
        return fresh

    record = DeploymentRecord.load(path)
    _require_resumable(record, fresh)
    return record


def _require_resumable(record: DeploymentRecord, wanted: DeploymentRecord) -> None:
    """That the record is unfinished, of this chain, deployer and parameters, and tells the truth."""
    path, advice = record.path, "name another --output, or remove the record to begin anew"
    if record.chain_id != wanted.chain_id:
        raise RecordError(f"{path} is of chain {record.chain_id}, this is chain {wanted.chain_id}: {advice}")
    for part in record.parts.values():
        code_hash = "0x" + keccak(bytes(ape.chain.provider.get_code(part.address))).hex()
        if code_hash != part.code_hash:
            raise RecordError(f"{path} says that {part.contract} is at {part.address}, the chain does not: {advice}")
    if record.complete:
        raise RecordError(f"{path} is the record of a complete deployment: {advice}")
    if record.deployer != wanted.deployer:
        raise RecordError(f"{path} was begun by {record.deployer}, not by {wanted.deployer}: {advice}")
    if differing := [k for k, v in wanted.parameters.items() if record.parameters.get(k) != v]:
        raise RecordError(f"{path} was begun with other parameters ({', '.join(differing)}): {advice}")
    for part in record.parts.values():
        if part.creation_code_hash != creation_code_hash(part.contract):
            raise RecordError(f"{path}: {part.contract} has other sources now than when it was deployed: {advice}")


@dataclass
class _Deployer:
    parameters: Parameters
    account: Any
    record: DeploymentRecord
    report: Report

    def run(self) -> None:
        controller = self._implementation("Controller")
        token = self._implementation("LivepeerToken")
        p = self.parameters
        inflation = (p.inflation, p.inflation_change, p.target_bonding_rate)
        minter = self._implementation("Minter", controller.address, *inflation)
        for name in PROXIED:
            self._implementation(name, controller.address)
            self._proxy(name, controller.address)

        self._register(controller)
        self._set_parameters()
        self._issue_token(token, minter)
        if controller.paused():
            self._call("unpause the system", controller.unpause)
        self._hand_over(controller, token)

    def _register(self, controller: Any) -> None:
        """All contracts under their names; the Minter knows the TicketBroker by its name of old."""
        addresses = {name: part.address for name, part in self.record.parts.items() if name != "Controller"}
        addresses["JobsManager"] = self.record.address("TicketBroker")
        if self.parameters.treasury is not None:
            addresses["Treasury"] = self.parameters.treasury
        for name, address in addresses.items():
            if controller.getContract(contract_id(name)) != address:
                arguments = (contract_id(name), address, current_commit().as_bytes)
                self._call(f"register {name}", controller.setContractInfo, *arguments)

    def _set_parameters(self) -> None:
        p = self.parameters
        bonding, rounds, broker = (
            instance(self.record, n) for n in ("BondingManager", "RoundsManager", "TicketBroker")
        )
        settings = [
            (bonding.unbondingPeriod, bonding.setUnbondingPeriod, p.unbonding_period),
            (bonding.getTranscoderPoolMaxSize, bonding.setNumActiveTranscoders, p.num_active_transcoders),
            (
                bonding.nextRoundTreasuryRewardCutRate,
                bonding.setTreasuryRewardCutRate,
                p.treasury_reward_cut_rate,
            ),
            (bonding.treasuryBalanceCeiling, bonding.setTreasuryBalanceCeiling, p.treasury_balance_ceiling),
            (rounds.roundLength, rounds.setRoundLength, p.round_length),
            (rounds.roundLockAmount, rounds.setRoundLockAmount, p.round_lock_amount),
            (broker.unlockPeriod, broker.setUnlockPeriod, p.unlock_period),
            (broker.ticketValidityPeriod, broker.setTicketValidityPeriod, p.ticket_validity_period),
        ]
        for read, write, value in settings:
            if read() != value:
                name = write.abis[0].name
                self._call(f"{name}({value})", write, value)

    def _issue_token(self, token: Any, minter: Any) -> None:
        """The Minter may mint; the genesis supply exists; the deployer's own right to mint is gone again."""
        me, p = self.account.address, self.parameters
        if not token.hasRole(MINTER_ROLE, minter.address):
            self._call("let the Minter mint", token.grantRole, MINTER_ROLE, minter.address)
        if p.genesis_supply and token.totalSupply() == 0:
            if not token.hasRole(MINTER_ROLE, me):
                self._call("let the deployer mint", token.grantRole, MINTER_ROLE, me)
            self._call("mint the genesis supply", token.mint, p.genesis_holder, p.genesis_supply)
        if token.hasRole(MINTER_ROLE, me):
            self._call("let the deployer mint no more", token.renounceRole, MINTER_ROLE, me)

    def _hand_over(self, controller: Any, token: Any) -> None:
        me, owner = self.account.address, self.parameters.owner
        if owner == me:
            return
        if not token.hasRole(ADMIN_ROLE, owner):
            self._call("make the owner the token's administrator", token.grantRole, ADMIN_ROLE, owner)
        if token.hasRole(ADMIN_ROLE, me):
            self._call("leave the token's administration", token.renounceRole, ADMIN_ROLE, me)
        if controller.owner() != owner:
            self._call("hand the Controller over", controller.transferOwnership, owner)

    def _implementation(self, name: str, *arguments: Any) -> Any:
        if name not in self.record.implementations:
            self.record.implementations[name] = self._create(name, *arguments)
            self._recorded(f"deploy {name}", self.record.implementations[name])
        return instance(self.record, name, behind_proxy=True)

    def _proxy(self, name: str, controller: str) -> None:
        if name not in self.record.proxies:
            self.record.proxies[name] = self._create("ManagerProxy", controller, contract_id(name + "Target"))
            self._recorded(f"deploy the proxy of {name}", self.record.proxies[name])

    def _create(self, contract: str, *arguments: Any) -> Part:
        transaction = container(contract)(*arguments, sender=self.account)
        transaction.required_confirmations = CONFIRMATIONS
        receipt = self.account.call(transaction)
        commit = current_commit()
        self.record.block = self.record.block or receipt.block_number
        code = ape.chain.provider.get_code(receipt.contract_address)
        return Part(
            contract=contract,
            address=receipt.contract_address,
            constructor_arguments=[_plain(a) for a in arguments],
            transaction=str(receipt.txn_hash),
            block=receipt.block_number,
            gas_used=receipt.gas_used,
            code_hash="0x" + keccak(bytes(code)).hex(),
            creation_code_hash=creation_code_hash(contract),
            compiler=compiler_settings(),
            commit=commit.sha,
            commit_is_exact=commit.exact,
        )

    def _recorded(self, title: str, part: Part) -> None:
        self.record.save()
        self.report(f"{title:<45} {part.gas_used:>9,} gas  {part.address}")

    def _call(self, title: str, method: Any, *arguments: Any) -> None:
        receipt = method(*arguments, sender=self.account, required_confirmations=CONFIRMATIONS)
        entry = {"title": title, "transaction": str(receipt.txn_hash), "block": receipt.block_number}
        self.record.calls.append({**entry, "gas_used": receipt.gas_used})
        self.record.save()
        self.report(f"{title:<45} {receipt.gas_used:>9,} gas")


def _plain(argument: Any) -> Any:
    return HexBytes(argument).to_0x_hex() if isinstance(argument, bytes) else argument
