"""The world of property machines on an EVM in process, within milliseconds.

The world is built once through Ape on an anvil of its own, by the deploy script, in a process of its own; what that
sent is kept in `.build/worlds`, by what it depends on, and played again for each world. Contracts come to stand at the
same addresses; constructors and initialisers really run, so any of them can be played with other code: a variant.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.property.models.protocol import Terms
from tests.support.abi import codec
from tests.support.artifacts import artifact, artifacts
from tests.support.compiler import Compiler
from tests.support.evm_engine import EvmEngine
from tests.support.quick_lens import QuickLens
from tests.support.world import SMART, Actor, Facts, World

__all__ = ["Recording", "Step", "UnbuildableError", "created_contracts", "in_process_world", "is_recorded", "recording"]

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".build" / "worlds"
SOURCES = (
    "scripts/_lib/*.py",
    "deployments/params/local.yaml",
    "tests/support/*world.py",
    "tests/support/recording.py",
    "tests/support/inside/*.sol",
)
KEPT = 8  # recordings
PATIENCE_S = 300
RICH = 10**27  # wei of ether that everybody has
INSIDE = {
    "BondingInside": "tests/support/inside/BondingInside.sol",
    "SmartAccount": "tests/support/inside/SmartAccount.sol",
}


class UnbuildableError(Exception):
    """A variant whose world cannot be set up: a constructor, an initialiser or the owner's first calls fail."""


