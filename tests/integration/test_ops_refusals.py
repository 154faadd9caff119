"""What cannot be done is said in a sentence that tells what to do, before anything is sent."""

from __future__ import annotations

import pytest

from scripts._lib.ops.errors import TransactionError
from scripts._lib.ops.session import Choices, Session
from scripts._lib.ops.unbond import plan_unbond
from tests.support.deployment import LPT, NOBODY
from tests.support.ops import Ops

pytestmark = pytest.mark.usefixtures("owner", "stranger", "gateway", "delegators", "orchestrators")


@pytest.fixture(scope="module")
def ops(market):
    return Ops(market.controller.address)


@pytest.fixture(scope="module")
def bonder(delegators):
    return delegators[0]


@pytest.fixture(scope="module")
def pool(market, orchestrators, bonder):
    """Two active orchestrators; a delegator with 9 LPT bonded to the first and 1 LPT under lock 0."""
    for account in orchestrators[:2]:
        market.register(account, 100 * LPT)
    market.bond(bonder, 10 * LPT, orchestrators[0])
    market.next_round()
    market.bonding.unbond(LPT, sender=bonder)
    return orchestrators[:2]


WRONG = [
    (("bond", "200_000 LPT"), "holds 99,990 LPT (99990000000000000000000 wei), not 200,000 LPT"),
    (("bond", "1 ETH"), "is in ETH, but this is about LPT"),
    (("bond", "0"), "nothing to bond and nothing to move"),
    (("bond", "1 LPT", "--to", "0x123"), "orchestrator '0x123' is no address"),
    (("bond", "1 LPT", "--to", NOBODY), "bonded to the null address earns nothing"),
    (("unbond", "9.5 LPT"), "has 9 LPT (9000000000000000000 wei) bonded, not 9.5 LPT"),
    (("unbond", "0"), "nothing to take: give an amount, or 'all'"),
    (("rebond", "7"), "has no unbonding lock 7: there never was one. Its locks: 0: 1 LPT"),
    (("rebond", "0", "--to", NOBODY), "a lock follows it"),
    (("withdraw", "stake", "0"), "lock 0 opens in round"),
    (("withdraw", "stake", "7"), "has no unbonding lock 7"),
    (("withdraw", "stake", "some"), "'some' is no lock: give its number, or 'all'"),
    (("withdraw", "stake", "all"), "has no open lock: 0 from round"),
    (("withdraw", "fees", "1"), "has 0 ETH of fees, not"),
    (("withdraw", "fees", "all"), "nothing to withdraw"),
    (("claim",), "has claimed in round"),
    (("reward",), "is not active in round 11: it is no orchestrator"),
    (("reward", "--for", "pool"), "has not made"),
    (("transcoder", "--reward-cut", "10%"), "is no orchestrator: `ape run ops bond AMOUNT --to"),
    (("transcoder", "--reward-cut", "101%"), "is more than the whole"),
    (("set-uri", "http://orchestrator.example:8935"), "is not of the form https://host:port"),
    (("set-uri", "https://orchestrator.example"), "is not of the form https://host:port"),
    (("set-uri", "https://[::1"), "is not of the form https://host:port"),
    (("transfer-bond", "self", "1 LPT"), "that is yourself"),
    (("transfer-bond", NOBODY, "1 LPT"), "the null address cannot own stake"),
    (("transfer-bond", "stranger", "10 LPT"), "has 9 LPT (9000000000000000000 wei) bonded"),
    (("initialize-round",), "round 11 has been initialised; the next is round 12, in"),
    (("set-reward-caller", "none"), "that is how it is"),
]


def test_wrong_input_is_told(ops, market, pool, bonder, stranger):
    names = {"self": bonder.address, "stranger": stranger.address, "pool": pool[0].address}
    nonce = bonder.nonce
    for (name, *arguments), reason in WRONG:
        if name == "withdraw":
            name, arguments = f"{name} {arguments[0]}", arguments[1:]
        said = ops.refused(name, *(names.get(a, a) for a in arguments), sender=bonder)
        assert reason in said, (name, arguments)
    assert bonder.nonce == nonce


def test_an_orchestrator_s_own_limits(ops, market, pool, orchestrators, stranger):
    first = pool[0]
    assert "whose own stake stays with it" in ops.refused("bond", "0", "--to", pool[1].address, sender=first)
    assert "`ape run ops reward` comes first" in ops.refused("transcoder", "--fee-share", "1%", sender=first)
    market.bonding.reward(sender=first)
    assert "has called reward in round 11: again in round 12" in ops.refused("reward", sender=first)
    market.lock_rates()
    said = ops.refused("transcoder", "--fee-share", "1%", sender=first)
    assert "rates cannot change in the last 5 blocks of a round: wait for round 12" in said


def test_stake_that_is_not_bonded_yet_cannot_move(ops, market, pool, stranger, owner):
    market.fund(stranger, LPT)
    market.bond(stranger, LPT, pool[0])
    assert "is bonded from round 12 on and cannot move before" in ops.refused("unbond", "all", sender=stranger)
    assert "has nothing bonded: `ape run ops bond` comes first" in ops.refused("unbond", "all", sender=owner)
    assert "has nothing bonded, so there is nothing to claim" in ops.refused("claim", sender=owner)
    assert "has no delegate yet" in ops.refused("bond", "1 LPT", sender=owner)


def test_one_that_loses_its_seat_takes_no_stake_before_it_has_called_reward(ops, market, pool, orchestrators, bonder):
    for account in orchestrators[2:6]:
        market.register(account, 500 * LPT)
    assert pool[1].address not in market.pool()
    said = ops.refused("bond", "1 LPT", "--to", pool[1].address, sender=bonder)
    assert "is losing its seat and has not called reward in round 11" in said


STANDING_STILL = [("bond", "1 LPT"), ("unbond", "1"), ("rebond", "0"), ("withdraw stake", "0"), ("withdraw fees", "1"),
                  ("claim",), ("reward",), ("transcoder",), ("transfer-bond", NOBODY, "1")]  # fmt: skip
PAUSED = [("initialize-round",), ("fund", "--deposit", "1"), ("unlock",), ("unlock", "--cancel"), ("withdraw deposit",),
          ("set-reward-caller", "none")]  # fmt: skip


def test_nothing_moves_while_the_system_is_paused(ops, market, pool, bonder, owner):
    market.controller.pause(sender=owner)
    for name, *arguments in STANDING_STILL + PAUSED:
        said = ops.refused(name, *arguments, sender=bonder)
        assert f"the system is paused: nothing can be done until the Controller's owner {owner.address}" in said, name


def test_no_stake_moves_before_the_round_is_opened(ops, market, pool, bonder):
    market.skip_to_round(market.round + 1)
    for name, *arguments in STANDING_STILL:
        said = ops.refused(name, *arguments, sender=bonder)
        assert "round 12 has not been initialised: run `ape run ops initialize-round` first; anybody may" in said, name


def test_what_changed_after_the_look_is_told_by_the_chain_s_own_reason(market, pool, bonder, owner, chain):
    """Between the look and the transaction somebody pauses the system."""
    choices = Choices(controller=market.controller.address, account=f"TEST::{bonder.index}")
    session = Session.open(chain.provider, choices)

    def prepare(looked):
        plan = plan_unbond(looked, "1 LPT")
        market.controller.pause(sender=owner)
        return plan

    with pytest.raises(
        TransactionError, match=r"unbond: the chain refused it: .*SystemPaused.* The state may have changed"
    ):
        session.carry_out(prepare)
    assert market.bonding.getDelegator(bonder)[0] == 9 * LPT
