"""The terms of tickets: made for a gateway, and found again in what it pays (facts: offchain 1.2, 1.3)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from fractions import Fraction

from offchain.chain.clock import ClockState
from offchain.errors import ChainError
from offchain.tickets import (
    CommitmentTerms,
    ExpirationParams,
    TicketParams,
    bound_seed,
    is_bound_seed,
    rand_hash,
    recipient_rand,
)
from offchain.tickets.value import face_value, win_prob

ZERO_HASH = bytes(32)
SECRET_BYTES = 32
NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class TermsPolicy:
    """How tickets are cut.

    Attributes:
        ev: expected value of a ticket, wei.
        max_face_value: wei; 0 sets no bound.
        redeem_gas: gas to redeem one ticket.
        validity_blocks: L1 blocks that an offer holds.
        validity_rounds: rounds a ticket lives, its creation round included (TicketBroker.ticketValidityPeriod).
    """

    ev: int
    max_face_value: int
    redeem_gas: int
    validity_blocks: int
    validity_rounds: int


class TermsDesk:
    """Makes ticket terms and recognises them.

    The secret is drawn anew for every process and never stored: terms die with the process, and the nonces seen under
    them need not be kept either (facts: security N14).
    """

    def __init__(self, recipient: str, policy: TermsPolicy) -> None:
        self.recipient, self.policy = recipient, policy
        self._secret = secrets.token_bytes(SECRET_BYTES)

    def face_value(self, clock: ClockState, max_float: int) -> int:
        """Wei that a winning ticket of a sender shall pay.

        Raises:
            SenderReserveError: the sender's funds are too small.
        """
        policy = self.policy
        tx_cost = policy.redeem_gas * clock.gas_price
        return face_value(tx_cost, policy.ev, max_float, policy.max_face_value, policy.redeem_gas)

    def tx_cost_multiplier(self, clock: ClockState, face: int) -> Fraction:
        """Face value over the cost to redeem a ticket; 0 if that costs nothing."""
        tx_cost = self.policy.redeem_gas * clock.gas_price
        return Fraction(face, tx_cost) if tx_cost else Fraction(0)

    def issue(self, sender: str, price: Fraction, face: int, clock: ClockState) -> TicketParams:
        """Terms for one sender at one price, good from now on.

        Args:
            price: wei per pixel; at 0 the tickets are worth nothing, but still committed to.
            face: wei, as `face_value` says.

        Raises:
            ChainError: no round that tickets could belong to is open.
        """
        value, probability = (face, win_prob(face, self.policy.ev)) if price > 0 else (0, 0)
        expiration = self._creation(clock)
        terms = CommitmentTerms(
            sender=sender,
            face_value=value,
            win_prob=probability,
            expiration_block=self._expiration_block(clock, expiration.creation_round),
            price=price,
            creation_round=expiration.creation_round,
            creation_round_block_hash=expiration.creation_round_block_hash,
        )
        seed = bound_seed(self._secret, secrets.token_bytes(NONCE_BYTES), terms)
        return TicketParams(
            recipient=self.recipient,
            face_value=value,
            win_prob=probability,
            recipient_rand_hash=rand_hash(recipient_rand(self._secret, seed, terms)),
            seed=seed,
            expiration_block=terms.expiration_block,
            expiration_params=expiration,
        )

    def recognise(self, params: TicketParams, sender: str, price: Fraction) -> int | None:
        """The random number behind terms of ours for this sender and price; None if they are not."""
        terms = CommitmentTerms.of(params, sender, price)
        # The seed's own code first: the commitment alone would also fit terms with bytes shifted between fields.
        if not is_bound_seed(self._secret, params.seed, terms):
            return None
        rand = recipient_rand(self._secret, params.seed, terms)
        return rand if rand_hash(rand) == params.recipient_rand_hash else None

    def _creation(self, clock: ClockState) -> ExpirationParams:
        chosen = ExpirationParams(clock.last_initialized_round, clock.round_block_hash)
        if chosen.creation_round_block_hash == ZERO_HASH and chosen.creation_round > 0:
            chosen = ExpirationParams(chosen.creation_round - 1, clock.previous_round_block_hash)
        if chosen.creation_round_block_hash == ZERO_HASH:
            raise ChainError(f"round {clock.last_initialized_round} has no block hash that tickets could name")
        if chosen.creation_round + self.policy.validity_rounds <= clock.round:
            raise ChainError(f"round {clock.round} is not initialised: tickets would be expired")
        return chosen

    def _expiration_block(self, clock: ClockState, creation_round: int) -> int:
        """The last block of the offer plus one.

        Tickets are redeemed after their terms have expired and before their rounds are over. Where rounds are short,
        the offer is too, so that half a round at least is left to redeem.
        """
        rounds_left = creation_round + self.policy.validity_rounds - clock.round
        deadline = clock.round_start_block + rounds_left * clock.round_length
        latest = deadline - max(1, clock.round_length // 2)
        wanted = clock.l1_block + self.policy.validity_blocks
        # A gateway takes no terms that expire with the next block (facts: offchain 1.5).
        return max(min(wanted, latest), clock.l1_block + 2)
