"""The demo from beginning to end: chain, deployment, story, tables, verdict."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path

from ape import accounts, networks
from ape.logging import LogLevel, logger
from rich.console import Console

from offchain.errors import OffchainError
from offchain.telemetry.logs import configure as configure_logs
from scripts._lib.deployment import deploy
from scripts._lib.errors import DeployError
from scripts._lib.market.conservation import Check, conservation
from scripts._lib.market.history import events, operations
from scripts._lib.market.market import Market, MarketTimeoutError
from scripts._lib.market.nodes import ChainAccess
from scripts._lib.market.processes import ProcessError, TestChain
from scripts._lib.market.story import SELF_STAKES, Cast, Outcome, Story
from scripts._lib.market.tables import (
    conservation_table,
    earnings_table,
    gas_table,
    renditions_table,
    tickets_table,
)
from scripts._lib.params import load_parameters

MARK = ".offchain-demo"
LOG_WIDTH = 140


class DemoError(Exception):
    """The demo could not be played, or something in it did not hold."""


def play(video: Path, output: Path) -> None:
    """Plays the demo.

    Args:
        video: file to transcode.
        output: folder for renditions and logs; emptied first if an earlier demo made it.

    Raises:
        DemoError: a part failed, or a check at the end did not hold.
    """
    console, begun = _console(), time.monotonic()
    configure_logs("warning")
    _make_folder(output)

    def narrate(line: str) -> None:
        console.print(f"[dim]{time.monotonic() - begun:5.1f} s[/]  {line}")

    chain = TestChain(output / "logs" / "anvil.log")
    narrate(f"anvil starts; logs of all processes: {output / 'logs'}")
    try:
        chain.start()
        with logger.at_level(LogLevel.WARNING), networks.parse_network_choice(chain.url):
            deployment = deploy(load_parameters("local"), accounts.test_accounts[0])
            narrate(f"the protocol is deployed; Controller {deployment.controller.address}")
            access = ChainAccess(chain.url, 31337, deployment.controller.address)
            broken = asyncio.run(_perform(access, video, output, console, narrate))
    except (ProcessError, MarketTimeoutError, OffchainError, DeployError) as error:
        raise DemoError(str(error)) from error
    finally:
        chain.stop()
    if broken:
        raise DemoError("did not hold: " + "; ".join(broken))
    console.print(f"[bold green]All of it held[/] ({time.monotonic() - begun:.0f} s).")
    console.print(f"Play it: {output / 'video' / 'master.m3u8'}")


async def _perform(access: ChainAccess, video: Path, output: Path, console: Console, narrate) -> list[str]:  # type: ignore[no-untyped-def]
    market = await Market.open(access)
    story = Story(market, Cast(), output / "logs", narrate)
    try:
        await story.stake()
        await story.serve()
        outcome = await story.transcode(video, output / "video")
        await story.settle()
        await story.reward()
        await story.claim_and_withdraw(outcome)
        story.stop()
        return await _report(market, story.cast, outcome, console)
    finally:
        story.stop()
        await market.close()


async def _report(market: Market, cast: Cast, outcome: Outcome, console: Console) -> list[str]:
    """Prints the tables; returns what did not hold."""
    protocol, w3 = market.protocol, market.w3
    names = {actor.address: actor.name for actor in cast.orchestrators}
    paid = await events(protocol.broker, w3, "WinningTicketTransfer")
    rewards = await events(protocol.bonding, w3, "Reward")
    rows = [
        (actor.name, staked, await protocol.bonding.pending_stake(actor.address), outcome.withdrawn_fees[actor.name])
        for actor, staked in zip(cast.orchestrators, SELF_STAKES, strict=True)
    ]
    delegator = cast.delegator.name
    rows.append((delegator, outcome.staked_by_delegator, outcome.withdrawn_stake, outcome.withdrawn_fees[delegator]))
    checks = await conservation(protocol, [actor.address for actor in cast.stakers], [cast.gateway.address], locked=0)
    for table in (
        renditions_table(outcome.summary),
        tickets_table(outcome.summary, outcome.won, paid, names),
        earnings_table(rewards, rows),
        gas_table(await operations(w3, protocol)),
        conservation_table(checks),
    ):
        console.print(table)
        console.print()
    return _broken(outcome, paid, rewards, checks)


def _broken(outcome: Outcome, paid: list[dict[str, object]], rewards: list[object], checks: list[Check]) -> list[str]:
    won = sum(outcome.won.values())
    verdicts = {
        "every segment was transcoded": outcome.summary["segments"] > 0,
        "tickets were sent": sum(line["tickets"] for line in outcome.summary["orchestrators"]) > 0,
        "at least one ticket won": won > 0,
        f"every winner was redeemed ({len(paid)} of {won})": len(paid) == won,
        "rewards were minted": len(rewards) > 0,
        "the delegator earned LPT": outcome.withdrawn_stake > outcome.staked_by_delegator,
        "fees were withdrawn": sum(outcome.withdrawn_fees.values()) > 0,
        **{check.name: check.holds for check in checks},
    }
    return [name for name, held in verdicts.items() if not held]


def _console() -> Console:
    """Wide enough for sums in wei where nobody has set a width, as in a log."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=LOG_WIDTH)


def _make_folder(output: Path) -> None:
    """An empty output folder; one that holds somebody's files is never emptied."""
    if output.exists() and any(output.iterdir()):
        if not (output / MARK).exists():
            raise DemoError(f"{output} holds files that no demo has made; name another folder with --output")
        shutil.rmtree(output)
    (output / "logs").mkdir(parents=True, exist_ok=True)
    (output / MARK).touch()
