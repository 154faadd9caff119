"""Rules for an initialised round."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from tests.support.machines.clock_actions import ClockActions
from tests.support.machines.rules import rule

__all__ = ["deed"]


def deed(**drawn: Any) -> Callable[[Any], Any]:
    """A rule for an initialised round: goes on to one first, if need be."""

    def make_rule(function: Callable[..., None]) -> Any:
        @wraps(function)
        def in_an_open_round(machine: ClockActions, **values: Any) -> None:
            machine.keep_open(calls=2)
            function(machine, **values)

        return rule(**drawn)(in_an_open_round)

    return make_rule
