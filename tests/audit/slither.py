"""Slither's detectors over every production contract, held against a reviewed list of what they find."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.audit.tools import BUILDS, ROOT, AuditError, build_production, run, tool
from tests.audit.triage import Finding, differences, reviewed

TRIAGE = Path(__file__).with_name("slither_triage.yaml")
DRIVER = Path(__file__).with_name("slither_driver.py")
ANSWER = BUILDS / "slither.json"
DECLARATION = re.compile(r"^(?:abstract )?(?:contract|library|interface) (\w+)", re.MULTILINE)


def production_contracts() -> dict[str, list[str]]:
    """Contracts, libraries and interfaces that slither has to look at, by file: all but those for tests."""
    files = [*(ROOT / "contracts").rglob("*.sol"), *(ROOT / "interfaces").rglob("*.sol")]
    mine = [file for file in files if "test" not in file.relative_to(ROOT).parts]
    return {str(file.relative_to(ROOT)): DECLARATION.findall(file.read_text()) for file in sorted(mine)}


def unseen(analysed: Mapping[str, Iterable[str]], expected: Mapping[str, Iterable[str]]) -> list[str]:
    """Production contracts that slither has not looked at."""
    return [
        f"{file}:{name}" for file, names in expected.items() for name in names if name not in analysed.get(file, ())
    ]


def analyse() -> dict[str, Any]:
    """Slither's answer on all that is deployed; of an unchanged tree, the answer of last time.

    Raises:
        AuditError: slither stopped, or left something out.
    """
    folder = build_production()
    made_from = folder.joinpath(".stamp").read_text() + DRIVER.read_text()
    if not ANSWER.exists() or json.loads(ANSWER.read_text()).get("made_from") != made_from:
        answer = run([tool("python"), "-P", DRIVER, folder.relative_to(ROOT), ANSWER], "production")
        if answer.returncode:
            raise AuditError(f"slither stopped:\n{answer.stdout}{answer.stderr}")
        ANSWER.write_text(json.dumps({"made_from": made_from, **json.loads(ANSWER.read_text())}, indent=1))
    result = dict(json.loads(ANSWER.read_text()))
    if missed := [*unseen(result["contracts"], production_contracts()), *result["unread"]]:
        raise AuditError("slither has not looked at all:\n" + "\n".join(missed))
    return result


def check() -> str:
    """Runs slither. Returns a summary.

    Raises:
        AuditError: contracts were not analysed, or findings differ from the reviewed list.
    """
    result = analyse()
    found = findings(result["findings"])
    if lines := differences(found, reviewed(TRIAGE)):
        details = details_of(result["findings"], lines)
        raise AuditError("\n".join([*lines, "", *details, f"review them in {TRIAGE.relative_to(ROOT)}"]))
    count = sum(map(len, production_contracts().values()))
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
