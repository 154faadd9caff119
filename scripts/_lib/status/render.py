"""A snapshot for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from scripts._lib.ops.amounts import eth, lpt, percent
from scripts._lib.ops.rewards import MINTER_PERC, PRECISE_PERC
from scripts._lib.status.active_set import Seat
from scripts._lib.status.snapshot import Snapshot

MARKS = {
    "called": "[green]●[/]",
    "missed": "[red]✗[/]",
    "open": "[yellow]○[/]",
    "inactive": "[dim]-[/]",
    "uninitialized": "[dim]/[/]",
    "unknown": "[dim]?[/]",
}
LEGEND = "● called, ✗ missed, ○ still to be called in this round, - not active, / round never initialised"


def render(snapshot: Snapshot) -> RenderableType:
    """Facts first, then a table each of orchestrators, senders and open proposals."""
    facts = Table.grid(padding=(0, 2))
    for label, text in _facts(snapshot):
        facts.add_row(Text(label, style="dim"), text)
    tables = [_orchestrators(snapshot), _senders(snapshot), _proposals(snapshot)]
    return Group(facts, *(Group("", table) for table in tables if table is not None))


def _facts(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    clock, p, supply = snapshot.clock, snapshot.parameters, snapshot.supply
    yield "network", snapshot.network
    yield "controller", f"{snapshot.controller}, owner {clock.owner}"
    yield "block", f"{snapshot.block:,} at {snapshot.time:%Y-%m-%d %H:%M:%S} UTC"
    if clock.paused:
        yield "system", "[bold red]PAUSED[/]: nothing moves until the owner lifts it"
    yield "round", _warned(str(clock), not clock.initialized)
    locked = "rates stay until the round ends" if clock.locked else f"rates stay from block {clock.lock_begins:,} on"
    yield "", f"begun in block {clock.start:,}, now {clock.block:,}; {locked}"
    yield (
        "periods",
        (f"unbonding {p.unbonding_period} rounds, unlocking {p.unlock_period}, tickets {p.ticket_validity_period}"),
    )
    rate = percent(supply.active_stake * MINTER_PERC // (supply.total_supply or 1), MINTER_PERC)
    yield "stake", f"{lpt(supply.active_stake)} active ({rate} of {lpt(supply.total_supply)})"
    yield "", f"{lpt(supply.next_active_stake)} from the next round on"
    wanted = percent(p.target_bonding_rate, MINTER_PERC)
    step = percent(p.inflation_change, MINTER_PERC)
    yield "inflation", f"{percent(supply.inflation, MINTER_PERC)} a round, {step} up or down towards {wanted} bonded"
    yield "mintable", f"{lpt(supply.mintable)} in this round, {lpt(supply.minted)} minted"
    yield from _treasury(snapshot)


def _treasury(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    treasury, p = snapshot.treasury, snapshot.parameters
    if treasury is None:
        yield "treasury", "none"
        return
    rates = dict.fromkeys(percent(rate, PRECISE_PERC) for rate in (p.treasury_cut_rate, p.next_treasury_cut_rate))
    ceiling = f"up to {lpt(p.treasury_ceiling)}" if p.treasury_ceiling else "without ceiling"
    yield "treasury", f"{lpt(treasury.lpt)} and {eth(treasury.eth)} at {treasury.address}"
    yield "", f"takes {', then '.join(rates)} of rewards, {ceiling}"


def _orchestrators(snapshot: Snapshot) -> Table:
    calls = snapshot.reward_calls
    rounds = f"{calls.rounds[0]}–{calls.rounds[-1]}" if calls.rounds else ""
    taken = sum(seat.rank is not None for seat in snapshot.seats)
    table = _table(
        f"Orchestrators: {sum(seat.active for seat in snapshot.seats)} active, "
        f"{taken} of {snapshot.parameters.pool_max_size} seats of the next round taken",
        ("", "account", "stake", "reward cut", "fee share", f"rewards {rounds}", "URI"),
        caption=f"reward calls are unknown: {escape(calls.fault)}" if calls.fault else LEGEND,
    )
    for seat in snapshot.seats:
        account = seat.account + _standing(seat)
        rates = percent(seat.reward_cut), percent(seat.fee_share)
        marks = "".join(MARKS[mark] for mark in seat.rewards)
        table.add_row(str(seat.rank or "–"), account, lpt(seat.stake), *rates, marks, Text(seat.uri or "none"))
    return table


def _standing(seat: Seat) -> str:
    if seat.rank is None:
        return f" [yellow](until round {seat.deactivation_round - 1})[/]"
    return "" if seat.active else f" [yellow](from round {seat.activation_round} on)[/]"


def _senders(snapshot: Snapshot) -> Table:
    senders = snapshot.senders
    page = f", page {senders.page} of {senders.pages}" if senders.pages > 1 else ""
    held = f"{eth(senders.deposits)} of deposits and {eth(senders.reserves)} of reserves"
    table = _table(
        f"Senders: {senders.count} with {held}{page}",
        ("account", "deposit", "reserve", "drawn this round", "withdrawal"),
        caption=f"senders are unknown: {escape(senders.fault)}" if senders.fault else None,
    )
    for sender in senders.shown:
        when = sender.withdraw_round
        way_out = "" if not when else "open" if when <= snapshot.clock.round else f"from round {when} on"
        table.add_row(sender.account, eth(sender.deposit), eth(sender.reserve), eth(sender.claimed), way_out)
    return table


def _proposals(snapshot: Snapshot) -> Table | None:
    if snapshot.proposals is None and snapshot.proposals_fault is None:
        return None
    table = _table(
        "Open proposals",
        ("number", "state", "voting", "for", "against", "abstain", "quorum", "title"),
        caption=f"proposals are unknown: {escape(snapshot.proposals_fault)}" if snapshot.proposals_fault else None,
    )
    for proposal in snapshot.proposals or ():
        against, in_favour, abstain = map(lpt, proposal.votes)
        rounds = f"rounds {proposal.vote_start + 1} to {proposal.vote_end}"
        quorum = "–" if proposal.quorum is None else lpt(proposal.quorum)
        row = (str(proposal.id), proposal.state, rounds, in_favour, against, abstain, quorum)
        table.add_row(*row, Text(proposal.title))
    return table


def _warned(text: str, bad: bool) -> str:
    return f"[bold yellow]{text}[/]" if bad else text


def _table(title: str, columns: Sequence[str], caption: str | None = None) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="dim", caption=caption,
        caption_justify="left",
    )  # fmt: skip
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
