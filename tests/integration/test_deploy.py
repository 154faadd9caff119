"""Deployments: as declared, resumed where they were broken off, refused where a record forbids them."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import ape
import pytest

from scripts._lib.checks import NOBODY, require_as_declared, table
from scripts._lib.deployment import deploy
from scripts._lib.errors import DeploymentCheckError, RecordError
from scripts._lib.governor import Update
from scripts._lib.instances import Deployment
from scripts._lib.params import Parameters, load_parameters
from scripts._lib.preflight import default_record, estimate_cost, forget_vanished_chain
from scripts._lib.record import DeploymentRecord
from scripts._lib.roles import (
    ADMIN_ROLE,
    BURNER_ROLE,
    CANCELLER_ROLE,
    EXECUTOR_ROLE,
    MINTER_ROLE,
    PROPOSER_ROLE,
    TIMELOCK_ADMIN_ROLE,
    role_holders,
)
from scripts._lib.sources import PROXIED, contract_id, pieces

LOCAL = load_parameters("local")


class BrokenOffError(Exception):
    """Stands for whatever ends a deployment half way."""


def break_off_after(count):
    """A report that lets `count` transactions pass."""
    lines = []

    def report(line):
        lines.append(line)
        if len(lines) == count:
            raise BrokenOffError

    return report


def titles(lines):
    return [line[:45].rstrip() for line in lines]


@pytest.fixture(scope="module")
def steps(owner):
    """Titles of all transactions of a local deployment, in their order."""
    lines = []
    deploy(LOCAL, owner, report=lines.append)
    return titles(lines)


@pytest.fixture(scope="module")
def whole(owner, stranger, gateway, delegators):
    """A deployment that tests share; what each does to it is undone."""
    return deploy(LOCAL, owner)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deployments" / "record.json"


@pytest.fixture
def begun(owner, path):
    """A deployment that was broken off after three contracts."""
    with pytest.raises(BrokenOffError):
        deploy(LOCAL, owner, record_path=path, report=break_off_after(3))
    return path


def edit(path, change):
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def test_a_local_deployment_gives_everything_to_the_deployer(whole, owner):
    assert whole.controller.owner() == whole.governor.owner() == owner
    assert whole.token.balanceOf(owner) == whole.token.totalSupply() - LOCAL.faucet_supply
    assert whole.token.totalSupply() == LOCAL.genesis_supply
    assert role_holders(whole.token.address, 0)[ADMIN_ROLE] == {owner.address}
    assert not whole.controller.paused()


def test_others_get_everything_and_the_deployer_keeps_nothing(owner, stranger, gateway, delegators):
    multisig = delegators[0]
    parameters = replace(LOCAL, owner=stranger.address, governor_owner=multisig.address, genesis_holder=gateway.address)
    deployment = deploy(parameters, owner)
    assert deployment.controller.owner() == stranger
    assert deployment.governor.owner() == multisig
    assert deployment.token.balanceOf(gateway) == parameters.genesis_supply - parameters.faucet_supply
    assert role_holders(deployment.token.address, 0) == {
        ADMIN_ROLE: {stranger.address},
        MINTER_ROLE: {deployment.minter.address},
    }


def test_the_live_networks_parameters_give_the_protocol_to_its_governor(owner):
    parameters = load_parameters("arbitrum-mainnet")
    deployment = deploy(parameters, owner)
    assert deployment.controller.owner() == deployment.governor
    assert deployment.governor.owner() == parameters.governor_owner
    assert deployment.token.balanceOf(parameters.genesis_holder) == parameters.genesis_supply
    assert role_holders(deployment.token.address, 0)[ADMIN_ROLE] == {deployment.governor.address}
    assert deployment.rounds_manager.roundLength() == 6377
    assert deployment.livepeer_governor.votingPeriod() == 10
    assert deployment.faucet is None


def test_the_treasury_obeys_proposals_only(whole):
    treasury, votes = whole.treasury, whole.livepeer_governor
    assert whole.controller.getContract(contract_id("Treasury")) == treasury
    assert votes.timelock() == treasury
    assert role_holders(treasury.address, 0) == {
        TIMELOCK_ADMIN_ROLE: {treasury.address},
        PROPOSER_ROLE: {votes.address},
        CANCELLER_ROLE: {votes.address},
        EXECUTOR_ROLE: {votes.address},
    }


def test_two_service_registries_know_nothing_of_one_another(whole, stranger):
    whole.ai_service_registry.setServiceURI("https://ai.example", sender=stranger)
    assert whole.service_registry.getServiceURI(stranger) == ""
    assert whole.controller.getContract(contract_id("AIServiceRegistry")) == whole.ai_service_registry


def test_the_record_says_what_stands_where_and_from_what(owner, path, chain):
    deployment = deploy(LOCAL, owner, record_path=path)
    record = json.loads(path.read_text())
    assert record["complete"]
    assert (record["chain_id"], record["deployer"]) == (chain.chain_id, owner.address)
    assert record["controller"] == deployment.controller.address
    assert record["parameters"]["owner"] == owner.address
    assert set(record["contracts"]) == {piece.name for piece in pieces(LOCAL)}
    for name, entry in record["contracts"].items():
        parts = [entry["implementation"], *([entry["proxy"]] if name in PROXIED else [])]
        assert entry["address"] == parts[-1]["address"]
        for part in parts:
            receipt = chain.get_receipt(part["transaction"])
            assert receipt.contract_address == part["address"]
            assert (receipt.block_number, receipt.gas_used) == (part["block"], part["gas_used"])
            assert part["block"] >= record["block"]
            assert part["compiler"]["version"] == "0.8.37"
            assert len(part["commit"]) in (0, 40)
    minter = record["contracts"]["Minter"]["implementation"]
    shares = [LOCAL.inflation, LOCAL.inflation_change, LOCAL.target_bonding_rate]
    assert minter["constructor_arguments"] == [record["controller"], *shares]


def test_a_record_is_read_back_as_it_was_written(owner, path):
    written = deploy(LOCAL, owner, record_path=path).record
    read = DeploymentRecord.load(path)
    assert read == written
    assert Deployment.of(read).controller.owner() == owner


def test_the_estimate_covers_the_cost(owner, path):
    parameters = load_parameters("arbitrum-mainnet")
    fresh = DeploymentRecord(path=path, chain_id=0, network="", deployer=owner.address, parameters={})
    before = estimate_cost(owner, fresh, parameters)
    record = deploy(parameters, owner).record
    assert record.gas_used <= before.gas <= 1.3 * record.gas_used
    assert len(record.parts) + len(record.calls) <= before.transactions
    assert estimate_cost(owner, record, parameters).gas < before.gas


@pytest.mark.parametrize("part", [0.03, 0.1, 0.3, 0.5, 0.8, 0.98])
def test_a_deployment_that_was_broken_off_goes_on_and_does_nothing_twice(owner, path, steps, part):
    count = max(1, int(part * len(steps)))
    with pytest.raises(BrokenOffError):
        deploy(LOCAL, owner, record_path=path, report=break_off_after(count))
    half = DeploymentRecord.load(path)
    assert not half.complete
    assert len(half.parts) + len(half.calls) == count

    nonce = owner.nonce
    lines = []
    deployment = deploy(LOCAL, owner, record_path=path, report=lines.append)
    assert titles(lines) == steps[count:]
    assert owner.nonce == nonce + len(lines)
    for name, part in half.implementations.items():
        assert deployment.record.implementations[name] == part


def test_a_transaction_that_missed_the_record_is_not_sent_again(owner, path, steps):
    """The process died between a call and the record: the chain itself says that it is done."""
    with pytest.raises(BrokenOffError):
        deploy(LOCAL, owner, record_path=path, report=break_off_after(len(steps) - 3))
    edit(path, lambda data: data["calls"].clear())
    lines = []
    deploy(LOCAL, owner, record_path=path, report=lines.append)
    assert titles(lines) == steps[-3:]


def test_a_handed_over_deployment_that_missed_its_last_word_is_completed_without_a_transaction(owner, stranger, path):
    parameters = replace(LOCAL, owner=stranger.address)
    deploy(parameters, owner, record_path=path)
    edit(path, lambda data: data.update(complete=False))
    nonce = owner.nonce
    assert deploy(parameters, owner, record_path=path).record.complete
    assert owner.nonce == nonce


def test_a_complete_deployment_is_not_repeated(owner, path):
    deploy(LOCAL, owner, record_path=path)
    nonce = owner.nonce
    with pytest.raises(RecordError, match="complete deployment: name another --output"):
        deploy(LOCAL, owner, record_path=path)
    assert owner.nonce == nonce


def test_a_record_of_another_deployer_is_left_alone(begun, stranger):
    with pytest.raises(RecordError, match="was begun by"):
        deploy(LOCAL, stranger, record_path=begun)


def test_a_record_of_other_parameters_is_left_alone(begun, owner):
    with pytest.raises(RecordError, match="other parameters \\(round_length, unlock_period\\)"):
        deploy(replace(LOCAL, round_length=51, unlock_period=3), owner, record_path=begun)


def test_a_record_of_another_chain_is_left_alone(begun, owner):
    edit(begun, lambda data: data.update(chain_id=42161))
    with pytest.raises(RecordError, match="is of chain 42161, this is chain 31337"):
        deploy(LOCAL, owner, record_path=begun)


def test_a_record_that_the_chain_contradicts_is_left_alone(begun, owner, chain):
    controller = json.loads(begun.read_text())["controller"]
    chain.provider.set_code(controller, b"\x00")
    with pytest.raises(RecordError, match=f"Controller is at {controller}, the chain does not"):
        deploy(LOCAL, owner, record_path=begun)


def test_a_record_of_other_sources_is_left_alone(begun, owner):
    edit(begun, lambda data: data["contracts"]["Minter"]["implementation"].update(creation_code_hash="0x00"))
    with pytest.raises(RecordError, match="Minter has other sources now"):
        deploy(LOCAL, owner, record_path=begun)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": 1}', '{"format": 2}', '{"format": 3}'])
def test_a_file_that_is_no_record_is_left_alone(owner, path, content):
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(RecordError, match=r"record\.json"):
        deploy(LOCAL, owner, record_path=path)
    assert path.read_text() == content


def test_only_the_record_of_a_chain_that_is_gone_is_forgotten(begun, chain):
    assert not forget_vanished_chain(begun)
    edit(begun, lambda data: data.update(chain_id=42161))
    assert not forget_vanished_chain(begun)
    edit(begun, lambda data: data.update(chain_id=chain.chain_id))
    for part in DeploymentRecord.load(begun).parts.values():
        chain.provider.set_code(part.address, b"")
    assert forget_vanished_chain(begun)
    assert not begun.exists()


def test_records_of_local_chains_go_where_git_does_not_look(chain):
    assert default_record(chain.provider).name == "local-ethereum-local.json"


# The check at the end.


@pytest.fixture(scope="module")
def declared(owner):
    return LOCAL.with_deployer(owner.address)


def differences(deployment, parameters):
    with pytest.raises(DeploymentCheckError) as caught:
        require_as_declared(deployment, parameters)
    return caught.value.differences


def test_the_check_counts_what_it_has_compared(whole, declared):
    checks = require_as_declared(whole, declared)
    assert len(checks) > 120
    lines = table(checks)
    assert [line.split()[0] for line in lines] == [
        "parameters",
        "registered",
        "proxies",
        "owners",
        "roles",
        "initialised",
        "locked",
    ]
    assert all(line.split()[1] == line.split()[3] for line in lines)


def test_each_parameter_that_is_not_as_declared_is_named_at_once(whole, declared, stranger):
    numbers = {f.name: getattr(declared, f.name) for f in fields(Parameters)}
    others = {name: value + 1 for name, value in numbers.items() if isinstance(value, int)}
    others |= {"owner": stranger.address, "governor_owner": stranger.address}
    found = differences(whole, replace(declared, **others))
    assert {line.split(": expected")[0] for line in found} >= {
        *("unbondingPeriod", "numActiveTranscoders", "treasuryRewardCutRate", "treasuryBalanceCeiling", "roundLength"),
        *("roundLockAmount", "unlockPeriod", "ticketValidityPeriod", "inflation", "inflationChange"),
        *("targetBondingRate", "totalSupply", "votingDelay", "votingPeriod", "proposalThreshold", "quorumNumerator"),
        *("quota", "treasury's minDelay", "owner", "Governor's owner", "token's DEFAULT_ADMIN_ROLE"),
    }


def as_contract(contract):
    """The contract as a sender."""
    ape.chain.provider.set_balance(contract.address, 10**18)
    return ape.accounts[contract.address]


def uninitialise(contract):
    ape.chain.provider.set_storage(contract.address, INITIALISED, bytes(32))


def bare(deployment, name):
    return deployment.record.implementations[name].address


# Where OpenZeppelin notes that a contract is initialised (ERC-7201).
INITIALISED = 0xF0C57E16840DF040F15088DC2F81FE391C3923BEC73E23A9662EFC9C229C6A00
CLOSED = "0xf92ee8a9"  # InvalidInitialization()

TAMPERING = {
    "a parameter": (lambda d, o: d.ticket_broker.setUnlockPeriod(9, sender=o), "unlockPeriod: expected 2, found 9"),
    "a pause": (lambda d, o: d.controller.pause(sender=o), "paused: expected False, found True"),
    "a registration": (
        lambda d, o: d.controller.setContractInfo(contract_id("JobsManager"), o, bytes(20), sender=o),
        "Controller's JobsManager: expected",
    ),
    "a missing registration": (
        lambda d, o: d.controller.setContractInfo(contract_id("MerkleSnapshot"), NOBODY, bytes(20), sender=o),
        f"found {NOBODY}",
    ),
    "a version": (
        lambda d, o: d.controller.setContractInfo(
            contract_id("BondingManagerTarget"), bare(d, "RoundsManager"), bytes(20), sender=o
        ),
        "BondingManager's version: expected",
    ),
    "other code": (lambda d, o: ape.chain.provider.set_code(d.minter.address, b"\x00"), "code of Minter: expected"),
    "a proxy's Controller": (
        lambda d, o: d.controller.updateController(contract_id("BondingVotes"), o, sender=o),
        "BondingVotes's controller: expected",
    ),
    "a manager's Controller": (
        lambda d, o: d.controller.updateController(contract_id("MerkleSnapshot"), o, sender=o),
        "MerkleSnapshot's controller: expected",
    ),
    "an owner": (lambda d, o: d.controller.transferOwnership(d.minter, sender=o), "owner: expected"),
    "the Governor's owner": (
        lambda d, o: d.governor.transferOwnership(d.minter, sender=as_contract(d.governor)),
        "Governor's owner: expected",
    ),
    "an update left behind": (
        lambda d, o: d.governor.stage(Update.of_call(d.controller.pause).as_tuple, 99, sender=o),
        "updates that wait at the Governor: expected 0, found 1",
    ),
    "the token's administrator": (
        lambda d, o: d.token.renounceRole(ADMIN_ROLE, o, sender=o),
        "token's DEFAULT_ADMIN_ROLE: expected {owner}, found nobody",
    ),
    "a second minter": (lambda d, o: d.token.grantRole(MINTER_ROLE, o, sender=o), "token's MINTER_ROLE: expected"),
    "a burner": (
        lambda d, o: d.token.grantRole(BURNER_ROLE, o, sender=o),
        "token's BURNER_ROLE: expected nobody, found {owner}",
    ),
    "a role that nobody knows": (
        lambda d, o: d.token.grantRole(b"\x07" * 32, o, sender=o),
        "token's 0x0707",
    ),
    "a second proposer": (
        lambda d, o: d.treasury.grantRole(PROPOSER_ROLE, o, sender=as_contract(d.treasury)),
        "treasury's PROPOSER_ROLE: expected",
    ),
    "an administrator of the treasury": (
        lambda d, o: d.treasury.grantRole(TIMELOCK_ADMIN_ROLE, o, sender=as_contract(d.treasury)),
        "treasury's TIMELOCK_ADMIN_ROLE: expected",
    ),
    "an open governor": (
        lambda d, o: uninitialise(d.livepeer_governor),
        f"LivepeerGovernor, initialised once more: expected {CLOSED}, found accepted",
    ),
    "an open treasury": (
        lambda d, o: uninitialise(d.treasury),
        f"Treasury, initialised once more: expected {CLOSED}, found accepted",
    ),
    "an open implementation": (
        lambda d, o: ape.chain.provider.set_storage(bare(d, "LivepeerGovernor"), INITIALISED, bytes(32)),
        f"LivepeerGovernor implementation, initialised once more: expected {CLOSED}, found accepted",
    ),
    "an implementation that owns LPT": (
        lambda d, o: d.token.transfer(bare(d, "BondingManager"), 1, sender=o),
        "BondingManager implementation's LPT: expected 0, found 1",
    ),
    "an implementation that owns ether": (
        lambda d, o: ape.chain.provider.set_balance(bare(d, "TicketBroker"), 1),
        "TicketBroker implementation's wei: expected 0, found 1",
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_the_check_names_what_is_not_as_declared(whole, declared, owner, name):
    tamper, difference = TAMPERING[name]
    tamper(whole, owner)
    found = differences(whole, declared)
    assert any(difference.format(owner=owner.address) in line for line in found), found
