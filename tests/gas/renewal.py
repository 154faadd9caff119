"""Committed figures and docs/gas.md, as they are to be after a change that was meant."""

from __future__ import annotations

from tests.gas.figures import SIZES, USUAL_SIZE, Figures, Floors, committed, committed_floors, renew, renew_floors
from tests.gas.page import above_floor, against_live, by_pool_size, put_into_page, without_live

__all__ = ["SECTIONS", "renew_all"]

SECTIONS = {
    "gas beside the live protocol": lambda: against_live(committed(USUAL_SIZE)),
    "gas without a live figure": lambda: without_live(committed(USUAL_SIZE)),
    "gas by size of the active set": lambda: by_pool_size({size: committed(size) for size in SIZES}),
    "gas above the floor": lambda: above_floor(committed_floors()),
}
"""What stands between the page's markers, by their name."""


def renew_all(measured: dict[int, Figures], floors: Floors) -> None:
    """Makes what was measured, by size of the active set, the committed figures; `floors` are of the usual size."""
    for size, figures in measured.items():
        renew(size, figures)
    if floors:
        renew_floors(floors)
    for name, text in SECTIONS.items():
        put_into_page(name, text())
