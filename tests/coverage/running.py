"""Runs the tests on the copy with probes, and hears what every anvil says meanwhile."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.coverage.points import FIRST_NUMBER
from tests.coverage.sources import ROOT

__all__ = ["Workplace", "WorkplaceError"]

LAUNCHER = """#!/bin/bash
# Larger contracts than a chain would take, and an ear at what they say.
touch "{heard}/$$.open"
exec "{anvil}" --max-persisted-states 0 --code-size-limit 1000000 "$@" > >(exec "{python}" "{collector}" "{heard}/$$")
"""
# After the virtual environment has put its own programs first.
SITE = """import os

os.environ["PATH"] = {programs!r} + os.pathsep + os.environ["PATH"]
"""


class WorkplaceError(Exception):
    """The tests could not be run."""


class Workplace:
    """A folder with the copy, programs that stand before those of the environment, and what was heard."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tree = folder / "tree"
        self.heard_in = folder / "heard"
        self.points = folder / "points.json"
        self.anvil = folder / "programs" / "anvil"
        self._site = folder / "site"

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in (self.tree, self.heard_in, self._site, self.anvil.parent):
            path.mkdir(parents=True)
        anvil = next((ROOT / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil"), None)
        if anvil is None:
            raise WorkplaceError("there is no anvil in node_modules: run make setup")
        collector = Path(__file__).with_name("collector.py")
        names = {"anvil": anvil, "python": sys.executable, "collector": collector, "heard": self.heard_in}
        self.anvil.write_text(LAUNCHER.format(**names), "utf-8")
        self.anvil.chmod(0o755)
        (self._site / "sitecustomize.py").write_text(SITE.format(programs=str(self.anvil.parent)), "utf-8")

    def compile(self) -> None:
        """Compiles the copy, unless it is what was compiled last."""
        stamp, digest = self.folder / "compiled", self._digest()
        if stamp.exists() and stamp.read_text("utf-8") == digest:
            return
        done = self._start(["compile", "--force"], self.folder / "compile.txt")
        if done.wait() or not (self.tree / ".build" / "__local__.json").exists():
            raise WorkplaceError((self.folder / "compile.txt").read_text("utf-8")[-2000:])
        stamp.write_text(digest, "utf-8")

    def test(self, shares: Sequence[Sequence[str]]) -> list[str]:
        """Runs each share of the tests in a process of its own; answers with the tests that failed.

        Raises:
            WorkplaceError: tests could not even begin.
        """
        for unheard in self.heard_in.glob("*.open"):  # of a run that was broken off
            unheard.unlink()
        logs = [self.folder / f"tests-{number}.txt" for number in range(len(shares))]
        running = [
            self._start(["test", "-q", "--tb=short", "--timeout", "1800", *share], log)
            for share, log in zip(shares, logs, strict=True)
        ]
        for process in running:
            process.wait()
        texts = [log.read_text("utf-8", errors="replace") for log in logs]
        for process, text in zip(running, texts, strict=True):
            if process.returncode not in (0, 1):
                raise WorkplaceError(text[-2000:])
        return [line for text in texts for line in text.splitlines() if line.startswith(("FAILED", "ERROR tests"))]

    def heard(self, patience_s: float = 60) -> set[int]:
        """Numbers of all probes that were passed, once every anvil that ended has been heard to its end."""
        end = time.monotonic() + patience_s
        while list(self.heard_in.glob("*.open")) and time.monotonic() < end:
            time.sleep(0.1)
        said = {int(line) for path in self.heard_in.glob("*.txt") for line in path.read_text("utf-8").split()}
        return {number for number in said if number >= FIRST_NUMBER}

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for folder in ("contracts", "interfaces"):
            for path in sorted((self.tree / folder).rglob("*.sol")):
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def _start(self, arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        path = os.pathsep.join([str(self._site), str(self.tree)])
        ape = Path(sys.executable).with_name("ape")
        with log.open("wb") as output:
            return subprocess.Popen(
                [str(ape), *arguments],
                cwd=self.tree,
                env={**os.environ, "PYTHONPATH": path},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
