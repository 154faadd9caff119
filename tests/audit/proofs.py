"""Claims about all values of their arguments, put to halmos: which hold, which do not, and in what time.

A claim is a function `check_...` of `tests/proofs`, its sentence the function's notice. It holds if no path through it
can fail its assertion, no loop was cut short, and no question to the solver stayed open. Those that are not proved yet
stand in `open_claims.yaml`, each with what is known of it.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from tests.audit.tools import BUILDS, ROOT, AuditError, build, run, tool
from tests.support.pages import markdown, put_section

FOLDER = ROOT / "tests" / "proofs"
OPEN = Path(__file__).with_name("open_claims.yaml")
PUBLISHED = ROOT / "docs" / "proof" / "proofs.json"
PAGE = ROOT / "docs" / "proof.md"
SOLVER = Path(__file__).with_name("solver.py")
CONTROLS = "Controls"
CONTRACT = re.compile(r"^contract (\w+)", re.MULTILINE)
CLAIM = re.compile(r"((?:    ///[^\n]*\n)+)    function (check_\w+)\(")
OPEN_ENDS = {2: "a question to the solver stayed open", 3: "halmos could not follow a path", 4: "every path reverts"}
LOOPS = 64
QUESTION_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence about the contracts, and the function that states it."""

    contract: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim: `holds`, `refuted`, or `open` (with the reason), after how many paths and seconds."""

    claim: Claim
    outcome: str
    paths: int
    seconds: float
    detail: str = ""


def claims() -> list[Claim]:
    """All claims of the tree, in the order of the files."""
    return [claim for path in sorted(FOLDER.glob("*.sol")) for claim in _claims_of(path.read_text())]


def _claims_of(text: str) -> Iterator[Claim]:
    starts = [(found.start(), found[1]) for found in CONTRACT.finditer(text)]
    for found in CLAIM.finditer(text):
        contract = [name for start, name in starts if start < found.start()][-1]
        words = " ".join(line.strip().removeprefix("///").strip() for line in found[1].strip().split("\n"))
        yield Claim(contract, found[2], words.removeprefix("@notice "))


def open_claims() -> dict[str, str]:
    """Claims that are not proved yet, by name, with what is known of them."""
    return dict(yaml.safe_load(OPEN.read_text()) or {})


def judge(claim: Claim, limit: float) -> Verdict:
    """Puts a claim to halmos, for at most `limit` seconds."""
    answer = BUILDS / "answers" / f"{claim.contract}.{claim.name}.json"
    answer.parent.mkdir(parents=True, exist_ok=True)
    answer.unlink(missing_ok=True)
    solver = f"{tool('python')} -P {SOLVER} {QUESTION_SECONDS}"
    command: list[str | Path] = [tool("halmos"), "--root", ".", "--forge-build-out", ".build/forge/proofs"]
    command += ["--contract", claim.contract, "--match-test", rf"^{claim.name}\("]
    command += ["--loop", str(LOOPS), "--no-status", "--json-output", answer]
    command += ["--solver-command", solver, "--solver-timeout-assertion", f"{QUESTION_SECONDS + 10}s"]
    started = time.monotonic()
    try:
        run(command, timeout=limit)
    except AuditError:
        return Verdict(claim, "open", 0, limit, f"not finished in {limit:.0f} s")
    seconds = time.monotonic() - started
    if not answer.exists():
        return Verdict(claim, "open", 0, seconds, "halmos gave no answer")
    (results,) = json.loads(answer.read_text())["test_results"].values()
    return _verdict(claim, results[0], seconds)


def _verdict(claim: Claim, result: dict, seconds: float) -> Verdict:
    """`exitcode` of halmos: 0 no failing path, 1 a counterexample, others as told in OPEN_ENDS."""
    paths = result["num_paths"][0] if result["num_paths"] else 0
    if result["exitcode"] == 1:
        return Verdict(claim, "refuted", paths, seconds, "counterexample")
    if result["exitcode"] != 0:
        return Verdict(claim, "open", paths, seconds, OPEN_ENDS.get(result["exitcode"], "halmos failed"))
    if result["num_bounded_loops"]:
        return Verdict(claim, "open", paths, seconds, f"a loop of more than {LOOPS} turns was cut")
    return Verdict(claim, "holds", paths, seconds)


def judge_all(chosen: Sequence[Claim], limit: float, jobs: int) -> list[Verdict]:
    """All at once as far as `jobs` allows; halmos compiles nothing, for that was done."""
    build("default", "--ast", "--extra-output", "storageLayout", "--extra-output", "metadata")
    with ThreadPoolExecutor(jobs) as workers:
        return list(workers.map(lambda claim: _told(judge(claim, limit)), chosen))


def _told(verdict: Verdict) -> Verdict:
    label = f"{verdict.claim.contract}.{verdict.claim.name}"
    sys.stderr.write(
        f"{verdict.outcome:8} {verdict.seconds:6.1f} s {verdict.paths:5} paths  {label}  {verdict.detail}\n"
    )
    return verdict


def faults(verdicts: Sequence[Verdict]) -> list[str]:
    """What is not as it should be: a claim that fell, a control that stood, an entry of the open ones that holds."""
    known = open_claims()
    lines = []
    for v in verdicts:
        control, label = v.claim.contract == CONTROLS, f"{v.claim.contract}.{v.claim.name}"
        if control and v.outcome != "refuted":
            lines.append(f"a wrong claim was not refuted: {label} ({v.detail or v.outcome})")
        elif not control and v.outcome == "refuted":
            lines.append(f"refuted: {label}: {v.claim.sentence}")
        elif not control and v.outcome == "open" and v.claim.name not in known:
            lines.append(f"not proved: {label} ({v.detail})")
        elif v.outcome == "holds" and v.claim.name in known:
            lines.append(f"holds by now, so take it out of {OPEN.name}: {label}")
    return lines


def quick(chosen: Sequence[Claim], most: float) -> list[Claim]:
    """Those that took at most `most` seconds when the figures were published."""
    if not PUBLISHED.exists():
        return list(chosen)
    took = {row["name"]: row["seconds"] for row in json.loads(PUBLISHED.read_text())["claims"]}
    return [claim for claim in chosen if took.get(claim.name, 0) <= most]


def check(match: str = "", most: float = 1e6, limit: float = 900, jobs: int = 2, publish: bool = False) -> str:
    """Judges the claims whose name or contract contains `match`. Returns a summary.

    Args:
        most: seconds; only those that took no longer when the figures were published.
        limit: seconds for one claim.
        jobs: claims at once.
        publish: whether to write the figures into docs/proof.

    Raises:
        AuditError: something is not as it should be, or nothing was chosen.
    """
    chosen = [c for c in quick(claims(), most) if match.lower() in f"{c.contract}.{c.name}".lower()]
    if not chosen:
        raise AuditError(f"no claim is called anything with {match!r}")
    if publish and len(chosen) < len(claims()):
        raise AuditError("only the figures of all claims are published; leave MATCH and MOST out")
    verdicts = judge_all(chosen, limit, jobs)
    if publish:
        write(verdicts)
    if lines := faults(verdicts):
        raise AuditError("\n".join(lines))
    return summary(verdicts)


def summary(verdicts: Sequence[Verdict]) -> str:
    own = [v for v in verdicts if v.claim.contract != CONTROLS]
    held, left = sum(v.outcome == "holds" for v in own), sum(v.outcome == "open" for v in own)
    controls = len(verdicts) - len(own)
    return f"proofs: {held} hold, {left} open, none refuted; {controls} wrong claims refuted as they should be"


def write(verdicts: Sequence[Verdict]) -> None:
    """The figures as data, and their table for the page."""
    rows = [{**asdict(v.claim), **{k: x for k, x in asdict(v).items() if k != "claim"}} for v in verdicts]
    for row in rows:
        row["seconds"] = round(row["seconds"], 1)
    known = open_claims()
    for row in rows:
        row["detail"] = known.get(row["name"], row["detail"]) if row["outcome"] == "open" else row["detail"]
    data = {"date": time.strftime("%Y-%m-%d", time.gmtime()), "loops": LOOPS, "claims": rows}
    PUBLISHED.parent.mkdir(parents=True, exist_ok=True)
    PUBLISHED.write_text(json.dumps(data, indent=1) + "\n")
    put_section(PAGE, "proofs", page(verdicts))


def page(verdicts: Sequence[Verdict]) -> str:
    """The section of docs/proof.md: a line for each contract of claims, and what is open."""
    own = [v for v in verdicts if v.claim.contract != CONTROLS]
    table = []
    for contract in dict.fromkeys(v.claim.contract for v in own):
        mine = [v for v in own if v.claim.contract == contract]
        held = sum(v.outcome == "holds" for v in mine)
        seconds = sum(v.seconds for v in mine)
        table.append([contract, str(len(mine)), str(held), str(sum(v.paths for v in mine)), f"{seconds:.0f}"])
    left = [
        f"- open: `{v.claim.name}`: {v.claim.sentence} ({open_claims().get(v.claim.name, v.detail)})"
        for v in own
        if v.outcome == "open"
    ]
    lines = [summary(verdicts).removeprefix("proofs: ").capitalize() + ".", ""]
    lines += [markdown(["claims", "number", "hold", "paths", "seconds"], table)]
    return "\n".join([*lines, *([""] if left else []), *left])
