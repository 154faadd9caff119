"""Deposits, reserves and what recipients can draw from them."""

from __future__ import annotations

from tests.support.machines.core import Core, always

__all__ = ["Senders"]


class Senders(Core):
    @always
    def tick42_deposits_and_reserves_are_as_predicted(self) -> None:
        """TICK-41, TICK-44, TICK-47: payments take the deposit first; unlocks and withdrawals are the sender's own."""
        current = self.seen.system.round
        for address, seen in self.seen.accounts.items():
            account = self.model.broker.account(address)
            expected = (account.deposit, account.reserve, account.withdraw_round, account.claimed(current))
            found = (seen.deposit, seen.reserve, seen.sender_withdraw_round, seen.reserve_claimed)
            assert found == expected, address

    @always
    def tick45_a_recipient_draws_no_more_than_its_share_of_a_reserve(self) -> None:
        """TICK-46: the view never reverts, or the lens would."""
        current = self.seen.system.round
        claimed = {pair: claim.claimed for pair, claim in self.seen.claims.items() if claim.claimed}
        assert claimed == {
            (sender, claimant): amount
            for sender in self.world.senders
            for (round_, claimant), amount in self.model.broker.account(sender).claims.items()
            if round_ == current and amount
        }
        asked = ((*pair, claim) for pair, claim in self.seen.claims.items() if claim.claimable is not None)
        for sender, claimant, claim in asked:
            assert claim.claimable == self.model.broker.claimable(sender, claimant)
            assert claim.claimable <= self.seen.accounts[sender].reserve
            assert not claim.claimable or self.seen.accounts[claimant].active, "TICK-43"

    @always
    def tick45_claims_of_a_round_add_up(self) -> None:
        for sender in {sender for sender, _ in self.seen.claims}:
            claimed = sum(claim.claimed for (s, _), claim in self.seen.claims.items() if s == sender)
            assert claimed == self.seen.accounts[sender].reserve_claimed
