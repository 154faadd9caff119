"""What a campaign has come to, for people (Markdown), for programs (JSON), and in pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.campaign.figures import duration, share, thousands, wei_text
from tests.campaign.plan import Plan
from tests.campaign.plot import draw
from tests.campaign.store import Found, Store
from tests.campaign.totals import DONE, MachineTotals
from tests.support.pages import markdown

__all__ = ["facts_of", "report_text", "summary_table", "write_report"]

PAIRS_NAMED = 40
REFUSALS_NAMED = 6


def write_report(folder: Path, plan: Plan, store: Store, how: Mapping[str, Any]) -> Path:
    """Writes report.md, report.json and pictures; answers with the first. `how` says with what it was run."""
    pictures = draw(folder, store.totals(), store.over_time())
    facts = facts_of(plan, store, how)
    (folder / "report.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    (folder / "report.md").write_text(report_text(facts, [path.name for path in pictures]), "utf-8")
    return folder / "report.md"


def facts_of(plan: Plan, store: Store, how: Mapping[str, Any]) -> dict[str, Any]:
    """All of it as JSON has it: numbers as numbers, seconds, wei."""
    totals, elapsed = store.totals(), store.elapsed()
    return {
        "seed": plan.seed,
        "command": plan.command(),
        "machines": dict(plan.weights),
        "calls": totals.calls,
        "calls_asked_for": plan.calls,
        "calls_a_history": plan.history_calls,
        "complete": totals.histories >= plan.histories,
        "histories": totals.histories,
        "refusals": totals.refusals,
        "failures": [_failure(found) for found in store.failures()],
        "seconds": round(elapsed, 1),
        "calls_a_second": round(totals.calls / elapsed) if elapsed else 0,
        "calls_a_second_and_core": round(totals.calls / totals.seconds) if totals.seconds else 0,
        "digest": store.digest(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "how": dict(how),
        "by_machine": {name: _machine(machine) for name, machine in sorted(totals.items())},
        **store.facts()["provenance"],
    }


def report_text(facts: Mapping[str, Any], pictures: Sequence[str] = ()) -> str:
    """The Markdown page."""
    parts = [
        f"# Campaign {facts['seed']}",
        _outcome(facts),
        summary_table(facts),
        _repeat(facts),
        *(_machine_text(name, machine) for name, machine in facts["by_machine"].items()),
        *([_pictures(pictures)] if pictures else []),
    ]
    return "\n\n".join(parts) + "\n"


def summary_table(facts: Mapping[str, Any]) -> str:
    """One row a machine, and what they were played with."""
    rows = [
        [
            name,
            thousands(machine["histories"]),
            thousands(machine["calls"]),
            share(machine["refusals"], machine["calls"]),
            str(len(machine["actions"])),
            f"{machine['pairs_seen']} of {machine['pairs_possible']}",
            _worst(machine),
            thousands(machine["calls_a_second_and_core"]),
        ]
        for name, machine in facts["by_machine"].items()
    ]
    head = ("machine", "histories", "calls", "refused", "actions", "pairs of actions", "worst rounding", "calls/s/core")
    return markdown(head, rows)


def _outcome(facts: Mapping[str, Any]) -> str:
    failures = facts["failures"]
    state = "" if facts["complete"] else f", of {thousands(facts['calls_asked_for'])} asked for"
    played = (
        f"{thousands(facts['calls'])} calls in {thousands(facts['histories'])} histories{state}, "
        f"{duration(facts['seconds'])}, {thousands(facts['calls_a_second'])} calls a second."
    )
    if not failures:
        return f"**Nothing failed.** {played}"
    listed = "\n".join(
        f"- **{one['property']}** ({one['machine']}, history {one['index']}, after {thousands(one['calls'])} calls; "
        f"{'shrunk to ' + str(one['lines']) + ' actions' if one['shrunk'] else 'not shrunk'}): `{one['message']}`"
        for one in failures
    )
    return f"**{len(failures)} failed.** {played}\n\n{listed}"


def _repeat(facts: Mapping[str, Any]) -> str:
    rows = [
        ["again", f"`{facts['command']}`"],
        ["commit", facts["commit"]],
        ["compiler", facts["compiler"]],
        ["contracts", f"`{facts['contracts']}`"],
        ["machines and models", f"`{facts['rules']}`"],
        ["all that happened", f"`{facts['digest']}`"],
        ["calls in a history", thousands(facts["calls_a_history"])],
        ["run with", ", ".join(f"{name} {value}" for name, value in facts["how"].items())],
        ["versions", ", ".join([f"Python {facts['python']}", *(f"{n} {v}" for n, v in facts["packages"].items())])],
        ["on", f"{facts['system']}, {facts['processor']}, {facts['cores']} cores"],
        ["date", facts["date"]],
    ]
    table = markdown(("what", "which"), rows)
    return (
        f"## How to play it again\n\n{table}\n\n"
        "Whatever the number of jobs, the same seed and machines on the same commit give the same histories: *all that "
        "happened* is a digest of every history's counts, and comes out again."
    )


def _machine_text(name: str, machine: Mapping[str, Any]) -> str:
    rows = [_action(action, results) for action, results in machine["actions"].items()]
    roundings = [[key, wei_text(one["wei"]), str(one["history"])] for key, one in machine["roundings"].items()]
    parts = [f"## {name}", markdown(("action", "times", "done", "refused with"), rows)]
    if roundings:
        parts.append("The chain was below the exact figure by at most:")
        parts.append(markdown(("property", "worst", "in history"), roundings))
    parts.append(_missing(machine))
    return "\n\n".join(parts)


def _action(action: str, results: Mapping[str, int]) -> list[str]:
    times = sum(results.values())
    return [action, thousands(times), share(results.get(DONE, 0), times), _refusals(results)]


def _refusals(results: Mapping[str, int]) -> str:
    """The most frequent; all of them are in the JSON."""
    refusals = [f"{result} {thousands(count)}" for result, count in results.items() if result != DONE]
    others = [f"{len(refusals) - REFUSALS_NAMED} others"] if len(refusals) > REFUSALS_NAMED else []
    return ", ".join([*refusals[:REFUSALS_NAMED], *others])


def _missing(machine: Mapping[str, Any]) -> str:
    missing, seen = machine["pairs_missing"], machine["pairs_seen"]
    head = f"{seen} of {machine['pairs_possible']} pairs of actions followed one another"
    if not missing:
        return f"{head}: all."
    named = ", ".join(f"{one} → {next_}" for one, next_ in missing[:PAIRS_NAMED])
    more = f", and {len(missing) - PAIRS_NAMED} others" if len(missing) > PAIRS_NAMED else ""
    return f"{head}. Never: {named}{more}."


def _pictures(pictures: Sequence[str]) -> str:
    return "## Pictures\n\n" + "\n\n".join(f"![{Path(name).stem}]({name})" for name in pictures)


def _worst(machine: Mapping[str, Any]) -> str:
    if not machine["roundings"]:
        return "—"
    name, worst = max(machine["roundings"].items(), key=lambda item: item[1]["wei"])
    return f"{wei_text(worst['wei'])} ({name})"


def _machine(machine: MachineTotals) -> dict[str, Any]:
    actions: dict[str, dict[str, int]] = {action: {} for action in machine.actions}
    for (action, result), count in sorted(machine.tally.items(), key=lambda item: (-item[1], item[0])):
        actions[action][result] = count
    return {
        "histories": machine.histories,
        "calls": machine.calls,
        "refusals": machine.refusals,
        "calls_a_second_and_core": round(machine.calls / machine.seconds) if machine.seconds else 0,
        "actions": actions,
        "pairs_seen": len(machine.pairs),
        "pairs_possible": machine.possible_pairs,
        "pairs_missing": machine.missing_pairs,
        "roundings": {
            name: {"wei": worst.wei, "history": worst.index} for name, worst in sorted(machine.roundings.items())
        },
    }


def _failure(found: Found) -> dict[str, Any]:
    shown = found.shrunk or found.failure
    return {
        "machine": found.machine,
        "index": found.index,
        "seed": str(found.seed),
        "property": found.failure.property,
        "message": (shown.message.strip().splitlines() or [""])[-1 if shown.property == "crash" else 0],
        "calls": found.failure.call,
        "lines": len(shown.lines),
        "shrunk": found.shrunk is not None,
    }
