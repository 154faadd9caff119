"""Commands of the project as a person runs them: in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
APE = str(Path(sys.executable).with_name("ape"))
TIMEOUT_S = 120


def environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    """This process's variables with `changes`; None removes one."""
    merged = {**os.environ, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def ape_run(
    *arguments: str, variables: Mapping[str, str | None] | None = None, answer: str = ""
) -> subprocess.CompletedProcess[str]:
    """`ape run <arguments>` to its end; stderr is in stdout."""
    return subprocess.run(
        [APE, "run", *arguments],
        cwd=ROOT,
        env=environment(variables or {}),
        input=answer,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def ape_run_until(line: str, *arguments: str) -> list[str]:
    """`ape run <arguments>`, killed (SIGKILL) as soon as it has printed a line that contains `line`."""
    command = [APE, "run", *arguments]
    printed: list[str] = []
    with subprocess.Popen(
        command, cwd=ROOT, env=environment({"PYTHONUNBUFFERED": "1"}), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for text in process.stdout:
            printed.append(text)
            if line in text:
                process.kill()
                break
    return printed
