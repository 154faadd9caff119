"""Parameters of a deployment: one YAML file, every value given and within its range.

Files stand in `deployments/params/`; each value there says in a comment where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from eth_utils.address import is_address, to_checksum_address

from scripts._lib.errors import ParameterError

PARAMS_FOLDER = Path(__file__).parents[2] / "deployments" / "params"
DEPLOYER = "deployer"
GOVERNOR = "governor"

LPT = 10**18
MAX_LPT = 2**104 - 1  # wei; beyond it the Minter mints nothing
PERC = 10**6  # rates of orchestrators and rounds
MINTER_PERC = 10**9  # LIP-40
PRECISE_PERC = 10**27  # LIP-71

_AMOUNT = re.compile(r"(\d[\d_]*(?:\.\d+)?) LPT")


def _parse_number(value: object, *, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(f"must be a whole number, got {value!r}")
    if not low <= value <= high:
        raise ParameterError(f"must be between {low} and {high}, got {value}")
    return value


def _parse_amount(value: object) -> int:
    """Wei of LPT from a whole number of them, or from a text such as `750_000 LPT`."""
    if isinstance(value, str) and (match := _AMOUNT.fullmatch(value)):
        wei = Decimal(match[1].replace("_", "")) * LPT
        if wei != int(wei):
            raise ParameterError(f"has more than 18 decimals: {value!r}")
        value = int(wei)
    elif isinstance(value, str):
        raise ParameterError(f"must be a whole number of wei or a text like '750_000 LPT', got {value!r}")
    return _parse_number(value, low=0, high=MAX_LPT)


def _parse_account(value: object, *, alternatives: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in alternatives:
        return value
    if isinstance(value, str) and is_address(value):
        if int(value, 16) == 0:
            raise ParameterError("must not be the null address")
        return to_checksum_address(value)
    allowed = " or ".join(["an address in quotes", *alternatives])
    raise ParameterError(f"must be {allowed}, got {value!r}")


def _spec(parse: Callable[[object], Any]) -> Any:
    return field(metadata={"parse": parse})


def _number(low: int, high: int) -> Any:
    return _spec(partial(_parse_number, low=low, high=high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Everything that a deployment decides. Amounts are wei of LPT, lengths L1 blocks, periods rounds.

    Attributes:
        owner: who owns the Controller and administers the token's roles in the end; `governor` for the Governor that
            is deployed with the rest.
        governor_owner: who stages and cancels the Governor's updates in the end.
        genesis_supply: LPT that exist before the first round.
        genesis_holder: who receives them, but for the faucet's.
        faucet_supply: how many of them a faucet gives away; 0 for no faucet.
        faucet_request_amount: LPT that it gives at a time.
        faucet_request_wait: hours until it gives to the same account again.
        inflation: new LPT a round, of 1e9 of the supply.
        inflation_change: by how much inflation moves a round, of 1e9.
        target_bonding_rate: share of the supply that inflation wants bonded, of 1e9.
        round_length: L1 blocks.
        round_lock_amount: last part of a round in which orchestrators keep their rates, of 1e6.
        num_active_transcoders: seats in the active set.
        unbonding_period: rounds between unbonding and withdrawing.
        treasury_reward_cut_rate: the treasury's share of rewards, of 1e27.
        treasury_balance_ceiling: LPT above which the treasury takes nothing; 0 for no ceiling.
        unlock_period: rounds between a sender's unlock and its withdrawal.
        ticket_validity_period: rounds for which a ticket can be redeemed, its own included.
        voting_delay: rounds between a proposal and the one whose stake votes.
        voting_period: rounds in which votes are taken.
        proposal_threshold: LPT of stake that may propose.
        quorum: share of active stake that has to vote, of 1e6.
        quota: share of the votes for and against that has to be for, of 1e6.
        treasury_min_delay: seconds between queueing and executing a proposal.
    """

    owner: str = _spec(partial(_parse_account, alternatives=(DEPLOYER, GOVERNOR)))
    governor_owner: str = _spec(partial(_parse_account, alternatives=(DEPLOYER,)))
    genesis_supply: int = _spec(_parse_amount)
    genesis_holder: str = _spec(partial(_parse_account, alternatives=(DEPLOYER,)))
    faucet_supply: int = _spec(_parse_amount)
    faucet_request_amount: int = _spec(_parse_amount)
    faucet_request_wait: int = _number(0, 2**32 - 1)
    inflation: int = _number(0, MINTER_PERC)
    inflation_change: int = _number(0, MINTER_PERC)
    target_bonding_rate: int = _number(0, MINTER_PERC)
    round_length: int = _number(1, 2**32 - 1)
    round_lock_amount: int = _number(0, PERC)
    num_active_transcoders: int = _number(1, 2**16 - 1)
    unbonding_period: int = _number(1, 2**32 - 1)
    treasury_reward_cut_rate: int = _number(0, PRECISE_PERC)
    treasury_balance_ceiling: int = _spec(_parse_amount)
    unlock_period: int = _number(1, 2**32 - 1)
    ticket_validity_period: int = _number(1, 2**32 - 1)
    voting_delay: int = _number(0, 2**48 - 1)
    voting_period: int = _number(1, 2**32 - 1)
    proposal_threshold: int = _spec(_parse_amount)
    quorum: int = _number(0, PERC)
    quota: int = _number(0, PERC)
    treasury_min_delay: int = _number(0, 2**32 - 1)

    def __post_init__(self) -> None:
        if self.faucet_supply > self.genesis_supply:
            raise ParameterError("faucet_supply: must not exceed genesis_supply")

    def with_deployer(self, deployer: str) -> Parameters:
        """The same, with the deployer's address wherever it says `deployer`."""
        named = {f.name: deployer for f in fields(self) if getattr(self, f.name) == DEPLOYER}
        return replace(self, **named)

    def as_dict(self) -> dict[str, str | int]:
        return asdict(self)


