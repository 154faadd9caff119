"""The store: one owner, one chain, and nothing acknowledged is ever lost."""

import multiprocessing
import os
import random
import signal
import stat
import time

import pytest
from sqlalchemy import func, select, update

from offchain.errors import SettingsError, StoreError
from offchain.orchestrator.ledger import balance_of
from offchain.orchestrator.schema import TicketState, winning_tickets
from offchain.orchestrator.store import STORE_FILE, Store, StoreIdentity
from offchain.orchestrator.winners import (
    due_winners,
    expired_winners,
    keep_winners,
    lose_winner,
    queue_totals,
    requeue_winner,
    settle_winners,
)
from tests.support.orchestrator_values import (
    BLOCK,
    BROKER,
    CHAIN_ID,
    FACE_VALUE,
    GATEWAY,
    ORCHESTRATOR,
    OTHER,
    ROUND,
    winner,
)
from tests.support.ticket_taker import IDENTITY, TICKET_VALUE, take_for_ever

KILLS = 30


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "data", IDENTITY)
    yield opened
    opened.close()


def read(store, query, *arguments):
    return store.commit_now(lambda connection: query(connection, *arguments))


def test_a_second_process_is_refused(store, tmp_path):
    with pytest.raises(SettingsError, match="in use by another orchestrator"):
        Store.open(tmp_path / "data", IDENTITY)


@pytest.mark.parametrize(
    ("identity", "what"),
    [
        (StoreIdentity(42161, BROKER, ORCHESTRATOR), "another chain id: 31337, not 42161"),
        (StoreIdentity(CHAIN_ID, OTHER, ORCHESTRATOR), "another broker"),
        (StoreIdentity(CHAIN_ID, BROKER, OTHER), "another recipient"),
    ],
)
def test_a_store_of_another_chain_or_account_is_refused(tmp_path, identity, what):
    Store.open(tmp_path, IDENTITY).close()
    with pytest.raises(SettingsError, match=what):
        Store.open(tmp_path, identity)
    Store.open(tmp_path, IDENTITY).close()


def test_a_file_that_is_no_store_is_refused_and_the_lock_let_go(tmp_path):
    (tmp_path / STORE_FILE).write_bytes(b"not a database, not at all" * 100)
    for _ in range(2):
        with pytest.raises(SettingsError, match="no store of this node"):
            Store.open(tmp_path, IDENTITY)


def test_only_the_owner_can_read_it(store, tmp_path):
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / STORE_FILE).stat().st_mode) == 0o600


async def test_the_token_secret_outlives_a_restart(tmp_path):
    secrets = []
    for _ in range(2):
        store = Store.open(tmp_path, IDENTITY)
        secrets.append(await store.token_secret())
        store.close()
    assert secrets[0] == secrets[1]
    assert len(secrets[0]) == 32


def test_a_transaction_that_fails_keeps_nothing(store):
    def work(connection):
        keep_winners(connection, [winner(1)])
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StoreError):
        store.commit_now(work)
    assert read(store, queue_totals).tickets == 0


