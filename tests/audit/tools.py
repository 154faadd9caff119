"""Where the tools of `tools/audit.sh` are, and how they are run."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".venv-audit" / "bin"
CONFIG = ROOT / "tests" / "audit" / "foundry.toml"
BUILDS = ROOT / ".build" / "forge"


class AuditError(Exception):
    """What is wrong, in words for whoever ran the command."""


def tool(name: str) -> Path:
    """A tool of the audit's own environment."""
    path = BIN / name
    if not path.exists():
        raise AuditError(f"{name} is not installed; run: tools/audit.sh (after make setup)")
    return path


def run(
    command: Sequence[str | Path],
    profile: str = "default",
    timeout: float = 1800,
    settings: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess:
    """Runs a tool in the root of the project, with the project's compiler as `solc` and forge's profile `profile`.

    Raises:
        AuditError: it took longer than `timeout` seconds.
    """
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "FOUNDRY_CONFIG": str(CONFIG),
        "FOUNDRY_PROFILE": profile,
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        **(settings or {}),
    }
    text = [str(part) for part in command]
    started = subprocess.Popen(
        text,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, errors = started.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise AuditError(f"{Path(text[0]).name} took longer than {timeout:.0f} s") from error
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(started.pid, signal.SIGKILL)  # with whatever it has started
    return subprocess.CompletedProcess(text, started.returncode, output, errors)


def forge(
    *arguments: str, profile: str, timeout: float = 1800, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess:
    """Runs forge; `settings` are variables of its environment."""
    return run([tool("forge"), *arguments, "--root", "."], profile, timeout, settings)


def build(profile: str, *arguments: str) -> Path:
    """Compiles what a profile names, as far as it has changed. Returns the folder of the artifacts.

    Raises:
        AuditError: something does not compile.
    """
    answer = forge("build", *arguments, profile=profile)
    if answer.returncode:
        raise AuditError(f"forge does not compile profile {profile}:\n{answer.stdout}{answer.stderr}")
    return BUILDS / profile


def build_production() -> Path:
    """Compiles all that is deployed, at once: build information of a part would show the analysers only that part.
    Returns the folder of the artifacts."""
    sources = [*(ROOT / "contracts").rglob("*.sol"), *(ROOT / "interfaces").rglob("*.sol")]
    digest = hashlib.sha256(CONFIG.read_bytes() + (ROOT / "package-lock.json").read_bytes())
    for source in sorted(s for s in sources if "test" not in s.relative_to(ROOT).parts):
        digest.update(str(source.relative_to(ROOT)).encode() + b"\0" + source.read_bytes())
    folder, stamp = BUILDS / "production", BUILDS / "production" / ".stamp"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        shutil.rmtree(folder, ignore_errors=True)
        build("production", "--force")
        stamp.write_text(digest.hexdigest())
    return folder
