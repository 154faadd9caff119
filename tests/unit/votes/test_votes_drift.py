"""A history that disagrees with the BondingManager's books: a state that no call leads to."""

from tests.support.deployment import LPT
from tests.support.reverts import reverts


def test_a_reward_without_a_factor_is_said(market, votes, record, stranger, gateway):
    """A delegator's votes grow by the factors of its orchestrator, who has none: it has never been rewarded."""
    here = market.round
    record.transcoder(stranger, 100 * LPT, 150 * LPT, rewarded=here)
    record.state(gateway, 50 * LPT, stranger, claimed=here - 1)

    with reverts("MissingEarningsPool", stranger, here):
        votes.getVotesAndDelegateAtRoundStart(gateway, here + 1)
    assert votes.getVotesAndDelegateAtRoundStart(stranger, here + 1) == (150 * LPT, stranger)
