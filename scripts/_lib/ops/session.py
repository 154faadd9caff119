"""One operation, from the look at the chain to the outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from ape.exceptions import ApeException, CustomError
from ape.logging import LogLevel, logger

from scripts._lib.ops import account as accounts
from scripts._lib.ops.amounts import eth, lpt
from scripts._lib.ops.clock import Clock
from scripts._lib.ops.errors import TransactionError
from scripts._lib.ops.events import describe
from scripts._lib.ops.plan import Fact, Plan, Step, show
from scripts._lib.ops.protocol import Protocol
from scripts._lib.preflight import describe_network, is_local
from scripts._lib.transactions import headroom

# Being mined is enough: a sequencer does not take back what it has answered, and a node that mines only when there is
# something to mine would be waited for in vain.
CONFIRMATIONS = 0
WIDTH = 12


@dataclass(frozen=True, slots=True)
class Choices:
    """What every operation is told on the command line.

    Attributes:
        record: file of `--deployment`.
        controller: address of `--controller`.
        since: block of `--since`.
        account: alias, `TEST::<index>` or address.
        yes: nobody is asked.
        dry_run: nothing is sent.
    """

    record: Path | None = None
    controller: str | None = None
    since: int | None = None
    account: str | None = None
    yes: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """The connected chain as an account sees it.

    Attributes:
        account: who sends; of a dry run perhaps an address only.
        clock: the round, as of the beginning.
    """

    provider: Any
    protocol: Protocol
    account: Any
    clock: Clock
    choices: Choices

    @classmethod
    def open(cls, provider: Any, choices: Choices) -> Session:
        """
        Raises:
            ContractsError: the contracts cannot be found.
            AccountError: no account that could send.
        """
        protocol = Protocol.find(provider, choices.record, choices.controller, choices.since)
        account = accounts.choose(choices.account, provider, only_look=choices.dry_run)
        return cls(provider, protocol, account, Clock.read(protocol, provider), choices)

    @property
    def me(self) -> str:
        return str(self.account.address)

    def now(self) -> Clock:
        """The round as it is now."""
        return Clock.read(self.protocol, self.provider)

    def carry_out(self, prepare: Callable[[Session], Plan]) -> None:
        """Plans, shows, asks, sends, and tells what came of it.

        Raises:
            OpsError: a precondition does not hold, or the chain refused; says what to do.
            click.Abort: the person said no.
        """
        self._introduce()
        plan = prepare(self)
        click.echo(f"\n{plan.title}")
        label = click.style("WARNING", fg="yellow", bold=True)
        show([*plan.facts, *(Fact(label, text) for text in plan.warnings)])
        show(Fact(f"step {number}", str(step)) for number, step in enumerate(plan.steps, 1))
        if self.choices.dry_run:
            self._show_transactions(plan.steps)
            return
        if not (self.choices.yes or is_local(self.provider)):
            click.confirm("Send?", abort=True)
        self._send(plan)

    def _introduce(self) -> None:
        balance = int(self.protocol.token.balanceOf(self.me))
        show(
            [
                Fact("network", describe_network(self.provider)),
                Fact("controller", f"{self.protocol.controller.address} ({self.protocol.source})"),
                Fact("round", str(self.clock)),
                Fact("account", f"{self.me}, {eth(self.account.balance)}, {lpt(balance)}"),
            ]
        )

    def _send(self, plan: Plan) -> None:
        if hasattr(self.account, "set_autosign"):
            self.account.set_autosign(True)  # asks for the passphrase now, instead of before each transaction
        click.echo()
        for step in plan.steps:
            receipt = self._sent(step)
            price = eth(receipt.gas_used * receipt.gas_price)
            where = f"block {receipt.block_number}, {receipt.gas_used:,} gas, {price}"
            show([Fact("sent", f"{step.function} {receipt.txn_hash}: {where}")])
            show(Fact("event", line) for line in describe(receipt))
        show(plan.outcome())

    def _sent(self, step: Step) -> Any:
        transaction = {"sender": self.account, **({"value": step.value} if step.value else {})}
        try:
            with logger.at_level(LogLevel.ERROR):
                gas = headroom(step.method, *step.arguments, **transaction)
                return step.method(*step.arguments, required_confirmations=CONFIRMATIONS, **transaction, **gas)
        except ApeException as error:
            raise TransactionError(
                f"{step.title}: the chain refused it: {_reason(error)}. The state may have changed since it was looked "
                "at; run the command again to see it"
            ) from error

    def _show_transactions(self, steps: Iterable[Step]) -> None:
        click.echo("\nNothing was sent. The transactions, for whoever holds the key:")
        for step in steps:
            click.echo(f"to {step.method.contract.address} value {step.value} data {step.calldata}")


def _reason(error: ApeException) -> str:
    """What a revert says: an error of the contracts with its arguments, or a text."""
    if isinstance(error, CustomError):
        arguments = ", ".join(f"{name}={value}" for name, value in error.inputs.items())
        return f"{error.name}({arguments})"
    return str(error).rstrip(".") or type(error).__name__
