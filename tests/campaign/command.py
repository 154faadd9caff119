"""What `make campaign` does, step by step, in words for its user."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console

from tests.campaign.bad_input import BadInputError
from tests.campaign.jobs import cores, local_jobs
from tests.campaign.plan import Plan, machine_weights
from tests.campaign.provenance import ROOT, contracts_digest, provenance, rules_digest
from tests.campaign.ray_jobs import check_ray, ray_jobs

__all__ = ["Wishes", "play_campaign", "replay_failure"]

FOLDER = ROOT / "campaign-output"
ENGINES = ("local", "ray")
MOST_JOBS = 4_096
FAILED, INTERRUPTED = 1, 130


@dataclass(frozen=True)
class Wishes:
    """The options of the command; see there."""

    calls: int
    seed: str
    jobs: int | None
    machines: str
    engine: str
    out: Path | None
    history_calls: int
    seconds: int | None
    keep_going: bool
    publish: bool


def play_campaign(wishes: Wishes) -> int:
    """Plays, or plays on; answers with the exit code.

    Raises:
        BadInputError: what was asked for cannot be done.
    """
    console = Console(highlight=False)
    work = _work()
    plan = _plan(wishes, work.usual_weights())
    versions = {"contracts": contracts_digest(), "rules": rules_digest()}
    identity = plan.identity(**versions)
    folder = wishes.out or FOLDER / f"{plan.seed}-{identity[:8]}"
    with _store(folder, identity) as store:
        left = plan.histories - _played(plan, store)
        if left:
            _say_what(console, plan, wishes, folder, plan.histories - left)
        stopped = _play(console, plan, wishes, folder, store) if left or _unshrunk(store) else False
        return _conclude(console, plan, wishes, folder, store, stopped=stopped)


def replay_failure(file: Path) -> int:
    """Plays the actions of a failure that was kept; 1 if they fail still.

    Raises:
        BadInputError: the file is none, or of a machine that there is no longer.
    """
    from tests.campaign.failures import read_kept

    console, work = Console(highlight=False), _work()
    kept = read_kept(file, set(work.usual_weights()))
    if kept.contracts != contracts_digest():
        console.print("The contracts are others than those in which this was found.")
    work.prepare()
    console.print(f"{kept.machine}: {len(kept.lines)} actions, which failed {kept.property}")
    failure = work.replay_lines(kept.machine, kept.lines)
    if failure is None:
        console.print("Everything holds.")
        return 0
    console.print(f"It fails, {failure.property}:\n{failure.message}", markup=False)
    return FAILED


def _work() -> Any:
    """What workers do; needs the engine and compiled contracts."""
    if find_spec("pyrevm") is None:
        raise BadInputError("the EVM in process, pyrevm, is not installed: run `make setup`")
    contracts_digest()  # says so if nothing is compiled
    from tests.campaign import work

    return work


def _plan(wishes: Wishes, known: Mapping[str, int]) -> Plan:
    if wishes.engine not in ENGINES:
        raise BadInputError(f"no engine is called '{wishes.engine}'; there are: {', '.join(ENGINES)}")
    if wishes.engine == "ray":
        check_ray()
    if wishes.seconds is not None and wishes.seconds < 1:
        raise BadInputError(f"{wishes.seconds} seconds: at least one is needed")
    if wishes.jobs is not None and not 1 <= wishes.jobs <= MOST_JOBS:
        usual = f"usually one for each core ({cores()} here)"
        raise BadInputError(f"{wishes.jobs:,} jobs: from 1 to {MOST_JOBS:,} can be had, {usual}")
    weights = machine_weights(wishes.machines, known)
    return Plan(wishes.seed, weights, wishes.calls, min(wishes.calls, wishes.history_calls))


@contextmanager
def _store(folder: Path, identity: str) -> Iterator[Any]:
    from tests.campaign.store import Store

    with Store.create_or_resume(folder, identity, {"provenance": provenance()}) as store:
        yield store


def _play(console: Console, plan: Plan, wishes: Wishes, folder: Path, store: Any) -> bool:
    """Answers with whether it was stopped before its end."""
    from tests.campaign import work
    from tests.campaign.failures import Failures
    from tests.campaign.progress import Progress
    from tests.campaign.run import Campaign

    jobs = _jobs(wishes)
    now = True
    try:
        if not work.is_prepared():
            console.print(
                "The world is deployed once on an anvil and recorded, as after each change of the contracts.",
                soft_wrap=True,
            )
        work.prepare()
        title = f"Campaign {plan.seed} · {', '.join(plan.weights)} · {jobs.slots} jobs ({wishes.engine})"
        failures = Failures(folder / "failures", {"contracts": contracts_digest(), "campaign": plan.seed})
        with Progress(plan, console, title) as watch:
            seconds = float("inf") if wishes.seconds is None else wishes.seconds
            campaign = Campaign(plan, store, jobs, failures, watch, wishes.keep_going, seconds)
            with _stopped_by_signals(lambda: _stop(campaign, console)):
                campaign.run()
        now = campaign.stopping
        return campaign.stopping
    finally:
        jobs.close(now=now)


def _jobs(wishes: Wishes) -> Any:
    if wishes.engine == "ray":
        return ray_jobs(wishes.jobs)
    return local_jobs(wishes.jobs)


def _stop(campaign: Any, console: Console) -> None:
    if campaign.stopping:
        raise KeyboardInterrupt
    campaign.stopping = True
    console.print("Stopping: what has begun is finished. Ctrl-C again drops it.")


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        stop()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say_what(console: Console, plan: Plan, wishes: Wishes, folder: Path, played: int) -> None:
    console.print(f"seed {plan.seed}: {_command(plan, wishes)}", soft_wrap=True)
    console.print(f"kept in {folder}", soft_wrap=True)
    if played:
        console.print(f"goes on after {played:,} of {plan.histories:,} histories")


def _conclude(console: Console, plan: Plan, wishes: Wishes, folder: Path, store: Any, *, stopped: bool) -> int:
    from tests.campaign.report import write_report

    report = write_report(folder, plan, store, {"jobs": wishes.jobs or "one a core", "engine": wishes.engine})
    _tell_failures(console, folder, store)
    console.print(f"report: {report}", soft_wrap=True)
    if stopped or (_played(plan, store) < plan.histories and not store.failures()):
        console.print(f"To go on: {_command(plan, wishes)}", soft_wrap=True)
    failed = bool(store.failures())
    if wishes.publish and not stopped:
        from tests.campaign.publish import publish

        console.print(f"published: {publish(folder)}", soft_wrap=True)
    return FAILED if failed else INTERRUPTED if stopped else 0


def _tell_failures(console: Console, folder: Path, store: Any) -> None:
    from tests.campaign.failures import Failures

    failures = Failures(folder / "failures", {})
    for found in store.failures():
        shown = found.shrunk or found.failure
        head = f"\n{found.machine}, history {found.index}: {shown.property} failed after {found.failure.call:,} calls"
        console.print(head, style="bold red", markup=False)
        console.print(shown.message, markup=False, soft_wrap=True)
        if test := failures.test_of(found):
            console.print("\nAs a test for tests/stateful/test_anchored.py:\n", markup=False)
            console.print(test, markup=False, soft_wrap=True)
        console.print(f"To play it again: make campaign REPLAY={failures.path_of(found)}", markup=False, soft_wrap=True)
    if store.failures():
        console.print("")


def _played(plan: Plan, store: Any) -> int:
    played = store.played()
    return sum((order.machine, order.index) in played for order in plan.orders())


def _unshrunk(store: Any) -> bool:
    return any(found.shrunk is None for found in store.failures())


def _command(plan: Plan, wishes: Wishes) -> str:
    """That plays the same, or plays on."""
    engine = f" ENGINE={wishes.engine}" if wishes.engine != ENGINES[0] else ""
    return plan.command() + engine + (f" OUT={wishes.out}" if wishes.out else "")
