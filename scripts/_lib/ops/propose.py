"""Proposing to the LivepeerGovernor: payments of the treasury, and calls that it makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ape
import yaml
from ape.exceptions import ApeException
from eth_utils.crypto import keccak

from scripts._lib.errors import DeployError
from scripts._lib.ops.amounts import amount, parse_amount
from scripts._lib.ops.errors import InputError, ProposalError
from scripts._lib.ops.plan import Fact, Plan, Step
from scripts._lib.ops.protocol import NAMES, Protocol, checksum
from scripts._lib.ops.session import Session
from scripts._lib.reads import request_all

FORM = (
    "each action is {pay: '100 LPT', to: ADDRESS}, {call: Contract.function, arguments: [...]} or "
    "{target: ADDRESS, value: AMOUNT, data: HEX}"
)


@dataclass(frozen=True, slots=True)
class Action:
    """One call that the treasury makes: `value` in wei; `text` for people."""

    target: str
    value: int
    data: bytes
    text: str


def plan_propose(session: Session, file: Path | None, pay: str | None, to: str | None, description: str | None) -> Plan:
    """
    Args:
        file: YAML or JSON with `description` and `actions`.
        pay, to: a payment, in place of a file or after its actions.
        description: in place of the file's.

    Raises:
        InputError, ProposalError, ContractsError: says what to do.
    """
    protocol, me, clock = session.protocol, session.me, session.clock
    governor, treasury = protocol.require("LivepeerGovernor"), protocol.require("Treasury")
    text, actions = read_file(protocol, file) if file else ("", [])
    text = (description if description is not None else text).strip()
    if (pay is None) != (to is None):
        raise InputError("a payment needs both: --pay AMOUNT and --to ADDRESS")
    if pay is not None and to is not None:
        actions = [*actions, payment(protocol, pay, to)]
    if not actions:
        raise InputError("nothing to propose: name a file, or a payment with --pay and --to")
    if not text:
        raise InputError("say what this is for, with --description or in the file; its first line is the title")

    call = ([a.target for a in actions], [a.value for a in actions], [a.data for a in actions])
    number = int(governor.hashProposal(*call, keccak(text=text)))
    if governor.proposalSnapshot(number):
        raise ProposalError(f"that has been proposed, word for word: it is number {number}")
    threshold, power = int(governor.proposalThreshold()), int(governor.getVotes(me, clock.round - 1))
    if power < threshold:
        raise ProposalError(
            f"{me} has {amount(power, 'LPT')} of votes as of round {clock.round}, a proposal takes "
            f"{amount(threshold, 'LPT')}: bond more, and propose in the round after the next"
        )
    start = clock.round + int(governor.votingDelay())
    end = start + int(governor.votingPeriod())
    facts = [Fact("title", text.splitlines()[0].lstrip("# "))]
    facts += [Fact(f"action {number}", action.text) for number, action in enumerate(actions, 1)]
    facts += [
        Fact("number", str(number)),
        Fact("votes", f"{amount(power, 'LPT')} are yours; {amount(threshold, 'LPT')} are needed to propose"),
        Fact("voting", f"with the stake of round {start + 1}, from {clock.when(start + 1)} to {clock.when(end)}"),
    ]
    return Plan(
        f"Propose to the governor at {governor.address}",
        (Step("propose", governor.propose, (*call, text)),),
        tuple(facts),
        tuple(_failing(treasury.address, actions)),
        lambda: [Fact("next", f"ape run ops vote {number} for, from round {start + 1} on")],
    )


def read_file(protocol: Protocol, path: Path) -> tuple[str, list[Action]]:
    """Description and actions.

    Raises:
        InputError: names the file and what is wrong.
    """
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("actions"), list):
        raise InputError(f"{path}: must hold `description` and a list of `actions`; {FORM}")
    if unknown := set(content) - {"description", "actions"}:
        raise InputError(f"{path}: knows no {', '.join(sorted(map(str, unknown)))}; only description and actions")
    actions = []
    for number, entry in enumerate(content["actions"], 1):
        try:
            actions.append(_action(protocol, entry))
        except (InputError, DeployError, ApeException, ValueError, TypeError) as error:
            raise InputError(f"{path}: action {number}: {error}") from error
    return str(content.get("description", "")), actions


def payment(protocol: Protocol, text: str, to: str) -> Action:
    """The treasury pays LPT or ETH.

    Raises:
        AmountError, InputError: says what to do.
    """
    receiver = checksum(to, "receiver")
    if int(receiver, 16) == 0:
        raise InputError("the null address cannot be paid")
    unit = "ETH" if text.strip().upper().endswith("ETH") else "LPT"
    paid = parse_amount(text, unit)
    if not paid:
        raise InputError("a payment of nothing")
    shown = f"pay {amount(paid, unit)} to {receiver}"
    if unit == "ETH":
        return Action(receiver, paid, b"", shown)
    return Action(protocol.token.address, 0, bytes(protocol.token.transfer.encode_input(receiver, paid)), shown)


def _action(protocol: Protocol, entry: Any) -> Action:
    if not isinstance(entry, dict):
        raise InputError(FORM)
    keys = set(entry)
    if keys == {"pay", "to"}:
        return payment(protocol, str(entry["pay"]), _address_text(entry["to"]))
    if keys in ({"call"}, {"call", "arguments"}, {"call", "value"}, {"call", "arguments", "value"}):
        return _call(protocol, str(entry["call"]), entry.get("arguments", []), _wei(entry.get("value", 0)))
    if "target" in keys and keys <= {"target", "value", "data"}:
        target, value = checksum(_address_text(entry["target"]), "target"), _wei(entry.get("value", 0))
        data = bytes.fromhex(str(entry.get("data", "0x")).removeprefix("0x"))
        return Action(target, value, data, f"call {target} with {amount(value, 'ETH')} and 0x{data.hex()}")
    raise InputError(FORM)


def _call(protocol: Protocol, name: str, arguments: Any, value: int) -> Action:
    contract_name, _, function = name.partition(".")
    known = (*NAMES, "Controller")
    if contract_name not in known or not function:
        raise InputError(f"{name!r} is not Contract.function with a contract of {', '.join(known)}")
    contract = protocol.controller if contract_name == "Controller" else protocol.require(contract_name)
    if function not in {abi.name for abi in contract.contract_type.mutable_methods}:
        raise InputError(f"{contract_name} has no function {function} that changes anything")
    if not isinstance(arguments, list):
        raise InputError("arguments are a list")
    data = bytes(getattr(contract, function).encode_input(*arguments))
    shown = ", ".join(map(str, arguments))
    sent = f" with {amount(value, 'ETH')}" if value else ""
    return Action(contract.address, value, data, f"{contract_name}.{function}({shown}){sent}")


def _address_text(value: Any) -> str:
    if isinstance(value, int):
        raise InputError("an address stands in quotes, or YAML takes it for a number")
    return str(value)


def _wei(value: Any) -> int:
    return parse_amount(str(value), "ETH")


def _failing(treasury: str, actions: Iterable[Action]) -> list[str]:
    """Actions that would fail now, each on its own; later they may not."""
    listed = list(actions)
    requests = [
        ("eth_call", [{"from": treasury, "to": a.target, "value": hex(a.value), "data": "0x" + a.data.hex()}, "latest"])
        for a in listed
    ]
    answers = request_all(requests)
    empty = [not action.data or bool(ape.chain.provider.get_code(action.target)) for action in listed]
    warnings = []
    for number, (answer, sound) in enumerate(zip(answers, empty, strict=True), 1):
        if "error" in answer:
            reason = answer["error"].get("message", answer["error"])
            warnings.append(f"action {number} would fail if the treasury {treasury} did it now: {reason}")
        elif not sound:
            warnings.append(f"action {number} calls an address without a contract: it would do nothing")
    return warnings
