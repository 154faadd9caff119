"""Fixtures of tests that look at the chain as a node does: through its RPC endpoint."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="session")
def rpc_url(chain: Any) -> str:
    """Endpoint of the session's anvil, the one that Ape talks to as well."""
    return str(chain.provider.uri)


@pytest.fixture
def key_of() -> Any:
    """The 32-byte key of one of Ape's test accounts."""
    return lambda account: bytes.fromhex(account.private_key[2:])
