"""The campaign itself: hands out histories, keeps what comes back, stops at a failure or when told to, shrinks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from tests.campaign import work
from tests.campaign.bad_input import JobLostError
from tests.campaign.failures import Failures
from tests.campaign.history import History
from tests.campaign.jobs import Jobs
from tests.campaign.plan import Order, Plan
from tests.campaign.shrink import kind
from tests.campaign.store import Found, Store
from tests.campaign.totals import Totals

__all__ = ["SHRINK_SECONDS", "Campaign", "Watch"]

T = TypeVar("T")

SHRINK_SECONDS = 60.0
SHRUNK_AT_MOST = 4
LOOK_UP_S = 0.25


class Watch(Protocol):
    """Is told how a campaign goes."""

    def update(self, totals: Totals, failures: int, elapsed: float, note: str = "") -> None: ...


@dataclass
class Campaign:
    """One run of it, from where the store stands.

    Attributes:
        keep_going: play all histories, whatever fails.
        seconds: after which no more histories are begun.
        stopping: set from outside: what has begun is finished, nothing more is begun.
    """

    plan: Plan
    store: Store
    jobs: Jobs
    failures: Failures
    watch: Watch
    keep_going: bool = False
    seconds: float = float("inf")
    stopping: bool = False
    totals: Totals = field(init=False)
    _failed: int = field(init=False)
    _began: float = field(init=False)
    _deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.totals = self.store.totals()
        self._failed = len(self.store.failures())
        self._began = time.monotonic() - self.store.elapsed()
        self._deadline = time.monotonic() + self.seconds

    def run(self) -> None:
        """Plays what is left, and shrinks what was found."""
        self._play()
        self._shrink()
        self.watch.update(self.totals, self._failed, self._elapsed())

    def _play(self) -> None:
        left, in_flight = self._left(), dict[Future[History], Order]()
        while True:
            while len(in_flight) <= self.jobs.slots and (order := next(left, None)):
                in_flight[self.jobs.submit(work.play_order, order)] = order
            if not in_flight:
                return
            done, _ = wait(in_flight, timeout=LOOK_UP_S, return_when=FIRST_COMPLETED)
            for future in done:
                self._keep(in_flight.pop(future), _result(future))
            if self._over():
                for future in [waiting for waiting in in_flight if waiting.cancel()]:
                    del in_flight[future]
            self.watch.update(self.totals, self._failed, self._elapsed())

    def _left(self) -> Iterator[Order]:
        played = self.store.played()
        for order in self.plan.orders():
            if self._over():
                return
            if (order.machine, order.index) not in played:
                yield order

    def _over(self) -> bool:
        out_of_time = time.monotonic() >= self._deadline
        return self.stopping or out_of_time or (self._failed > 0 and not self.keep_going)

    def _keep(self, order: Order, history: History) -> None:
        self.store.add(order, history, self._elapsed())
        self.totals.add(order, history)
        if history.failure is not None:
            self._failed += 1
            self.failures.keep(Found(order.machine, order.index, order.seed, history.failure, None))

    def _shrink(self) -> None:
        """The first of each kind."""
        kinds: dict[tuple[str, str], Found] = {}
        for found in self.store.failures():
            kinds.setdefault((found.machine, kind(found.failure)), found)
        chosen = [found for found in list(kinds.values())[:SHRUNK_AT_MOST] if found.shrunk is None]
        waiting = {
            self.jobs.submit(work.shrink_failure, found.machine, found.seed, found.failure, SHRINK_SECONDS): found
            for found in chosen
        }
        while waiting and not self.stopping:
            done, _ = wait(waiting, timeout=LOOK_UP_S, return_when=FIRST_COMPLETED)
            for future in done:
                found, shrunk = waiting.pop(future), _result(future)
                self.store.keep_shrunk(found, shrunk.failure)
                self.failures.keep(found._replace(shrunk=shrunk.failure), test=shrunk.test)
            self.watch.update(self.totals, self._failed, self._elapsed(), f"shrinking {len(waiting)}")

    def _elapsed(self) -> float:
        return time.monotonic() - self._began


def _result(future: Future[T]) -> T:
    try:
        return future.result()
    except Exception as error:
        raise JobLostError(
            f"a job was lost ({type(error).__name__}: {error}); what was played until then is kept"
        ) from error
