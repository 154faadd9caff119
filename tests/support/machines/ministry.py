"""A live market in which its owner rewires it, and people use the token, the registries, polls and the Governor."""

from __future__ import annotations

from typing import Any

from tests.matrices.table import PROXIED
from tests.support.machines.faucet import HOUR, WAIT, Faucet
from tests.support.machines.governance_answers import Roles
from tests.support.machines.hostile import Portion, names, portions
from tests.support.machines.ministry_answers import MinistryAnswers
from tests.support.machines.rules import either, list_of, one_of, rule, tuple_of, whole
from tests.support.machines.staking_and_payments import StakingAndPayments
from tests.support.machines.token_actions import ROLES, TokenActions
from tests.support.machines.wiring import FREE_NAMES, REGISTRIES, UPDATES, Wiring
from tests.support.world import LPT, SMART

__all__ = ["Ministry"]

UNLIMITED = 2**256 - 1
ENDED = 2
URIS = ("", "https://olga.example:8935", "x" * 31, "x" * 32, "x" * 300)
AMISS = ("", "", "", "amount", "chain", "late", "another's", "used")
some = one_of((0, 1, 7, LPT, 2 * LPT, UNLIMITED))
anybody = one_of(("olga", "dora", "dina", "gina", "mallory", "nobody", "treasury"))
roles = one_of(sorted(ROLES))
updates = tuple_of(whole(0, 9), one_of(("nothing", "nothing", "hand on", *sorted(UPDATES))))


