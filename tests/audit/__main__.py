"""`python -m tests.audit [OPINION...]`: runs some second opinions, or all of them."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from tests.audit import slither
from tests.audit.tools import AuditError

OPINIONS: dict[str, Callable[[], str]] = {
    "slither": slither.check,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument("opinions", nargs="*", choices=[*OPINIONS, []], metavar="OPINION", help=", ".join(OPINIONS))
    chosen = parser.parse_args().opinions or list(OPINIONS)
    failed = 0
    for name in chosen:
        started = time.monotonic()
        try:
            summary = OPINIONS[name]()
        except AuditError as error:
            failed += 1
            summary = f"{name}: FAILED\n{error}"
        sys.stdout.write(f"{summary}  [{time.monotonic() - started:.0f} s]\n")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
