"""Upgrades: compared, tried without a transaction, put in place, looked at again; refused where they would harm."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import ape
import pytest

from scripts._lib.deployment import deploy
from scripts._lib.errors import (
    AccountError,
    AuthorityError,
    LayoutError,
    NotDueError,
    NotUpgradeableError,
    ParameterError,
    RecordError,
    ReplayError,
    SameCodeError,
    StagedError,
)
from scripts._lib.governor import Update
from scripts._lib.instances import Deployment
from scripts._lib.params import load_parameters
from scripts._lib.record import DeploymentRecord
from scripts._lib.sources import contract_id
from scripts._lib.upgrade.session import Session, Wishes

LOCAL = load_parameters("local")
NAME = "ServiceRegistry"
NEXT = Wishes(contract="HarnessRegistryNext")
URI = "https://node.example:8935"


@pytest.fixture(scope="module")
def deployed(owner, tmp_path_factory):
    """A deployment for all tests here; what each does to it is undone."""
    return deploy(LOCAL, owner, record_path=tmp_path_factory.mktemp("deployed") / "record.json")


@pytest.fixture
def path(deployed, tmp_path):
    return Path(shutil.copy(deployed.record.path, tmp_path))


@pytest.fixture
def deployment(path):
    return Deployment.of(DeploymentRecord.load(path))


@pytest.fixture
def open_session(owner, path, deployment):
    """A run of the command; `session.lines` is what it prints."""

    def open_session(wishes=NEXT, name=NAME, account=owner):
        lines = []
        session = Session.open(name, path=path, account=account, wishes=wishes, report=lines.append)
        return session, lines

    return open_session


def registered(deployment, name=NAME):
    return deployment.controller.getContract(contract_id(name + "Target"))


def test_an_owner_puts_a_new_version_in_place_and_storage_stays(open_session, deployment, owner, stranger, path):
    registry = deployment.service_registry
    registry.setServiceURI(URI, sender=stranger)
    before = deployment.record.implementations[NAME]
    session, _ = open_session()
    assert session.run().in_place

    record = DeploymentRecord.load(path)
    after = record.implementations[NAME]
    assert registered(deployment) == after.address != before.address
    assert record.address(NAME) == registry.address
    assert (record.replaced[0]["name"], record.replaced[0]["implementation"]["address"]) == (NAME, before.address)
    assert record.upgrades == {}
    assert registry.getServiceURI(stranger) == URI
    grown = ape.project.HarnessRegistryNext.at(registry.address)
    grown.count(sender=stranger)
    assert grown.changes(stranger) == 1
    assert registry.getServiceURI(stranger) == URI


def test_what_changes_is_shown(open_session, deployment):
    session, lines = open_session()
    session.rehearse()
    text = "\n".join(lines)
    old = deployment.record.implementations[NAME]
    assert f"implementation {old.address}, since block {old.block}" in text
    assert f"{old.code_hash} -> 0x" in text
    assert "interface      + function 0x8f7d969e changes(address) view returns (uint256)" in text
    assert "interface      + function 0x06661abd count()" in text
    assert "interface      + event    0x" in text
    assert "Counted(address indexed,uint256)" in text
    assert "interface      -" not in text
    assert "storage        + slot 2: mapping(address => uint256) changes" in text
    assert "storage        -" not in text
    assert "answers compared, 0 differ" in text


def test_a_dry_run_sends_nothing_and_leaves_the_record(open_session, deployment, owner, path):
    before, nonce = path.read_text(), owner.nonce
    session, _ = open_session()
    session.rehearse()
    assert (path.read_text(), owner.nonce) == (before, nonce)
    assert registered(deployment) == deployment.record.implementations[NAME].address


def test_the_next_upgrade_compares_with_the_last(open_session, deployment):
    open_session()[0].run()
    session, _ = open_session()
    with pytest.raises(SameCodeError, match="nothing to upgrade"):
        session.run()
    session, _ = open_session(Wishes(contract=NAME))
    with pytest.raises(LayoutError, match="changes at slot 2: nothing is there any more"):
        session.run()


def test_the_same_code_is_refused(open_session, owner):
    session, _ = open_session(Wishes())
    nonce = owner.nonce
    with pytest.raises(SameCodeError, match="is what the sources give"):
        session.run()
    assert owner.nonce == nonce


def test_code_that_differs_in_comments_only_is_refused(open_session, deployment, path):
    """The compiler's note at the end of the code changes with every comment, and the creation code with it."""
    edit(path, lambda data: part_of(data).update(creation_code_hash="0x00"))
    session, _ = open_session(Wishes())
    with pytest.raises(SameCodeError, match="comments and names only"):
        session.run()


