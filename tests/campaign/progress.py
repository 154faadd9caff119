"""How a campaign goes, while it goes: a table that is drawn again and again, or a line now and then for a log."""

from __future__ import annotations

import time
from collections import Counter
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tests.campaign.figures import Pace, duration, share, thousands, wei_text
from tests.campaign.plan import Plan
from tests.campaign.totals import Totals

__all__ = ["Progress"]

LINE_EVERY_S = 10.0
DRAWN_EVERY_S = 0.25
ACTIONS_SHOWN = 12


class Progress:
    """Tells how a campaign goes, on a terminal or into a log. To be entered as a context."""

    def __init__(self, plan: Plan, console: Console, title: str) -> None:
        self._goal = plan.histories * plan.history_calls
        self._console, self._title, self._pace = console, title, Pace()
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._told = self._drawn = float("-inf")
        self._rate = 0.0
        self._last: tuple[Totals, int, float] | None = None

    def __enter__(self) -> Progress:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._live:
            self._live.stop()
        if self._last:
            self._console.print(self._line(*self._last), highlight=False, soft_wrap=True)

    def update(self, totals: Totals, failures: int, elapsed: float, note: str = "") -> None:
        """Shown if it is time to."""
        now, self._last = time.monotonic(), (totals, failures, elapsed)
        self._rate = self._pace.update(elapsed, totals.calls)
        if self._live:
            if now - self._drawn >= DRAWN_EVERY_S:
                self._drawn = now
                self._live.update(self._picture(totals, failures, elapsed, note), refresh=True)
        elif now - self._told >= LINE_EVERY_S:
            self._told = now
            self._console.print(self._line(totals, failures, elapsed, note), highlight=False, soft_wrap=True)

    def _line(self, totals: Totals, failures: int, elapsed: float, note: str = "") -> str:
        seen, possible = totals.pairs
        worst, played = _worst(totals), min(totals.calls, self._goal)
        parts = (
            f"{thousands(totals.calls)} of {thousands(self._goal)} calls ({share(played, self._goal)})",
            f"{thousands(self._rate)} calls/s",
            f"refused {share(totals.refusals, totals.calls)}",
            f"pairs of actions {share(seen, possible)}",
            f"worst rounding {worst}" if worst else "",
            f"{failures} failed" if failures else "",
            self._time(totals, elapsed),
            note,
        )
        return " | ".join(part for part in parts if part)

    def _time(self, totals: Totals, elapsed: float) -> str:
        left = self._goal - totals.calls
        if left <= 0:
            return f"took {duration(elapsed)}"
        ahead = f", {duration(left / self._rate)} to go" if self._rate else ""
        return f"{duration(elapsed)} so far{ahead}"

    def _picture(self, totals: Totals, failures: int, elapsed: float, note: str) -> Group:
        bar = Table.grid()
        bar.add_row(ProgressBar(total=self._goal, completed=min(totals.calls, self._goal), width=60))
        state = Text(f"{failures} failed", "bold red") if failures else Text("nothing has failed", "green")
        if note:
            state.append(f" · {note}", "yellow")
        head = f"{thousands(totals.calls)} of {thousands(self._goal)} calls · {thousands(self._rate)} a second · "
        return Group(
            Text(self._title, "bold"),
            bar,
            Text(head + self._time(totals, elapsed)),
            state,
            _machines(totals),
            _actions(totals),
        )


def _machines(totals: Totals) -> Table:
    table = Table("machine", box=None, pad_edge=False)
    for head in ("histories", "calls", "refused", "actions", "pairs of them", "worst rounding"):
        table.add_column(head, justify="right")
    for name, machine in sorted(totals.items()):
        table.add_row(
            name,
            thousands(machine.histories),
            thousands(machine.calls),
            share(machine.refusals, machine.calls),
            str(len(machine.actions)),
            f"{len(machine.pairs)} of {machine.possible_pairs}",
            _worst(Totals({name: machine})) or "—",
        )
    return table


def _actions(totals: Totals) -> Table:
    """The most frequent, all machines together."""
    done, refused = Counter[str](), Counter[str]()
    for machine in totals.values():
        for action, (well, not_so) in machine.by_action().items():
            done[action] += well
            refused[action] += not_so
    shown = (done + refused).most_common(ACTIONS_SHOWN)
    table = Table("action", box=None, pad_edge=False)
    table.add_column("done", justify="right")
    table.add_column("refused", justify="right")
    for action, _ in shown:
        table.add_row(action, thousands(done[action]), thousands(refused[action]))
    others = len(set(done) | set(refused)) - len(shown)
    if others > 0:
        table.add_row(f"and {others} others", "", "")
    return table


def _worst(totals: Totals) -> str:
    seen = [(worst.wei, name) for machine in totals.values() for name, worst in machine.roundings.items()]
    if not seen:
        return ""
    wei, name = max(seen)
    return f"{wei_text(wei)} ({name})"