def parse_parameters(values: object) -> Parameters:
    """Parameters from a mapping of names to raw values.

    Raises:
        ParameterError: names every parameter that is missing, unknown or out of range, in one message.
    """
    if not isinstance(values, dict):
        raise ParameterError("a parameter file is a mapping of names to values")
    specs = {f.name: f.metadata["parse"] for f in fields(Parameters)}
    faults = [f"{name}: is missing" for name in specs if name not in values]
    faults += [f"{name}: is no parameter" for name in values if name not in specs]
    parsed = {}
    for name, parse in specs.items():
        try:
            parsed[name] = parse(values.get(name))
        except ParameterError as fault:
            if name in values:
                faults.append(f"{name}: {fault}")
    if faults:
        raise ParameterError("\n  ".join(["parameters cannot be used:", *faults]))
    return Parameters(**parsed)


def load_parameters(source: str | Path) -> Parameters:
    """Parameters from a YAML file, or from `deployments/params/<source>.yaml` when `source` is a bare name.

    Raises:
        ParameterError: no such file, no YAML, or values that {parse_parameters} refuses; names the file.
    """
    path = Path(source)
    if not path.suffix and not path.exists():
        path = PARAMS_FOLDER / f"{source}.yaml"
    try:
        values = yaml.load(path.read_text(), Loader=_StrictLoader)
        return parse_parameters(values)
    except FileNotFoundError:
        known = ", ".join(sorted(p.stem for p in PARAMS_FOLDER.glob("*.yaml")))
        raise ParameterError(f"no parameter file {path}; those that come with the project: {known}") from None
    except OSError as error:
        raise ParameterError(f"{path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ParameterError(f"{path} is no YAML: {error}") from error
    except ParameterError as error:
        raise ParameterError(f"{path}: {error}") from error


class _StrictLoader(yaml.SafeLoader):
    """YAML in which a name that stands twice is an error instead of the later value."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [self.construct_object(key, deep=deep) for key, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise ParameterError(f"{name}: is given twice")
        return super().construct_mapping(node, deep=deep)
