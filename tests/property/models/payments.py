"""The TicketBroker: what each entry point refuses, in the order of its checks, and what it does (facts: protocol 5)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from offchain.errors import SignatureEncodingError
from offchain.tickets import Ticket, is_winner, rand_hash, recover_signer
from offchain.tickets.signing import HALF_ORDER
from tests.property.models.active_set import ActiveSet
from tests.property.models.books import NOBODY, Books
from tests.property.models.clock import Clock
from tests.property.models.earnings import Earnings
from tests.property.models.refusal import RefusedError, require

__all__ = ["Account", "Broker", "SignedTicket"]

SIGNATURE_BYTES = 65
AUX_DATA_BYTES = 64
WORD_32 = 2**32


@dataclass(frozen=True, slots=True)
class SignedTicket:
    """What a recipient holds: the ticket, the sender's signature, and its own random number."""

    ticket: Ticket
    signature: bytes
    rand: int


@dataclass
class Account:
    """A sender: wei, and the round from which it can withdraw (0: no unlock was asked for).

    Attributes:
        claims: wei that recipients drew from the reserve, by round and recipient.
    """

    deposit: int = 0
    reserve: int = 0
    withdraw_round: int = 0
    claims: Counter[tuple[int, str]] = field(default_factory=Counter)

    def claimed(self, round_: int) -> int:
        return sum(amount for (claim_round, _), amount in self.claims.items() if claim_round == round_)


