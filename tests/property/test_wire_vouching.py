"""Credentials, auth tokens and capabilities, for any values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from offchain.errors import CredentialsError
from offchain.tickets import key_address, recover_signer
from offchain.tickets.keccak import keccak
from offchain.wire import (
    TOKEN_LIFE_S,
    AuthToken,
    Capabilities,
    compatible_with,
    flatten,
    incompatibility,
    mint_auth_token,
    sign_ping,
    sign_request,
    sign_result,
    sign_segment,
    verify_auth_token,
    verify_ping,
    verify_request,
    verify_result,
    verify_segment,
)
from offchain.wire.credentials import MAX_PING_BYTES
from offchain.wire.fields import bigint_bytes
from tests.support.tickets import hashes, int64s, keys, tickets
from tests.support.wire import capability_sets, ladders, manifest_ids, segments

secrets = st.binary(min_size=32, max_size=32)
session_ids = st.text("0123456789abcdef", min_size=8, max_size=8)
times = st.integers(0, 2**40)
bit_sets = st.integers(0, 2**80)


@given(key=keys, segment=segments)
def test_a_segment_is_vouched_for_by_its_sender_alone(key, segment):
    signed = sign_segment(key, segment)
    verify_segment(signed, key_address(key))
    with pytest.raises(CredentialsError):
        verify_segment(signed, "0x" + "11" * 20)


@given(key=keys, segment=segments, data=st.data())
def test_what_is_signed_of_a_segment_cannot_be_changed(key, segment, data):
    signed = sign_segment(key, segment)
    changes = {"manifest_id": manifest_ids, "seq": int64s, "segment_hash": hashes}
    field = data.draw(st.sampled_from(sorted(changes)))
    other = replace(signed, **{field: data.draw(changes[field])})
    assume(other != signed)
    with pytest.raises(CredentialsError):
        verify_segment(other, key_address(key))


@given(key=keys, segment=segments, ladder=ladders)
def test_the_names_of_a_ladder_cannot_be_changed(key, segment, ladder):
    assume([each.name for each in ladder] != [each.name for each in segment.profiles])
    with pytest.raises(CredentialsError):
        verify_segment(replace(sign_segment(key, segment), profiles=ladder), key_address(key))


@given(key=keys, other=keys)
def test_a_request_is_vouched_for_by_its_own_address_alone(key, other):
    assume(key != other)
    address, signature = sign_request(key)
    verify_request(address, signature)
    with pytest.raises(CredentialsError):
        verify_request(key_address(other), signature)


@given(key=keys, renditions=st.lists(hashes, max_size=5), extra=hashes)
def test_a_result_is_vouched_for_rendition_by_rendition(key, renditions, extra):
    signature = sign_result(key, renditions)
    verify_result(key_address(key), renditions, signature)
    with pytest.raises(CredentialsError):
        verify_result(key_address(key), [*renditions, extra], signature)


@given(key=keys, value=st.binary(max_size=MAX_PING_BYTES))
def test_a_ping_is_answered_by_a_signature(key, value):
    verify_ping(key_address(key), value, sign_ping(key, value))


@given(key=keys, ticket=tickets, value=st.binary(max_size=MAX_PING_BYTES))
def test_no_answer_to_a_ping_signs_a_ticket(key, ticket, value):
    # The pinger's best try: a hash, or the beginning, of the ticket that it wants to have signed.
    for wanted in (value, ticket.hash(), keccak(ticket.hash()), ticket.face_value.to_bytes(32, "big")):
        assert recover_signer(ticket, sign_ping(key, wanted)) != key_address(key)


@given(manifest_id=manifest_ids, seq=int64s, segment_hash=hashes, ladder=ladders)
def test_a_flattened_segment_has_its_four_parts_one_after_the_other(manifest_id, seq, segment_hash, ladder):
    flat = flatten(manifest_id, seq, segment_hash, [profile.name for profile in ladder])
    assert flat.startswith(manifest_id.encode() + seq.to_bytes(32, "big") + segment_hash)
    assert len(flat) == len(manifest_id) + 64 + 8 * len(ladder)


@given(secret=secrets, session_id=session_ids, now=times, later=st.integers(0, 2 * TOKEN_LIFE_S))
def test_an_auth_token_is_good_until_its_time_is_over(secret, session_id, now, later):
    token = mint_auth_token(secret, session_id, now)
    if later < TOKEN_LIFE_S:
        verify_auth_token(secret, token, now + later)
    else:
        with pytest.raises(CredentialsError, match="expired"):
            verify_auth_token(secret, token, now + later)


@given(secret=secrets, session_id=session_ids, now=times, moved=st.integers(1, 7))
def test_characters_that_move_from_session_id_to_expiry_make_no_token(secret, session_id, now, moved):
    token = mint_auth_token(secret, session_id, now)
    stretched = int.from_bytes(session_id[-moved:].encode() + bigint_bytes(token.expiration), "big")
    assume(stretched < 2**63)
    forged = AuthToken(token.token, session_id[:-moved], stretched)
    for moment in (now, forged.expiration - 1):
        with pytest.raises(CredentialsError, match="invalid auth token"):
            verify_auth_token(secret, forged, moment)


@given(secret=secrets, session_id=session_ids, now=st.integers(2**30, 2**31), moved=st.integers(1, 3))
def test_bytes_that_move_from_expiry_to_session_id_make_no_token(secret, session_id, now, moved):
    token = mint_auth_token(secret, session_id, now)
    raw = bigint_bytes(token.expiration)
    assume(raw[:moved].isascii() and raw[:moved].decode().isprintable() and raw[moved] != 0)
    forged = AuthToken(token.token, session_id + raw[:moved].decode(), int.from_bytes(raw[moved:], "big"))
    with pytest.raises(CredentialsError, match="invalid auth token"):
        verify_auth_token(secret, forged, forged.expiration - 1)


@given(gateway=bit_sets, orchestrator=bit_sets)
def test_an_orchestrator_fits_exactly_when_it_has_every_bit_asked_for(gateway, orchestrator):
    fits = compatible_with(Capabilities(gateway), Capabilities(orchestrator))
    assert fits == (gateway & orchestrator == gateway)


@given(gateway=bit_sets, mandatory=bit_sets)
def test_an_orchestrator_fits_only_who_has_what_it_insists_on(gateway, mandatory):
    fits = compatible_with(Capabilities(gateway), Capabilities(2**81 - 1, mandatory=mandatory))
    assert fits == (gateway & mandatory == mandatory)


@given(capabilities=capability_sets)
def test_a_job_without_conditions_fits_every_orchestrator(capabilities):
    assert compatible_with(Capabilities(), replace(capabilities, mandatory=0))


@given(gateway=capability_sets, orchestrator=capability_sets)
def test_a_misfit_always_has_a_reason(gateway, orchestrator):
    reason = incompatibility(gateway, orchestrator)
    assert (reason is None) == compatible_with(gateway, orchestrator)
    assert reason is None or reason
