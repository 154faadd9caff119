"""Slither's detectors over every production contract, held against a reviewed list of what they find."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.audit.tools import BUILDS, ROOT, AuditError, build_production, run, tool

TRIAGE = Path(__file__).with_name("slither_triage.yaml")
DRIVER = Path(__file__).with_name("slither_driver.py")
ANSWER = BUILDS / "slither.json"
DECLARATION = re.compile(r"^(?:abstract )?(?:contract|library|interface) (\w+)", re.MULTILINE)

Finding = tuple[str, str]
"""Detector, and the first place that it names."""


def production_contracts() -> dict[str, list[str]]:
    """Contracts, libraries and interfaces that slither has to look at, by file: all but those for tests."""
    files = [*(ROOT / "contracts").rglob("*.sol"), *(ROOT / "interfaces").rglob("*.sol")]
    mine = [file for file in files if "test" not in file.relative_to(ROOT).parts]
    return {str(file.relative_to(ROOT)): DECLARATION.findall(file.read_text()) for file in sorted(mine)}


def triage(path: Path = TRIAGE) -> dict[Finding, int]:
    """The reviewed findings, and how many of a kind there are.

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


def unseen(analysed: Mapping[str, Iterable[str]], expected: Mapping[str, Iterable[str]]) -> list[str]:
    """Production contracts that slither has not looked at."""
    return [
        f"{file}:{name}" for file, names in expected.items() for name in names if name not in analysed.get(file, ())
    ]


def check() -> str:
    """Runs slither. Returns a summary.

    Raises:
        AuditError: contracts were not analysed, or findings differ from the reviewed list.
    """
    folder = build_production()
    answer = run([tool("python"), "-P", DRIVER, folder.relative_to(ROOT), ANSWER], "production")
    if answer.returncode:
        raise AuditError(f"slither stopped:\n{answer.stdout}{answer.stderr}")
    result = json.loads(ANSWER.read_text())
    expected = production_contracts()
    if missed := [*unseen(result["contracts"], expected), *result["unread"]]:
        raise AuditError("slither has not looked at all:\n" + "\n".join(missed))
    found = findings(result["findings"])
    if lines := differences(found, triage()):
        details = details_of(result["findings"], lines)
        raise AuditError("\n".join([*lines, "", *details, f"review them in {TRIAGE.relative_to(ROOT)}"]))
    count = sum(map(len, expected.values()))
    return (
        f"slither: {count} of {count} contracts, libraries and interfaces, {result['detectors']} detectors, "
        f"{sum(found.values())} findings, all reviewed"
    )


def findings(raw: Iterable[Mapping[str, Any]]) -> Counter[Finding]:
    """Those about our own files."""
    mine = [f for f in raw if any(name.startswith(("contracts/", "interfaces/")) for name in f["files"])]
    return Counter((f["check"], key_of(f)) for f in mine)


def key_of(finding: Mapping[str, Any]) -> str:
    return finding["places"][0] if finding["places"] else "all files"


def details_of(raw: Iterable[Mapping[str, Any]], lines: list[str]) -> list[str]:
    """Slither's own words on what is new."""
    text = "\n".join(lines)
    return [f["description"] for f in raw if f"new: {f['check']} at {key_of(f)} (" in text]
