"""Which contracts a campaign played, which code played them, and on what."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tests.campaign.bad_input import BadInputError
from tests.support.artifacts import MANIFEST

__all__ = ["contracts_digest", "provenance", "rules_digest"]

ROOT = Path(__file__).parents[2]
RULES = ("campaign/history.py", "campaign/machines.py", "campaign/plan.py", "property/models/*.py", "support/**/*.py")
PACKAGES = ("pyrevm", "eth-abi", "gmpy2", "ray")


def provenance() -> dict[str, Any]:
    """For the report: commit, compiler, digests, versions and machine."""
    return {
        "commit": _commit(),
        "compiler": _compiler(),
        "contracts": contracts_digest(),
        "rules": rules_digest(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    }


def contracts_digest() -> str:
    """Of the creation code of every compiled contract."""
    digest = hashlib.sha256()
    for name, contract in sorted(_manifest()["contractTypes"].items()):
        code = (contract.get("deploymentBytecode") or {}).get("bytecode", "")
        digest.update(f"{name} {code}\n".encode())
    return digest.hexdigest()


@cache
def rules_digest() -> str:
    """Of the machines, models and helpers: the same seed plays the same history as long as they are the same."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in RULES for path in (ROOT / "tests").glob(pattern)):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _compiler() -> str:
    found = [one for one in _manifest().get("compilers") or [] if one["name"] == "solidity"]
    if not found:
        return "unknown"
    settings = found[0].get("settings", {})
    optimizer = settings.get("optimizer", {})
    runs = f"optimizer {optimizer.get('runs')} runs" if optimizer.get("enabled") else "no optimizer"
    return f"solc {found[0]['version']}, {settings.get('evmVersion')}, {runs}"


def _manifest() -> Any:
    try:
        return json.loads(MANIFEST.read_text("utf-8"))
    except (OSError, ValueError):
        raise BadInputError("the contracts are not compiled: run `make compile`") from None


def _commit() -> str:
    try:
        head = _git("rev-parse", "HEAD")
        return head + (" with changes" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
