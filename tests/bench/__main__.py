"""`make bench PUBLISH=1`: what `offchain bench` has found, into docs/transcoder.md.

Usage: python -m tests.bench
"""

from __future__ import annotations

from tests.bench.page import FIGURES, PAGE, figures, tables
from tests.support.pages import put_section

if __name__ == "__main__":
    put_section(PAGE, "bench", tables(figures()))
    print(f"wrote {PAGE.name} from {FIGURES.name}")  # noqa: T201
