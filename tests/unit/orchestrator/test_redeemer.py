"""The redeemer against a model of the chain: every winner pays once, whatever happens in between."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from offchain.errors import ChainError, TransactionRevertedError, TransactionTimeoutError
from offchain.orchestrator.noted_transactions import transactions_in
from offchain.orchestrator.reconcile import FINAL_AFTER_BLOCKS
from offchain.orchestrator.redeemer import Redeemer
from offchain.orchestrator.redemption_chain import Redemption
from offchain.orchestrator.redemption_policy import RedemptionPolicy
from offchain.orchestrator.schema import TicketState, TransactionState, winning_tickets
from offchain.orchestrator.store import Store
from offchain.orchestrator.winners import keep_winners
from tests.support.model_broker import CrashError, ModelBroker
from tests.support.orchestrator_values import BLOCK, CLOCK, FACE_VALUE, GATEWAY, OTHER, OTHER_KEY, ROUND, winner
from tests.support.ticket_taker import IDENTITY

POLICY = RedemptionPolicy(redeem_gas=350_000, margin=1, batch=4, validity_rounds=2)
NEXT_ROUND = {"round": ROUND + 1, "last_initialized_round": ROUND + 1, "round_start_block": BLOCK + 5_750}
TOO_LATE = {"round": ROUND + 2, "last_initialized_round": ROUND + 2, "round_start_block": BLOCK + 11_510}


class Node:
    """A redeemer with its store; can die and come back."""

    def __init__(self, directory):
        self.directory, self.chain = directory, ModelBroker()
        self.start()

    def start(self):
        self.store = Store.open(self.directory, IDENTITY)
        self.redeemer = Redeemer(self.store, self.chain, POLICY)

    def restart(self):
        self.store.close()
        self.start()

    def keep(self, *winners):
        self.store.commit_now(lambda connection: keep_winners(connection, winners))
        return [each.ticket.hash() for each in winners]

    async def run(self, blocks=0):
        self.chain.move(l1_block=self.chain.state.l1_block + blocks)
        await self.redeemer.run_pass()

    def states(self):
        columns = winning_tickets.c
        query = select(columns.ticket_hash, columns.state, columns.paid, columns.reason)
        rows = self.store.commit_now(lambda connection: connection.execute(query).all())
        return {bytes(ticket): (TicketState(state), paid, reason) for ticket, state, paid, reason in rows}

    def transactions(self, *states):
        return self.store.commit_now(lambda connection: transactions_in(connection, *states))


@pytest.fixture
def node(tmp_path):
    node = Node(tmp_path)
    yield node
    node.store.close()


def paid(node, tickets):
    return [node.states()[ticket][:2] for ticket in tickets] == [(TicketState.REDEEMED, str(FACE_VALUE))] * len(tickets)


async def test_one_winner_is_redeemed_alone_and_several_together(node):
    first = node.keep(winner(1))
    await node.run()
    rest = node.keep(*(winner(number) for number in range(2, 8)))
    await node.run()
    assert [len(sent) for sent in node.chain.sent] == [1, 4, 2]
    assert paid(node, first + rest)


async def test_node71_no_random_number_is_shown_while_its_terms_hold(node):
    kept = [winner(number, rand=number, expiration_block=BLOCK + number) for number in range(1, 6)]
    node.keep(*kept)
    for _ in range(6):
        await node.run(blocks=1)
    assert len(node.chain.shown) == 5
    for rand, block in node.chain.shown:
        assert block >= BLOCK + rand


async def test_nothing_is_sent_in_a_round_that_is_not_open_nor_while_all_is_paused(node):
    tickets = node.keep(winner(1), winner(2))
    node.chain.move(round=ROUND + 1)
    await node.run()
    node.chain.move(round=ROUND)
    node.chain.is_paused = True
    await node.run()
    assert node.chain.sent == []
    assert {state for state, *_ in node.states().values()} == {TicketState.QUEUED}
    node.chain.is_paused = False
    await node.run(blocks=1)
    assert paid(node, tickets)


async def test_node69_a_poisoned_ticket_in_front_does_not_hold_up_the_others(node):
    poison, *others = node.keep(winner(1, creation_round=ROUND - 1), *(winner(n) for n in range(2, 11)))
    node.chain.broken[poison] = TransactionRevertedError("FundsInsufficient", (GATEWAY, 1, 0, 0))
    await node.run()
    assert paid(node, others)
    assert node.states()[poison][0] is TicketState.QUEUED
    assert "FundsInsufficient" in node.states()[poison][2]
    del node.chain.broken[poison]
    await node.run(blocks=1)
    assert paid(node, [poison])


async def test_a_thousand_tickets_of_a_sender_without_money_do_not_hide_the_tickets_of_another(node):
    node.chain.deposits[OTHER] = 0
    node.keep(*(winner(number, key=OTHER_KEY) for number in range(450)))
    good = node.keep(*(winner(number) for number in range(3)))
    await node.run()
    assert paid(node, good)
    assert sum(state is TicketState.QUEUED for state, *_ in node.states().values()) == 450


@pytest.mark.parametrize("tells", [True, False], ids=["events tell why", "events say nothing"])
async def test_tickets_that_a_batch_skips_are_tried_again_alone(node, tells):
    node.chain.tells_skipped = tells
    tickets = node.keep(*(winner(number) for number in range(3)))
    check = node.chain.simulate

    async def simulate(winner):
        await check(winner)
        # Only once it is under way does something come in between.
        if winner.ticket.hash() == tickets[2]:
            node.chain.broken[tickets[1]] = TransactionRevertedError("unknown")

    node.chain.simulate = simulate
    await node.run()
    assert paid(node, [tickets[0], tickets[2]])
    assert node.states()[tickets[1]][0] is TicketState.QUEUED
    node.chain.simulate = check
    node.chain.broken.clear()
    await node.run(blocks=2)
    assert paid(node, tickets)
    assert node.chain.sent[-1] == [tickets[1]]


@pytest.mark.parametrize("error", ["TicketNotWinning", "TicketSignerMismatch", "RecipientRandMismatch"])
async def test_what_never_could_be_paid_is_given_up_at_once_with_its_reason(node, error):
    [ticket] = node.keep(winner(1))
    node.chain.broken[ticket] = TransactionRevertedError(error)
    await node.run()
    assert node.states()[ticket] == (TicketState.LOST, None, error)


async def test_a_ticket_is_given_up_exactly_when_its_rounds_are_over(node):
    [ticket] = node.keep(winner(1))
    node.chain.broken[ticket] = TransactionRevertedError("FundsInsufficient")
    node.chain.move(**NEXT_ROUND, l1_block=BLOCK + 11_509)
    await node.run()
    assert node.states()[ticket][0] is TicketState.QUEUED
    node.chain.move(**TOO_LATE, l1_block=BLOCK + 11_510)
    await node.run()
    state, _, reason = node.states()[ticket]
    assert state is TicketState.LOST
    assert reason.startswith("expired")


async def test_a_ticket_somebody_else_has_redeemed_counts_as_redeemed(node):
    [ticket] = node.keep(winner(1))
    node.chain.paid[ticket] = FACE_VALUE
    await node.run()
    assert paid(node, [ticket])
    assert node.chain.sent == []


async def test_what_was_paid_in_part_is_told_as_it_was(node):
    [ticket] = node.keep(winner(1))
    node.chain.deposits[GATEWAY] = FACE_VALUE // 3
    await node.run()
    assert node.chain.sent == []
    node.chain.move(**NEXT_ROUND, l1_block=BLOCK + 11_000)
    await node.run()
    assert node.states()[ticket][:2] == (TicketState.REDEEMED, str(FACE_VALUE // 3))


async def test_dear_gas_is_waited_out(node):
    [ticket] = node.keep(winner(1))
    node.chain.move(gas_price=FACE_VALUE // 350_000)
    await node.run()
    assert node.chain.sent == []
    assert "gas costs" in node.states()[ticket][2]
    node.chain.move(gas_price=0)
    await node.run(blocks=200)
    assert paid(node, [ticket])


async def test_an_endpoint_that_fails_leaves_everything_as_it_was(node):
    tickets = node.keep(winner(1))
    node.chain.reachable = False
    with pytest.raises(ChainError):
        await node.run()
    node.chain.reachable = True
    await node.run()
    assert paid(node, tickets)


async def test_node70_a_transaction_that_takes_long_is_waited_for_and_not_doubled(node):
    tickets = node.keep(winner(1), winner(2))
    node.chain.mining = False
    with pytest.raises(TransactionTimeoutError):
        await node.run()
    for _ in range(3):
        await node.run(blocks=1)
    assert len(node.chain.signed) == 1
    node.chain.mine()
    await node.run(blocks=1)
    assert paid(node, tickets)
    assert len(node.chain.signed) == 1


async def test_node70_a_transaction_whose_nonce_is_gone_is_replaced(node):
    tickets = node.keep(winner(1))
    node.chain.mining = False
    with pytest.raises(TransactionTimeoutError):
        await node.run()
    node.chain.drop_mempool()
    node.chain.mining = True
    await node.run(blocks=1)
    await node.run(blocks=1)
    assert paid(node, tickets)
    assert len(node.chain.signed) == 2


@pytest.mark.parametrize("where", ["signed", "noted", "sent", "mined"])
@pytest.mark.parametrize("count", [1, 3])
async def test_node70_a_crash_between_any_two_steps_pays_each_ticket_once(node, where, count):
    tickets = node.keep(*(winner(number) for number in range(count)))
    node.chain.crash_at = where
    with pytest.raises(CrashError):
        await node.run()
    node.restart()
    for _ in range(3):
        await node.run(blocks=1)
    assert paid(node, tickets)
    assert node.chain.paid == dict.fromkeys(tickets, FACE_VALUE)
    assert node.transactions(TransactionState.PENDING) == []


async def test_node70_a_crash_before_sending_sends_the_very_same_transaction(node):
    node.keep(winner(1))
    node.chain.crash_at = "noted"
    with pytest.raises(CrashError):
        await node.run()
    node.restart()
    await node.run()
    assert len(node.chain.signed) == 1


async def test_node70_a_redemption_that_a_reorganisation_undoes_is_done_again(node):
    tickets = node.keep(winner(1), winner(2))
    await node.run()
    [mined] = node.transactions(TransactionState.MINED)
    node.chain.undo(mined.hash)
    node.chain.deposits.clear()
    for _ in range(3):
        await node.run(blocks=1)
    assert paid(node, tickets)
    assert node.chain.paid == dict.fromkeys(tickets, FACE_VALUE)


async def test_a_receipt_is_final_after_some_blocks(node):
    node.keep(winner(1))
    await node.run()
    await node.run(blocks=FINAL_AFTER_BLOCKS - 1)
    assert node.transactions(TransactionState.FINAL) == []
    await node.run(blocks=1)
    assert len(node.transactions(TransactionState.FINAL)) == 1


async def test_a_transaction_that_reverted_leaves_its_ticket_in_the_queue(node):
    """A mined revert says nothing of the ticket: only used, expired and invalid are final."""
    [ticket] = node.keep(winner(1))
    redeem = node.chain.redeem

    async def reverting(winners, on_signed):
        [name] = [(await redeem(winners, on_signed)).transaction]
        node.chain.paid.clear()
        node.chain.receipts[name] = Redemption(name, {}, {}, gas_used=1)
        raise TransactionRevertedError("unknown", (), name)

    node.chain.redeem = reverting
    await node.run()
    assert node.states()[ticket][0] is TicketState.QUEUED
    node.chain.redeem = redeem
    await node.run(blocks=1)
    assert paid(node, [ticket])


steps = st.lists(
    st.one_of(
        st.tuples(st.just("win"), st.integers(min_value=1, max_value=5)),
        st.tuples(st.just("pass"), st.integers(min_value=0, max_value=9)),
        st.tuples(st.just("crash"), st.sampled_from(["signed", "noted", "sent", "mined"])),
        st.tuples(st.just("mining"), st.booleans()),
        st.tuples(st.just("undo"), st.integers(min_value=0, max_value=9)),
        st.tuples(st.just("drop"), st.none()),
        st.tuples(st.just("pause"), st.booleans()),
        st.tuples(st.just("reachable"), st.booleans()),
        st.tuples(st.just("poison"), st.integers(min_value=0, max_value=9)),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(steps=steps)
# A redemption is undone, and another takes its nonce.
@example(steps=[("win", 1), ("pass", 0), ("win", 1), ("undo", 0)])
async def test_node69_node70_after_any_history_every_winner_is_paid_exactly_once(tmp_path_factory, steps):
    node = Node(tmp_path_factory.mktemp("history"))
    try:
        tickets = await _play(node, steps)
        node.chain.is_paused, node.chain.reachable, node.chain.mining, node.chain.crash_at = False, True, True, ""
        node.chain.broken.clear()
        node.chain.mine()
        for _ in range(4):
            await node.run(blocks=80)
        assert paid(node, tickets)
        assert node.chain.paid == dict.fromkeys(tickets, FACE_VALUE)
    finally:
        node.store.close()


async def _play(node, steps):
    tickets = []
    for number, (step, value) in enumerate(steps):
        if step == "win":
            tickets += node.keep(*(winner(100 * number + each) for each in range(value)))
        elif step == "undo" and node.transactions(TransactionState.MINED):
            candidates = [
                each.hash for each in node.transactions(TransactionState.MINED) if each.hash in node.chain.receipts
            ]
            # Only the last one: the others' nonces stand before it.
            if candidates and not node.chain.mempool:
                node.chain.undo(candidates[-1])
        elif step == "drop":
            node.chain.drop_mempool()
        elif step == "poison" and tickets:
            node.chain.broken[tickets[value % len(tickets)]] = TransactionRevertedError("FundsInsufficient")
        elif step in ("mining", "reachable"):
            setattr(node.chain, step, value)
        elif step == "pause":
            node.chain.is_paused = value
        elif step in ("pass", "crash"):
            await _pass(node, step, value)
        node.chain.deposits.clear()
    return tickets


async def _pass(node, step, value):
    if step == "crash":
        node.chain.crash_at = value
    try:
        await node.run(blocks=value if step == "pass" else 1)
    except CrashError:
        node.restart()
    except ChainError:
        pass
    assert node.chain.state.round == CLOCK.round
