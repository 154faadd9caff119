"""What the protocol consists of, and what its contracts are built from: names, compiler settings, commit."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ape
from eth_utils.crypto import keccak

from scripts._lib.params import Parameters

ROOT = Path(__file__).parents[2]
COMMIT_BYTES = 20
FAUCET = "LivepeerTokenFaucet"


@dataclass(frozen=True, slots=True)
class Piece:
    """A contract of the protocol.

    Attributes:
        name: what it goes by, in the Controller as in a record.
        contract: its name in the sources.
        proxied: whether clients reach it through a ManagerProxy; its implementation is then `<name>Target`.
        registered: whether the Controller knows it.
    """

    name: str
    contract: str
    proxied: bool = False
    registered: bool = True


# In the order of their deployment.
PIECES = (
    Piece("Controller", "Controller", registered=False),
    Piece("LivepeerToken", "LivepeerToken"),
    Piece("Minter", "Minter"),
    Piece("BondingManager", "BondingManager", proxied=True),
    Piece("BondingVotes", "BondingVotes", proxied=True),
    Piece("TicketBroker", "TicketBroker", proxied=True),
    Piece("RoundsManager", "RoundsManager", proxied=True),
    Piece("ServiceRegistry", "ServiceRegistry", proxied=True),
    Piece("AIServiceRegistry", "ServiceRegistry", proxied=True),
    Piece("Treasury", "Treasury"),
    Piece("LivepeerGovernor", "LivepeerGovernor", proxied=True),
    Piece("MerkleSnapshot", "MerkleSnapshot"),
    Piece("PollCreator", "PollCreator", registered=False),
    Piece("Governor", "Governor", registered=False),
    Piece("ProtocolLens", "ProtocolLens"),
    Piece(FAUCET, FAUCET),
)
BY_NAME = {piece.name: piece for piece in PIECES}
PROXIED = tuple(piece.name for piece in PIECES if piece.proxied)


def pieces(parameters: Parameters) -> list[Piece]:
    """Those that the parameters ask for."""
    return [piece for piece in PIECES if piece.name != FAUCET or parameters.faucet_supply]


def contract_id(name: str) -> bytes:
    """The id under which the Controller knows a contract."""
    return keccak(text=name)


def container(name: str) -> Any:
    """Ape's container of a contract of this project; compiles if need be."""
    return getattr(ape.project, name)


def creation_code_hash(name: str) -> str:
    return "0x" + keccak(bytes(container(name).contract_type.get_deployment_bytecode())).hex()


def compiler_settings() -> dict[str, Any]:
    """The settings of `ape-config.yaml` that decide about the code."""
    settings = ape.project.config.get_config("solidity")
    return {
        "name": "solc",
        "version": str(settings.version),
        "evm_version": str(settings.evm_version),
        "optimizer": bool(settings.optimize),
        "optimizer_runs": int(settings.optimization_runs),
        "via_ir": bool(settings.via_ir),
    }


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit of the working tree; `exact` says that the contracts' sources are unchanged since."""

    sha: str
    exact: bool

    @property
    def as_bytes(self) -> bytes:
        """As the Controller wants it; zeros where there is no commit."""
        return bytes.fromhex(self.sha) if self.sha else bytes(COMMIT_BYTES)


@cache
def current_commit() -> Commit:
    sha = _git("rev-parse", "HEAD")
    if sha is None or len(sha) != 2 * COMMIT_BYTES:
        return Commit("", exact=False)
    changes = _git("status", "--porcelain", "--", "contracts", "interfaces", "ape-config.yaml", "package-lock.json")
    return Commit(sha, exact=changes == "")


def _git(*arguments: str) -> str | None:
    try:
        answer = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
