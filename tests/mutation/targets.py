"""The files that mutants are made of, and the unit tests that know them best."""

from __future__ import annotations

from pathlib import Path

__all__ = ["ROOT", "TARGETS", "files_named", "unit_tests"]

ROOT = Path(__file__).parents[2]

_BONDING = "tests/unit/bonding/test_{}.py"
_VOTES = ("tests/unit/votes",)
_GOVERNOR = ("tests/unit/governance",)
_RANKING = ("tests/unit/shared/test_ranked_pool.py", "tests/property/test_ranking.py")


def _bonding(*names: str) -> tuple[str, ...]:
    return tuple(_BONDING.format(name) for name in names)


# Path -> unit tests, those first that notice most.
TARGETS: dict[str, tuple[str, ...]] = {
    "contracts/bonding/ActiveSetModule.sol": _bonding("active_set", "transcoder", "bond", "records_of_rounds", "drift"),
    "contracts/bonding/BondingManager.sol": _bonding(
        "parameters", "gates", "round_window", "checkpoints", "bond", "rebond", "reward"
    ),
    "contracts/bonding/BondingStorage.sol": _bonding("round_window", "gates", "parameters", "active_set", "withdraw"),
    "contracts/bonding/BondingViews.sol": _bonding("active_set", "unbond", "earnings_rounds", "reward", "fees"),
    "contracts/bonding/BondingVotes.sol": (*_VOTES, *_bonding("checkpoints")),
    "contracts/bonding/DelegationModule.sol": _bonding(
        "bond", "bond_for", "unbond", "rebond", "withdraw", "claims", "gates"
    ),
    "contracts/bonding/EarningsModule.sol": _bonding("claims", "reward", "fees", "records_of_rounds"),
    "contracts/bonding/EarningsRounds.sol": _bonding("earnings_rounds", "records_of_rounds"),
    "contracts/bonding/RewardModule.sol": _bonding("reward", "fees", "reward_caller", "records_of_rounds", "drift"),
    "contracts/bonding/SlashingModule.sol": _bonding("slash"),
    "contracts/bonding/TransferModule.sol": _bonding("transfer"),
    "contracts/governance/LivepeerGovernor.sol": _GOVERNOR,
    "contracts/governance/OverridableCounting.sol": _GOVERNOR,
    "contracts/payments/BrokerDeposits.sol": (
        "tests/unit/payments/test_broker_funding.py",
        "tests/unit/payments/test_broker_withdrawal.py",
    ),
    "contracts/payments/BrokerRedemption.sol": (
        "tests/unit/payments/test_broker_redemption_checks.py",
        "tests/unit/payments/test_broker_redemption.py",
        "tests/unit/payments/test_broker_batch.py",
        "tests/unit/payments/test_broker_at_least.py",
    ),
    "contracts/payments/BrokerReserve.sol": ("tests/unit/payments/test_broker_reserve.py",),
    "contracts/payments/BrokerStorage.sol": ("tests/unit/payments",),
    "contracts/payments/TicketBroker.sol": (
        "tests/unit/payments/test_broker_parameters.py",
        "tests/unit/payments/test_broker_funding.py",
    ),
    "contracts/payments/TicketLib.sol": (
        "tests/unit/payments/test_broker_ticket_hash.py",
        "tests/unit/payments/test_broker_redemption_checks.py",
    ),
    "contracts/rounds/RoundsManager.sol": ("tests/unit/rounds",),
    "contracts/shared/BillionthMath.sol": ("tests/property/test_maths.py", "tests/unit/token"),
    "contracts/shared/Manager.sol": (
        "tests/unit/registry",
        "tests/unit/bonding/test_gates.py",
        "tests/unit/token/test_minter_access.py",
    ),
    "contracts/shared/MillionthMath.sol": ("tests/property/test_maths.py", "tests/unit/rounds"),
    "contracts/shared/PackedIds.sol": _RANKING,
    "contracts/shared/PreciseMath.sol": ("tests/property/test_maths.py", *_VOTES),
    "contracts/shared/RankedPool.sol": _RANKING,
    "contracts/shared/RoundHistory.sol": ("tests/unit/shared/test_round_history.py", *_VOTES),
    "contracts/token/Minter.sol": ("tests/unit/token",),
}


def files_named(part: str) -> list[str]:
    """Targets whose path has `part` in it; ValueError if there is none."""
    found = [path for path in TARGETS if part.lower() in path.lower()]
    if not found:
        names = ", ".join(Path(path).stem for path in TARGETS)
        raise ValueError(f"no file named like '{part}' is mutated; there are {names}")
    return found


def unit_tests(path: str) -> tuple[str, ...]:
    return TARGETS[path]
