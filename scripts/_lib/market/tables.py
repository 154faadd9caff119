"""The demo's closing tables: what was done, what was paid, who got it, what it cost, and that nothing is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from statistics import median_low
from typing import Any

from rich.table import Table

from scripts._lib.market.conservation import Check
from scripts._lib.market.history import Operation


def amount(wei: int, unit: str = "ETH", places: int = 6) -> str:
    """Wei in ETH (or LPT wei in LPT), rounded down to `places` decimals for reading."""
    whole, rest = divmod(wei, 10**18)
    return f"{whole:,}.{rest:018d}"[: len(f"{whole:,}") + 1 + places] + f" {unit}"


def renditions_table(summary: dict[str, Any]) -> Table:
    """Renditions: segments, pixels, bytes, time against real time."""
    seconds, video_seconds = summary["seconds"], summary["duration_ms"] / 1000
    table = _table(
        f"Video: {summary['segments']} segments, {video_seconds:.1f} s of video in {seconds:.1f} s "
        f"({video_seconds / seconds:.2f} × real time)",
        ("rendition", "size", "segments", "pixels", "bytes"),
    )
    for rung in summary["renditions"]:
        size = f"{rung['width']}x{rung['height']}"
        table.add_row(rung["name"], size, str(rung["segments"]), f"{rung['pixels']:,}", f"{rung['bytes']:,}")
    return table


def tickets_table(
    summary: dict[str, Any], won: dict[str, int], paid: Sequence[dict[str, Any]], names: dict[str, str]
) -> Table:
    """Tickets: sent, won, redeemed; what they were worth on average against what was paid."""
    table = _table(
        "Tickets", ("orchestrator", "segments", "sent", "wins expected", "won", "redeemed", "pay expected", "paid")
    )
    received: dict[str, list[int]] = defaultdict(list)
    for transfer in paid:
        received[names[transfer["recipient"]]].append(transfer["amount"])
    for line in summary["orchestrators"]:
        name = names[line["address"]]
        expected = Fraction(line["expected_value"])
        table.add_row(
            name,
            str(line["segments"]),
            str(line["tickets"]),
            f"{float(Fraction(line['expected_wins'])):.1f}",
            str(won.get(name, 0)),
            str(len(received[name])),
            amount(int(expected)),
            amount(sum(received[name])),
        )
    return table


def earnings_table(rewards: Sequence[dict[str, Any]], rows: Iterable[tuple[str, int, int, int]]) -> Table:
    """LPT minted and who got it; fees withdrawn. Rows: name, LPT staked, LPT now, wei of fees withdrawn."""
    minted = sum(reward["amount"] for reward in rewards)
    table = _table(
        f"Rewards: {amount(minted, 'LPT')} minted in {len(rewards)} calls",
        ("account", "staked", "now or withdrawn", "earned", "fees withdrawn"),
    )
    for name, staked, now, fees in rows:
        table.add_row(name, amount(staked, "LPT"), amount(now, "LPT"), amount(now - staked, "LPT"), amount(fees))
    return table


def gas_table(done: Sequence[Operation]) -> Table:
    """Gas by operation: times, least, median and most."""
    table = _table("Gas by operation", ("operation", "times", "least", "median", "most"))
    by_name: dict[str, list[int]] = defaultdict(list)
    for operation in done:
        label = operation.name if operation.succeeded else f"{operation.name} (reverted)"
        by_name[label].append(operation.gas_used)
    for name, used in sorted(by_name.items()):
        figures = (len(used), min(used), median_low(used), max(used))
        table.add_row(name, *(f"{figure:,}" for figure in figures))
    return table


def conservation_table(checks: Sequence[Check]) -> Table:
    """Each count of money against another, in wei."""
    table = _table("Conserved, to the wei", ("count", "wei", "differs by", "allowed", ""))
    for check in checks:
        verdict = "[green]holds[/]" if check.holds else "[bold red]BROKEN[/]"
        table.add_row(check.name, f"{check.left:,}", f"{check.left - check.right:,}", f"{check.slack:,}", verdict)
    return table


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0)
    return table
