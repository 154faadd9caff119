"""Every entry point that moves anything is shut while the system is paused, and before a round is initialised."""

import pytest

from tests.support.deployment import LPT, NOBODY
from tests.support.reverts import reverts

ENTRY_POINTS = {
    "bond": (LPT, NOBODY),
    "bondWithHint": (LPT, NOBODY, *[NOBODY] * 4),
    "bondForWithHint": (LPT, NOBODY, NOBODY, *[NOBODY] * 4),
    "unbond": (LPT,),
    "unbondWithHint": (LPT, NOBODY, NOBODY),
    "rebond": (0,),
    "rebondWithHint": (0, NOBODY, NOBODY),
    "rebondFromUnbonded": (NOBODY, 0),
    "rebondFromUnbondedWithHint": (NOBODY, 0, NOBODY, NOBODY),
    "withdrawStake": (0,),
    "withdrawFees": (NOBODY, 0),
    "claimEarnings": (0,),
    "transcoder": (0, 0),
    "transcoderWithHint": (0, 0, NOBODY, NOBODY),
    "transferBond": (NOBODY, LPT, *[NOBODY] * 4),
    "reward": (),
    "rewardWithHint": (NOBODY, NOBODY),
}
# These ask for no initialised round: whoever calls them has made sure of it, or makes one.
CALLED_BY_CONTRACTS = {"updateTranscoderWithFees": (NOBODY, 1, 0), "slashTranscoder": (NOBODY, NOBODY, 0, 0)}
SHUT_WHILE_PAUSED_ONLY = {"setRewardCaller": (NOBODY,)}
# Who calls is looked at first: see test_reward_caller.py.
FOR_REWARD_CALLERS = {"rewardForTranscoder", "rewardForTranscoderWithHint"}
OPEN = {
    "checkpointBondingState",
    "refreshRoundWindow",
    "setCurrentRoundTotalActiveStake",
    "setUnbondingPeriod",
    "setNumActiveTranscoders",
    "setTreasuryRewardCutRate",
    "setTreasuryBalanceCeiling",
    "setController",
}


@pytest.mark.parametrize(("name", "arguments"), (ENTRY_POINTS | CALLED_BY_CONTRACTS | SHUT_WHILE_PAUSED_ONLY).items())
def test_reg63_shut_while_paused(market, bonding, stranger, name, arguments):
    market.controller.pause(sender=market.owner)
    with reverts("SystemPaused"):
        getattr(bonding, name)(*arguments, sender=stranger)


@pytest.mark.parametrize(("name", "arguments"), ENTRY_POINTS.items())
def test_rnd34_shut_until_the_round_is_initialised(market, bonding, stranger, name, arguments):
    market.skip_to_round(market.round + 1)
    with reverts("CurrentRoundNotInitialized", market.round):
        getattr(bonding, name)(*arguments, sender=stranger)


def test_pause_is_looked_at_first(market, bonding, stranger):
    market.skip_to_round(market.round + 1)
    market.controller.pause(sender=market.owner)
    with reverts("SystemPaused"):
        bonding.claimEarnings(0, sender=stranger)


def test_a_round_begins_while_a_pause_of_stakes_would_last(market, bonding):
    """The hook has no gate of its own: initializeRound has."""
    market.controller.pause(sender=market.owner)
    market.skip_to_round(market.round + 1)
    with reverts("SystemPaused"):
        market.rounds.initializeRound(sender=market.owner)


def test_reg63_the_tables_here_name_every_function_that_changes_anything(project):
    writing = {method.name for method in project.BondingManager.contract_type.mutable_methods}
    gated = ENTRY_POINTS | CALLED_BY_CONTRACTS | SHUT_WHILE_PAUSED_ONLY
    assert writing == set(gated) | FOR_REWARD_CALLERS | OPEN