@dataclass(frozen=True, slots=True)
class Step:
    """A transaction of the set-up.

    Attributes:
        contract: created by it, if any; `data` are then the arguments of its constructor.
        address: of that contract, or of the one called.
        nonce: the sender's.
    """

    block: int
    sender: str
    nonce: int
    contract: str | None
    address: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """What was sent.

    Attributes:
        inside: creation code of contracts that only the EVM in process takes, by name.
    """

    facts: Facts
    steps: list[Step]
    inside: dict[str, bytes]

    def to_json(self) -> str:
        facts = asdict(self.facts)
        for actor in facts["actors"].values():
            actor["key"] = actor["key"].hex()
        steps = [asdict(step) | {"data": step.data.hex()} for step in self.steps]
        inside = {name: code.hex() for name, code in self.inside.items()}
        return json.dumps({"facts": facts, "steps": steps, "inside": inside}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Recording:
        kept = json.loads(text)
        facts = kept["facts"]
        actors = {name: Actor(name, a["address"], bytes.fromhex(a["key"])) for name, a in facts["actors"].items()}
        return cls(
            Facts(**{**facts, "actors": actors, "terms": Terms(**facts["terms"])}),
            [Step(**{**step, "data": bytes.fromhex(step["data"])}) for step in kept["steps"]],
            {name: bytes.fromhex(code) for name, code in kept["inside"].items()},
        )


def in_process_world(creation_code: Mapping[str, bytes] | None = None) -> World:
    """A world of its own on an {EvmEngine}.

    Args:
        creation_code: in place of the compiled one, by contract; without constructor arguments.

    Raises:
        UnbuildableError: with such code the world cannot be set up.
    """
    played, engine = recording(), EvmEngine()
    code = {name: found.creation_code for name, found in artifacts().items()} | dict(creation_code or {})
    facts = played.facts
    for account in (facts.owner, facts.verifier, *(actor.address for actor in facts.actors.values())):
        engine.endow(account, 0, RICH)
    for step in played.steps:
        _play(engine, step, code)
    world = World(engine, facts)
    world.variant = dict(creation_code or {})
    world.quick_lens = _quick_lens(engine, world, played.inside)
    _give_code(engine, world, played.inside["SmartAccount"])
    return world


def created_contracts() -> list[str]:
    """Those that a world consists of, harnesses included: what a variant can replace."""
    return list(dict.fromkeys(step.contract for step in recording().steps if step.contract))


def is_recorded() -> bool:
    """Whether a world of the contracts as they are compiled is there in a moment."""
    return (FOLDER / f"{_digest()}.json").exists()


def recording() -> Recording:
    """Of the contracts as they are compiled; made if there is none."""
    path = FOLDER / f"{_digest()}.json"
    if not path.exists():
        _record()
        artifacts.cache_clear()  # Ape may have compiled anew
        path = FOLDER / f"{_digest()}.json"
    return Recording.from_json(path.read_text("utf-8"))


def _play(engine: EvmEngine, step: Step, code: Mapping[str, bytes]) -> None:
    engine.mine(step.block - engine.next_block)
    if step.contract is None:
        if engine.call(step.sender, step.address, step.data).refusal is not None:
            raise UnbuildableError(f"a call to {step.address} in block {step.block} reverts")
        return
    engine.endow(step.sender, step.nonce, engine.balance(step.sender))
    try:
        address = engine.create(step.sender, code[step.contract] + step.data)
    except RuntimeError as stop:
        raise UnbuildableError(f"the constructor of {step.contract} reverts: {stop}") from stop
    assert address.lower() == step.address.lower(), f"{step.contract} came to stand elsewhere"


def _quick_lens(engine: EvmEngine, world: World, inside: Mapping[str, bytes]) -> QuickLens:
    code = inside["BondingInside"] + codec("(address)").encode([world.controller.address])
    world.inside = engine.create(world.owner, code)
    return QuickLens(engine, world.contracts, world.inside, list(world.addresses.values()), world.senders)


def _give_code(engine: EvmEngine, world: World, creation_code: bytes) -> None:
    """Some people are contracts from now on, at the addresses and with the keys that they have."""
    code = engine.code(engine.create(world.owner, creation_code))
    for name in SMART:
        engine.set_code(world.address(name), code)
        engine.act_by_code(world.address(name), driver=world.owner)
    world.smart = SMART


def _digest() -> str:
    """Of everything that the set-up depends on."""
    digest = sha256()
    for name, found in sorted(artifacts().items()):
        digest.update(name.encode() + found.creation_code)
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _record() -> None:
    """In a process of its own: it has Ape and an anvil to itself."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([os.environ["PATH"], str(ROOT / "node_modules" / ".bin")])
    command = [sys.executable, "-m", __name__]
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (FOLDER / f"{_digest()}.json").exists():  # another process was faster
            return
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=PATIENCE_S
        )
    if done.returncode:
        raise RuntimeError(f"the world of the property machines could not be recorded:\n{done.stdout}{done.stderr}")


def _main() -> None:
    import ape

    from tests.support.ape_world import build_world

    with ape.networks.ethereum.local.use_provider("foundry"):
        world = build_world(ape.accounts.test_accounts)
        steps = list(_steps(ape.chain.provider))
    with Compiler() as compiler:
        kept = Recording(world.facts, steps, compiler.code_of({}, INSIDE, optimized=True))
    path = FOLDER / f"{_digest()}.json"
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(kept.to_json(), "utf-8")
    unfinished.rename(path)
    for stale in sorted(FOLDER.glob("*.json"), key=lambda kept: kept.stat().st_mtime)[:-KEPT]:
        stale.unlink(missing_ok=True)


def _steps(provider: Any) -> Iterator[Step]:
    request = provider.make_request
    for number in range(1, int(request("eth_blockNumber", []), 16) + 1):
        for transaction in request("eth_getBlockByNumber", [hex(number), True])["transactions"]:
            receipt = request("eth_getTransactionReceipt", [transaction["hash"]])
            assert int(receipt["status"], 16), "a transaction of the set-up has failed"
            assert not int(transaction["value"], 16), "a transaction of the set-up pays"
            data = bytes.fromhex(transaction["input"][2:])
            contract = None if transaction["to"] else _created(data)
            yield Step(
                block=number,
                sender=transaction["from"],
                nonce=int(transaction["nonce"], 16),
                contract=contract,
                address=transaction["to"] or receipt["contractAddress"],
                data=data if contract is None else data[len(artifact(contract).creation_code) :],
            )


def _created(data: bytes) -> str:
    """The contract whose creation code the data begins with."""
    fitting = [a for a in artifacts().values() if a.creation_code and data.startswith(a.creation_code)]
    return max(fitting, key=lambda found: len(found.creation_code)).name


if __name__ == "__main__":
    _main()
