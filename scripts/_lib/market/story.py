"""The demo's story: stake, serve, pay, transcode, settle, reward, claim, withdraw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts._lib.market.actors import Actor, anvil_actor
from scripts._lib.market.market import Market
from scripts._lib.market.nodes import GatewayRun, OrchestratorNode, TicketTerms

LPT = 10**18
ETH = 10**18

# One ticket in four wins 0.001 ETH, well above what it costs to redeem; ten seconds of the default ladder are about
# thirty tickets.
TERMS = TicketTerms(price=60_000_000, ticket_ev=25 * 10**13, max_face_value=10**15)
SELF_STAKES = (3_000 * LPT, 2_000 * LPT)
DELEGATED = 1_000 * LPT
REWARD_CUT, FEE_SHARE = 100_000, 500_000
DEPOSIT, RESERVE = 20 * ETH, 20 * ETH
ROUND_TIMEOUT_S = 30.0
RUN_TIMEOUT_S = 3600.0
SETTLE_TIMEOUT_S = 60.0
WINNERS = "livepeer_winning_tickets_recv_total"
QUEUED = "livepeer_ticket_queue_depth"

Narrator = Callable[[str], None]


@dataclass(slots=True)
class Cast:
    """Who plays."""

    deployer: Actor = field(default_factory=lambda: anvil_actor(0, "deployer"))
    orchestrators: tuple[Actor, ...] = field(
        default_factory=lambda: (anvil_actor(1, "orchestrator one"), anvil_actor(2, "orchestrator two"))
    )
    delegator: Actor = field(default_factory=lambda: anvil_actor(3, "delegator"))
    gateway: Actor = field(default_factory=lambda: anvil_actor(4, "gateway"))

    @property
    def stakers(self) -> list[Actor]:
        """Everybody who bonds."""
        return [*self.orchestrators, self.delegator]


@dataclass(slots=True)
class Outcome:
    """What the story leaves for the tables.

    Attributes:
        summary: the gateway's account of the run.
        won: winning tickets that orchestrators have stored, by name.
        withdrawn_fees: wei withdrawn to each account, by name.
        withdrawn_stake: LPT wei that the delegator withdrew.
        staked_by_delegator: LPT wei that it had bonded.
    """

    summary: dict[str, Any]
    won: dict[str, int]
    withdrawn_fees: dict[str, int] = field(default_factory=dict)
    withdrawn_stake: int = 0
    staked_by_delegator: int = DELEGATED


class Story:
    """Plays the acts in order on a market whose protocol is deployed."""

    def __init__(
        self,
        market: Market,
        cast: Cast,
        folder: Path,
        narrate: Narrator,
        nodes: list[OrchestratorNode] | None = None,
    ) -> None:
        """
        Args:
            folder: keys, logs and data of the nodes.
            narrate: receives a line for each act.
            nodes: orchestrators of an earlier story on the same market; made anew without them.
        """
        self.market, self.cast, self.folder, self.narrate = market, cast, folder, narrate
        self.nodes = nodes or [OrchestratorNode(actor, market.access, TERMS, folder) for actor in cast.orchestrators]

    async def stake(self) -> None:
        """Act one: orchestrators and a delegator stake, a gateway funds deposit and reserve."""
        market, cast = self.market, self.cast
        self.narrate("two orchestrators stake, register and publish their URIs; a delegator bonds; a gateway funds")
        deployer = market.wallet(cast.deployer)
        # A fresh round, whatever the deployment took: cuts cannot be set at the end of one.
        await market.start_next_round()
        await market.open_round(deployer)
        token = market.protocol.token
        amounts = (*SELF_STAKES, DELEGATED)
        await deployer.do(*(token.transfer(a.address, n) for a, n in zip(cast.stakers, amounts, strict=True)))
        funding = market.protocol.broker.fund_deposit_and_reserve(DEPOSIT, RESERVE)
        await asyncio.gather(
            *(
                market.wallet(node.actor).join_as_orchestrator(stake, REWARD_CUT, FEE_SHARE, node.uri)
                for node, stake in zip(self.nodes, SELF_STAKES, strict=True)
            ),
            market.wallet(cast.gateway).do(funding),
        )
        await market.wallet(cast.delegator).stake(DELEGATED, cast.orchestrators[0].address)

    async def serve(self) -> None:
        """Act two: the orchestrators' nodes start; with the next round they are active."""
        self.narrate("the orchestrators' nodes start; a round passes, and they are active")
        await self.market.start_next_round()
        await asyncio.gather(*(asyncio.to_thread(node.start_serving) for node in self.nodes))
        await self._round_is_open_and_rewarded()

    async def transcode(self, video: Path, output: Path, *flags: str) -> Outcome:
        """Act three: the file goes through the market, segment by segment, each paid for; `flags` of the gateway."""
        self.narrate(f"the gateway cuts {video.name} into segments, pays, and checks what comes back")
        run = self.gateway_run(video, output, *flags)
        run.start()
        summary = await asyncio.to_thread(run.wait, RUN_TIMEOUT_S)
        return Outcome(summary, self.winners())

    def gateway_run(self, video: Path, output: Path, *flags: str) -> GatewayRun:
        """The gateway's run over a file, not started; `flags` beside those of the terms."""
        flags = (*gateway_flags(TERMS), *flags)
        return GatewayRun(self.cast.gateway, self.market.access, video, output, self.folder, *flags)

    def winners(self) -> dict[str, int]:
        """Winning tickets that each running node has stored since it was started."""
        return {node.name: int(node.metrics().get(WINNERS, 0)) for node in self.nodes if node.running}

    def queued(self) -> dict[str, int]:
        """Winning tickets that each running node has still to redeem."""
        return {node.name: int(node.metrics().get(QUEUED, 0)) for node in self.nodes if node.running}

    async def settle(self) -> None:
        """Act four: offered terms run out, and winning tickets are redeemed."""
        self.narrate("the terms of the tickets run out; the orchestrators redeem their winners")
        await self.market.mine(TERMS.validity_blocks + 1)
        await self.market.until("all winning tickets to be redeemed", self._nothing_queued, SETTLE_TIMEOUT_S)

    async def reward(self) -> None:
        """Act five: a round passes, reward is called for each orchestrator."""
        self.narrate("a round passes; reward mints LPT for the orchestrators and their delegators")
        await self.market.start_next_round()
        await self._round_is_open_and_rewarded()

    async def claim_and_withdraw(self, outcome: Outcome) -> None:
        """Act six: earnings are claimed; fees and, after the unbonding period, stake are withdrawn."""
        self.narrate("earnings are claimed, fees withdrawn; the delegator unbonds and withdraws its stake")
        market, delegator = self.market, self.market.wallet(self.cast.delegator)
        current = await market.protocol.rounds.current_round()
        await delegator.do(market.protocol.bonding.claim_earnings(current))
        wallets = [delegator, *(market.wallet(actor) for actor in self.cast.orchestrators)]
        for wallet in wallets:
            outcome.withdrawn_fees[wallet.actor.name] = await wallet.withdraw_all_fees()
        stake = await market.protocol.bonding.pending_stake(self.cast.delegator.address)
        lock = await delegator.unstake_all()
        await self._wait_out_unbonding()
        await delegator.do(market.protocol.bonding.withdraw_stake(lock))
        outcome.withdrawn_stake = stake

    def stop(self) -> None:
        """Stops the nodes."""
        for node in self.nodes:
            node.stop()

    async def _wait_out_unbonding(self) -> None:
        for _ in range(await self.market.protocol.bonding.unbonding_period()):
            await self.market.start_next_round()
            await self._round_is_open_and_rewarded()

    async def _round_is_open_and_rewarded(self) -> None:
        await self.market.until("the round to be opened and rewarded", self._all_rewarded, ROUND_TIMEOUT_S)

    async def _all_rewarded(self) -> bool:
        bonding, rounds = self.market.protocol.bonding, self.market.protocol.rounds
        if not await rounds.current_round_initialized():
            return False
        current = await rounds.current_round()
        known = [await bonding.transcoder_info(actor.address) for actor in self.cast.orchestrators]
        return all(transcoder.last_reward_round == current for transcoder in known)

    async def _nothing_queued(self) -> bool:
        return not any((await asyncio.to_thread(self.queued)).values())


def gateway_flags(terms: TicketTerms) -> list[str]:
    """Flags that let a gateway pay by such terms: the network's own caps are meant for mainnet's prices."""
    return [
        *("--max-ticket-ev", str(terms.ticket_ev * 2)),
        *("--max-total-ev", str(ETH // 10)),
        *("--max-spend", str(10 * ETH)),
    ]
