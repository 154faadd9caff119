"""Our own rules for semgrep: tried on samples, then on every production contract, against a reviewed list."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.audit.slither import production_contracts
from tests.audit.tools import ROOT, AuditError, run, tool
from tests.audit.triage import Finding, differences, reviewed

RULES = Path(__file__).parent / "patterns" / "rules.yaml"
SAMPLES = Path(__file__).parent / "patterns" / "samples.sol"
TRIAGE = Path(__file__).parent / "patterns" / "triage.yaml"
MARK = re.compile(r"// (ruleid|ok): ([\w-]+)")

Place = tuple[str, int]
"""Rule and line."""


def check() -> str:
    """Runs the rules. Returns a summary.

    Raises:
        AuditError: a rule fails on its samples, a file was not read, or findings differ from the reviewed list.
    """
    files = [file for file in production_contracts() if file.startswith("contracts/")]
    result = scan([*files, str(SAMPLES.relative_to(ROOT))])
    read = set(result["paths"]["scanned"])
    if missed := [file for file in files if file not in read]:
        raise AuditError("semgrep has not read:\n" + "\n".join(missed))
    if errors := [error.get("message", "") for error in result["errors"]]:
        raise AuditError("semgrep stumbled:\n" + "\n".join(errors))
    if wrong := misjudged(SAMPLES.read_text(), places(result, SAMPLES)):
        raise AuditError("rules that fail on their samples:\n" + "\n".join(wrong))
    found = Counter(key_of(one) for one in result["results"] if one["path"] in files)
    if lines := differences(found, reviewed(TRIAGE)):
        raise AuditError("\n".join([*lines, f"review them in {TRIAGE.relative_to(ROOT)}"]))
    rules = len(re.findall(r"^  - id: ", RULES.read_text(), re.MULTILINE))
    return f"semgrep: {rules} rules of our own on {len(files)} files, {sum(found.values())} findings, all reviewed"


def scan(files: list[str]) -> dict[str, Any]:
    options = ["scan", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--json", "--config", RULES]
    answer = run([tool("semgrep"), *options, *files])
    if not answer.stdout.startswith("{"):
        raise AuditError(f"semgrep stopped:\n{answer.stdout}{answer.stderr}")
    return dict(json.loads(answer.stdout))


def rule_of(result: Mapping[str, Any]) -> str:
    return str(result["check_id"]).rsplit(".", 1)[-1]


def places(result: Mapping[str, Any], path: Path) -> set[Place]:
    mine = [one for one in result["results"] if one["path"] == str(path.relative_to(ROOT))]
    return {(rule_of(one), one["start"]["line"]) for one in mine}


def key_of(result: Mapping[str, Any]) -> Finding:
    """Rule, and contract with the first line of what was matched."""
    path = Path(result["path"])
    text = (ROOT / path).read_bytes()[result["start"]["offset"] : result["end"]["offset"]].decode()
    line = text.split("{")[0].splitlines()[0].strip()
    closed = line + ")" * (line.count("(") - line.count(")"))  # semgrep leaves the last brackets out
    return rule_of(result), f"{path.stem}: {closed}"


def misjudged(samples: str, found: set[Place]) -> list[str]:
    """Samples that a rule should have found and did not, or the other way round; rules without both kinds."""
    lines, kinds = [], {"ruleid": set(), "ok": set()}
    for number, line in enumerate(samples.splitlines(), 1):
        if not (mark := MARK.search(line)):
            continue
        kind, rule = mark.groups()
        kinds[kind].add(rule)
        if ((rule, number + 1) in found) != (kind == "ruleid"):
            lines.append(f"{rule}: line {number + 1} of the samples")
    rules = set(re.findall(r"^  - id: ([\w-]+)", RULES.read_text(), re.MULTILINE))
    return [*lines, *(f"{rule}: a sample of each kind is missing" for rule in rules - (kinds["ruleid"] & kinds["ok"]))]
