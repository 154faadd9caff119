"""A failing sequence without what does not matter: halves, quarters … single steps left out while it still fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.differential.steps import Step

__all__ = ["shrink"]


def shrink(steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool], *, tries: int = 400) -> list[Step]:
    """The shortest sequence found in so many tries; `fails` plays one from the start.

    Steps after the failing one must have been cut off before.
    """
    kept = list(steps)
    size = max(len(kept) // 2, 1)
    while tries > 0:
        at, cut = 0, False
        while at < len(kept) and tries > 0:
            candidate = kept[:at] + kept[at + size :]
            tries -= 1
            if candidate and fails(candidate):
                kept, cut = candidate, True
            else:
                at += size
        if size == 1 and not cut:
            break
        size = max(size // 2, 1)
    return kept