def test_a_version_that_would_misread_its_storage_is_refused(open_session, deployment, owner):
    session, _ = open_session(Wishes(contract="HarnessRegistryMoved"))
    nonce = owner.nonce
    with pytest.raises(LayoutError) as caught:
        session.run()
    assert any("_serviceURIs at slot 1" in fault for fault in caught.value.faults)
    assert owner.nonce == nonce


def test_a_version_that_answers_otherwise_is_refused_unless_that_is_meant(open_session, deployment, stranger, owner):
    deployment.service_registry.setServiceURI(URI, sender=stranger)
    wishes = Wishes(contract="HarnessRegistrySilent", samples=(stranger.address,))
    session, _ = open_session(wishes)
    nonce = owner.nonce
    with pytest.raises(ReplayError) as caught:
        session.run()
    assert caught.value.differences == [f"getServiceURI({stranger.address}): {URI} before,  after"]
    assert owner.nonce == nonce

    session, lines = open_session(Wishes(wishes.contract, samples=wishes.samples, accept_differences=True))
    assert session.run().in_place
    assert sum(f"getServiceURI({stranger.address})" in line for line in lines) == 2


def test_accounts_that_events_name_are_asked_about(open_session, deployment, stranger):
    deployment.service_registry.setServiceURI(URI, sender=stranger)
    session, _ = open_session(Wishes(contract="HarnessRegistrySilent"))
    with pytest.raises(ReplayError, match=stranger.address):
        session.run()


@pytest.mark.parametrize("name", ["Minter", "Controller", "Nothing"])
def test_what_stands_behind_no_proxy_cannot_be_upgraded(open_session, name):
    session, _ = open_session(name=name)
    with pytest.raises(NotUpgradeableError, match=r"no contract behind a proxy; those that are: BondingManager"):
        session.run()


def test_a_version_that_the_sources_do_not_have_is_refused(open_session):
    session, _ = open_session(Wishes(contract="HarnessRegistryLost"))
    with pytest.raises(NotUpgradeableError, match="no contract HarnessRegistryLost"):
        session.run()


def test_a_sample_must_be_an_address(open_session):
    with pytest.raises(ParameterError, match="no address: somebody"):
        open_session(Wishes(samples=("somebody",)))


def test_whoever_does_not_own_the_controller_changes_nothing(open_session, deployment, stranger):
    session, _ = open_session(account=stranger)
    nonce = stranger.nonce
    with pytest.raises(AuthorityError, match="nor a Governor"):
        session.run()
    assert stranger.nonce == nonce


def test_an_upgrade_behind_the_records_back_is_told(open_session, deployment, owner):
    other = owner.deploy(ape.project.HarnessRegistryNext, deployment.controller)
    deployment.controller.setContractInfo(contract_id(NAME + "Target"), other, bytes(20), sender=owner)
    session, _ = open_session()
    with pytest.raises(RecordError, match="someone has upgraded it without this record"):
        session.run()


def test_nothing_staged_cannot_be_executed(open_session):
    session, _ = open_session()
    with pytest.raises(NotDueError, match=f"no upgrade of {NAME} is staged"):
        session.run(staged=True)


