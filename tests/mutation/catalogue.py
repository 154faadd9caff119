"""All mutants of the project, kept from run to run until a contract or a mutator changes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256

from tests.mutation.mutators import Mutant, mutants
from tests.mutation.targets import ROOT, TARGETS
from tests.support.compiler import Compiler, closure

__all__ = ["FOLDER", "all_mutants", "digest_of", "sample", "source_of"]

FOLDER = ROOT / ".build" / "mutation"
MAKERS = ("tests/mutation/mutators.py", "tests/mutation/syntax.py")


def source_of(path: str) -> bytes:
    return (ROOT / path).read_bytes()


def digest_of(paths: Iterable[str]) -> str:
    """Of what these files hold."""
    digest = sha256()
    for path in sorted(paths):
        digest.update(path.encode() + b"\0" + source_of(path) + b"\0")
    return digest.hexdigest()[:16]


def all_mutants() -> list[Mutant]:
    """By file, in the order of their places."""
    files = {path for target in TARGETS for path in closure(target)}
    kept = FOLDER / f"catalogue-{digest_of([*files, *MAKERS])}.json"
    if not kept.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob("catalogue-*.json"):
            old.unlink()
        kept.write_text(json.dumps([asdict(mutant) for mutant in _made()], indent=0), "utf-8")
    return [Mutant(**entry) for entry in json.loads(kept.read_text("utf-8"))]


def sample(found: Iterable[Mutant], count: int | None, seed: int) -> list[Mutant]:
    """`count` of them, chosen by the seed; a larger sample of the same seed holds the smaller one."""
    drawn = sorted(found, key=lambda mutant: sha256(f"{seed} {mutant.id}".encode()).digest())
    return drawn[:count]


def _made() -> list[Mutant]:
    with Compiler() as compiler:
        trees = compiler.syntax_trees(TARGETS)
    return [mutant for path in TARGETS for mutant in mutants(path, source_of(path), trees[path])]
