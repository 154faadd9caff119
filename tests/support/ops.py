"""The commands of `ape run ops` and `ape run status`, run as a person would, in this process and on its chain."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import ape
import click
from click.testing import CliRunner


@dataclass(frozen=True, slots=True)
class Result:
    """What a command printed, and how it ended."""

    output: str
    exit_code: int

    def text(self, label: str) -> str:
        """What stands behind that label, one line under the other."""
        lines = [line for line in self.output.splitlines() if line.startswith(label + " ")]
        return "\n".join(line[len(label) :].strip() for line in lines)


class Ops:
    """Runs commands against one Controller."""

    def __init__(self, controller: str) -> None:
        self._controller = controller

    def __call__(self, name: str, *arguments: str, sender: Any = None) -> Result:
        """`ape run ops <name> <arguments> --account ...`; fails the test if it does not end well."""
        result = self.run(name, *arguments, sender=sender)
        assert result.exit_code == 0, result.output
        return result

    def refused(self, name: str, *arguments: str, sender: Any = None) -> str:
        """The one sentence that a refused command prints."""
        result = self.run(name, *arguments, sender=sender)
        assert result.exit_code == 1, result.output
        return result.output[result.output.index("Error: ") :]

    def run(self, name: str, *arguments: str, sender: Any = None) -> Result:
        """Any command by name, `status` among them."""
        account = () if sender is None else ("--account", f"TEST::{sender.index}")
        where = ("--controller", self._controller, "--network", "ethereum:local:foundry")
        return run_connected(find_command(name), *arguments, *account, *where)


def find_command(name: str) -> click.Command:
    """A command such as `set-uri` or `withdraw stake`, or `status`."""
    module, *subcommand = name.replace("-", "_").split()
    folder = "scripts" if module == "status" else "scripts.ops"
    command = importlib.import_module(f"{folder}.{module}").cli
    return command.commands[subcommand[0]] if subcommand else command


def run_connected(command: click.Command, *arguments: str) -> Result:
    """Runs a command on the chain that Ape is connected to: what `--network` says is parsed, then not used."""

    def invoke() -> None:
        with command.make_context(command.name, list(arguments)) as context:
            context.params["network"] = ape.networks.provider
            command.invoke(context)

    result = CliRunner().invoke(click.Command("ape", callback=invoke))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Result(result.output, result.exit_code)