class Ministry(Roles, MinistryAnswers, Faucet, TokenActions, Wiring, StakingAndPayments):
    """The market goes on; about half of the calls are about what stands around it.

    Attributes:
        ended: polls that were waited for; it takes thousands of rounds.
    """

    ended = 0

    @rule(weight=3, who=names, to=anybody, amount=portions)
    def lpt_is_sent(self, who: str, to: str, amount: Portion) -> None:
        self.send_lpt(who, to, amount.of(self.seen_of(who).lpt))

    @rule(weight=4, owner=names, spender=names, to=anybody, allowed=some, amount=some, how=whole(0, 2))
    def lpt_is_allowed_and_taken(self, owner: str, spender: str, to: str, allowed: int, amount: int, how: int) -> None:
        """TOK-36: by approval, or by a little more or less of it; twice, of which the second may be too much."""
        (self.allow, self.allow_more, self.allow_less)[how](owner, spender, allowed)
        for _ in range(2):
            self.send_lpt_of(spender, owner, to, min(amount, 2 * LPT))

    @rule(weight=2, owner=names, spender=names, allowed=some, less=portions, taken=portions)
    def an_allowance_is_lowered(self, owner: str, spender: str, allowed: int, less: Portion, taken: Portion) -> None:
        """TOK-36: what is left of it can be taken, and no more."""
        self.allow(owner, spender, allowed)
        self.allow_less(owner, spender, min(less.of(allowed), UNLIMITED))
        left = self.allowances[self.address(owner), self.address(spender)]
        self.send_lpt_of(spender, owner, "dora", min(taken.of(left), UNLIMITED))

    @rule(who=names, amount=some)
    def nobody_is_allowed_anything(self, who: str, amount: int) -> None:
        self.allow(who, "nobody", amount)

    @rule(weight=3, who=names, owner=names, spender=anybody, amount=some, amiss=one_of(AMISS))
    def a_permit_is_brought(self, who: str, owner: str, spender: str, amount: int, amiss: str) -> None:
        """TOK-35: and brought again, which fails."""
        self.permit(who, owner, spender, amount, amiss)
        if not amiss and spender != "nobody":
            self.permit(who, owner, spender, amount, "used")

    @rule(weight=3, by=one_of(("owner", "owner", "mallory")), role=roles, name=names, take=one_of((True, False)))
    def a_role_is_given(self, by: str, role: str, name: str, take: bool) -> None:
        """REG-60: for as long as it is held it is good; it is always given back."""
        self.grant_role(by, role, name)
        self.mint_lpt(name, "dora", 5 * LPT)
        self.burn_lpt(name, LPT)
        self.allow("dora", name, LPT)
        self.burn_lpt(name, LPT, "dora")
        self.renounce_role("mallory", role, name)
        if take:
            self.revoke_role("owner", role, name)
        else:
            self.renounce_role(name, role, name)
        self.mint_lpt(name, "dora", 1)

    @rule(weight=2, who=names, registry=one_of(REGISTRIES), uris=list_of(one_of(URIS), 1, 3))
    def a_uri_is_set(self, who: str, registry: str, uris: list[str]) -> None:
        """REG-64: the last one holds."""
        for uri in uris:
            self.set_uri(who, registry, uri)

    @rule(name=one_of(FREE_NAMES[:2]), address=anybody, commit=whole(0, 2**160 - 1), paused=one_of((False, True)))
    def something_is_registered(self, name: str, address: str, commit: int, paused: bool) -> None:
        """REG-63: within a pause, perhaps, of which it must learn, and of its end."""
        if paused:
            self.pause()
        self.register(name, address, commit)
        if paused:
            self.check()
            self.unpause()

    @rule(heir=names)
    def the_controller_changes_hands(self, heir: str) -> None:
        self.hand_over_and_back(heir)

    @rule(weight=0.5)
    def snapshots_are_lent(self) -> None:
        self.lend_snapshots()

    @rule(name=one_of([name for name in PROXIED if name != "LivepeerGovernor"]))
    def an_implementation_is_replaced(self, name: str) -> None:
        self.upgrade(name)

    @rule(lip=one_of((0, 1, 89, 2**256 - 1)), round_=one_of((0, 1, 2**256 - 1)))
    def a_lip_gets_its_round(self, lip: int, round_: int) -> None:
        self.set_lip_round(lip, round_)

    @rule(number=whole(0, 2), leaf=whole(0, 2))
    def a_snapshot_is_set(self, number: int, leaf: int) -> None:
        self.set_snapshot(number, leaf)

    @rule()
    def the_vault_moves_on_and_returns(self) -> None:
        self.keep_open(calls=12)
        if self.has_room_for(calls=12):
            self.migrate_and_return()

    @rule(weight=4, who=one_of(("owner", "owner", "mallory")), update=updates, delay=one_of((0, 1, 2, 2**200)))
    def an_update_is_staged(self, who: str, update: Any, delay: int) -> None:
        self.stage(who, *update, delay)
        self.carry_out("dora", *update)
        self.carry_out("dora", *update)
        self.call_off(who, *update)
        if update[1] == "hand on":
            self.stage("mallory", 1, "hand on", 0)
            self.carry_out("dora", 1, "hand on")

    @rule(who=one_of(("owner", "owner", "mallory")), lengths=one_of(((0, 1), (1, 0), (2, 1), (1, 2), (0, 0))))
    def an_update_does_not_fit_together(self, who: str, lengths: tuple[int, int]) -> None:
        self.stage_unequal(who, *lengths)

    @rule(
        weight=1.5,
        when=lambda m: m.world.quick_lens,
        who=names,
        by=one_of(("owner", "owner", "mallory")),
        favour=one_of(("", "", "add", "remove", "for a while")),
        early=one_of((0, 1, 2, 1_000, WAIT * HOUR)),
    )
    def the_faucet_is_asked(self, who: str, by: str, favour: str, early: int) -> None:
        """TOK-36: a second or two before the time has come, or in time."""
        if self.faucet is None:
            self.open_faucet()
        if favour:
            self.favour(by, who, favour == "remove")
        self.ask_faucet(who)
        if favour == "for a while":
            self.ask_faucet(who)
            self.favour(by, who, takes_back=True)
            self.ask_faucet(who)
        ahead = self.nexts.get(self.address(who), 0) - self._slept - self.world.engine.next_block - early
        if ahead > 0:
            self.wait_seconds(ahead)
        self.ask_faucet(who)
        self.ask_faucet(who)

    @rule(weight=3, who=names, ether=one_of((0, 1_000)))
    def a_poll_is_opened(self, who: str, ether: int) -> None:
        self.open_poll(who, ether)

    @rule(
        when=lambda m: m.polls and m.ended < ENDED,
        late=whole(-1, 1),
        who=either(names, one_of(SMART)),
        choice=whole(0, 1),
    )
    def a_poll_ends(self, late: int, who: str, choice: int) -> None:
        """In its last block it can be voted in, and not ended; in the next one the other way round."""
        ahead = self.polls[-1].end + late - self.world.engine.next_block
        if ahead > 0:
            self.ended += 1
            self.pass_blocks(ahead)
        for _ in range(3):
            self.vote_in_poll(who, choice)

    @rule(weight=2, when=lambda m: m.polls, who=names, choice=one_of((0, 1, UNLIMITED)))
    def a_poll_is_voted_in(self, who: str, choice: int) -> None:
        self.vote_in_poll(who, choice)
