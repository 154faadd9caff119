"""A history that never ends is a failure, and not the end of the campaign."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from tests.campaign import work
from tests.campaign.machines import MACHINES
from tests.campaign.patience import OutOfPatienceError, within
from tests.campaign.plan import Order
from tests.support.machines.rules import rule


def use_processor(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_what_takes_longer_than_it_may_is_stopped_where_it_is():
    with pytest.raises(OutOfPatienceError, match=r"0\.1 s"), within(0.1):
        use_processor(5)


def test_what_is_done_in_time_is_left_alone():
    before = signal.getsignal(signal.SIGPROF)
    with within(0.2):
        use_processor(0.01)
    use_processor(0.3)
    assert signal.getsignal(signal.SIGPROF) is before


def test_another_thread_has_all_the_time():
    done = []

    def run() -> None:
        with within(0.01):
            use_processor(0.1)
        done.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert done == [True]


def test_a_machine_that_waits_for_ever_has_failed(recorded_world, monkeypatch):
    class Waiting(MACHINES["staking"]):
        @rule(weight=1_000)
        def waits(self) -> None:
            use_processor(60)

    monkeypatch.setitem(MACHINES, "waiting", Waiting)
    monkeypatch.setattr(work, "PATIENCE_S", -17.0)  # three seconds in all
    history = work.play_order(Order("waiting", 0, 1, 200))
    assert history.failure is not None
    assert history.failure.property == "crash"
    assert "OutOfPatienceError" in history.failure.message
    assert work.play_order(Order("staking", 0, 1, 200)).failure is None, "the world is as it was"
