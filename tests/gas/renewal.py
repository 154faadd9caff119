"""Committed figures and docs/gas.md, as they are to be after a change that was meant."""

from __future__ import annotations

from collections.abc import Mapping

from tests.gas.figures import (
    SIZES,
    USUAL_SIZE,
    Figures,
    committed,
    committed_floors,
    committed_writes,
    renew,
    renew_floors,
    renew_writes,
)
from tests.gas.page import above_floor, against_live, by_pool_size, put_into_page, without_live, written_words
from tests.gas.tracing import FloorWatch

__all__ = ["SECTIONS", "renew_all"]

SECTIONS = {
    "gas beside the live protocol": lambda: against_live(committed(USUAL_SIZE)),
    "gas without a live figure": lambda: without_live(committed(USUAL_SIZE)),
    "gas by size of the active set": lambda: by_pool_size({size: committed(size) for size in SIZES}),
    "gas above the floor": lambda: above_floor(committed_floors()),
    "words of storage": lambda: written_words(committed_writes()),
}
"""What stands between the page's markers, by their name."""


def renew_all(measured: Mapping[int, Figures], watch: FloorWatch | None) -> None:
    """Makes what was measured, by size of the active set, the committed figures; `watch` has seen the usual size."""
    for size, figures in measured.items():
        renew(size, figures)
    if watch:
        renew_floors(watch.floors)
        renew_writes(watch.writes)
    for name, text in SECTIONS.items():
        put_into_page(name, text())
