"""What the second opinions rest on is in order, without running the tools themselves."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from tests.audit import invariants, proofs, semgrep, slither, upgrades
from tests.audit.tools import CONFIG, ROOT, AuditError
from tests.audit.triage import differences, reviewed


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
    known = reviewed(slither.TRIAGE)
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
    assert differences(found, known) == lines


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
        reviewed(path)


def test_a_contract_that_was_not_analysed_is_named():
    assert slither.unseen({"a.sol": ["A"]}, {"a.sol": ["A"], "b.sol": ["B"]}) == ["b.sol:B"]


# Patterns of our own


def test_every_rule_of_semgrep_has_a_good_and_a_bad_sample():
    """Whether the rule tells them apart is tried by `make semgrep`."""
    samples = semgrep.SAMPLES.read_text()
    bad = {(rule, number + 1) for number, line in enumerate(samples.splitlines(), 1) for rule in marked(line, "ruleid")}
    assert semgrep.misjudged(samples, bad) == []
    assert len({rule for rule, _ in bad}) >= 15


def marked(line: str, kind: str) -> list[str]:
    return [rule for found, rule in semgrep.MARK.findall(line) if found == kind]


def test_a_rule_that_misses_its_sample_or_finds_a_good_one_is_named():
    samples = "// ruleid: tx-origin\nbad\n// ok: tx-origin\ngood\n"
    assert "tx-origin: line 2 of the samples" in semgrep.misjudged(samples, set())
    assert "tx-origin: line 4 of the samples" in semgrep.misjudged(samples, {("tx-origin", 2), ("tx-origin", 4)})


def test_every_finding_of_semgrep_has_a_reason_and_every_cast_a_bound():
    known = reviewed(semgrep.TRIAGE)
    names = {name for names in slither.production_contracts().values() for name in names}
    assert {where.split(":")[0] for _, where in known} <= names
    assert sum(check == "narrowing-cast" for check, _ in known) > 40


# Storage behind proxies


def test_a_variable_that_slither_has_elsewhere_is_named():
    layout = json.loads((ROOT / "tests/arch/layouts/TicketBroker.json").read_text())
    same = [[v["slot"], v["offset"], v["label"]] for v in layout]
    assert upgrades.slots_that_differ({"TicketBroker": same}) == []
    moved = [[slot + (slot > 2), offset, label] for slot, offset, label in same]
    assert len(upgrades.slots_that_differ({"TicketBroker": moved})) >= 2


def test_shadowing_that_is_not_meant_is_named():
    meant = {
        "check": "function-shadowing",
        "contract": "A",
        "description": "found: M.controller() (a#1) P.controller() (b)",
    }
    other = {**meant, "description": "found: A.owner() (a#1) P.owner() (b#2)"}
    collision = {**meant, "check": "function-id-collision"}
    assert upgrades.against_the_proxy([meant]) == []
    assert len(upgrades.against_the_proxy([other, collision])) == 2


# Proofs


def test_claims_are_sentences_and_have_names_of_their_own():
    found = proofs.claims()
    names = [claim.name for claim in found]
    assert len(set(names)) == len(names) > 100
    assert all(claim.sentence.endswith((".", ".)")) and claim.sentence[0].isalpha() for claim in found)
    assert sum(claim.contract == proofs.CONTROLS for claim in found) >= 3


def test_open_claims_exist_and_say_what_is_known():
    names = {claim.name for claim in proofs.claims()}
    known = proofs.open_claims()
    assert known.keys() <= names
    assert all(len(text.split()) > 5 for text in known.values())


def test_published_proofs_are_of_the_claims_that_there_are():
    published = json.loads(proofs.PUBLISHED.read_text())["claims"]
    assert {(row["contract"], row["name"], row["sentence"]) for row in published} == {
        (claim.contract, claim.name, claim.sentence) for claim in proofs.claims()
    }
    assert {row["name"] for row in published if row["outcome"] == "open"} == proofs.open_claims().keys()
    assert {row["contract"] for row in published if row["outcome"] == "refuted"} == {proofs.CONTROLS}


def verdict(contract: str, outcome: str, name: str = "check_something") -> proofs.Verdict:
    return proofs.Verdict(proofs.Claim(contract, name, "Something holds."), outcome, 1, 1.0, "why")


def test_what_is_not_as_it_should_be_is_told():
    some_open = next(iter(proofs.open_claims()))
    assert proofs.faults([verdict("MathsProofs", "holds"), verdict("Controls", "refuted")]) == []
    assert proofs.faults([verdict("MathsProofs", "open", some_open)]) == []
    for contract, outcome, name in [
        ("Controls", "holds", "check_something"),
        ("Controls", "open", "check_something"),
        ("MathsProofs", "refuted", "check_something"),
        ("MathsProofs", "open", "check_something"),
        ("MathsProofs", "holds", some_open),
    ]:
        assert len(proofs.faults([verdict(contract, outcome, name)])) == 1


def test_forge_plays_the_deep_history_of_one_harness():
    harness = (ROOT / "tests/forge/ProtocolInvariants.sol").read_text()
    assert harness.count("function invariant_") == 1
    assert set(re.findall(r'"([A-Z]+-\d+)', harness)) >= {
        "SOLV-01",
        "SOLV-02",
        "BOND-05",
        "BOND-08",
        "BOND-09",
        "BOND-25",
    }


@pytest.mark.parametrize(("calls", "seed", "jobs"), [(0, 1, 1), (10, 1, 1), (1000, -1, 1), (1000, 1, 0)])
def test_a_campaign_of_nothing_is_refused(calls, seed, jobs):
    with pytest.raises(AuditError, match="at least"):
        invariants.check(calls, seed, jobs)


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["nonsense"], {}, "there is no opinion called nonsense; there are slither"),
        (["invariants"], {"CALLS": "many"}, "CALLS must be a whole number, and is 'many'"),
        (["invariants"], {"CALLS": "0"}, "at least 200 calls"),
        (["proofs"], {"MATCH": "check_shares", "PUBLISH": "1"}, "only the figures of all claims are published"),
        (["proofs"], {"MATCH": "no such claim"}, "no claim is called anything with 'no such claim'"),
    ],
)
def test_bad_input_is_told_in_words(arguments, environment, says):
    command = [sys.executable, "-m", "tests.audit", *arguments]
    settings = {**os.environ, **environment}
    answer = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert says in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr
