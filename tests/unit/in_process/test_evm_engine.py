"""The EVM in process keeps the promises of an engine, and the recorded world stands on it."""

from __future__ import annotations

import pytest

from tests.support.artifacts import artifact
from tests.support.calldata import decode_refusal
from tests.support.recording import UnbuildableError, in_process_world
from tests.support.world import LPT, World


@pytest.fixture
def fresh() -> World:
    return in_process_world()


def lpt_of(world: World, name: str) -> int:
    data = world.token.encode("balanceOf", world.address(name))
    return int.from_bytes(world.engine.view(world.token.address, data), "big")


def give(world: World, giver: str, receiver: str, amount: int) -> bytes | None:
    data = world.token.encode("transfer", world.address(receiver), amount)
    return world.engine.call(world.address(giver), world.token.address, data).refusal


def block_seen(world: World) -> int:
    return world.lens.look(0).system.block_number


def test_a_call_is_a_block_and_a_view_is_under_the_last_ones_number(fresh: World) -> None:
    start = fresh.engine.next_block
    assert block_seen(fresh) == start - 1
    assert give(fresh, "olga", "otto", LPT) is None
    assert (fresh.engine.next_block, block_seen(fresh)) == (start + 1, start)
    assert give(fresh, "olga", "otto", 10**9 * LPT) is not None
    fresh.engine.mine(3)
    assert (fresh.engine.next_block, block_seen(fresh)) == (start + 5, start + 4)


def test_a_refusal_is_the_data_that_was_reverted_with(fresh: World) -> None:
    wealth = lpt_of(fresh, "olga")
    refusal = give(fresh, "olga", "otto", wealth + 1)
    assert refusal is not None
    expected = (fresh.address("olga"), wealth, wealth + 1)
    assert decode_refusal(refusal) == ("ERC20InsufficientBalance", expected)
    assert (lpt_of(fresh, "olga"), lpt_of(fresh, "otto")) == (wealth, wealth)


def test_events_are_told_of(fresh: World) -> None:
    data = fresh.token.encode("transfer", fresh.address("otto"), 5)
    outcome = fresh.engine.call(fresh.address("olga"), fresh.token.address, data)
    (event,) = fresh.token.events("Transfer", outcome.logs)
    assert event == {"from": fresh.address("olga"), "to": fresh.address("otto"), "value": 5}


def test_the_chain_goes_back_to_a_snapshot_and_to_one_before_it(fresh: World) -> None:
    wealth, start = lpt_of(fresh, "olga"), fresh.engine.next_block
    first = fresh.engine.snapshot()
    give(fresh, "olga", "otto", 1)
    second = fresh.engine.snapshot()
    give(fresh, "olga", "otto", 1)
    fresh.engine.restore(second)
    assert lpt_of(fresh, "olga") == wealth - 1
    fresh.engine.snapshot()
    give(fresh, "olga", "otto", 1)
    fresh.engine.restore(first)
    assert (lpt_of(fresh, "olga"), fresh.engine.next_block) == (wealth, start)


def test_ether_is_sent_along_and_words_of_storage_are_read(fresh: World) -> None:
    me, broker = fresh.address("gina"), fresh.broker
    before = fresh.engine.balance(me)
    assert fresh.engine.call(me, broker.address, broker.encode("fundDeposit"), 7).refusal is None
    assert fresh.engine.balance(me) == before - 7
    assert fresh.engine.balance(fresh.minter.address) == 7
    assert fresh.engine.storage(fresh.controller.address, 0) & (2**160 - 1) == int(fresh.owner, 16)


def test_a_view_leaves_nothing(fresh: World) -> None:
    data = fresh.token.encode("transfer", fresh.address("otto"), 0)
    with pytest.raises(RuntimeError):
        fresh.engine.view(fresh.token.address, data)


def test_a_contract_can_be_created_from_other_code() -> None:
    with pytest.raises(UnbuildableError):
        in_process_world({"BondingManager": b"\xfe"})
    spoilt = artifact("BondingManager").creation_code + b"\0" * 32
    assert in_process_world({"BondingManager": spoilt}).lens.look(0) == in_process_world().lens.look(0)
