"""Processes of a market: started with a log of their own, stopped for certain."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

POLL_S = 0.1


class ProcessError(Exception):
    """A process did not start, or ended before its time; the message ends with its last log lines."""


class MarketProcess:
    """A child process in a process group of its own, writing to one log file."""

    def __init__(
        self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """
        Args:
            name: for messages.
            log: file that output and errors are appended to.
            environment: variables beside those of this process.
        """
        self.name, self.command, self.log = name, list(command), log
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process; again after it has ended."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Process id while it runs."""
        assert self._process is not None, "not started"
        return self._process.pid

    def wait_until(self, ready: Callable[[], bool], timeout_s: float) -> None:
        """Waits until `ready()`.

        Raises:
            ProcessError: the process ended, or it took longer than `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        while not ready():
            if not self.running:
                raise ProcessError(f"{self.name} ended while it was starting:\n{self.last_lines()}")
            if time.monotonic() > deadline:
                raise ProcessError(f"{self.name} was not ready after {timeout_s:g} s:\n{self.last_lines()}")
            time.sleep(POLL_S)

    def kill(self) -> None:
        """Kills the process and its children at once, as a crash would (SIGKILL)."""
        self._signal(signal.SIGKILL)
        self._reap(timeout_s=10)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Halts the process, as it is, for the length of a `with` block."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def stop(self, timeout_s: float = 10.0) -> int | None:
        """Asks the process to end, kills it if it does not; returns its exit code."""
        if self.running:
            self._signal(signal.SIGTERM)
            if not self._reap(timeout_s):
                self.kill()
        return self._process.returncode if self._process else None

    def last_lines(self, count: int = 20) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-count:])

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _reap(self, timeout_s: float) -> bool:
        if self._process is None:
            return True
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True


class TestChain(MarketProcess):
    """An anvil that mines a block a second, and one for each transaction at once."""

    __test__ = False  # a name that test runners would collect

    def __init__(
        self, log: Path, port: int | None = None, block_time_s: float = 1, arguments: Sequence[str] = ()
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        mining = ("--block-time", str(block_time_s), "--mixed-mining")
        super().__init__("anvil", ["anvil", "--port", str(self.port), *mining, "--silent", *arguments], log)

    def start(self) -> None:
        """Starts anvil and waits until it answers."""
        super().start()
        self.wait_until(lambda: port_answers(self.port), timeout_s=20)


def offchain_command(*arguments: str) -> list[str]:
    """The command line of a node, run by this interpreter."""
    return [sys.executable, "-m", "offchain", *arguments]


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_answers(port: int) -> bool:
    """Whether somebody listens on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def read_metrics(port: int) -> dict[str, float]:
    """Samples of a node's metrics endpoint, by name; those of one name are added up over their labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    totals: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            totals[sample.name] = totals.get(sample.name, 0.0) + sample.value
    return totals
