"""`ape run deploy`: brings the protocol up on any network. The command line; what it does stands in `_lib`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from ape.exceptions import ApeException

from scripts._lib.command import DeployCommand


@click.command(cls=DeployCommand)
@click.option(
    "--params",
    metavar="FILE|NAME",
    help="YAML file, or name of one in deployments/params. Default: the one of the network, `local` on local chains.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON record. Default: deployments/<ecosystem>-<network>.json, local-<ecosystem>-... on local chains.",
)
@click.option("--account", metavar="ALIAS", help="Ape account that deploys. Default on local chains: TEST::0.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before the first transaction.")
def cli(params: str | None, output: Path | None, account: str | None, yes: bool, provider: Any) -> None:
    """Deploy the whole protocol, and check that it stands as declared.

    Prints the network as resolved and the cost, and asks before it sends anything, save on local chains. The record
    is written after every transaction: when a deployment is broken off, the same command goes on where it stopped.

    \b
    ape run deploy --network ethereum:local:foundry         a chain that lives as long as the command
    ape run deploy --network http://127.0.0.1:8545          a node that is running
    ape run deploy --network arbitrum:mainnet-fork:foundry  rehearsal; needs ARBITRUM_MAINNET_RPC_URL
    ape run deploy --network arbitrum --account ALIAS       Arbitrum One; needs ARBITRUM_MAINNET_RPC_URL
    """
    # Ape imports every script for each `ape run`; what compiles contracts waits until it is needed.
    from scripts._lib import preflight
    from scripts._lib.deployment import deploy, open_record
    from scripts._lib.params import load_parameters

    local = preflight.is_local(provider)
    click.echo(f"network     {preflight.describe_network(provider)}")
    deployer = preflight.choose_account(account, provider)
    parameters = load_parameters(params or preflight.default_parameters(provider))
    path = output or preflight.default_record(provider)
    if local and preflight.forget_vanished_chain(path):
        click.echo(f"note        {path} was of a chain that is gone; it is replaced")
    record = open_record(parameters.with_deployer(deployer.address), deployer.address, path)
    cost = preflight.estimate_cost(deployer, record, parameters)
    begun = f"goes on after {len(record.parts)} contracts and {len(record.calls)} calls" if record.parts else "new"
    click.echo(f"deployer    {deployer.address}")
    click.echo(f"parameters  {params or preflight.default_parameters(provider)}, owner {parameters.owner}")
    click.echo(f"record      {path} ({begun})")
    click.echo(f"cost        {cost}")
    preflight.require_funds(deployer, cost)
    if not local and account and account.startswith("TEST::"):
        click.echo("warning     everybody knows this account's key, and can take whatever it owns")
    if not (local or yes):
        click.confirm("Deploy?", abort=True)
    if hasattr(deployer, "set_autosign"):
        deployer.set_autosign(True)  # asks for the passphrase now, instead of before each transaction

    try:
        deployment = deploy(parameters, deployer, record_path=path, report=click.echo, summary=click.echo)
    except (ApeException, KeyboardInterrupt) as error:
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        raise click.ClickException(f"broken off ({reason}); the same command goes on from {path}") from error
    click.echo(
        f"complete    Controller {deployment.controller.address}, {deployment.record.gas_used:,} gas, as declared"
    )
