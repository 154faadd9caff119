"""Histories on a Ray cluster: that of RAY_ADDRESS, or one of its own on this machine.

Each node needs this project's Python packages; the code, the compiled contracts and the recorded world are sent to it.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from tests.campaign.bad_input import BadInputError

__all__ = ["RayJobs", "check_ray", "ray_jobs", "stage"]

ROOT = Path(__file__).parents[2]
SENT = (
    "tests/**/*.py",
    "tests/**/*.json",
    "tests/**/*.yaml",
    "tests/support/inside/*.sol",
    "offchain/**/*.py",
    "scripts/_lib/*.py",
    "deployments/params/*.yaml",
    ".build/__local__.json",
    ".build/worlds/*.json",
)
PATIENCE_S = 10.0

T = TypeVar("T")


class RayJobs:
    """Work as Ray's tasks, one core each. What a lost node had begun is played elsewhere."""

    def __init__(self, ray: Any, slots: int | None) -> None:
        self._ray = ray
        address = os.environ.get("RAY_ADDRESS")
        self._folder = Path(tempfile.mkdtemp(prefix="campaign-"))
        stage(self._folder)
        own = {} if address else {"num_cpus": slots, "include_dashboard": False}
        try:
            ray.init(
                address=address or "local",
                runtime_env={"working_dir": str(self._folder)},
                logging_level=logging.ERROR,
                log_to_driver=False,
                **own,
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            self._forget()
            raise BadInputError(f"no Ray cluster at RAY_ADDRESS={address}: {error}") from None
        self.slots = slots or int(ray.cluster_resources().get("CPU", 1))

    def submit(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        future: Future[T] = self._ray.remote(num_cpus=1)(work).remote(*arguments).future()
        return future

    def close(self, *, now: bool = False) -> None:
        """Ray ends what has not been waited for; the cluster itself goes on if it is not our own."""
        self._ray.shutdown()
        self._forget()

    def _forget(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def ray_jobs(slots: int | None) -> RayJobs:
    """As many tasks at once as the cluster has cores, or as asked for."""
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # as it will be, and without a warning
    import ray

    return RayJobs(ray, slots)


def check_ray() -> None:
    """Raises BadInputError if Ray is not installed, or no cluster answers."""
    if find_spec("ray") is None:
        raise BadInputError("ENGINE=ray needs Ray, which is not installed: .venv/bin/pip install -e '.[ray]'")
    _check_reachable(os.environ.get("RAY_ADDRESS"))


def _check_reachable(address: str | None) -> None:
    """Ray itself would try for minutes."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if not (host and port.isdigit()):
        return
    try:
        socket.create_connection((host, int(port)), timeout=PATIENCE_S).close()
    except (OSError, OverflowError) as error:
        raise BadInputError(f"no Ray cluster at RAY_ADDRESS={address}: {error}") from None


def stage(folder: Path) -> None:
    """What a node needs, without what a checkout has beside it (and without its .gitignore, which Ray would follow)."""
    for path in sorted(path for pattern in SENT for path in ROOT.glob(pattern)):
        place = folder / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
