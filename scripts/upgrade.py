"""`ape run upgrade NAME`: a new implementation behind a proxy. The command line; what it does stands in `_lib`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scripts._lib.command import DeployCommand


@click.command(cls=DeployCommand)
@click.argument("name")
@click.option(
    "--deployment",
    "--record",
    "record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON record of the deployment. Default: where deploy puts it for the network.",
)
@click.option("--account", metavar="ALIAS", help="Ape account that pays. Default on local chains: TEST::0.")
@click.option("--to", metavar="CONTRACT", help="Name of the new version in the sources. Default: that of the old one.")
@click.option("--delay", type=click.IntRange(min=0), default=0, help="L1 blocks between staging and executing.")
@click.option("--execute", is_flag=True, help="Let the Governor do what was staged earlier.")
@click.option("--dry-run", is_flag=True, help="Show and compare; nothing is sent that stays.")
@click.option("--sample", metavar="ADDRESS", multiple=True, help="Account to ask views about, beside those found.")
@click.option("--accept-differences", is_flag=True, help="Go on although views will answer otherwise.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before the first transaction.")
def cli(
    name: str,
    record: Path | None,
    account: str | None,
    to: str | None,
    delay: int,
    execute: bool,
    dry_run: bool,
    sample: tuple[str, ...],
    accept_differences: bool,
    yes: bool,
    provider: Any,
) -> None:
    """Replace the implementation of contract NAME by the one that the sources give.

    \b
    1 compares     refuses sources that give the same code, or would read the storage otherwise than it was
                   written; prints functions, events, errors and variables that go and come, sizes and hashes
    2 tries        asks every view about sample accounts, as is and with the new code put in place for the call;
                   stops if an answer differs, unless --accept-differences
    3 deploys      the new implementation; anybody may, nothing changes by it
    4 puts it in   account owns the Controller: registers it at once
                   Governor owns the Controller: stages that with --delay; if the account does not own the
                   Governor, prints what its owner has to send. `--execute` finishes it once it is due
    5 looks again  asks the same views, the new code against the old

    With --dry-run it ends after 2; on a fork or chain of Ape's own it goes on as whoever owns the protocol, waits for
    the delay, and puts the chain back. The deployment's record is written after every transaction; the same command
    goes on where it was broken off.

    \b
    ape run upgrade BondingManager --dry-run --network arbitrum
    ape run upgrade BondingManager --dry-run --network arbitrum:mainnet-fork:foundry
    ape run upgrade BondingManager --network arbitrum --account ALIAS --delay 7200
    ape run upgrade BondingManager --network arbitrum --account ALIAS --execute
    """
    # Ape imports every script for each `ape run`; what compiles contracts waits until it is needed.
    from scripts._lib import preflight
    from scripts._lib.upgrade.session import Session, Wishes

    click.echo(f"network        {preflight.describe_network(provider)}")
    session = Session.open(
        name,
        path=record or (preflight.live_record if dry_run else preflight.default_record)(provider),
        account=preflight.choose_account(account, provider, needed=not dry_run),
        wishes=Wishes(contract=to, delay=delay, samples=sample, accept_differences=accept_differences),
        report=click.echo,
    )
    if dry_run:
        play = preflight.can_be_put_back(provider)
        session.rehearse(execute, play=play)
        click.echo(f"dry run        {'the chain is as it was' if play else 'nothing was sent'}")
        return

    def ready() -> None:
        if not (yes or preflight.is_local(provider)):
            click.confirm("Go on?", abort=True)

    session.run(execute, ready)
