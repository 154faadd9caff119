"""What a run has found, for people and for pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.pages import markdown, put_section
from tests.tickets.campaign import Portion
from tests.tickets.draws import Frequency

__all__ = ["Findings", "publish"]


@dataclass(frozen=True, slots=True)
class Findings:
    """Of a run in which the package and the contracts agreed on everything."""

    seed: str
    library: Portion
    broker: Portion
    draws: Sequence[Frequency]

    def as_json(self) -> dict[str, Any]:
        return {
            "date": datetime.now(UTC).date().isoformat(),
            "seed": self.seed,
            "disagreements": 0,
            "library": _stage(self.library) | {"beyond the bounds of nodes": self.library.unknown},
            "broker": _stage(self.broker),
            "draws": [
                {
                    "probability": str(each.probability),
                    "draws": each.draws,
                    "won in the package": each.here,
                    "won in the contracts": each.there,
                    "expected": round(float(each.probability * each.draws), 1),
                    "sigma": round(each.sigma, 2),
                }
                for each in self.draws
            ],
        }

    def table(self) -> str:
        """Markdown: what was judged and with what outcome, what it cost, how often tickets won."""
        stages = (
            ("library", "hash, signer, draw", self.library),
            ("broker", "whole redemption, in batches", self.broker),
        )
        judged = markdown(
            ("contracts", "what is compared", "tickets", "disagreements", "tickets a second a core"),
            [[name, what, f"{stage.tickets:,}", "0", f"{_pace(stage):,}"] for name, what, stage in stages],
        )
        won = markdown(
            ("probability", "draws", "expected", "won in Python", "won on chain", "sigma"),
            [
                [
                    str(each.probability),
                    f"{each.draws:,}",
                    f"{float(each.probability * each.draws):,.1f}",
                    f"{each.here:,}",
                    f"{each.there:,}",
                    f"{each.sigma:.2f}",
                ]
                for each in self.draws
            ],
        )
        verdicts = "\n".join(f"- {name}: {_listed(stage)}." for name, _, stage in stages)
        return f"Seed `{self.seed}`.\n\n{judged}\n\nVerdicts, the same on both sides:\n\n{verdicts}\n\n{won}"


def publish(found: Findings, docs: Path) -> None:
    """Puts the figures where the pages have them."""
    (docs / "proof").mkdir(exist_ok=True)
    (docs / "proof" / "tickets.json").write_text(json.dumps(found.as_json(), indent=2) + "\n", "utf-8")
    put_section(docs / "proof.md", "tickets", found.table())


def _stage(total: Portion) -> dict[str, Any]:
    cost = {name: round(1e6 * value / total.tickets, 1) for name, value in total.seconds.items()}
    return {
        "tickets": total.tickets,
        "verdicts": dict(total.verdicts.most_common()),
        "kinds": dict(total.kinds.most_common()),
        "processor microseconds a ticket": cost,
        "tickets a second a core": _pace(total),
    }


def _pace(total: Portion) -> int:
    return round(total.tickets / max(sum(total.seconds.values()), 1e-9))


def _listed(total: Portion) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in total.verdicts.most_common())
