"""Other versions of the project's contracts, compiled in a second or less: the compiler stays loaded between them.

With the optimizer a version's code is the deployed one's to the byte if nothing that matters has changed; without it
the code does the same, costs more gas and may exceed the size limit of real chains, which {EvmEngine} does not have.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from os.path import normpath
from pathlib import Path, PurePosixPath
from typing import Any

from tests.support.artifacts import artifact

__all__ = ["CompileError", "Compiler", "built_from", "closure"]

ROOT = Path(__file__).parents[2]
SERVICE = ROOT / "tools" / "solc-service.cjs"
IMPORT = re.compile(r'^import\s[^"]*"([^"]+)";', re.MULTILINE)
OPTIMIZED = {"enabled": True, "runs": 200}
# Without a digest of the sources behind the code, which would differ for nothing.
PLAIN = {"evmVersion": "cancun", "metadata": {"bytecodeHash": "none", "appendCBOR": False}}


class CompileError(Exception):
    """What the compiler says against the sources."""


class Compiler:
    """A compiler process; ends with the `with` block it is used in."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", str(SERVICE)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Compiler:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def creation_code(
        self, sources: Mapping[str, str], contracts: Iterable[str], *, optimized: bool = False
    ) -> dict[str, bytes]:
        """Of these contracts, without constructor arguments.

        Args:
            sources: texts in place of those of files, by path from the project's root, such as
                `contracts/bonding/RewardModule.sol`.

        Raises:
            CompileError: the sources are no valid program.
        """
        return self.code_of(sources, {name: artifact(name).source for name in contracts}, optimized=optimized)

    def code_of(
        self, sources: Mapping[str, str], places: Mapping[str, str], *, optimized: bool = False
    ) -> dict[str, bytes]:
        """As {creation_code}, of contracts whose files are given by `places`."""
        selection = {path: {name: ["evm.bytecode.object"]} for name, path in places.items()}
        settings = PLAIN | {"optimizer": OPTIMIZED if optimized else {"enabled": False}, "outputSelection": selection}
        output = self._ask(sources, settings)["contracts"]
        return {name: bytes.fromhex(output[path][name]["evm"]["bytecode"]["object"]) for name, path in places.items()}

    def syntax_trees(self, paths: Iterable[str], sources: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
        """The compiler's own, with the types that it has found; places count bytes of UTF-8.

        Raises:
            CompileError: the sources are no valid program.
        """
        wanted = list(paths)
        settings = PLAIN | {"outputSelection": {path: {"": ["ast"]} for path in wanted}}
        output = self._ask(sources or {}, settings)["sources"]
        return {path: output[path]["ast"] for path in wanted}

    def _ask(self, sources: Mapping[str, str], settings: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"sources": dict(sources), "settings": settings}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the compiler has died; has `make setup` been run?")
        output = json.loads(answer)
        errors = [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]
        if errors:
            raise CompileError("\n".join(errors))
        return output


def built_from(paths: Iterable[str], contracts: Iterable[str]) -> list[str]:
    """Those of the contracts whose sources, with all that they import, include one of the files."""
    changed = set(paths)
    return [name for name in contracts if changed & closure(artifact(name).source)]


@cache
def closure(path: str) -> frozenset[str]:
    """The project's files that a file consists of: itself, and what it imports, and what that imports."""
    found, ahead = {path}, [path]
    while ahead:
        new = set(_imports(ahead.pop())) - found
        found |= new
        ahead += new
    return frozenset(found)


def _imports(path: str) -> Iterator[str]:
    for name in IMPORT.findall((ROOT / path).read_text("utf-8")):
        place = normpath(PurePosixPath(path).parent / name) if name.startswith(".") else name
        if (ROOT / place).exists():  # libraries of others lie elsewhere
            yield place
