"""A mutant's second stage: the unit tests that know its file, on anvil, in a checkout of its own.

The tests find the mutant where compiled contracts lie; sources stay as they are, so nothing is compiled again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.catalogue import source_of
from tests.mutation.mutators import Mutant
from tests.mutation.store import KILLED, SURVIVED, TIMEOUT, UnsoundError, Verdict
from tests.mutation.targets import ROOT, unit_tests
from tests.support.artifacts import MANIFEST, artifacts
from tests.support.compiler import Compiler, built_from

__all__ = ["Checkout"]

FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
PASSED, FAILURES = 0, 1  # of pytest
LIMIT_S = 600


class Checkout:
    """A copy of the tree as it is, gone with its `with` block; elsewhere, since Ape sees no project within `.build`."""

    def __init__(self) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="mutation-"))
        self._compiler = Compiler()
        self._sound: dict[str, bool] = {}  # tests, by whether the original passes them

    def __enter__(self) -> Checkout:
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for path in listed.stdout.splitlines():
            if (ROOT / path).is_file():
                (self._root / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, self._root / path)
        shutil.copytree(ROOT / "node_modules", self._root / "node_modules", copy_function=_linked, symlinks=True)
        (self._root / ".venv").symlink_to((ROOT / ".venv").resolve())
        (self._root / MANIFEST.parent.name).mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._compiler.close()
        shutil.rmtree(self._root, ignore_errors=True)

    def judge(self, mutant: Mutant) -> Verdict:
        """Of a mutant that compiles.

        Raises:
            UnsoundError: the original does not pass them either.
            RuntimeError: they could not be run.
        """
        started = time.monotonic()
        text = mutant.apply(source_of(mutant.path)).decode()
        names = built_from([mutant.path], _deployable())
        self._put_in_place(self._compiler.creation_code({mutant.path: text}, names, optimized=True))
        status, detail = self._test(unit_tests(mutant.path))
        if status == KILLED and self._original_fails(detail):
            raise UnsoundError(f"{detail} fails with the original, too")
        by = {KILLED: "unit tests", TIMEOUT: "time", SURVIVED: ""}[status]
        return Verdict(mutant.id, status, by, detail, stage=2, seconds=round(time.monotonic() - started, 2))

    def _original_fails(self, test: str) -> bool:
        """Whether this test has something against the contracts as they are."""
        if test not in self._sound:
            self._put_in_place({})
            status, _ = self._test([test])
            self._sound[test] = status == SURVIVED
        return not self._sound[test]

    def _put_in_place(self, code: dict[str, bytes]) -> None:
        manifest = json.loads(MANIFEST.read_text("utf-8"))
        for name, creation_code in code.items():
            manifest["contractTypes"][name]["deploymentBytecode"]["bytecode"] = "0x" + creation_code.hex()
        (self._root / MANIFEST.relative_to(ROOT)).write_text(json.dumps(manifest), "utf-8")

    def _test(self, tests: Sequence[str]) -> tuple[str, str]:
        command = [
            str(Path(sys.executable).with_name("ape")),
            "test",
            *tests,
            "-x",
            "-q",
            "--no-header",
            "-p",
            "no:cacheprovider",
        ]
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"], str(ROOT / "node_modules/.bin")])
        process = subprocess.Popen(
            command,
            cwd=self._root,
            env=os.environ | {"PATH": path, "PYTHONPATH": str(self._root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            return TIMEOUT, f"more than {LIMIT_S} s of unit tests"
        finally:
            _end(process)
        if process.returncode == PASSED:
            return SURVIVED, ""
        failed = FAILED.search(output)
        if process.returncode != FAILURES or not failed:
            raise RuntimeError(f"unit tests could not be run:\n{output[-2_000:]}")
        return KILLED, failed[1]


def _deployable() -> list[str]:
    """Those whose sources are still there, too: Ape never forgets one."""
    return [name for name, found in artifacts().items() if found.creation_code and (ROOT / found.source).exists()]


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _end(process: subprocess.Popen[str]) -> None:
    """With the chain that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
