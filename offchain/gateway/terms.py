"""Whether a gateway pays on the terms that an orchestrator offers (facts: offchain 1.5; security T12, T14).

Every check comes before a ticket is signed: what is signed can be redeemed. The orchestrator's side of an error is
`TicketParamsError` or `PriceError`, and another orchestrator may do better; `SenderFundsError` is the gateway's own,
and nobody else will help.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from offchain.chain.clock import ClockState
from offchain.chain.values import SenderInfo
from offchain.errors import PriceError, SenderFundsError, TicketParamsError
from offchain.tickets import ExpirationParams, TicketParams
from offchain.tickets.ticket import ZERO_HASH

__all__ = ["PaymentLimits", "check_funds", "check_params", "check_price", "expires_soon"]

MAX_VALIDITY_BLOCKS = 400
"""L1 blocks; ten times what orchestrators give (facts: offchain 1.3), so that two views of the chain may differ."""

MAX_PRICE_GROWTH = 2
"""A price may not exceed so many times the one that a session began with (facts: offchain 2.2)."""


@dataclass(frozen=True, slots=True)
class PaymentLimits:
    """An operator's limits.

    Attributes:
        max_price: wei per pixel; None = any.
        max_ticket_ev: wei of expected value of one ticket.
        max_total_ev: wei of expected value of one payment.
        deposit_multiplier: winning tickets that the deposit must cover.
    """

    max_price: Fraction | None
    max_ticket_ev: int
    max_total_ev: int
    deposit_multiplier: int


def check_price(price: Fraction, initial: Fraction, limits: PaymentLimits) -> None:
    """Refuses a price above the cap, and one above twice the session's first.

    Raises:
        PriceError: says both prices.
    """
    if limits.max_price is not None and price > limits.max_price:
        raise PriceError(f"price of {price} wei per pixel is above the limit of {limits.max_price}")
    if price > MAX_PRICE_GROWTH * initial:
        raise PriceError(f"price has more than doubled: from {initial} to {price} wei per pixel")


def check_funds(funds: SenderInfo, last_round: int) -> None:
    """Refuses to promise what the gateway itself will not hold.

    Raises:
        SenderFundsError: no deposit, no reserve, or both to be unlocked by the round after `last_round`.
    """
    if funds.withdraw_round != 0 and funds.withdraw_round <= last_round + 1:
        raise SenderFundsError(f"deposit and reserve unlock in round {funds.withdraw_round}: cancel the unlock to pay")
    if funds.deposit == 0:
        raise SenderFundsError("no deposit: fund the gateway's deposit and reserve to pay")
    if funds.reserve_funds == 0:
        raise SenderFundsError("no reserve: fund the gateway's deposit and reserve to pay")


def check_params(
    params: TicketParams, tickets: int, recipient: str, clock: ClockState, funds: SenderInfo, limits: PaymentLimits
) -> None:
    """Refuses ticket parameters that are void, dear, or not those of the orchestrator that offers them.

    Args:
        params: as offered.
        tickets: how many would be signed.
        recipient: address that the orchestrator goes by; it must be who is paid.
        clock: the gateway's own view of the chain.
        funds: the gateway's deposit and reserve.
        limits: the operator's.

    Raises:
        TicketParamsError: which bound, and both values.
    """
    if params.recipient != recipient:
        raise TicketParamsError(f"tickets would pay {params.recipient}, the orchestrator is {recipient}")
    if params.recipient_rand_hash == ZERO_HASH:
        raise TicketParamsError("no commitment to a random number")
    _check_expiry(params.expiration_block, clock.l1_block)
    _check_round(params.expiration_params, clock)
    _check_value(params, tickets, funds.deposit, limits)


def expires_soon(params: TicketParams, l1_block: int, margin: int = 1) -> bool:
    """Whether the parameters live for no more than `margin` blocks; a payment under way needs at least one."""
    return params.expiration_block - l1_block <= margin


def _check_expiry(expiration_block: int, l1_block: int) -> None:
    left = expiration_block - l1_block
    if left <= 1:
        raise TicketParamsError(f"TicketParams expired: L1 block {expiration_block}, now {l1_block}")
    if left > MAX_VALIDITY_BLOCKS:
        raise TicketParamsError(
            f"ticket parameters expire in {left} L1 blocks, at most {MAX_VALIDITY_BLOCKS} are usual"
        )


def _check_round(offered: ExpirationParams, clock: ClockState) -> None:
    number, block_hash = offered.creation_round, offered.creation_round_block_hash
    last = clock.last_initialized_round
    if block_hash == ZERO_HASH:
        raise TicketParamsError(f"tickets of round {number} would have no block hash")
    # The orchestrator may have seen a round begin before this gateway did; its hash is then unknown here.
    known = {last: clock.round_block_hash, last - 1: clock.previous_round_block_hash, last + 1: block_hash}
    if number not in known:
        raise TicketParamsError(f"tickets of round {number} cannot be redeemed: the last round is {last}")
    if known[number] != block_hash:
        raise TicketParamsError(f"block hash of round {number} is not the one on chain")


def _check_value(params: TicketParams, tickets: int, deposit: int, limits: PaymentLimits) -> None:
    ev, face_value = params.expected_value, params.face_value
    if ev <= 0:
        raise TicketParamsError(f"tickets are worth nothing: face value {face_value}, probability {params.win_prob}")
    if ev >= face_value:
        raise TicketParamsError(f"ticket faceValue too low: {face_value} wei for an expected value of {_wei(ev)}")
    if ev > limits.max_ticket_ev:
        raise TicketParamsError(f"ticket expected value of {_wei(ev)} is above the limit of {limits.max_ticket_ev} wei")
    if ev * tickets > limits.max_total_ev:
        raise TicketParamsError(
            f"{tickets} tickets are worth {_wei(ev * tickets)} on average, the limit is {limits.max_total_ev} wei"
        )
    if face_value * limits.deposit_multiplier > deposit:
        raise TicketParamsError(
            f"ticket faceValue of {face_value} wei is higher than the deposit of {deposit} wei divided by"
            f" {limits.deposit_multiplier}"
        )


def _wei(value: Fraction) -> str:
    return f"{value.__ceil__()} wei"
