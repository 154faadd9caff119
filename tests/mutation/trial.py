"""One mutant in process: compiled, put in the place of the real contracts, and played against."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from io import StringIO
from typing import NamedTuple

import pytest

from tests.campaign.history import play
from tests.campaign.machines import MACHINES
from tests.matrices import scene
from tests.mutation.benches import BENCHES, run_bench
from tests.mutation.catalogue import source_of
from tests.mutation.children import OutOfTimeError, in_child
from tests.mutation.mutators import Mutant
from tests.mutation.store import EQUIVALENT, INVALID, KILLED, SURVIVED, TIMEOUT, Verdict
from tests.mutation.targets import ROOT
from tests.support.compiler import CompileError, Compiler, built_from
from tests.support.recording import UnbuildableError, created_contracts, in_process_world
from tests.support.world import World

__all__ = ["HISTORIES", "Laboratory", "Length"]

# Calls of the histories that each machine plays, one after the other, each by a seed of its own: most faults show in
# the first few hundred.
HISTORIES = (150, 500, 1_500)
MATRICES = ROOT / "tests" / "matrices"
PATIENCE = 4  # times what the original takes
LEAST_S = 20


class Length(NamedTuple):
    """How long mutants are played against.

    Attributes:
        histories: calls of each history of each machine.
        cpu_s: processor time that all of them may take together; more than that is a mutant that hangs.
    """

    histories: tuple[int, ...]
    cpu_s: float


class Laboratory:
    """A compiler that stays loaded, and the code of the original to compare with. Ends with its `with` block."""

    def __init__(self, length: Length) -> None:
        self._length = length
        self._compiler = Compiler()
        self._worlds = created_contracts()
        self._originals: dict[tuple[str, bool], bytes] = {}

    def __enter__(self) -> Laboratory:
        return self

    def __exit__(self, *_: object) -> None:
        self._compiler.close()

    def original_fails(self) -> str | None:
        """What the checks have against the original as it is compiled here; of None is all."""
        code = self._compiler.creation_code({}, [*self._worlds, *BENCHES])
        return _fault(code, list(BENCHES), self._worlds, self._length.histories)

    def judge(self, mutant: Mutant, *, quickly: bool = False) -> Verdict:
        """`quickly`: by the benches and the first histories alone, which is all that most mutants need."""
        started = time.monotonic()
        verdict = self._judge(mutant, quickly)
        return Verdict(mutant.id, *verdict, stage=int(not quickly), seconds=round(time.monotonic() - started, 2))

    def _judge(self, mutant: Mutant, quickly: bool) -> tuple[str, str, str]:
        sources = {mutant.path: mutant.apply(source_of(mutant.path)).decode()}
        worlds, harnesses = (built_from([mutant.path], names) for names in (self._worlds, BENCHES))
        names = [*worlds, *harnesses]
        try:
            code = self._compiler.creation_code(sources, names)
        except CompileError as stop:
            return INVALID, "", str(stop).splitlines()[0][:200]
        if self._is_original(code, optimized=False):
            return EQUIVALENT, "", "the same code"

        try:
            histories = self._length.histories[:1] if quickly else self._length.histories
            work = partial(_fault, code, harnesses, worlds, histories, mutant.path, quickly)
            fault = in_child(work, self._length.cpu_s)
        except OutOfTimeError:
            return TIMEOUT, "time", f"more than {self._length.cpu_s:.0f} s"
        if fault is not None:
            by, _, detail = str(fault).partition(": ")
            return KILLED, by, detail
        if quickly:
            return SURVIVED, "", ""

        if self._is_original(self._compiler.creation_code(sources, names, optimized=True), optimized=True):
            return EQUIVALENT, "", "the same code once optimized"
        return SURVIVED, "", ""

    def _is_original(self, code: Mapping[str, bytes], *, optimized: bool) -> bool:
        missing = [name for name in code if (name, optimized) not in self._originals]
        made = self._compiler.creation_code({}, missing, optimized=optimized) if missing else {}
        self._originals |= {(name, optimized): found for name, found in made.items()}
        return all(self._originals[name, optimized] == found for name, found in code.items())


def _fault(
    code: Mapping[str, bytes],
    harnesses: list[str],
    worlds: list[str],
    histories: tuple[int, ...],
    path: str = "",
    quickly: bool = False,
) -> str | None:
    """What benches and machines have against it, after the name of who has found it."""
    for harness in harnesses:
        if seen := run_bench(harness, code[harness]):
            return f"benches: {harness}: {seen}"
    if not worlds:
        return None
    try:
        world = in_process_world({name: code[name] for name in worlds})
    except UnbuildableError as stop:
        return f"deployment: {stop}"[:200]
    except Exception as crash:  # a world that cannot even be looked at
        return f"deployment: {type(crash).__name__}: {crash}"[:200]
    return _seen_by_machines(world, histories, path) or (None if quickly else _seen_by_matrices(code, worlds))


def _seen_by_machines(world: World, histories: tuple[int, ...], path: str) -> str | None:
    for machine, seed, calls in _plan(histories, path):
        failure = play(world, MACHINES[machine], f"mutation/{machine}/{seed}", calls).failure
        if failure:
            message = failure.message.strip().splitlines() or [""]
            told = message[-1] if failure.property == "crash" else message[0]
            return f"{machine}: {failure.property} after {failure.call} calls: {told}"[:240]
    return None


def _seen_by_matrices(code: Mapping[str, bytes], worlds: list[str]) -> str | None:
    """Who may call what of these contracts, and when: tests without a chain, too, on a scene of the mutant's."""
    scene.in_process_world = partial(in_process_world, {name: code[name] for name in worlds})
    said = StringIO()
    options = ["-x", "-q", "--no-header", "-p", "no:ape_test", "-p", "no:cacheprovider"]
    with redirect_stdout(said), redirect_stderr(said):
        result = pytest.main([str(MATRICES), *options, "-k", " or ".join(worlds)])
    if result in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return None
    failed = re.search(r"^(?:FAILED|ERROR) \S*::(\S+)", said.getvalue(), re.MULTILINE)
    if not failed:
        raise RuntimeError(f"the matrices could not be run:\n{said.getvalue()[-2_000:]}")
    return f"matrices: {failed[1]}"[:240]


def _plan(histories: tuple[int, ...], path: str) -> Iterator[tuple[str, int, int]]:
    """Machine, seed, calls; short ones first, and first the machine that a file's room is named in."""
    machines = sorted(MACHINES, key=lambda name: (name not in path, list(MACHINES).index(name)))
    for seed, calls in enumerate(histories):
        yield from ((machine, seed, calls) for machine in machines)
