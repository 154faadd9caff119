"""The figures of a campaign as docs/proof.md shows them: a section, with `docs/proof/campaign.json` and pictures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.campaign.bad_input import BadInputError
from tests.campaign.figures import duration, thousands
from tests.campaign.report import summary_table
from tests.support.pages import put_section

__all__ = ["PAGE", "PUBLISHED", "SECTION", "proof_section", "publish", "published_pictures"]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "proof.md"
PUBLISHED = ROOT / "docs" / "proof" / "campaign.json"
SECTION = "campaign"
SHOWN = "campaign-calls.png"


def publish(folder: Path) -> Path:
    """Makes the report in a campaign's folder the published one.

    Raises:
        BadInputError: it is not complete, or something failed in it.
    """
    facts = json.loads((folder / "report.json").read_text("utf-8"))
    if not facts["complete"] or facts["failures"]:
        raise BadInputError("only a campaign that was played to its end, and in which nothing failed, is published")
    PUBLISHED.parent.mkdir(parents=True, exist_ok=True)
    PUBLISHED.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    for picture in sorted(folder.glob("*.png")):
        shutil.copyfile(picture, PUBLISHED.parent / f"campaign-{picture.name}")
    put_section(PAGE, SECTION, proof_section(facts, published_pictures()))
    return PAGE


def proof_section(facts: Mapping[str, Any], pictures: Sequence[str] = ()) -> str:
    """The section of docs/proof.md; `pictures` are names of files."""
    calls, histories = thousands(facts["calls"]), thousands(facts["histories"])
    cores = f"{facts['how']['jobs']} jobs on {facts['cores']} cores ({facts['processor']})"
    text = (
        f"{calls} calls in {histories} histories from seed `{facts['seed']}`, {facts['date']}: **nothing failed**. "
        f"{duration(facts['seconds'])} with {cores}, "
        f"{thousands(facts['calls_a_second_and_core'])} calls a second and core."
    )
    again = (
        f"`{facts['command']}` on commit `{facts['commit'][:12]}` plays it again and comes to\n"
        f"`{facts['digest'][:16]}`, the digest of all that happened. "
        f"Contracts `{facts['contracts'][:16]}`, {facts['compiler']}.\n"
        "[campaign.json](proof/campaign.json) has each action's outcomes, the pairs of actions that never occurred,\n"
        "and the history of each rounding."
    )
    shown = [f"![{_title(name)}](proof/{name})" for name in pictures if name == SHOWN]
    linked = ", ".join(f"[{_title(name)}](proof/{name})" for name in pictures if name != SHOWN)
    return "\n\n".join([text, summary_table(facts), again, *shown, *([f"More pictures: {linked}."] if linked else [])])


def published_pictures() -> list[str]:
    return sorted(path.name for path in PUBLISHED.parent.glob("campaign-*.png"))


def _title(picture: str) -> str:
    return picture.removeprefix("campaign-").removesuffix(".png").replace("pairs-", "pairs of ")
