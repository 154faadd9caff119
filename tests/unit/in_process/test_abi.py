"""The quick coder of ABI values says what eth-abi says."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import decode, encode
from eth_utils.address import to_checksum_address
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.abi import codec, types_of
from tests.support.artifacts import artifacts
from tests.support.calldata import decode_refusal

ELEMENTARY: dict[str, Any] = {
    "uint256": st.integers(0, 2**256 - 1),
    "uint8": st.integers(0, 255),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "address": st.binary(min_size=20, max_size=20).map(to_checksum_address),
    "bytes4": st.binary(min_size=4, max_size=4),
    "bytes32": st.binary(min_size=32, max_size=32),
    "bytes": st.binary(max_size=70),
    "string": st.text(max_size=20),
}


def composed(inner: Any) -> Any:
    """Types with their values: structs of one to three, arrays of any and of two."""
    structs = st.lists(inner, min_size=1, max_size=3).map(
        lambda parts: (f"({','.join(kind for kind, _ in parts)})", st.tuples(*(values for _, values in parts)))
    )
    arrays = inner.map(lambda part: (part[0] + "[]", st.lists(part[1], max_size=3).map(tuple)))
    pairs = inner.map(lambda part: (part[0] + "[2]", st.tuples(part[1], part[1])))
    return structs | arrays | pairs


kinds = st.recursive(st.sampled_from(sorted(ELEMENTARY.items())), composed, max_leaves=6)
typed = kinds.flatmap(lambda part: st.tuples(st.just(part[0]), part[1]))


@settings(max_examples=300, deadline=None)
@given(st.lists(typed, min_size=1, max_size=4))
def test_values_are_encoded_as_by_eth_abi_and_come_back(drawn: list[tuple[str, Any]]) -> None:
    types, values = [kind for kind, _ in drawn], tuple(value for _, value in drawn)
    ours, theirs = codec(f"({','.join(types)})"), encode(types, values)
    assert ours.encode(values) == theirs
    assert ours.decode(b"1234" + theirs, 4) == values
    lower = [value.lower() if kind == "address" else value for kind, value in drawn]
    assert ours.encode(lower) == theirs
    if "address" not in "".join(types):
        assert decode(types, theirs) == ours.decode(theirs, 0)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("uint8", 256), ("uint256", -1), ("int64", 2**63), ("address", "0x12"), ("bytes4", b"123"), ("uint8[2]", [1])],
)
def test_what_a_type_cannot_hold_is_refused(kind: str, value: Any) -> None:
    with pytest.raises((OverflowError, ValueError)):
        codec(kind).encode(value)


def test_every_type_of_the_project_has_a_coder() -> None:
    for found in artifacts().values():
        for entry in found.abi:
            for fields in (entry.get("inputs", []), entry.get("outputs", [])):
                assert codec(types_of(fields))


def test_what_is_no_error_of_the_project_is_shown_as_it_is() -> None:
    assert decode_refusal(b"") == ("0x", ())
    assert decode_refusal(b"\x12\x34\x56\x78\x90") == ("0x1234567890", ())
    overflow = b"\x4e\x48\x7b\x71" + (17).to_bytes(32, "big")
    assert decode_refusal(overflow) == ("Panic", (17,))
