"""`python -m tests.coverage`: see `make coverage`. Ends with 1 when too little is covered, or a test fails."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from tests.coverage.points import Kind, Point
from tests.coverage.report import as_json, listing, publish, summary, table
from tests.coverage.running import Workplace, WorkplaceError
from tests.coverage.sources import ROOT, copy_with_probes
from tests.coverage.tally import Tally, load_excuses

FOLDER = ROOT / "coverage-output"  # Ape compiles nothing below a `.build`
# Each share runs on an anvil of its own; what takes longest stands first.
SHARES = (
    ("tests/unit/bonding", "tests/property/test_maths.py"),
    ("tests/integration", "tests/stateful"),
    ("tests/unit/governance", "tests/unit/lens", "tests/unit/votes", "tests/unit/token"),
    (
        "tests/unit/payments",
        "tests/unit/registry",
        "tests/unit/rounds",
        "tests/unit/shared",
        "tests/unit/regressions",
        "tests/property/test_ranking.py",
    ),
)
TESTS = "Unit tests of the contracts, integration tests and machines, on anvil."


def _shares(jobs: int) -> list[list[str]]:
    """The tests in as many parts as there are processes."""
    return [[path for share in SHARES[job::jobs] for path in share] for job in range(min(jobs, len(SHARES)))]


def _keep(points: list[Point], path: Path) -> None:
    path.write_text(json.dumps([asdict(point) | {"kind": point.kind.value} for point in points]), "utf-8")


def _kept(path: Path) -> list[Point]:
    if not path.exists():
        raise click.UsageError("nothing was run yet: leave --again and --add away")
    return [Point(**{**each, "kind": Kind(each["kind"])}) for each in json.loads(path.read_text("utf-8"))]


def _run(place: Workplace, shares: list[list[str]], add: bool) -> list[str]:
    """Runs the tests on a copy; answers with those that failed."""
    earlier = _kept(place.points) if add else []
    if not add:
        place.clear()
    click.echo("a copy of the project with probes in the contracts …")
    points = copy_with_probes(place.tree)
    if add and points != earlier:
        raise click.UsageError("the contracts have changed since: leave --add away")
    _keep(points, place.points)
    place.compile()
    click.echo(f"tests in {len(shares)} processes; their output: {place.folder}/tests-*.txt")
    return place.test(shares)


@click.command()
@click.argument("tests", nargs=-1)
@click.option("--jobs", type=click.IntRange(1, len(SHARES)), default=2, show_default=True, help="Processes.")
@click.option("--again", is_flag=True, help="Report on the last run once more, without running anything.")
@click.option("--add", is_flag=True, help="Add to what earlier runs have executed.")
@click.option("--publish", "published", is_flag=True, help="Put the figures into docs/proof.")
def main(tests: tuple[str, ...], jobs: int, again: bool, add: bool, published: bool) -> None:
    """Runs TESTS, or all those of the contracts, and reports which lines and branches of Solidity they executed."""
    if missing := [path for path in tests if not (ROOT / path.partition("::")[0]).exists()]:
        raise click.UsageError(f"no such tests: {', '.join(missing)}")
    place = Workplace(FOLDER)
    try:
        failed = [] if again else _run(place, [list(tests)] if tests else _shares(jobs), add)
    except WorkplaceError as error:
        raise click.ClickException(f"the tests could not be run\n{error}") from error
    tally = Tally(_kept(place.points), place.heard(), load_excuses())
    (FOLDER / "report.md").write_text(listing(tally, ROOT), "utf-8")
    (FOLDER / "coverage.json").write_text(json.dumps(as_json(tally, TESTS), indent=2) + "\n", "utf-8")
    click.echo(table("file", tally.files) + "\n\n" + summary(tally, TESTS))
    click.echo(f"\nmissed lines in their places: {(FOLDER / 'report.md').relative_to(ROOT)}")
    for fault in (*failed, *tally.shortfalls):
        click.echo(fault)
    if published:
        publish(tally, TESTS, ROOT / "docs")
    sys.exit(bool(failed or tally.shortfalls))


if __name__ == "__main__":
    main()
