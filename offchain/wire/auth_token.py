"""Auth tokens: an orchestrator's leave to send segments in one session, for half an hour (facts: offchain 2.5).

The network's code covers session id and expiry without a mark between them, so that a character could move from the
id to the expiry and make a short-lived token last. Verification therefore takes ids of our one length only, and no
expiry further away than we ever give.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass

from offchain.errors import CredentialsError
from offchain.tickets.bounds import INT64_BITS, uint
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.fields import between, bigint_bytes, text
from offchain.wire.limits import MAX_NAME_BYTES, MAX_TOKEN_BYTES

__all__ = [
    "TOKEN_LIFE_S",
    "AuthToken",
    "auth_token_from_wire",
    "auth_token_to_wire",
    "mint_auth_token",
    "new_session_id",
    "verify_auth_token",
]

TOKEN_LIFE_S = 1_800
SESSION_ID_BYTES = 4
OUR_SESSION_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class AuthToken:
    """A token as it travels.

    Attributes:
        token: the orchestrator's code over the other two.
        session_id: names the session; tickets are credited to it.
        expiration: unix seconds, 0 … 2**63 − 1.

    Raises:
        FieldRangeError: a field is out of range.
    """

    token: bytes
    session_id: str
    expiration: int

    def __post_init__(self) -> None:
        between("token length", len(self.token), 0, MAX_TOKEN_BYTES)
        text("session_id", self.session_id, MAX_NAME_BYTES)
        uint("expiration", self.expiration, INT64_BITS)


def new_session_id() -> str:
    """A random session id: 8 hex digits."""
    return secrets.token_hex(SESSION_ID_BYTES)


def mint_auth_token(secret: bytes, session_id: str, now: int) -> AuthToken:
    """A token for a session, good for TOKEN_LIFE_S seconds from `now` (unix seconds)."""
    expiration = now + TOKEN_LIFE_S
    return AuthToken(_code(secret, session_id, expiration), session_id, expiration)


def verify_auth_token(secret: bytes, token: AuthToken | None, now: int) -> None:
    """Passes if we minted this token and it is still good at `now` (unix seconds).

    Raises:
        CredentialsError: the token is missing, not ours, or expired.
    """
    if token is None:
        raise CredentialsError("missing auth token")
    code = _code(secret, token.session_id, token.expiration)
    ours = OUR_SESSION_ID.fullmatch(token.session_id) is not None
    if not hmac.compare_digest(code, token.token) or not ours or token.expiration > now + TOKEN_LIFE_S:
        raise CredentialsError("invalid auth token")
    if token.expiration <= now:
        raise CredentialsError("expired auth token")


def _code(secret: bytes, session_id: str, expiration: int) -> bytes:
    return hmac.digest(secret, session_id.encode() + bigint_bytes(expiration), "sha256")


def auth_token_to_wire(token: AuthToken) -> pb.AuthToken:
    """The message of a token."""
    return pb.AuthToken(token=token.token, session_id=token.session_id, expiration=token.expiration)


def auth_token_from_wire(message: pb.AuthToken) -> AuthToken:
    """A token as it came, not yet verified.

    Raises:
        FieldRangeError: a field is out of range.
    """
    return AuthToken(message.token, message.session_id, message.expiration)