def test_every_commit_is_synced_to_the_disk(store):
    modes = read(store, lambda c: [c.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")])
    assert modes == ["wal", 2]


def test_a_winner_comes_back_as_it_was_kept(store):
    kept = winner(3, face_value=2**200, expiration_block=BLOCK)
    assert read(store, keep_winners, [kept]) == 1
    [stored] = read(store, due_winners, BLOCK, 10)
    assert stored.winner == kept
    assert (stored.state, stored.attempts, stored.reason, stored.paid) == (TicketState.QUEUED, 0, "", None)


def test_tick37_the_same_ticket_is_kept_once_however_often_it_wins(store):
    first = winner(1)
    assert read(store, keep_winners, [first, first]) == 1
    read(store, settle_winners, {first.ticket.hash(): 5}, "0xabc")
    assert read(store, keep_winners, [first]) == 0
    assert read(store, due_winners, BLOCK, 10) == []


def test_node71_nothing_is_due_before_its_terms_have_expired(store):
    read(store, keep_winners, [winner(1, expiration_block=BLOCK + 1)])
    assert read(store, due_winners, BLOCK, 10) == []
    assert len(read(store, due_winners, BLOCK + 1, 10)) == 1


def test_a_refused_ticket_waits_for_its_block_and_the_oldest_round_comes_first(store):
    old, young, waiting = winner(1, creation_round=ROUND - 1), winner(2), winner(3)
    read(store, keep_winners, [waiting, young, old])
    read(store, requeue_winner, waiting.ticket.hash(), "FundsInsufficient", BLOCK + 5)
    assert [stored.winner for stored in read(store, due_winners, BLOCK, 10)] == [old, young]
    again = read(store, due_winners, BLOCK + 5, 10)
    assert [stored.winner for stored in again] == [old, young, waiting]
    assert (again[2].attempts, again[2].reason) == (1, "FundsInsufficient")


def test_what_is_settled_or_lost_waits_no_more(store):
    paid, lost, open_ = winner(1), winner(2), winner(3)
    read(store, keep_winners, [paid, lost, open_])
    read(store, settle_winners, {paid.ticket.hash(): FACE_VALUE}, "0xabc")
    read(store, lose_winner, lost.ticket.hash(), "expired")
    totals = read(store, queue_totals)
    assert (totals.tickets, totals.value, totals.oldest_round) == (1, FACE_VALUE, ROUND)
    assert [stored.winner for stored in read(store, expired_winners, ROUND + 1)] == [open_]


@pytest.mark.parametrize(
    "damage",
    [{"sender": "0x12"}, {"face_value": "7"}, {"win_prob": "much"}, {"recipient_rand_hash": b"short"}],
)
def test_one_damaged_record_does_not_stand_in_the_way_of_the_others(store, damage):
    bad, good = winner(1), winner(2)
    read(store, keep_winners, [bad, good])
    store.commit_now(
        lambda c: c.execute(
            update(winning_tickets).where(winning_tickets.c.ticket_hash == bad.ticket.hash()).values(damage)
        )
    )
    assert [stored.winner for stored in read(store, due_winners, BLOCK, 10)] == [good]
    reason = select(winning_tickets.c.reason).where(winning_tickets.c.state == TicketState.LOST)
    assert "record damaged" in read(store, lambda c: c.execute(reason).scalar_one())


def test_node69_kill_9_at_any_moment_loses_no_acknowledged_winner(tmp_path):
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.support.ticket_taker"])
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    acknowledged: set[bytes] = set()
    for _ in range(KILLS):
        acknowledged |= _taken_until_killed(processes, tmp_path, moments.uniform(0, 0.15))
        _assert_kept(tmp_path, acknowledged, seed)
    assert len(acknowledged) > KILLS


def _taken_until_killed(processes, directory, after_s) -> set[bytes]:
    answers, theirs = processes.Pipe(duplex=False)
    child = processes.Process(target=take_for_ever, args=(directory, theirs))
    child.start()
    theirs.close()
    taken: set[bytes] = set()
    assert answers.recv() == []
    end = time.monotonic() + after_s
    while answers.poll(max(0.0, end - time.monotonic())):
        taken |= set(answers.recv())
        if time.monotonic() >= end:
            break
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    # What it had said before it died counts, too.
    try:
        while True:
            taken |= set(answers.recv())
    except EOFError:
        return taken


def _assert_kept(directory, acknowledged, seed):
    store = Store.open(directory, IDENTITY)
    try:
        hashes = set(read(store, lambda c: c.execute(select(winning_tickets.c.ticket_hash)).scalars().all()))
        assert acknowledged <= hashes, f"lost with seed {seed}"
        # Credit and winners are one step: neither is there without the other.
        count = read(store, lambda c: c.execute(select(func.count()).select_from(winning_tickets)).scalar())
        assert read(store, balance_of, GATEWAY) == count * TICKET_VALUE, f"credit is off with seed {seed}"
    finally:
        store.close()
