"""Tickets for tests: the network's vectors in one table, and strategies for everything else.

Vectors: facts: offchain 1.10. Those that it calls ours were reckoned from the written rules, apart from this package.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from offchain.tickets import CommitmentTerms, ExpirationParams, Ticket, TicketParams
from offchain.tickets.signing import CURVE_ORDER
from offchain.types import ZERO_ADDRESS

ZERO_HASH = bytes(32)
RECIPIENT = "73AEd7b5dEb30222fa896f399d46cC99c7BEe57F"
RAND_HASH = "41b1a0649752af1b28b3dc29a1556eee781e4a4c3a1f7f53f90fa834de098c4d"
BLOCK_HASH = "7624778dedc75f8b322b9fa1632a610d40b85e106c7d9bf0e743a9ce291b9c6f"

KEY = bytes([1]) * 32
KEY_ADDRESS = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
SECRET = bytes(range(0x01, 0x21))
SEED = int.from_bytes(bytes(range(0x21, 0x41)), "big")

DIGEST = bytes.fromhex("b7da355477356fc4c47fcabcf232dc77a6db9b07b7e48b76261cc55cc8fbabb3")
DIGEST_SIGNATURE = bytes.fromhex(
    "206443228e8f784bc3a122de0d85eb3ebff82d6a79cca26c7eeb907099a6404f"
    "6dff57bc6828f28bd6cd073c89d94cf3364204679ed8365fa45b5ee6af19a9841c"
)
DIGEST_SIGNER = "0x3BadDb1eeE2105893136A3F96c8a963E9C6309d6"
HIGH_S_SIGNATURE = bytes.fromhex(
    "e742ff452d41413616a5bf43fe15dd88294e983d3d36206c2712f39083d638bd"
    "e0a0fc89be718fbc1033e1d30d78be1c68081562ed2e97af876f286f3453231d1b"
)


def ticket(**fields: object) -> Ticket:
    """A ticket whose fields are zero but for those given."""
    zero: dict[str, object] = {
        "recipient": ZERO_ADDRESS,
        "sender": ZERO_ADDRESS,
        "face_value": 0,
        "win_prob": 0,
        "sender_nonce": 0,
        "recipient_rand_hash": ZERO_HASH,
        "creation_round": 0,
        "creation_round_block_hash": ZERO_HASH,
    }
    return Ticket(**{**zero, **fields})  # type: ignore[arg-type]


# name, the fields that are not zero, hash
HASH_VECTORS = [
    ("all zero", {}, "cfd23b6298abaea12ade48cd472295893b7facf37c92f425e50722a72ed084ac"),
    ("nonce", {"sender_nonce": 1}, "ce0918ba94518293e9712effbe5fca4f1f431089833a5b8c257cb1e024595f68"),
    (
        "face value and probability",
        {"face_value": 1, "win_prob": 500},
        "87ef13f2d37e4d5352a01d3c77b8179d80e0887f1953bfabfd0bfd7b0f689ddd",
    ),
    ("recipient", {"recipient": RECIPIENT}, "81e353ae39046e2b77b9f996abbaeed527fda559b61ef90f299c4499dd508ccc"),
    (
        "commitment",
        {"recipient_rand_hash": RAND_HASH},
        "be5eaf9a49a39540b9bb02f1a21904f61324a29819e2c032824bfaa10c100b17",
    ),
]

# End to end, ours. A loses (and its sender is not the signer), B wins.
A_TERMS = CommitmentTerms(
    sender=DIGEST_SIGNER,
    face_value=10**8,
    win_prob=0xD6BF94D5E57A42BC3D32907604691B4C8CA08CD2E1B9C3DB8C8330A18C,
    expiration_block=140,
    price=Fraction(1),
    creation_round=10,
    creation_round_block_hash=bytes.fromhex(RAND_HASH),
)
A_RAND = 0xFB177BC4D2C5C34B493018FA705F75B8DBD7D5E5A9082A5F3AD3CF2368DB0815
A_RAND_HASH = "3b63f89d2f9858c15a9021fdfafc0306d25376e3b026f52a958d1c61347db2b6"
A_TICKET_HASH = "2eb1fa2bcdd72c0ae2f0bba41598360a41a27c5e7c631a0d453666735fef9fcf"
A_WIN_VALUE = 0x0358740A511A674B23396125BCD7A14B39FFE58AF272A5C550209BBE45C0A517

B_TERMS = CommitmentTerms(
    sender=KEY_ADDRESS,
    face_value=10**8,
    win_prob=2**255,
    expiration_block=140,
    price=Fraction(1200),
    creation_round=10,
    creation_round_block_hash=bytes.fromhex(RAND_HASH),
)
B_RAND = 0x8817FF1FD834518ED93DE4E3483BCB2393BE4516D013A40FC9953796A7C200FA
B_RAND_HASH = "e753da2da8e75270b87dae14d2c2c113fc348beeab44a76c6be7ba0e830a0b73"
B_TICKET_HASH = "0b51f6ecd2f3726d57dd24385c82d7c8e74d5ca48e6e597787c23e02ee2fc37c"
B_SIGNATURE = (
    "e28c890296419aa70a19ccdf41a389edcded83a5eb25dc04c7183588c66b9f55"
    "553b1aae7e3651b39263d0ae775411a1ab83f556001764fe1910032306c446171c"
)
B_WIN_VALUE_START, B_WIN_VALUE_END = "5c7c1230", "6388a"


def ticket_under(terms: CommitmentTerms, recipient_rand_hash: str, sender_nonce: int = 1) -> Ticket:
    """A ticket of the vectors' recipient under some terms."""
    return Ticket(
        recipient=RECIPIENT,
        sender=terms.sender,
        face_value=terms.face_value,
        win_prob=terms.win_prob,
        sender_nonce=sender_nonce,
        recipient_rand_hash=recipient_rand_hash,
        creation_round=terms.creation_round,
        creation_round_block_hash=terms.creation_round_block_hash,
    )


words = st.integers(0, 2**256 - 1) | st.sampled_from([0, 1, 2**64 - 1, 2**128, 2**255, 2**256 - 1])
int64s = st.integers(0, 2**63 - 1) | st.integers(0, 1_000)
nonces = st.integers(0, 2**32 - 1)
hashes = st.binary(min_size=32, max_size=32)
addresses = st.binary(min_size=20, max_size=20)
keys = st.integers(1, CURVE_ORDER - 1).map(lambda number: number.to_bytes(32, "big"))
prices = st.fractions(min_value=0, max_value=10**12, max_denominator=10**6)
tickets = st.builds(
    Ticket,
    recipient=addresses,
    sender=addresses,
    face_value=words,
    win_prob=words,
    sender_nonce=nonces,
    recipient_rand_hash=hashes,
    creation_round=int64s,
    creation_round_block_hash=hashes,
)
expirations = st.builds(ExpirationParams, int64s, hashes)
ticket_params = st.builds(TicketParams, addresses, words, words, hashes, words, int64s, expirations)
commitment_terms = st.builds(CommitmentTerms, addresses, words, words, int64s, prices, int64s, hashes)
