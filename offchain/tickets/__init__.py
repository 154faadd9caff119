"""Probabilistic payment tickets as pure values: hash, sign, check, price. No network, no chain client.

A recipient offers `TicketParams`; the sender signs `Ticket`s under them; the recipient, and later TicketBroker,
recover the signer and hold the ticket's draw against its winning probability.
"""

from offchain.tickets.commitment import CommitmentTerms, bound_seed, is_bound_seed, rand_hash, recipient_rand
from offchain.tickets.params import ExpirationParams, TicketParams
from offchain.tickets.signing import (
    key_address,
    recover_message_signer,
    recover_signer,
    sign_digest,
    sign_message,
    sign_ticket,
)
from offchain.tickets.ticket import Ticket
from offchain.tickets.value import expected_value, tickets_needed
from offchain.tickets.win_check import MAX_WIN_PROB, is_winner, win_value

__all__ = [
    "MAX_WIN_PROB",
    "CommitmentTerms",
    "ExpirationParams",
    "Ticket",
    "TicketParams",
    "bound_seed",
    "expected_value",
    "is_bound_seed",
    "is_winner",
    "key_address",
    "rand_hash",
    "recipient_rand",
    "recover_message_signer",
    "recover_signer",
    "sign_digest",
    "sign_message",
    "sign_ticket",
    "tickets_needed",
    "win_value",
]
