"""`python -m tests.differential --reference FOLDER --seeds 0:100`: a campaign on an anvil of its own.

Contracts are those last compiled (`make compile`). Ends with 1 when a difference was found.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from tests.differential.artifacts import load_artifacts, project_artifacts
from tests.differential.campaign import Campaign
from tests.differential.chain import started_anvil


def _range(_context: click.Context, _parameter: click.Parameter, text: str) -> range:
    first, _, last = text.partition(":")
    return range(int(first), int(last) if last else int(first) + 1)


@click.command()
@click.option("--reference", type=click.Path(exists=True, path_type=Path), envvar="REFERENCE_ARTIFACTS", required=True)
@click.option("--ours", type=click.Path(exists=True, path_type=Path), help="Others than those last compiled.")
@click.option("--seeds", callback=_range, default="0:10", help="FIRST:AFTER-LAST, or one.")
@click.option("--length", default=150, show_default=True, help="Steps in a sequence.")
@click.option("--without", multiple=True, help="A contract that ours shall not have; what concerns it is left out.")
def main(reference: Path, ours: Path | None, seeds: range, length: int, without: tuple[str, ...]) -> None:
    began, findings = time.monotonic(), 0
    compiled = load_artifacts(ours) if ours else project_artifacts()
    kept = {name: artifact for name, artifact in compiled.items() if name not in without}
    with started_anvil(str(Path(sys.executable).with_name("anvil"))) as chain, chain.mined_by_hand():
        campaign = Campaign.between(chain, kept, load_artifacts(reference))
        for absent in campaign.duel.not_compared():
            click.echo(f"not compared, ours has none: {absent}")
        for seed in seeds:
            if finding := campaign.run(seed, length):
                findings += 1
                click.echo(finding)
    seconds = time.monotonic() - began
    click.echo(f"{campaign.played} steps in {len(seeds)} sequences, {seconds:.0f} s, {findings} differences")
    for (function, result), count in sorted(campaign.duel.tally.items()):
        click.echo(f"{count:>7} {function} {result}")
    for reason, count in campaign.duel.declared.items():
        click.echo(f"{count:>7} declared: {reason}")
    sys.exit(findings > 0)


if __name__ == "__main__":
    main()
