"""What the second opinions rest on is in order, without running the tools themselves."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
import yaml

from tests.audit import slither
from tests.audit.tools import CONFIG, ROOT, AuditError


def test_forge_compiles_as_ape_does():
    """Another version, target or pipeline would give an opinion on other contracts."""
    ape = yaml.safe_load((ROOT / "ape-config.yaml").read_text())["solidity"]
    forge = tomllib.loads(CONFIG.read_text())["profile"]["default"]
    assert forge["solc"] == "tools/solc.cjs"
    assert json.loads((ROOT / "package.json").read_text())["dependencies"]["solc"] == ape["version"]
    assert forge["evm_version"] == ape["evm_version"]
    assert (forge["optimizer"], forge["optimizer_runs"]) == (ape["optimize"], ape["optimization_runs"])
    assert not forge.get("via_ir", False)
    remapped = {line.replace("/=", "=").rstrip("/") for line in forge["remappings"]}
    assert set(ape["import_remapping"]) <= remapped


def test_the_lock_of_the_analysers_is_exact_and_names_no_host():
    text = (ROOT / "requirements-audit.lock").read_text()
    pinned = re.findall(r"^([a-z0-9.-]+)==\S+ \\$", text, re.MULTILINE)
    wanted = [line for line in (ROOT / "requirements-audit.in").read_text().split("\n") if line and line[0] != "#"]
    assert {name.split(">")[0] for name in wanted} <= set(pinned)
    assert len(pinned) == len(re.findall(r"^\S.*==", text, re.MULTILINE))
    assert "://" not in text
    assert "index" not in text


def test_every_finding_of_slither_has_a_reason():
    known = slither.triage()
    names = {name for names in slither.production_contracts().values() for name in names}
    assert known
    assert {where.split(".")[0] for _, where in known} <= names | {"all files"}
    assert all(count > 0 for count in known.values())


def test_slither_is_to_see_every_production_contract():
    contracts = slither.production_contracts()
    assert len(contracts) == sum(map(len, contracts.values())) > 50
    assert not [file for file in contracts if "/test/" in file]


@pytest.mark.parametrize(
    ("found", "known", "lines"),
    [
        ({("a", "X.f"): 1}, {("a", "X.f"): 1}, []),
        ({("a", "X.f"): 2}, {("a", "X.f"): 1}, ["new: a at X.f (2, reviewed 1)"]),
        ({("a", "X.g"): 1}, {}, ["new: a at X.g (1, reviewed 0)"]),
        ({}, {("a", "X.f"): 1}, ["stale: a at X.f (0, reviewed 1)"]),
    ],
    ids=["as reviewed", "one more at a known place", "a new place", "gone"],
)
def test_new_and_stale_findings_are_told(found, known, lines):
    assert slither.differences(found, known) == lines


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {check: a, findings: {X.f: 1}}", "no reason"),
        ("- {check: a, reason: because, findings: {X.f: 1}}", "no reason"),
        ("- {check: a, reason: it is so here, findings: {X.f: 1}}\n" * 2, "stands twice"),
    ],
)
def test_a_triage_without_reasons_or_with_doubles_is_refused(tmp_path, text, says):
    path = tmp_path / "triage.yaml"
    path.write_text(text)
    with pytest.raises(AuditError, match=says):
        slither.triage(path)


def test_a_contract_that_was_not_analysed_is_named():
    assert slither.unseen({"a.sol": ["A"]}, {"a.sol": ["A"], "b.sol": ["B"]}) == ["b.sol:B"]
