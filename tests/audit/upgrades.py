"""Slither's opinion on what is behind the proxies, beside our own layout files: it counts slots by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.audit import slither
from tests.audit.tools import ROOT, AuditError

LAYOUTS = ROOT / "tests" / "arch" / "layouts"
SHADOWED = {"controller", "receive", "setController", "targetContractId"}
"""What the proxy answers itself: see the proofs of the proxy."""


def check() -> str:
    """Compares. Returns a summary.

    Raises:
        AuditError: slots differ from the committed ones, the proxy shadows something else or collides with it, or
            slither does not tell a possible successor from an impossible one.
    """
    found = slither.analyse()["upgrades"]
    lines = [*slots_that_differ(found["storage"]), *against_the_proxy(found["proxy"])]
    lines += [f"a contract could not follow itself: {line}" for line in found["successors"]["same"]]
    if not found["successors"]["another"]:
        lines.append("slither takes the RoundsManager for a successor of the TicketBroker")
    if lines:
        raise AuditError("\n".join(lines))
    variables = sum(map(len, found["storage"].values()))
    return (
        f"upgrades: slither finds {variables} variables of {len(found['storage'])} contracts behind proxies where the "
        f"committed layouts have them; the proxy shadows {', '.join(sorted(SHADOWED))} and collides with nothing"
    )


def slots_that_differ(storage: Mapping[str, Sequence[Sequence[Any]]]) -> list[str]:
    """Variables that slither has elsewhere than the committed layout of their contract."""
    lines = []
    for name, variables in storage.items():
        layout = json.loads((LAYOUTS / f"{name}.json").read_text())
        ours = [[v["slot"], v["offset"], v["label"]] for v in layout if "namespace" not in v]
        lines += [f"{name}: {v[2]} is at slot {v[0]} + {v[1]} by slither only" for v in variables if v not in ours]
        lines += [f"{name}: {v[2]} is at slot {v[0]} + {v[1]} by our layout only" for v in ours if v not in variables]
    return lines


def against_the_proxy(found: Sequence[Mapping[str, str]]) -> list[str]:
    """Findings other than the shadowing that is meant."""
    return [
        f"{one['contract']}: {one['check']}: {one['description']}"
        for one in found
        if one["check"] != "function-shadowing" or not set(names_in(one["description"])) <= SHADOWED
    ]


def names_in(description: str) -> list[str]:
    """Functions that a finding speaks of: `Contract.function(...) (file#line)`."""
    return re.findall(r"\w+\.(\w+)(?:\([^)]*\))? \(", description)
