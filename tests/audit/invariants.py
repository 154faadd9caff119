"""Forge's coverage-guided runner on a thin harness: another engine, other random calls, the same properties.

A seed does not fix a run: forge 1.7.1 draws what it takes from its corpus beside it. What does come again is a failure:
its calls are printed, shrunk, and forge keeps them in `.build/forge` and begins with them the next time.
"""

from __future__ import annotations

import json
import resource
import shutil
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.audit.tools import BUILDS, ROOT, AuditError, build, forge

PUBLISHED = ROOT / "docs" / "proof" / "forge.json"
DEPTH = 200
"""Calls of one history."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """What a run of the harness came to."""

    seed: int
    calls: int
    refused: int
    histories: int
    actions: Mapping[str, tuple[int, int]]
    failure: str = ""


def play(calls: int, seed: int) -> Campaign:
    """Plays histories of DEPTH calls, from a seed.

    Raises:
        AuditError: forge gave no answer.
    """
    corpus = BUILDS / "corpus" / str(seed)
    shutil.rmtree(corpus, ignore_errors=True)  # what an earlier run has kept would make this one another
    settings = {
        "FOUNDRY_INVARIANT_DEPTH": str(DEPTH),
        "FOUNDRY_INVARIANT_RUNS": str(max(1, calls // DEPTH)),
        "FOUNDRY_INVARIANT_CORPUS_DIR": str(corpus),
    }
    limit = 600 + calls / 20
    answer = forge("test", "--json", "--fuzz-seed", str(seed), profile="invariants", timeout=limit, settings=settings)
    for line in answer.stdout.splitlines():
        if line.startswith('{"') and "test_results" in line:
            return _campaign(json.loads(line), seed)
    raise AuditError(f"forge gave no answer:\n{answer.stdout[-2000:]}{answer.stderr[-2000:]}")


def _campaign(answer: Mapping[str, Any], seed: int) -> Campaign:
    (suite,) = answer.values()
    (result,) = suite["test_results"].values()
    kind = result["kind"].get("Invariant", {})
    metrics = {name.rsplit(".", 1)[-1]: (m["calls"], m["reverts"]) for name, m in kind.get("metrics", {}).items()}
    failure = "" if result["status"] == "Success" else f"{result['reason']}\n{_history(result)}"
    counts = (kind.get("calls", 0), kind.get("reverts", 0), kind.get("runs", 0))
    return Campaign(seed, *counts, actions=dict(sorted(metrics.items())), failure=failure)


def _history(result: Mapping[str, Any]) -> str:
    """The calls that lead to a failure, shrunk by forge."""
    found = result.get("counterexample") or {}
    calls = found.get("Sequence") or [0, []]
    return "\n".join(f"  {c.get('func_name') or c.get('signature')}({c.get('args')})" for c in calls[-1])


def check(calls: int = 20_000, seed: int = 1, jobs: int = 1, publish: bool = False) -> str:
    """Plays `calls` calls in all. Returns a summary.

    Args:
        jobs: processes at once; each has its own seed, from `seed` on.
        publish: whether to write the figures into docs/proof.

    Raises:
        AuditError: a property failed, with the calls that lead there, or an argument makes no sense.
    """
    if calls < DEPTH or jobs < 1 or seed < 0:
        raise AuditError(f"at least {DEPTH} calls, one job, and a seed from 0 on; got {calls}, {jobs}, {seed}")
    build("invariants")
    started = processor_seconds()
    with ThreadPoolExecutor(jobs) as workers:
        campaigns = list(workers.map(lambda i: play(calls // jobs, seed + i), range(jobs)))
    seconds = processor_seconds() - started
    if failed := [c for c in campaigns if c.failure]:
        raise AuditError("\n".join(f"seed {c.seed}: {c.failure}" for c in failed))
    if publish:
        write(campaigns, seconds)
    done, refused = sum(c.calls for c in campaigns), sum(c.refused for c in campaigns)
    histories = sum(c.histories for c in campaigns)
    return (
        f"forge: {done:,} calls in {histories} histories, {refused:,} of them refused, "
        f"{done / seconds:,.0f} calls a second of one core; every property after every call, all leave at the end"
    )


def processor_seconds() -> float:
    """What the children that have ended took of the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def write(campaigns: Sequence[Campaign], seconds: float) -> None:
    """The figures as data."""
    actions: dict[str, list[int]] = {}
    for campaign in campaigns:
        for name, counts in campaign.actions.items():
            actions[name] = [a + b for a, b in zip(actions.get(name, [0, 0]), counts, strict=True)]
    data = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "seeds": [c.seed for c in campaigns],
        "calls": sum(c.calls for c in campaigns),
        "refused": sum(c.refused for c in campaigns),
        "histories": sum(c.histories for c in campaigns),
        "processor_seconds": round(seconds),
        "actions": {name: {"calls": a, "refused": b} for name, (a, b) in sorted(actions.items())},
    }
    PUBLISHED.parent.mkdir(parents=True, exist_ok=True)
    PUBLISHED.write_text(json.dumps(data, indent=1) + "\n")
