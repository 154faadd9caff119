"""What a transaction did, in the words of the contracts' events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts._lib.ops.amounts import decimal

# Fields that hold wei, and of what; all others are shown as they are.
UNITS = {
    "Bond": {"additionalAmount": "LPT", "bondedAmount": "LPT"},
    "Unbond": {"amount": "LPT"},
    "Rebond": {"amount": "LPT"},
    "TransferBond": {"amount": "LPT"},
    "WithdrawStake": {"amount": "LPT"},
    "WithdrawFees": {"amount": "ETH"},
    "EarningsClaimed": {"rewards": "LPT", "fees": "ETH"},
    "Reward": {"amount": "LPT"},
    "TreasuryReward": {"amount": "LPT"},
    "SetCurrentRewardTokens": {"currentMintableTokens": "LPT"},
    "DepositFunded": {"amount": "ETH"},
    "ReserveFunded": {"amount": "ETH"},
    "Withdrawal": {"deposit": "ETH", "reserve": "ETH"},
    "VoteCast": {"weight": "LPT"},
}

# What other events or the plan have said already: tokens and votes that follow stake, calls of a proposal.
SILENT = ("Transfer", "Approval", "Mint", "DelegateChanged", "DelegateVotesChanged", "DelegatorBondedAmountChanged",
          "CallScheduled", "CallSalt", "CallExecuted")  # fmt: skip
HIDDEN = ("targets", "values", "signatures", "calldatas", "description", "update")
UNKNOWN = "<Unknown"  # what Ape calls events of contracts that it has no interface of


def describe(receipt: Any) -> Iterator[str]:
    """A line for each event of the protocol's contracts, in order."""
    for event in receipt.decode_logs():
        if event.event_name in SILENT or event.event_name.startswith(UNKNOWN):
            continue
        units = UNITS.get(event.event_name, {})
        arguments = {name: value for name, value in event.event_arguments.items() if name not in HIDDEN}
        fields = ", ".join(f"{name} {_shown(value, units.get(name))}" for name, value in arguments.items())
        yield f"{event.event_name}: {fields}" if fields else event.event_name


def _shown(value: Any, unit: str | None) -> str:
    if unit is not None:
        return f"{decimal(value)} {unit}"
    return "0x" + bytes(value).hex() if isinstance(value, bytes) else str(value)
