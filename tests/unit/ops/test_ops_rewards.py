"""The arithmetic of rewards and inflation, by hand."""

from __future__ import annotations

import pytest

from scripts._lib.ops.initialize_round import next_inflation
from scripts._lib.ops.rewards import Reward, share_reward

LPT = 10**18


def test_a_reward_is_minted_then_the_treasury_s_the_orchestrator_s_and_everybody_s():
    reward = share_reward(
        mintable=1_000 * LPT, stake=25 * LPT, active_stake=100 * LPT, treasury_rate=10**26, reward_cut=200_000
    )
    assert reward == Reward(minted=250 * LPT, treasury=25 * LPT, commission=45 * LPT, shared=180 * LPT, stake=25 * LPT)
    assert reward.net == 225 * LPT
    assert reward.of_stake(5 * LPT) == 36 * LPT


def test_every_step_floors_the_share_of_stake_in_parts_of_a_billion():
    reward = share_reward(mintable=10**10, stake=1, active_stake=3, treasury_rate=0, reward_cut=1)
    assert reward.minted == 10**10 * 333_333_333 // 10**9
    assert reward.commission == 3_333
    assert reward.shared == reward.minted - 3_333


def test_nothing_is_minted_for_nobody():
    assert share_reward(mintable=LPT, stake=0, active_stake=0, treasury_rate=0, reward_cut=0).minted == 0
    assert Reward(0, 0, 0, 0, 0).of_stake(5) == 0


@pytest.mark.parametrize(
    ("bonded", "supply", "inflation"),
    [(49, 100, 1_010), (51, 100, 990), (50, 100, 1_000), (0, 0, 1_010)],
)
def test_inflation_moves_a_step_towards_the_bonding_rate_wanted(bonded, supply, inflation):
    assert next_inflation(1_000, 10, 500_000_000, bonded, supply) == inflation


def test_inflation_ends_at_zero():
    assert next_inflation(5, 10, 0, 1, 100) == 0
