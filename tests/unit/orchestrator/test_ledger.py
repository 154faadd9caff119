"""Balances: exact, by sender, across restarts; and claims of work in progress."""

import asyncio
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offchain.errors import PaymentError
from offchain.orchestrator.ledger import Ledger, balance_of, change_balance
from offchain.orchestrator.store import Store
from tests.support.orchestrator_values import EV, GATEWAY, OTHER
from tests.support.ticket_taker import IDENTITY

amounts = st.fractions(min_value=-(10**30), max_value=10**30, max_denominator=2**64)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path, IDENTITY)
    yield opened
    opened.close()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(amounts, max_size=8))
def test_node68_a_balance_is_the_exact_sum_of_its_changes(store, changes):
    before = store.commit_now(lambda connection: balance_of(connection, GATEWAY))
    for change in changes:
        store.commit_now(lambda connection, wei=change: change_balance(connection, GATEWAY, wei))
    assert store.commit_now(lambda connection: balance_of(connection, GATEWAY)) == before + sum(changes)


async def test_credit_outlives_a_restart_and_belongs_to_its_sender(tmp_path):
    third = Fraction(10**18, 3)
    store = Store.open(tmp_path, IDENTITY)
    store.commit_now(lambda connection: change_balance(connection, GATEWAY, third))
    store.close()
    store = Store.open(tmp_path, IDENTITY)
    ledger = Ledger(store)
    assert await ledger.balance(GATEWAY) == third
    assert await ledger.balance(OTHER) == 0
    assert await ledger.debit(GATEWAY, third + 1) == -1
    store.close()


async def test_node68_each_segment_in_work_claims_the_value_of_one_ticket(store):
    ledger = Ledger(store)
    store.commit_now(lambda connection: change_balance(connection, GATEWAY, Fraction(2 * EV)))
    store.commit_now(lambda connection: change_balance(connection, OTHER, Fraction(EV)))
    first = await ledger.claim(GATEWAY, EV)
    await ledger.claim(GATEWAY, EV)
    with pytest.raises(PaymentError, match="Insufficient balance"):
        await ledger.claim(GATEWAY, EV)
    await ledger.claim(OTHER, EV)
    first()
    await ledger.claim(GATEWAY, EV)


@pytest.mark.parametrize("balance", [Fraction(-1), Fraction(0), EV - Fraction(1, 2**256 - 1)])
async def test_less_than_one_ticket_is_not_enough(store, balance):
    store.commit_now(lambda connection: change_balance(connection, GATEWAY, balance))
    with pytest.raises(PaymentError, match="Insufficient balance"):
        await Ledger(store).claim(GATEWAY, EV)


async def test_node68_many_claims_at_once_never_exceed_the_balance(store):
    ledger = Ledger(store)
    store.commit_now(lambda connection: change_balance(connection, GATEWAY, Fraction(10 * EV)))
    spent = 0

    async def segment():
        nonlocal spent
        try:
            done = await ledger.claim(GATEWAY, EV)
        except PaymentError:
            return
        await asyncio.sleep(0)
        spent += 1
        await ledger.debit(GATEWAY, Fraction(EV))
        done()

    await asyncio.gather(*(segment() for _ in range(60)))
    assert spent == 10
    assert await ledger.balance(GATEWAY) == 0