def test_an_account_that_cannot_pay_is_told(open_session, owner, accounts, chain):
    poor = ape.accounts.test_accounts[19]
    chain.provider.set_balance(poor.address, 1)
    session, _ = open_session(account=poor)
    with pytest.raises(AccountError, match=r"holds .* this can take"):
        session.run()


def test_a_deployed_version_that_missed_its_registration_is_used(open_session, deployment, owner, path):
    """The process died between the creation and the call: the record knows of the new version."""
    session, lines = open_session()

    def die(line):
        lines.append(line)
        if line.startswith("deploy Harness"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Session.open(NAME, path=path, account=owner, wishes=NEXT, report=die).run()
    begun = DeploymentRecord.load(path).upgrades[NAME].implementation
    nonce = owner.nonce
    session, _ = open_session()
    assert session.run().in_place
    assert owner.nonce == nonce + 1
    assert DeploymentRecord.load(path).implementations[NAME] == begun


def test_a_registration_that_missed_the_record_is_found(open_session, deployment, owner, path):
    """The process died between the call and the record: the Controller runs the new version already."""
    session, _ = open_session()
    before = path.read_text()
    session.run()
    done = DeploymentRecord.load(path)
    data = json.loads(before)
    part = json.loads(path.read_text())["contracts"][NAME]["implementation"]
    data["upgrades"] = {NAME: {"implementation": part, "update": None, "delay": 0}}
    path.write_text(json.dumps(data))
    nonce = owner.nonce
    session, lines = open_session()
    assert session.run().in_place
    assert owner.nonce == nonce
    assert DeploymentRecord.load(path).implementations == done.implementations
    assert "in the meantime" in lines[-1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: data.update(chain_id=42161), "is of chain 42161, this is chain 31337"),
        (lambda data: data.update(complete=False), "broken off: finish it with `ape run deploy`"),
        (lambda data: part_of(data).update(code_hash="0x00"), "other code stands at"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(open_session, path, change, reason):
    edit(path, change)
    with pytest.raises(RecordError, match=reason):
        open_session()[0].run()


def test_no_record_is_told(owner, tmp_path):
    with pytest.raises(RecordError, match=r"no record .*nowhere.json: name the one that deploy wrote with --record"):
        Session.open(NAME, path=tmp_path / "nowhere.json", account=owner, wishes=NEXT, report=print)


# Through the protocol's Governor: staged by its owner, executed by anybody once it is due.

DELAY = 20


@pytest.fixture
def governed(deployment, owner, stranger):
    """The Controller belongs to the Governor."""
    deployment.controller.transferOwnership(deployment.governor, sender=owner)
    deployment.service_registry.setServiceURI(URI, sender=stranger)
    return deployment


STAGE = Wishes(contract="HarnessRegistryNext", delay=DELAY)


def test_a_governor_stages_and_anybody_executes(open_session, governed, stranger, chain, path):
    before = registered(governed)
    session, lines = open_session(STAGE)
    progress = session.run()
    assert not progress.in_place
    assert f"in {DELAY} blocks" in progress.note
    assert f"ape run upgrade {NAME} --execute" in progress.note
    assert registered(governed) == before

    session, _ = open_session(account=stranger)
    with pytest.raises(NotDueError, match=rf"due at block \d+: in {DELAY} blocks"):
        session.run(staged=True)
    chain.mine(DELAY)
    session, lines = open_session(account=stranger)
    assert session.run(staged=True).in_place
    pending = DeploymentRecord.load(path).implementations[NAME]
    assert registered(governed) == pending.address != before
    assert governed.service_registry.getServiceURI(stranger) == URI
    assert any(line.startswith("views again") and ", 0 differ" in line for line in lines)


def test_a_rehearsal_plays_it_all_and_puts_the_chain_back(open_session, governed, stranger, path, chain):
    before, height, old = path.read_text(), chain.blocks.height, registered(governed)
    session, lines = open_session(STAGE, account=stranger)
    session.rehearse(play=True)
    assert (path.read_text(), chain.blocks.height, registered(governed)) == (before, height, old)
    titles = [line[:45].rstrip() for line in lines]
    for title in ("deploy HarnessRegistryNext", f"stage the upgrade of {NAME}", f"execute the upgrade of {NAME}"):
        assert title in titles
    assert any(line.startswith("views again") and ", 0 differ" in line for line in lines)


def test_what_is_staged_can_be_rehearsed_before_it_is_due(open_session, governed, stranger, path, chain):
    open_session(STAGE)[0].run()
    before, height = path.read_text(), chain.blocks.height
    session, lines = open_session(account=stranger)
    session.rehearse(staged=True, play=True)
    assert (path.read_text(), chain.blocks.height) == (before, height)
    assert any(line.startswith(f"execute the upgrade of {NAME}") for line in lines)


def test_staging_twice_stages_once(open_session, governed, owner):
    open_session(STAGE)[0].run()
    nonce = owner.nonce
    assert "in 20 blocks" in open_session(STAGE)[0].run().note
    assert owner.nonce == nonce


def test_whoever_does_not_own_the_governor_is_told_what_its_owner_has_to_send(
    open_session, governed, owner, stranger, path, chain
):
    session, _ = open_session(STAGE, account=stranger)
    progress = session.run()
    assert not progress.in_place
    assert f"owner, {owner.address}, has to send this to {governed.governor.address}" in progress.note
    with pytest.raises(NotDueError, match="the Governor knows of no upgrade"):
        open_session(account=stranger)[0].run(staged=True)

    calldata = progress.note.splitlines()[-1].strip()
    owner.transfer(governed.governor.address, 0, data=calldata)
    chain.mine(DELAY)
    assert open_session(account=stranger)[0].run(staged=True).in_place


def test_what_somebody_else_has_executed_is_entered(open_session, governed, stranger, chain, path):
    open_session(STAGE)[0].run()
    update = Update(**DeploymentRecord.load(path).upgrades[NAME].update)
    chain.mine(DELAY)
    governed.governor.execute(update.as_tuple, sender=stranger)
    nonce = stranger.nonce
    progress = open_session(account=stranger)[0].run(staged=True)
    assert progress.in_place
    assert "in the meantime" in progress.note
    assert stranger.nonce == nonce


def test_an_update_that_was_cancelled_can_be_staged_again(open_session, governed, owner, path, chain):
    open_session(STAGE)[0].run()
    update = Update(**DeploymentRecord.load(path).upgrades[NAME].update)
    governed.governor.cancel(update.as_tuple, sender=owner)
    with pytest.raises(NotDueError, match="knows of no upgrade"):
        open_session()[0].run(staged=True)
    open_session(STAGE)[0].run()
    chain.mine(DELAY)
    assert open_session()[0].run(staged=True).in_place


def test_a_second_version_waits_for_the_first(open_session, governed):
    open_session(STAGE)[0].run()
    session, _ = open_session(Wishes(contract="HarnessRegistrySilent", accept_differences=True))
    with pytest.raises(StagedError, match=r"is staged, and anybody can execute it from block \d+ on"):
        session.run()


def test_an_owner_that_is_no_governor_cannot_be_asked(open_session, deployment, owner):
    deployment.controller.transferOwnership(deployment.treasury, sender=owner)
    session, _ = open_session()
    with pytest.raises(AuthorityError, match=f"belongs to {deployment.treasury.address}"):
        session.run()


def test_storage_in_namespaces_is_compared_too(open_session, deployment):
    session, _ = open_session(name="LivepeerGovernor")
    with pytest.raises(
        LayoutError, match=r"openzeppelin\.storage\.Governor:_name at slot 0: nothing is there any more"
    ):
        session.run()


def part_of(data):
    return data["contracts"][NAME]["implementation"]


def edit(path, change):
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
