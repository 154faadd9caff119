"""Keccak-256 in C, by name.

`eth_hash.auto` takes whichever backend it finds first; with development tools installed that is one six times
slower (5.2 against 0.8 microseconds a hash). A ticket check hashes five times, so the backend is chosen here.
"""

from __future__ import annotations

from eth_hash.backends.pysha3 import keccak256 as keccak

__all__ = ["keccak"]
