"""The transcoder pool as the protocol has always described it: a doubly linked list, highest stake first.

Written from the published rules (facts: protocol 2) and for nothing but being obviously those rules: it walks node by
node where the contract computes positions, so that the one can be held against the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["NULL", "LinkedPool"]

NULL = "0x" + "00" * 20


@dataclass
class Node:
    stake: int
    prev: str = NULL
    next: str = NULL


class LinkedPool:
    """A sorted doubly linked list with insertion hints.

    Attributes:
        head: account with the most stake, NULL if the list is empty.
        tail: account with the least.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.head = NULL
        self.tail = NULL

    def __iter__(self) -> Iterator[str]:
        account = self.head
        while account != NULL:
            yield account
            account = self.nodes[account].next

    def insert(self, account: str, stake: int, prev: str = NULL, next_: str = NULL) -> None:
        """Adds an account: where the hint says if that is a valid place, else where a walk from the hint ends."""
        if not self._is_valid_place(stake, prev, next_):
            prev, next_ = self._find_place(stake, prev, next_)
        self.nodes[account] = Node(stake, prev, next_)
        if prev == NULL:
            self.head = account
        else:
            self.nodes[prev].next = account
        if next_ == NULL:
            self.tail = account
        else:
            self.nodes[next_].prev = account

    def remove(self, account: str) -> None:
        node = self.nodes.pop(account)
        if node.prev == NULL:
            self.head = node.next
        else:
            self.nodes[node.prev].next = node.next
        if node.next == NULL:
            self.tail = node.prev
        else:
            self.nodes[node.next].prev = node.prev

    def update(self, account: str, stake: int, prev: str = NULL, next_: str = NULL) -> None:
        """Gives an account another stake: it leaves, and comes back."""
        self.remove(account)
        self.insert(account, stake, prev, next_)

    def _is_valid_place(self, stake: int, prev: str, next_: str) -> bool:
        """Whether `prev` and `next_` are neighbours (or ends) that `stake` fits between."""
        if prev == NULL and next_ == NULL:
            return not self.nodes
        if prev == NULL:
            return next_ == self.head and stake >= self.nodes[next_].stake
        if next_ == NULL:
            return prev == self.tail and stake <= self.nodes[prev].stake
        if prev not in self.nodes or next_ not in self.nodes or self.nodes[prev].next != next_:
            return False
        return self.nodes[prev].stake >= stake >= self.nodes[next_].stake

    def _find_place(self, stake: int, prev: str, next_: str) -> tuple[str, str]:
        """Drops the halves of the hint that are of no use, then walks."""
        if prev not in self.nodes or self.nodes[prev].stake < stake:
            prev = NULL
        if next_ not in self.nodes or self.nodes[next_].stake > stake:
            next_ = NULL
        if prev == NULL and next_ == NULL:
            return self._descend(stake, self.head)
        return self._ascend(stake, next_) if prev == NULL else self._descend(stake, prev)

    def _descend(self, stake: int, start: str) -> tuple[str, str]:
        if start == self.head and (start == NULL or stake >= self.nodes[start].stake):
            return NULL, start
        prev, next_ = start, self.nodes[start].next
        while not self._is_valid_place(stake, prev, next_):
            prev, next_ = next_, self.nodes[next_].next
        return prev, next_

    def _ascend(self, stake: int, start: str) -> tuple[str, str]:
        if start == self.tail and stake <= self.nodes[start].stake:
            return start, NULL
        prev, next_ = self.nodes[start].prev, start
        while not self._is_valid_place(stake, prev, next_):
            prev, next_ = self.nodes[prev].prev, prev
        return prev, next_
