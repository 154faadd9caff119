"""Who an operation is for, and who signs it."""

from __future__ import annotations

from typing import Any

import ape
from ape.exceptions import ApeException
from eth_utils.address import is_address

from scripts._lib.errors import AccountError
from scripts._lib.ops.protocol import checksum
from scripts._lib.preflight import choose_account, is_local


class Watched:
    """An address that we hold no key of: good for looking, not for sending."""

    def __init__(self, address: str) -> None:
        self.address = address

    @property
    def balance(self) -> int:
        return int(ape.chain.provider.get_balance(self.address))


def choose(name: str | None, provider: Any, *, only_look: bool) -> Any:
    """The account of `--account`: an alias, `TEST::<index>`, or an address.

    An address can send where the node lets anybody speak for it (a fork of Ape's own), and look everywhere. On local
    chains the default is test account 0.

    Raises:
        AccountError: none was named, there is none of that name, or it cannot send.
    """
    if name is None and not is_local(provider):
        raise AccountError("name your account with --account; `ape accounts list` shows those there are")
    if name is None or not is_address(name):
        return choose_account(name, provider)
    address = checksum(name, "account")
    if only_look:
        return Watched(address)
    if not is_local(provider):
        raise AccountError(f"{address}: name the alias of your account, an address alone can only --dry-run")
    try:
        return ape.accounts[address]
    except (ApeException, KeyError, IndexError, NotImplementedError) as error:
        raise AccountError(f"{address}: this node speaks for nobody; name an alias, or look with --dry-run") from error
