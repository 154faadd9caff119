"""The example of docs/protocol.md, step by step on a chain: each figure of the page is what the contracts say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.support.books import delegator, earnings, transcoder
from tests.support.deployment import LPT
from tests.support.events import logged
from tests.support.ledger import Ledger

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
FIGURE = re.compile(r"^\| `(.+?)` \| ([\d_]+) \|$", re.MULTILINE)
ETHER = 10**18
TENTH = 10**26


class Example:
    """Olga, Dora and Dirk; `figures` by the names that the page gives them."""

    def __init__(self, market: Any, olga: Any, dora: Any, dirk: Any, gateway: Any) -> None:
        self.market, self.bonding, self.gateway = market, market.bonding, gateway
        self.people = {"Olga": olga, "Dora": dora, "Dirk": dirk}
        self.olga, self.dora, self.dirk = olga, dora, dirk
        self.treasury_before = market.token.balanceOf(market.treasury)
        self.figures: dict[str, int] = {}

    def begin(self) -> None:
        market = self.market
        assert market.token.totalSupply() == 10_000_000 * LPT
        assert market.minter.inflation() == 221_000
        self.bonding.setTreasuryRewardCutRate(TENTH, sender=market.owner)
        market.register(self.olga, 11_000 * LPT, reward_cut=100_000, fee_share=500_000)
        market.bond(self.dora, 6_000 * LPT, self.olga)
        market.bond(self.dirk, 4_000 * LPT, self.olga)

    def first_round(self) -> None:
        self.market.next_round()
        self.reward(1)

    def second_round(self) -> None:
        here = self.market.next_round()
        self.market.pay_fees(self.gateway, self.olga, 2 * ETHER)
        self.note(
            2,
            budget=self.market.minter.currentMintableTokens(),
            fee_pot=transcoder(self.bonding, self.olga).cumulative_fees,
            fee_factor=earnings(self.bonding, self.olga, here).fee_factor,
            nobodys_eth=2 * ETHER - sum(self.bonding.pendingFees(who, 0) for who in self.people.values()),
            **{f"fees_of_{name}": self.bonding.pendingFees(who, 0) for name, who in self.people.items()},
        )
        self.market.bond(self.dora, 1_000 * LPT, self.olga)
        self.note(
            2,
            minted=self.market.minter.currentMintedTokens(),
            bonded_by_Dora=delegator(self.bonding, self.dora).bonded,
            delegated=self.bonding.transcoderTotalStake(self.olga),
        )
        assert delegator(self.bonding, self.dora).fees == self.figures["2: fees of Dora"]

    def third_round(self) -> None:
        self.market.next_round()
        self.reward(3)
        fees, before = self.bonding.pendingFees(self.dirk, 0), self.dirk.balance
        receipt = self.bonding.withdrawFees(self.dirk, fees, sender=self.dirk)
        withdrawn = self.dirk.balance - before + receipt.total_fees_paid
        self.note(3, withdrawn_by_Dirk=withdrawn, supply=self.market.token.totalSupply())

    def votes(self) -> None:
        here, votes = self.market.next_round() - 1, self.market.votes
        self.note(
            4,
            total=votes.getPastTotalSupply(here),
            **{f"vote_of_{name}": votes.getPastVotes(who, here) for name, who in self.people.items()},
        )

    def reward(self, number: int) -> None:
        receipt = self.bonding.reward(sender=self.olga)
        minter, token, here = self.market.minter, self.market.token, self.market.round
        ((_, amount),) = logged(receipt, self.bonding.Reward)
        stakes = {name: self.bonding.pendingStake(who, 0) for name, who in self.people.items()}
        delegated = self.bonding.transcoderTotalStake(self.olga)
        self.note(
            number,
            budget=minter.currentMintableTokens(),
            minted=minter.currentMintedTokens(),
            treasury=token.balanceOf(self.market.treasury) - self.treasury_before,
            reward=amount,
            pot=transcoder(self.bonding, self.olga).cumulative_rewards,
            factor=earnings(self.bonding, self.olga, here).reward_factor,
            delegated=delegated,
            nobodys_LPT=delegated - sum(stakes.values()),
            **{f"stake_of_{name}": stake for name, stake in stakes.items()},
        )

    def note(self, number: int, **figures: int) -> None:
        for name, value in figures.items():
            title = name.replace("nobodys_", "nobody's ").replace("_", " ").replace(" eth", " ETH")
            self.figures[f"{number}: {title}"] = value


def page_figures() -> dict[str, int]:
    return {name: int(value) for name, value in FIGURE.findall(PAGE.read_text("utf-8"))}


def test_the_page_s_example_is_what_the_chain_reckons(market, orchestrators, delegators, gateway, accounts):
    example = Example(market, orchestrators[0], delegators[0], delegators[1], gateway)
    example.begin()
    example.first_round()
    example.second_round()
    example.third_round()
    example.votes()

    assert example.figures == page_figures()
    Ledger(market, [accounts[i] for i in range(20)]).check(unowned_lpt=3, unowned_eth=3)
