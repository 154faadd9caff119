"""The contracts' sources and their syntax trees, and the copy of the project that holds them with probes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.coverage.points import FIRST_NUMBER, PROBE, PROBE_PATH, Point, probed
from tests.support.compiler import Compiler

__all__ = ["CORE", "ROOT", "copy_with_probes", "core_files", "with_probes"]

ROOT = Path(__file__).parents[2]
CORE = ("bonding", "governance", "lens", "payments", "registry", "rounds", "shared", "token")
LIBRARIES = "node_modules"


def core_files() -> dict[str, bytes]:
    """Sources of the core contracts by path in the project."""
    files = [path for room in CORE for path in sorted((ROOT / "contracts" / room).glob("*.sol"))]
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files}


def with_probes(sources: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Point]]:
    """The sources with probes, and what the probes stand at."""
    written, points = {}, []
    with Compiler() as compiler:
        trees = compiler.syntax_trees(sources, {path: source.decode() for path, source in sources.items()})
    for path, source in sources.items():
        marked = probed(path, source, trees[path], FIRST_NUMBER + len(points))
        written[path] = marked.source
        points += marked.points
    return {**written, PROBE_PATH: PROBE.encode()}, points


def copy_with_probes(target: Path) -> list[Point]:
    """Copies the project, as git would see it, with probes in the core contracts; an older copy is written over."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    _copy((name for name in listed.stdout.decode().split("\0") if name), target)
    if not (target / LIBRARIES).exists():
        # Not a link to the folder: Ape follows it, and will not have sources outside of its project.
        shutil.copytree(ROOT / LIBRARIES, target / LIBRARIES, symlinks=True, copy_function=_link)
    written, points = with_probes(core_files())
    for path, source in written.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(source)
    return points


def _copy(names: Iterable[str], target: Path) -> None:
    for name in names:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
