"""`ape run ops set-reward-caller`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from scripts._lib.ops.command import NetworkCommand, operation


@click.command("set-reward-caller", cls=NetworkCommand)
@operation
@click.argument("caller")
def cli(caller: str) -> Callable[[Any], Any]:
    """Let another account call reward for you, so that your own key can stay away.

    CALLER is its address, or `none` for nobody.
    """
    from scripts._lib.ops.reward import plan_set_reward_caller

    return lambda session: plan_set_reward_caller(session, caller)
