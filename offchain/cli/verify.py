"""`offchain verify SOURCE RENDITION...`: is this what a verifiable worker makes of the segment?"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import click
from pydantic import Field

from offchain.cli.options import settings_options, take
from offchain.errors import NotVideoError, SettingsError
from offchain.media.agreement import Agreement, Verdict
from offchain.media.containers import container_of
from offchain.media.profiles import parse_ladder
from offchain.settings import Settings
from offchain.types import RenditionProfile
from offchain.workers.remaker import Remaker

MAX_BYTES = 300_000_000
EXIT_CODES = {Agreement.FRAMES: 3, Agreement.LIKENESS: 4, Agreement.NOTHING: 5}


class VerifySettings(Settings):
    """What a verification can be told."""

    profiles: str = Field(
        "default", description="Ladder: preset names separated by commas, `default`, `benchmark`, or a JSON file."
    )
    least: Literal["bytes", "frames", "likeness"] = Field(
        "bytes", description="Agreement that is good enough: of bytes, of decoded frames, of what they look like."
    )


@dataclass(frozen=True)
class Delivered:
    """A rendition that somebody delivered, and what was asked for."""

    path: Path
    profile: RenditionProfile
    data: bytes


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("renditions", nargs=-1, required=True, metavar="RENDITION...")
@settings_options(VerifySettings)
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
def verify(source: Path, renditions: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Make renditions of the segment SOURCE once more, and say how far each RENDITION agrees with ours.

    A RENDITION is a file, or PROFILE=FILE; without names they are those of the ladder's profiles, in order. Whether
    bytes agree is asked first, then decoded frames and sound, then what the pictures look like (64-bit hashes, which
    somebody can make pictures to fit).

    Exit code 0: all agree as far as --least asks. Else by the worst of them, 3: decoded frames agree; 4: they look
    alike; 5: nothing agrees. 1: source or ladder cannot be worked on; 2: wrong usage.
    """
    settings = take(VerifySettings, options)
    delivered = _delivered(renditions, parse_ladder(settings.profiles))
    verdicts = asyncio.run(_verdicts(_read(source), delivered))
    rows = list(zip(delivered, verdicts, strict=True))
    if as_json:
        click.echo(json.dumps([_as_json(*row) for row in rows], indent=2))
    else:
        for made, verdict in rows:
            click.echo(f"{made.profile.name}: {verdict.agreement.word}" + f" ({verdict.reason})" * bool(verdict.reason))
    worst = min(verdict.agreement for verdict in verdicts)
    if worst < Agreement[settings.least.upper()]:
        click.get_current_context().exit(EXIT_CODES[worst])


async def _verdicts(source: bytes, delivered: list[Delivered]) -> list[Verdict]:
    remaker = Remaker()
    try:
        container = container_of(source)
        return [await remaker.verify(source, container, each.profile, each.data) for each in delivered]
    finally:
        await remaker.close()


def _delivered(renditions: tuple[str, ...], ladder: tuple[RenditionProfile, ...]) -> list[Delivered]:
    """The renditions with their profiles; the container is what a file begins like."""
    names = {profile.name: profile for profile in ladder}
    found = []
    for place, text in enumerate(renditions):
        name, separator, path = text.partition("=")
        if not separator or Path(text).exists():
            if place >= len(ladder):
                raise click.UsageError(f"{text} is one rendition more than the ladder has profiles ({len(ladder)})")
            name, path = ladder[place].name, text
        if name not in names:
            raise click.UsageError(f"the ladder has no profile {name!r}, it has {', '.join(names)}")
        data = _read(Path(path))
        found.append(Delivered(Path(path), replace(names[name], container=container_of(data)), data))
    return found


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise NotVideoError(f"{path} has {size} bytes, a segment has at most {MAX_BYTES}")
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error


def _as_json(made: Delivered, verdict: Verdict) -> dict[str, Any]:
    return {
        "file": str(made.path),
        "profile": made.profile.name,
        "agreement": verdict.agreement.word,
        "reason": verdict.reason,
        "distance": verdict.distance,
    }
