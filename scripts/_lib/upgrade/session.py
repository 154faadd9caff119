"""One run of the upgrade command, step by step; what each step does stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ape
from ape.logging import LogLevel, logger
from eth_utils.address import is_address

from scripts._lib.errors import ParameterError, RecordError, ReplayError
from scripts._lib.instances import Deployment
from scripts._lib.preflight import Cost, gas_price, require_funds
from scripts._lib.record import DeploymentRecord
from scripts._lib.transactions import Report, Sender
from scripts._lib.upgrade.plan import UpgradePlan, look_back, plan_upgrade, rehearse, rehearse_pending
from scripts._lib.upgrade.replay import Replay, Samples
from scripts._lib.upgrade.run import Progress, as_owner, execute, settle, upgrade, wait_until_due
from scripts._lib.upgrade.samples import choose_samples

CREATION_AND_CALL_GAS = 7_000_000  # the largest implementation, and a call or two


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person asks for beyond the upgrade itself.

    Attributes:
        contract: the new version's name in the sources, if it is another than the old one's.
        delay: L1 blocks between staging and executing.
        samples: accounts to ask views about, beside those found.
        accept_differences: whether views may answer otherwise.
    """

    contract: str | None = None
    delay: int = 0
    samples: tuple[str, ...] = ()
    accept_differences: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A deployment, the contract of it that is to be replaced, and who does it."""

    deployment: Deployment
    name: str
    sender: Sender
    wishes: Wishes
    report: Report

    @classmethod
    def open(cls, name: str, *, path: Path, account: Any, wishes: Wishes, report: Report) -> Session:
        """
        Raises:
            RecordError: no record, or not of a whole deployment on this chain.
            ParameterError: a sample is no address.
        """
        if wrong := [sample for sample in wishes.samples if not is_address(sample)]:
            raise ParameterError(f"--sample: no address: {', '.join(wrong)}")
        record = load_record(path)
        report(f"record         {path}, Controller {record.address('Controller')}")
        return cls(Deployment.of(record), name, Sender(account, record, report), wishes, report)

    def rehearse(self, staged: bool = False, play: bool = False) -> None:
        """Shows what would change, and compares answers; nothing is sent that stays.

        Args:
            staged: the version that is staged instead of the one that the sources give.
            play: send it all to a chain that can be put back, as whoever owns the protocol, and put it back.
        """
        with logger.at_level(LogLevel.ERROR):
            if staged:
                self._staged_answers()
            else:
                self._planned()
            if play:
                self._play(staged)

    def _play(self, staged: bool) -> None:
        before = ape.chain.snapshot()
        try:
            record = DeploymentRecord.load(self.sender.record.path)
            record.path = None
            deployment = Deployment.of(record)
            sender = Sender(as_owner(deployment), record, self.report)
            stage = Session(deployment, self.name, sender, self.wishes, self.report)
            if not staged:
                progress = upgrade(deployment, stage.plan(), sender, self.wishes.delay)
            if staged or not progress.in_place:
                wait_until_due(deployment, self.name)
                execute(deployment, self.name, sender)
            stage.look_back()
        finally:
            ape.chain.restore(before)

    def run(self, staged: bool = False, ready: Callable[[], None] = lambda: None) -> Progress:
        """All of it.

        Args:
            staged: finish what is staged.
            ready: called before the first transaction.
        """
        with logger.at_level(LogLevel.ERROR):
            if settle(self.deployment, self.name):
                progress = Progress(True, f"{self.name}: the new version was put in place in the meantime")
            elif staged:
                self._staged_answers()
                self._ready(ready)
                progress = execute(self.deployment, self.name, self.sender)
            else:
                plan = self._planned()
                self._ready(ready)
                progress = upgrade(self.deployment, plan, self.sender, self.wishes.delay)
            if progress.in_place:
                self.look_back()
            self.report(f"{'complete' if progress.in_place else 'waiting':<15}{progress.note}")
            return progress

    def plan(self) -> UpgradePlan:
        """What the sources would change."""
        return plan_upgrade(self.deployment, self.name, self.sender.account.address, self.wishes.contract)

    def _planned(self) -> UpgradePlan:
        plan = self.plan()
        for line in plan.lines():
            self.report(line)
        self._judge(rehearse(self.deployment, plan, self._samples()))
        return plan

    def _staged_answers(self) -> None:
        self._judge(rehearse_pending(self.deployment, self.name, self._samples()))

    def _judge(self, answers: Replay) -> None:
        self.report(f"views          {answers}")
        if answers.differences and not self.wishes.accept_differences:
            raise ReplayError(self.name, [str(d) for d in answers.differences])
        for difference in answers.differences:
            self.report(f"               {difference}")

    def look_back(self) -> None:
        """The old code against the new one, on what the chain holds now. It is in place: this only tells."""
        answers = look_back(self.deployment, self.name, self._samples())
        self.report(f"views again    {answers}")
        for difference in answers.differences:
            self.report(f"               {difference}")

    def _samples(self) -> Samples:
        return choose_samples(self.deployment, self.deployment.record.address(self.name), self.wishes.samples)

    def _ready(self, ask: Callable[[], None]) -> None:
        cost = Cost(2, CREATION_AND_CALL_GAS, gas_price())
        self.report(f"account        {self.sender.account.address}; {cost}")
        require_funds(self.sender.account, cost)
        ask()


def load_record(path: Path) -> DeploymentRecord:
    """The record of a whole deployment on this chain.

    Raises:
        RecordError: says which of these it is not.
    """
    if not path.exists():
        raise RecordError(f"no record {path}: name the one that deploy wrote with --record")
    record = DeploymentRecord.load(path)
    if record.chain_id != ape.chain.chain_id:
        raise RecordError(f"{path} is of chain {record.chain_id}, this is chain {ape.chain.chain_id}")
    if not record.complete:
        raise RecordError(f"{path} is of a deployment that was broken off: finish it with `ape run deploy`")
    return record