@dataclass
class Broker:
    """
    Attributes:
        signers: who has signed a digest, where that is known; else it is recovered.
    """

    books: Books
    clock: Clock
    active_set: ActiveSet
    earnings: Earnings
    unlock_period: int
    validity_period: int
    accounts: dict[str, Account] = field(default_factory=dict)
    used: set[bytes] = field(default_factory=set)
    signers: dict[tuple[bytes, bytes], str] = field(default_factory=dict)

    def account(self, sender: str) -> Account:
        known = self.accounts.get(sender)
        return self.accounts.setdefault(sender, Account()) if known is None else known

    def fund_deposit(self, caller: str, value: int) -> None:
        self._pay_in(caller, caller, value, value, 0)
        self._stay_locked(caller)
        self.books.voice.broker("DepositFunded", caller, value)

    def fund_reserve(self, caller: str, value: int) -> None:
        self._pay_in(caller, caller, value, 0, value)
        self.books.voice.broker("ReserveFunded", caller, value)
        self._stay_locked(caller)

    def fund(self, caller: str, sender: str, value: int, deposit: int, reserve: int) -> None:
        """`caller` sends `value` wei for the account of `sender`; an unlock ends if that is its own."""
        self._pay_in(caller, sender, value, deposit, reserve)
        if caller == sender:
            self._stay_locked(caller)
        self.books.voice.broker("ReserveFunded", sender, reserve)
        self.books.voice.broker("DepositFunded", sender, deposit)

    def _pay_in(self, caller: str, sender: str, value: int, deposit: int, reserve: int) -> None:
        self.clock.require_running()
        require(deposit + reserve == value, "FundingMismatch", value, deposit, reserve)

        account = self.account(sender)
        account.deposit += deposit
        account.reserve += reserve
        self.books.vault_eth += value

    def _stay_locked(self, sender: str) -> None:
        if self.account(sender).withdraw_round:
            self.account(sender).withdraw_round = 0
            self.books.voice.broker("UnlockCancelled", sender)

    def set_unlock_period(self, rounds: int) -> None:
        require(rounds < WORD_32, "PeriodTooLong", rounds, WORD_32 - 1)
        self.unlock_period = rounds

    def set_validity_period(self, rounds: int) -> None:
        require(rounds > 0, "TicketValidityPeriodZero")
        require(rounds < WORD_32, "PeriodTooLong", rounds, WORD_32 - 1)
        self.validity_period = rounds

    def unlock(self, caller: str) -> None:
        account = self.account(caller)
        self.clock.require_running()
        require(account.deposit + account.reserve > 0, "NoFunds", caller)
        require(account.withdraw_round == 0, "UnlockAlreadyInitiated", caller, account.withdraw_round)
        account.withdraw_round = self.clock.round + self.unlock_period
        self.books.voice.broker("Unlock", caller, self.clock.round, account.withdraw_round)

    def cancel_unlock(self, caller: str) -> None:
        account = self.account(caller)
        self.clock.require_running()
        require(account.withdraw_round != 0, "NoUnlockInProgress", caller)
        self._stay_locked(caller)

    def withdraw(self, caller: str) -> None:
        account, current = self.account(caller), self.clock.round
        self.clock.require_running()
        require(account.deposit + account.reserve > 0, "NoFunds", caller)
        require(account.withdraw_round != 0, "NoUnlockInProgress", caller)
        require(current >= account.withdraw_round, "AccountLocked", caller, account.withdraw_round, current)
        amount = account.deposit + account.reserve
        self.books.require_payable(caller, amount)

        self.books.voice.broker("Withdrawal", caller, account.deposit, account.reserve)
        account.deposit = account.reserve = 0
        self.books.pay_ether(caller, amount)

    def claimable(self, sender: str, claimant: str) -> int:
        """Wei that an active orchestrator can still draw from a reserve in this round: an equal share, by the size of
        the next round's pool, of what the reserve held, less what it drew; never more than is left."""
        size = len(self.active_set.members)
        if not self.active_set.active(claimant) or size == 0:
            return 0
        account, current = self.account(sender), self.clock.round
        share = (account.reserve + account.claimed(current)) // size
        return min(max(share - account.claims[current, claimant], 0), account.reserve)

    def redeem(self, signed: SignedTicket, least: int = 0) -> int:
        """Answers with the wei that are paid, which must be `least` or more."""
        self.clock.require_open()
        return self.redeem_one(signed, least)

    def redeem_one(self, signed: SignedTicket, least: int = 0) -> int:
        """A redemption when the system is known to be open; alone or as part of a batch."""
        ticket, current = signed.ticket, self.clock.round
        self._require_current(ticket)
        digest = ticket.hash()
        self._require_winning(signed, digest)
        account = self.account(ticket.sender)
        locked = account.withdraw_round == 0 or current < account.withdraw_round
        require(locked, "SenderUnlocked", ticket.sender, account.withdraw_round, current)
        covered = account.deposit + account.reserve >= ticket.face_value
        funds = (account.deposit, account.reserve)
        require(covered, "FundsInsufficient", ticket.sender, ticket.face_value, *funds)

        from_deposit = min(ticket.face_value, account.deposit)
        claim = min(ticket.face_value - from_deposit, self.claimable(ticket.sender, ticket.recipient))
        amount = from_deposit + claim
        if amount < least:
            active = amount == 0 or self.active_set.active(ticket.recipient)
            require(active, "TranscoderNotActive", ticket.recipient, current)
            raise RefusedError("RedemptionBelowMinimum", amount, least)
        if amount:
            self.earnings.share_fees(ticket.recipient, amount)
        self.used.add(digest)
        account.deposit -= from_deposit
        account.reserve -= claim
        account.claims[current, ticket.recipient] += claim
        self._tell_of(signed, amount, claim)
        return amount

    def _tell_of(self, signed: SignedTicket, amount: int, claim: int) -> None:
        ticket, tell = signed.ticket, self.books.voice.broker
        if claim:
            tell("ReserveClaimed", ticket.sender, ticket.recipient, claim)
        if amount:
            tell("WinningTicketTransfer", ticket.sender, ticket.recipient, amount)
        drawn = (ticket.face_value, ticket.win_prob, ticket.sender_nonce, signed.rand, ticket.aux_data())
        tell("WinningTicketRedeemed", ticket.sender, ticket.recipient, *drawn)

    def _require_current(self, ticket: Ticket) -> None:
        require(ticket.recipient != NOBODY, "TicketRecipientNull")
        require(ticket.sender != NOBODY, "TicketSenderNull")
        length = len(ticket.aux_data())
        require(length == AUX_DATA_BYTES, "TicketAuxDataLengthInvalid", length)
        known = self.clock.hashes.get(ticket.creation_round)
        if known is None:
            raise RefusedError("TicketCreationRoundUnknown", ticket.creation_round)
        named = ticket.creation_round_block_hash
        require(named == known, "TicketCreationRoundHashMismatch", ticket.creation_round, named, known)
        expiration = ticket.creation_round + self.validity_period
        require(self.clock.round < expiration, "TicketExpired", expiration, self.clock.round)

    def _require_winning(self, signed: SignedTicket, digest: bytes) -> None:
        ticket, signature = signed.ticket, signed.signature
        committed = rand_hash(signed.rand) == ticket.recipient_rand_hash
        require(committed, "RecipientRandMismatch", signed.rand, ticket.recipient_rand_hash)
        require(digest not in self.used, "TicketUsed", digest)
        require(len(signature) == SIGNATURE_BYTES, "SignatureLengthInvalid", len(signature))
        s = signature[32:64]
        require(int.from_bytes(s, "big") <= HALF_ORDER, "ECDSAInvalidSignatureS", s)
        try:
            signer = self.signers.get((digest, signature)) or recover_signer(ticket, signature)
        except SignatureEncodingError:
            raise RefusedError("ECDSAInvalidSignature") from None
        require(signer == ticket.sender, "TicketSignerMismatch", signer, ticket.sender)
        require(is_winner(signature, signed.rand, ticket.win_prob), "TicketNotWinning", digest)
