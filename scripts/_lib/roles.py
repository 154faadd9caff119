"""Roles of the token and the treasury, and who holds them."""

from __future__ import annotations

from collections import defaultdict

import ape
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from hexbytes import HexBytes

ADMIN_ROLE = bytes(32)
MINTER_ROLE = keccak(text="MINTER_ROLE")
BURNER_ROLE = keccak(text="BURNER_ROLE")
PROPOSER_ROLE = keccak(text="PROPOSER_ROLE")
EXECUTOR_ROLE = keccak(text="EXECUTOR_ROLE")
CANCELLER_ROLE = keccak(text="CANCELLER_ROLE")
TIMELOCK_ADMIN_ROLE = keccak(text="TIMELOCK_ADMIN_ROLE")

NAMES = {
    ADMIN_ROLE: "DEFAULT_ADMIN_ROLE",
    MINTER_ROLE: "MINTER_ROLE",
    BURNER_ROLE: "BURNER_ROLE",
    PROPOSER_ROLE: "PROPOSER_ROLE",
    EXECUTOR_ROLE: "EXECUTOR_ROLE",
    CANCELLER_ROLE: "CANCELLER_ROLE",
    TIMELOCK_ADMIN_ROLE: "TIMELOCK_ADMIN_ROLE",
}

GRANTED = keccak(text="RoleGranted(bytes32,address,address)")
REVOKED = keccak(text="RoleRevoked(bytes32,address,address)")


def role_holders(address: str, since: int) -> dict[bytes, set[str]]:
    """Everybody who holds a role of the contract at `address`, by role; roles that nobody holds are left out.

    Args:
        since: block before which the contract was not there.
    """
    wanted = {
        "address": address,
        "fromBlock": hex(since),
        "toBlock": "latest",
        "topics": [[_hex(GRANTED), _hex(REVOKED)]],
    }
    holders: dict[bytes, set[str]] = defaultdict(set)
    for log in ape.chain.provider.make_request("eth_getLogs", [wanted]):
        event, role, account = (bytes(HexBytes(topic)) for topic in log["topics"][:3])
        change = holders[role].add if event == GRANTED else holders[role].discard
        change(to_checksum_address(account[12:]))
    return {role: accounts for role, accounts in holders.items() if accounts}


def _hex(topic: bytes) -> str:
    return "0x" + topic.hex()
