"""What a worker does: plays a history, shrinks a failure. One world a process, made when first needed; no Ape."""

from __future__ import annotations

import gc
import subprocess
import time
import traceback
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from tests.campaign.bad_input import BadInputError
from tests.campaign.history import Failure, History, play
from tests.campaign.machines import MACHINES
from tests.campaign.patience import within
from tests.campaign.plan import Order

__all__ = ["Shrunk", "is_prepared", "play_order", "prepare", "replay_lines", "shrink_failure", "usual_weights"]

PATIENCE_S, PATIENCE_S_A_CALL = 60.0, 0.1  # a hundred times what it takes


class Shrunk(NamedTuple):
    """A failure by fewer actions, and the same as a plain test."""

    failure: Failure
    test: str


def prepare() -> None:
    """Makes the world, so that the first history takes no longer than the others.

    Raises:
        BadInputError: the contracts as they are compiled cannot be deployed, or not in time.
    """
    from tests.support.recording import UnbuildableError

    try:
        _world()
    except (RuntimeError, UnbuildableError, subprocess.TimeoutExpired) as error:
        raise BadInputError(f"the protocol cannot be deployed as it is compiled: {error}") from error


def is_prepared() -> bool:
    """Whether {prepare} takes a moment only."""
    from tests.support.recording import is_recorded

    return is_recorded()


def play_order(order: Order) -> History:
    """Plays one history, whose seconds are the processor's; what goes wrong outside a property is a failure, too."""
    try:
        world, began = _world(), time.process_time()
        with within(PATIENCE_S + PATIENCE_S_A_CALL * order.calls):
            history = play(world, MACHINES[order.machine], order.seed, order.calls)
        history.seconds = time.process_time() - began
        return history
    except BaseException as error:  # the engine's panics are not of Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        _world.cache_clear()
        failure = Failure(property="crash", message=traceback.format_exc(), lines=[], call=0)
        return History(machine=order.machine, seed=order.seed, failure=failure)


def shrink_failure(machine: str, seed: int, failure: Failure, seconds: float) -> Shrunk:
    """Looks for a shorter way to a failure for about so many seconds."""
    from tests.campaign.anchored import as_test
    from tests.campaign.shrink import shrink

    if failure.lines:
        failure = shrink(_world(), MACHINES[machine], failure, seconds=seconds)
    return Shrunk(failure, as_test(failure, machine, seed))


def replay_lines(machine: str, lines: Sequence[str]) -> Failure | None:
    """What playing these actions fails with now, if it does."""
    from tests.campaign.shrink import replay

    return replay(_world(), MACHINES[machine], list(lines))


def usual_weights() -> dict[str, int]:
    """All machines, and how often the turn of each comes."""
    return {name: int(getattr(machine, "weight", 1)) for name, machine in MACHINES.items()}


@cache
def _world():  # type: ignore[no-untyped-def]
    from tests.support.recording import in_process_world

    world = in_process_world()
    gc.collect()
    gc.freeze()  # the world and what it took to make it is never garbage
    return world
