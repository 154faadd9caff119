"""What calldata means, in words."""

from __future__ import annotations

from typing import Any

from ape.exceptions import ApeException

from scripts._lib.ops.amounts import amount
from scripts._lib.ops.plan import Fact
from scripts._lib.ops.proposals import Proposal
from scripts._lib.ops.protocol import NAMES, Protocol


def action_facts(protocol: Protocol, proposal: Proposal) -> tuple[Fact, ...]:
    """What a proposal does, call by call."""
    calls = zip(proposal.targets, proposal.values, proposal.calldatas, strict=True)
    return tuple(Fact(f"action {number}", describe_call(protocol, *call)) for number, call in enumerate(calls, 1))


def describe_call(protocol: Protocol, target: str, value: int, data: bytes) -> str:
    """A payment, a call of one of the protocol's contracts by name, or what cannot be told as it is."""
    if not data:
        return f"pay {amount(value, 'ETH')} to {target}"
    sent = f" with {amount(value, 'ETH')}" if value else ""
    for name in ("Controller", *NAMES):
        contract = protocol.controller if name == "Controller" else protocol.get(name)
        if contract is not None and contract.address == target:
            decoded = _decoded(contract, data)
            if decoded is None:
                break
            function, arguments = decoded
            if name == "LivepeerToken" and function == "transfer":
                receiver, paid = arguments.values()
                return f"pay {amount(paid, 'LPT')} to {receiver}"
            shown = ", ".join(f"{key} {_shown(argument)}" for key, argument in arguments.items())
            return f"{name}.{function}({shown}){sent}"
    return f"call {target}{sent} and 0x{data.hex()}"


def _decoded(contract: Any, data: bytes) -> tuple[str, dict[str, Any]] | None:
    try:
        selector, arguments = contract.decode_input(data)
    except (ApeException, ValueError, KeyError, StopIteration):
        return None
    return str(selector).partition("(")[0], arguments


def _shown(argument: Any) -> str:
    return "0x" + argument.hex() if isinstance(argument, bytes) else str(argument)
