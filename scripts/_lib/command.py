"""What the command lines of deployments have in common."""

from __future__ import annotations

from typing import Any

import click
from ape.cli import ConnectedProviderCommand
from ape.exceptions import ApeException

from scripts._lib.errors import DeployError


class DeployCommand(ConnectedProviderCommand):
    """Connects as every Ape command does, once somebody has said where to; faults of ours end in one message."""

    def invoke(self, ctx: click.Context) -> Any:
        from scripts._lib.preflight import require_endpoint

        try:
            require_endpoint(ctx.params["network"])
            return super().invoke(ctx)
        except (DeployError, ApeException) as error:
            raise click.ClickException(str(error)) from error
