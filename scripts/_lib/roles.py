"""Names of the roles that a deployment gives away."""

from __future__ import annotations

from eth_utils.crypto import keccak

ADMIN_ROLE = bytes(32)
MINTER_ROLE = keccak(text="MINTER_ROLE")
BURNER_ROLE = keccak(text="BURNER_ROLE")
