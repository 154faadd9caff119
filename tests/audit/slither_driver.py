"""Runs slither's detectors over a build of forge. For the analysers' own environment: imports nothing of the project.

Usage: python slither_driver.py BUILD OUTPUT. OUTPUT gets a JSON object: names of all contracts that were analysed, by
file, the number of detectors, the findings, and the functions that slither could not read.
"""

from __future__ import annotations

import inspect
import json
import logging
import sys
from pathlib import Path
from typing import Any

from crytic_compile import CryticCompile
from slither import Slither
from slither.core.solidity_types import ElementaryType
from slither.detectors import all_detectors
from slither.detectors.abstract_detector import AbstractDetector
from slither.slithir import convert
from slither.slithir.operations.binary import Binary, BinaryType
from slither.tools.upgradeability.checks import all_checks as upgrade_checks

SHIFTS = (BinaryType.POWER, BinaryType.LEFT_SHIFT, BinaryType.RIGHT_SHIFT)


class Unread(logging.Handler):
    """Keeps slither's complaints, which would otherwise scroll by while the functions they are about go unchecked."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def take_the_wider_type() -> None:
    """Slither 0.11.6 gives `uint128 + uint256` the type of the left side, finds no library for it, and gives up on the
    whole function. Solidity's rule is the wider of the two."""
    propagate = convert.propagate_types

    def propagate_types(ir: Any, node: Any) -> Any:
        result = propagate(ir, node)
        if isinstance(ir, Binary) and not BinaryType.return_bool(ir.type) and ir.type not in SHIFTS:
            sides = [side.type for side in (ir.variable_left, ir.variable_right)]
            if all(isinstance(side, ElementaryType) and side.type.startswith("uint") for side in sides):
                ir.lvalue.set_type(max(sides, key=lambda side: side.size or 0))
        return result

    convert.propagate_types = propagate_types


def detectors() -> list[type[AbstractDetector]]:
    found = [getattr(all_detectors, name) for name in dir(all_detectors)]
    return [c for c in found if inspect.isclass(c) and issubclass(c, AbstractDetector) and c is not AbstractDetector]


PROXY = "ManagerProxy"
BEHIND_PROXY = (
    "BondingManager",
    "BondingVotes",
    "LivepeerGovernor",
    "RoundsManager",
    "ServiceRegistry",
    "TicketBroker",
)
PROXY_CHECKS = (
    "DifferentVariableContractProxy",
    "ExtraVariablesProxy",
    "FunctionShadowing",
    "IDCollision",
    "VariableWithInit",
)


def storage_of(slither: Slither, name: str) -> list[list[Any]]:
    """Slot, byte and name of each variable of a contract, as slither counts them."""
    (contract,) = slither.get_contract_from_name(name)
    unit = contract.compilation_unit
    # Slither lays out the last contracts of each line only; what one inherits lies where it lies in the heir.
    heir = next(c for c in unit.contracts_derived if c == contract or contract in c.inheritance)
    places = [(unit.storage_layout_of(heir, v), v.name) for v in contract.storage_variables_ordered]
    return [[slot, offset, variable] for (slot, offset), variable in places]


def behind_proxy(slither: Slither, name: str) -> list[dict[str, Any]]:
    """What slither has against a contract behind the proxy."""
    (contract,), (proxy,) = slither.get_contract_from_name(name), slither.get_contract_from_name(PROXY)
    lines = []
    for check in PROXY_CHECKS:
        results = getattr(upgrade_checks, check)(logging.getLogger("upgrades"), contract, proxy=proxy).check()
        for result in results:
            lines.append({"check": result["check"], "contract": name, "description": result["description"].strip()})
    return lines


def successors(slither: Slither) -> dict[str, list[str]]:
    """What slither says of two pairs of versions: a contract after itself, and after another."""

    def refusals(old: str, new: str) -> list[str]:
        (first,), (second,) = slither.get_contract_from_name(old), slither.get_contract_from_name(new)
        check = upgrade_checks.DifferentVariableContractNewContract(
            logging.getLogger("upgrades"), first, contract_v2=second
        )
        return [result["description"].strip() for result in check.check()]

    return {
        "same": [line for name in BEHIND_PROXY for line in refusals(name, name)],
        "another": refusals("TicketBroker", "RoundsManager"),
    }


def place(element: dict[str, Any]) -> str:
    """Where an element of a finding stands, in words that outlive a change of lines."""
    names = [element["name"].split("(")[0]] if element["type"] in ("contract", "function", "variable", "event") else []
    parent = element.get("type_specific_fields", {}).get("parent")
    while parent:
        names.insert(0, parent["name"].split("(")[0])
        parent = parent.get("type_specific_fields", {}).get("parent")
    return ".".join(names)


def main(build: str, output: str) -> None:
    unread = Unread()
    logging.getLogger("ContractSolcParsing").addHandler(unread)
    take_the_wider_type()
    compiled = CryticCompile(
        ".", compile_force_framework="hardhat", hardhat_ignore_compile=True, hardhat_artifacts_directory=build
    )
    slither = Slither(compiled)
    used = detectors()
    for detector in used:
        slither.register_detector(detector)
    findings = []
    for result in (r for results in slither.run_detectors() for r in results):
        files = {e["source_mapping"]["filename_relative"] for e in result["elements"]}
        places = dict.fromkeys(place(e) for e in result["elements"])
        findings.append(
            {
                "check": result["check"],
                "impact": result["impact"],
                "confidence": result["confidence"],
                "files": sorted(files),
                "places": [p for p in places if p],
                "description": result["description"],
            }
        )
    contracts: dict[str, list[str]] = {}
    for contract in slither.contracts:
        contracts.setdefault(contract.source_mapping.filename.relative, []).append(contract.name)
    upgrades = {
        "storage": {name: storage_of(slither, name) for name in BEHIND_PROXY},
        "proxy": [finding for name in BEHIND_PROXY for finding in behind_proxy(slither, name)],
        "successors": successors(slither),
    }
    answer = {
        "upgrades": upgrades,
        "contracts": contracts,
        "detectors": len(used),
        "findings": findings,
        "unread": unread.lines,
    }
    Path(output).write_text(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
