"""docs/gas.md as the committed figures make it."""

from __future__ import annotations

from tests.gas.figures import SIZES, committed
from tests.gas.page import against_live, by_pool_size, put_into_page

__all__ = ["SECTIONS", "renew_page"]

SECTIONS = {
    "gas beside the live protocol": lambda: against_live(committed(100)),
    "gas by size of the active set": lambda: by_pool_size({size: committed(size) for size in SIZES}),
}
"""What stands between the page's markers, by their name."""


def renew_page() -> None:
    for name, text in SECTIONS.items():
        put_into_page(name, text())
