"""What a transaction has logged, in a form that reads well in an assertion."""

from __future__ import annotations

from typing import Any


def logged(receipt: Any, event: Any) -> list[tuple[Any, ...]]:
    """The arguments of every event of that kind, in the order of the logs."""
    return [tuple(log.event_arguments.values()) for log in receipt.decode_logs([event.abi])]


def names(receipt: Any, contract: Any) -> list[str]:
    """The names of the events that a contract has emitted, in the order of the logs."""
    return [log.event_name for log in receipt.events if log.contract_address == contract.address]
