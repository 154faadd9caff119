"""`python -m tests.audit [OPINION...]`: second opinions by tools of others, some or all of them.

The environment says how much: CALLS, SEED, JOBS for `invariants`; MATCH, MOST (seconds), LIMIT (seconds) and JOBS for
`proofs`; PUBLISH=1 writes the figures into docs/proof.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

from tests.audit import invariants, proofs, semgrep, slither, upgrades
from tests.audit.tools import AuditError


def number(name: str, default: int) -> int:
    """A whole number from the environment.

    Raises:
        AuditError: it is none.
    """
    text = os.environ.get(name, "").replace("_", "") or str(default)
    try:
        return int(text)
    except ValueError:
        raise AuditError(f"{name} must be a whole number, and is {text!r}") from None


def publishing() -> bool:
    return os.environ.get("PUBLISH", "") not in ("", "0")


def prove() -> str:
    return proofs.check(
        os.environ.get("MATCH", ""), number("MOST", 10**6), number("LIMIT", 900), number("JOBS", 2), publishing()
    )


def play() -> str:
    return invariants.check(number("CALLS", 20_000), number("SEED", 1), number("JOBS", 1), publishing())


OPINIONS: dict[str, Callable[[], str]] = {
    "slither": slither.check,
    "semgrep": semgrep.check,
    "upgrades": upgrades.check,
    "invariants": play,
    "proofs": prove,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.audit", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("opinions", nargs="*", metavar="OPINION", help=", ".join(OPINIONS))
    chosen = parser.parse_args().opinions or list(OPINIONS)
    if unknown := [name for name in chosen if name not in OPINIONS]:
        parser.error(f"there is no opinion called {', '.join(unknown)}; there are {', '.join(OPINIONS)}")
    return 1 if [name for name in chosen if not passes(name)] else 0


def passes(name: str) -> bool:
    """Asks one tool, and prints what it says."""
    started = time.monotonic()
    try:
        summary, passed = OPINIONS[name](), True
    except AuditError as error:
        summary, passed = f"{name}: FAILED\n{error}", False
    sys.stdout.write(f"{summary}  [{time.monotonic() - started:.0f} s]\n")
    sys.stdout.flush()
    return passed


if __name__ == "__main__":
    sys.exit(main())
