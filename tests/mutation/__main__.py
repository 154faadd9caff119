"""`make mutation`: small faults made from the syntax tree of the contracts, and whether anything notices them."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

import click

from tests.mutation.catalogue import FOLDER, all_mutants, sample, source_of
from tests.mutation.mutators import OPERATORS, Mutant
from tests.mutation.report import Report, reviewed_survivors
from tests.mutation.runner import first_stage, keys_of, second_stage
from tests.mutation.store import Store, UnsoundError, Verdict
from tests.mutation.targets import ROOT, files_named
from tests.mutation.trial import HISTORIES
from tests.support.pages import put_section

PAGE, FIGURES = ROOT / "docs" / "proof.md", ROOT / "docs" / "proof" / "mutation.json"
STORE, LAST = FOLDER / "verdicts.jsonl", FOLDER / "report.md"
USUAL_SEED = 1


class Calls(click.ParamType):
    """Lengths of histories: whole numbers above zero, with commas between them."""

    name = "calls"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = str(value).split(",")
        if not all(part.isdecimal() and int(part) for part in parts):
            self.fail(f"'{value}' is no list of numbers above zero, such as 100,500", param, ctx)
        return tuple(map(int, parts))


@click.command()
@click.option("--file", "name", default="", help="Only mutants of files named like this.")
@click.option("--operator", default="", help="Only mutants of this operator.")
@click.option("--sample", "count", type=click.IntRange(min=1), help="So many of them, drawn by the seed; else all.")
@click.option("--seed", type=int, default=USUAL_SEED, show_default=True)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.option("--calls", type=Calls(), default=HISTORIES, help="Calls of the histories that each machine plays.")
@click.option("--no-chain", is_flag=True, help="Leave the unit tests on anvil out.")
@click.option("--fresh", is_flag=True, help="Judge again what earlier runs have judged.")
@click.option("--list", "listing", is_flag=True, help="Say which mutants there are, and judge none.")
@click.option("--show", metavar="ID", help="Show one mutant and what became of it.")
@click.option("--publish", is_flag=True, help="Write the figures into docs/proof.md and docs/proof/mutation.json.")
def main(
    name: str,
    operator: str,
    count: int | None,
    seed: int,
    jobs: int,
    calls: tuple[int, ...],
    no_chain: bool,
    fresh: bool,
    listing: bool,
    show: str | None,
    publish: bool,
) -> None:
    """Judge mutants; a run that was broken off goes on where it was."""
    try:
        chosen = sample(_named(name, operator), count, seed)
        reviewed = reviewed_survivors()
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    if fresh:
        STORE.unlink(missing_ok=True)
    store = Store(STORE)
    if show:
        _show(show, store)
        return
    if listing:
        for mutant in sorted(chosen, key=lambda m: (m.path, m.start)):
            click.echo(f"{mutant.id}  {mutant.path}:{mutant.line}")
        click.echo(f"{len(chosen)} mutants")
        return
    _judge(chosen, store, calls, jobs, None if no_chain else reviewed.equivalent)
    verdicts = {m: v for m in chosen if (v := store.get(m.id, keys_of(m.path, calls)))}
    settings: dict[str, object] = {"sample": count or "all", "seed": seed, "calls": "+".join(map(str, calls))}
    if name or operator:
        settings["of"] = " ".join(filter(None, (name, operator)))
    _tell(Report(verdicts, reviewed, settings), publish)


def _named(name: str, operator: str) -> list[Mutant]:
    files = set(files_named(name))
    if operator and operator not in OPERATORS:
        raise ValueError(f"there is no operator '{operator}'; there are {', '.join(OPERATORS)}")
    return [m for m in all_mutants() if m.path in files and operator in ("", m.operator)]


def _judge(
    chosen: list[Mutant], store: Store, calls: tuple[int, ...], jobs: int, equivalent: Collection[str] | None
) -> None:
    """With unit tests on a chain for survivors that are not known as equivalent, unless that is None."""
    done = 0

    def tell(verdict: Verdict) -> None:
        nonlocal done
        done += 1
        told = f"{verdict.by}: {verdict.detail}" if verdict.by else verdict.detail
        click.echo(f"{done:5} {verdict.status:10} {verdict.mutant}  {told[:120]}")

    known = sum(1 for m in chosen if store.get(m.id, keys_of(m.path, calls)))
    click.echo(f"{len(chosen)} mutants, {known} of them judged before")
    try:
        first_stage(chosen, store, calls, jobs, tell)
        if equivalent is not None:
            second_stage([m for m in chosen if m.id not in equivalent], store, calls, jobs, tell)
    except UnsoundError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except KeyboardInterrupt:
        click.echo("broken off; the next run goes on from here")
        sys.exit(130)


def _show(identity: str, store: Store) -> None:
    found = next((mutant for mutant in all_mutants() if mutant.id == identity), None)
    if found is None:
        raise click.ClickException(f"there is no mutant '{identity}'; --list names all")
    click.echo(f"{found.path}:{found.line}, in {found.function}: {OPERATORS[found.operator]}")
    click.echo(found.diff(source_of(found.path)))
    known = store.last(identity)
    click.echo(f"{known.status} {known.by} {known.detail}" if known else "not judged yet")


def _tell(report: Report, publish: bool) -> None:
    text = report.markdown()
    LAST.parent.mkdir(parents=True, exist_ok=True)
    LAST.write_text(text + "\n", "utf-8")
    click.echo(f"\n{text}")
    if publish:
        report.write(FIGURES)
        put_section(PAGE, "mutation", report.summary())
        click.echo(f"\nwritten: {_short(FIGURES)}, {_short(PAGE)}")


def _short(path: Path) -> Path:
    return path.relative_to(ROOT)


if __name__ == "__main__":
    main()
