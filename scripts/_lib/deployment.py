"""Brings the protocol up on the connected chain: contracts, registrations, parameters, token, hand-over.

`deploy(parameters, account)` returns a {Deployment}: the contracts at the addresses that clients use. Every
transaction is entered into the record before the next one is sent; every step asks the chain whether it is done
already, so a deployment that was broken off goes on where it stopped when `deploy` is called with its record again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ape
from ape.logging import LogLevel, logger

from scripts._lib.checks import require_as_declared, table
from scripts._lib.errors import RecordError
from scripts._lib.governor import Update
from scripts._lib.instances import Deployment, instance, owner_of, registrations
from scripts._lib.params import Parameters
from scripts._lib.reads import Read, read_all
from scripts._lib.record import DeploymentRecord
from scripts._lib.roles import ADMIN_ROLE, MINTER_ROLE, PROPOSER_ROLE
from scripts._lib.sources import Piece, contract_id, creation_code_hash, current_commit, pieces
from scripts._lib.transactions import Report, Sender, code_hash

NOBODY = "0x" + "00" * 20


def deploy(
    parameters: Parameters,
    account: Any,
    *,
    record_path: Path | None = None,
    report: Report = lambda _line: None,
    summary: Report = lambda _line: None,
) -> Deployment:
    """Deploys everything, or what is missing, and checks the result.

    Args:
        parameters: what to deploy with.
        account: an Ape account; pays, and owns everything until the hand-over.
        record_path: where the record is kept; an unfinished one that lies there is gone on with.
        report: receives a line of progress for each transaction.
        summary: receives a line for each topic of the check at the end.

    Raises:
        RecordError: the record is of a finished deployment, or of another one than asked for.
        DeploymentCheckError: the chain does not hold in the end what the parameters say.
    """
    parameters = parameters.with_deployer(account.address)
    record = open_record(parameters, account.address, record_path)
    with logger.at_level(LogLevel.ERROR):
        _Deployer(parameters, account.address, record, Sender(account, record, report)).run()
    deployment = Deployment.of(record)
    for line in table(require_as_declared(deployment, parameters)):
        summary(line)
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
        if code_hash(part.address) != part.code_hash:
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


@dataclass(frozen=True, slots=True)
class _Deployer:
    """Every step, in order; each is left out if the record or the chain says that it is done."""

    parameters: Parameters
    deployer: str
    record: DeploymentRecord
    sender: Sender

    def run(self) -> None:
        for piece in pieces(self.parameters):
            self._implementation(piece)
            self._proxy(piece)
        self._register()
        self._set_parameters()
        self._set_up_governance()
        self._issue_token()
        controller = instance(self.record, "Controller")
        if controller.paused():
            self.sender.call("unpause the system", controller.unpause)
        self._hand_over()

    def _implementation(self, piece: Piece) -> None:
        if piece.name not in self.record.implementations:
            part = self.sender.create(piece.contract, *self._arguments(piece), replaceable=piece.proxied)
            self.record.implementations[piece.name] = part
            self.sender.created(f"deploy {piece.name}", part)

    def _proxy(self, piece: Piece) -> None:
        if piece.proxied and piece.name not in self.record.proxies:
            target_id = contract_id(piece.name + "Target")
            part = self.sender.create("ManagerProxy", self.record.address("Controller"), target_id)
            self.record.proxies[piece.name] = part
            self.sender.created(f"deploy the proxy of {piece.name}", part)

    def _arguments(self, piece: Piece) -> tuple[Any, ...]:
        """What the constructor takes; of almost all contracts that is the Controller."""
        p = self.parameters
        match piece.name:
            case "Controller" | "LivepeerToken" | "Treasury" | "Governor":
                return ()
            case "PollCreator":
                return (self.record.address("BondingManager"),)
            case "LivepeerTokenFaucet":
                return (self.record.address("LivepeerToken"), p.faucet_request_amount, p.faucet_request_wait)
            case "Minter":
                return (self.record.address("Controller"), p.inflation, p.inflation_change, p.target_bonding_rate)
            case _:
                return (self.record.address("Controller"),)

    def _register(self) -> None:
        """All contracts under their names; the Minter knows the TicketBroker by its name of old."""
        controller = instance(self.record, "Controller")
        addresses = registrations(self.record)
        found = read_all([Read(controller.getContract, contract_id(name)) for name in addresses])
        for (name, address), known in zip(addresses.items(), found, strict=True):
            if known != address:
                arguments = (contract_id(name), address, current_commit().as_bytes)
                self.sender.call(f"register {name}", controller.setContractInfo, *arguments)

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
        found = read_all([Read(read) for read, _, _ in settings])
        for (_, write, value), present in zip(settings, found, strict=True):
            if present != value:
                name = write.abis[0].name
                self.sender.call(f"{name}({value})", write, value)

    def _set_up_governance(self) -> None:
        """The treasury obeys proposals and nobody else, from its first moment on; its deployer never holds a role."""
        p = self.parameters
        treasury, votes = instance(self.record, "Treasury"), instance(self.record, "LivepeerGovernor")
        if not treasury.hasRole(PROPOSER_ROLE, votes.address):
            arguments = (p.treasury_min_delay, [votes.address], [votes.address], NOBODY)
            self.sender.call("initialise the Treasury", treasury.initialize, *arguments)
        if votes.votingPeriod() == 0:
            settings = (p.voting_delay, p.voting_period, p.proposal_threshold, p.quorum, p.quota)
            self.sender.call("initialise the LivepeerGovernor", votes.initialize, *settings)

    def _issue_token(self) -> None:
        """The Minter may mint; the genesis supply exists; the deployer's own right to mint is gone again."""
        token, minter = instance(self.record, "LivepeerToken"), instance(self.record, "Minter")
        me, p = self.deployer, self.parameters
        if not token.hasRole(MINTER_ROLE, minter.address):
            self.sender.call("let the Minter mint", token.grantRole, MINTER_ROLE, minter.address)
        supply = token.totalSupply()
        shares = [("mint the genesis supply", p.genesis_holder, p.genesis_supply - p.faucet_supply)]
        if p.faucet_supply:
            shares.append(("fill the faucet", self.record.address("LivepeerTokenFaucet"), p.faucet_supply))
        for title, holder, amount in shares:
            if amount and supply < amount:
                if not token.hasRole(MINTER_ROLE, me):
                    self.sender.call("let the deployer mint", token.grantRole, MINTER_ROLE, me)
                self.sender.call(title, token.mint, holder, amount)
            supply = max(supply - amount, 0)
        if token.hasRole(MINTER_ROLE, me):
            self.sender.call("let the deployer mint no more", token.renounceRole, MINTER_ROLE, me)

    def _hand_over(self) -> None:
        """What the deployer owns goes to those whom the parameters name; the Controller last."""
        controller, token, me = (
            instance(self.record, "Controller"),
            instance(self.record, "LivepeerToken"),
            self.deployer,
        )
        owner = owner_of(self.parameters, self.record)
        self._hand_governor_over()
        if owner == me:
            return
        if "LivepeerTokenFaucet" in self.record.implementations:
            faucet = instance(self.record, "LivepeerTokenFaucet")
            if faucet.owner() != owner:
                self.sender.call("hand the faucet over", faucet.transferOwnership, owner)
        if not token.hasRole(ADMIN_ROLE, owner):
            self.sender.call("make the owner the token's administrator", token.grantRole, ADMIN_ROLE, owner)
        if token.hasRole(ADMIN_ROLE, me):
            self.sender.call("leave the token's administration", token.renounceRole, ADMIN_ROLE, me)
        if controller.owner() != owner:
            self.sender.call("hand the Controller over", controller.transferOwnership, owner)

    def _hand_governor_over(self) -> None:
        """A Governor changes hands as it does everything: by an update."""
        governor, heir = instance(self.record, "Governor"), self.parameters.governor_owner
        if governor.owner() == heir:
            return
        update = Update.of_call(governor.transferOwnership, heir)
        if governor.updates(update.hash) == 0:
            self.sender.call("stage the Governor's hand-over", governor.stage, update.as_tuple, 0)
        self.sender.call("hand the Governor over", governor.execute, update.as_tuple)
