"""The contract and `offchain.tickets` speak of the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offchain.chain.protocol import ticket_tuple
from tests.support.tickets import HASH_VECTORS, ticket

hashes = st.binary(min_size=32, max_size=32)
addresses = st.binary(min_size=20, max_size=20)
words = st.integers(0, 2**256 - 1)


@pytest.mark.parametrize(
    ("changes", "expected"), [row[1:] for row in HASH_VECTORS], ids=[row[0] for row in HASH_VECTORS]
)
def test_tick67_the_contract_hashes_the_networks_vectors(market, changes, expected):
    assert bytes(market.broker.getTicketHash(ticket_tuple(ticket(**changes)))).hex() == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_tick67_contract_and_python_hash_random_tickets_alike(market, data):
    made = ticket(
        recipient=data.draw(addresses),
        sender=data.draw(addresses),
        face_value=data.draw(words),
        win_prob=data.draw(words),
        sender_nonce=data.draw(st.integers(0, 2**32 - 1)),
        recipient_rand_hash=data.draw(hashes),
        creation_round=data.draw(st.integers(0, 2**63 - 1)),
        creation_round_block_hash=data.draw(hashes),
    )
    assert bytes(market.broker.getTicketHash(ticket_tuple(made))) == made.hash()


@pytest.mark.parametrize("length", [0, 63, 64, 65])
def test_a_creation_is_read_from_aux_data_of_the_right_length_only(project, owner, length):
    harness = owner.deploy(project.HarnessTickets)
    made = ticket_tuple(ticket(creation_round=7, creation_round_block_hash=b"\x01" * 32))
    aux = (made[-1] + b"\0")[:length]
    assert harness.creation((*made[:-1], aux)) == ((7, b"\x01" * 32) if length == 64 else (0, bytes(32)))
