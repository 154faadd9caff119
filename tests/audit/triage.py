"""Reviewed lists: what a tool finds, how often and where, and why each stands. Whatever differs from the list fails."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from tests.audit.tools import AuditError

Finding = tuple[str, str]
"""Name of the check, and where it found something."""


def reviewed(path: Path) -> dict[Finding, int]:
    """The findings of a list, and how many of a kind there are at a place.

    Raises:
        AuditError: an entry has no reason, or two speak of the same finding.
    """
    known: dict[Finding, int] = {}
    for entry in yaml.safe_load(path.read_text()):
        if len(str(entry.get("reason", "")).split()) < 3:
            raise AuditError(f"{path.name}: {entry.get('check')} has no reason")
        for where, count in entry["findings"].items():
            if (entry["check"], where) in known:
                raise AuditError(f"{path.name}: {entry['check']} at {where} stands twice")
            known[entry["check"], where] = count
    return known


def differences(found: Mapping[Finding, int], known: Mapping[Finding, int]) -> list[str]:
    """What is new, and what is listed but not found any more."""
    lines = []
    for check, where in sorted(found.keys() | known.keys()):
        now, then = found.get((check, where), 0), known.get((check, where), 0)
        if now > then:
            lines.append(f"new: {check} at {where} ({now}, reviewed {then})")
        elif now < then:
            lines.append(f"stale: {check} at {where} ({now}, reviewed {then})")
    return lines
