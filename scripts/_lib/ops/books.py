"""Books of orchestrators: in one call where the ProtocolLens is registered, else by the published views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scripts._lib.ops.pool import NOBODY
from scripts._lib.ops.protocol import Protocol
from scripts._lib.reads import NoAnswer, Read, read_all, read_each

# Members a call of the lens: far below what nodes let a call cost.
PAGE = 50


class Books(NamedTuple):
    """An orchestrator. Stake in LPT wei, shares of 1,000,000."""

    account: str
    stake: int
    reward_cut: int
    fee_share: int
    last_reward_round: int
    activation_round: int
    deactivation_round: int
    uri: str


def read_pool_books(protocol: Protocol, current_round: int, size: int) -> list[Books]:
    """The pool's `size` members, most stake first."""
    found = _through_lens(protocol, current_round, size)
    return read_books(protocol, walk_pool(protocol, size)) if found is None else found


def read_books(protocol: Protocol, accounts: Sequence[str]) -> list[Books]:
    """Books of any accounts, by the published views."""
    bonding, registry = protocol.bonding, protocol.registry
    answers = read_all(
        [
            read
            for account in accounts
            for read in (
                Read(bonding.getTranscoder, account),
                Read(bonding.transcoderTotalStake, account),
                Read(registry.getServiceURI, account),
            )
        ]
    )
    books = []
    for account, transcoder, stake, uri in zip(accounts, answers[::3], answers[1::3], answers[2::3], strict=True):
        last_reward, cut, share, _, activation, deactivation = transcoder[:6]
        books.append(Books(account, stake, cut, share, last_reward, activation, deactivation, uri))
    return books


def walk_pool(protocol: Protocol, size: int) -> list[str]:
    """The pool's `size` members, most stake first, one asked after the other."""
    accounts: list[str] = []
    account = protocol.bonding.getFirstTranscoderInPool() if size else NOBODY
    while account != NOBODY and len(accounts) < size:
        accounts.append(account)
        account = protocol.bonding.getNextTranscoderInPool(account)
    return accounts


def _through_lens(protocol: Protocol, current_round: int, size: int) -> list[Books] | None:
    """None where there is no lens, or one that does not answer."""
    lens = protocol.get("ProtocolLens")
    if lens is None:
        return None
    pages = read_each([Read(lens.activeSetPage, current_round, start, PAGE) for start in range(0, size, PAGE)])
    if any(isinstance(page, NoAnswer) for page in pages):
        return None
    return [
        Books(
            member.account,
            member.stake,
            member.rewardCut,
            member.feeShare,
            member.lastRewardRound,
            member.activationRound,
            member.deactivationRound,
            member.serviceURI,
        )
        for page in pages
        for member in page
    ]
