"""Before a deployment: which network, whose account, which files, what it will cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ape
from ape.api import TestProviderAPI
from ape.exceptions import AccountsError
from eth_utils.currency import from_wei

from scripts._lib.errors import AccountError, EndpointError, ParameterError
from scripts._lib.params import PARAMS_FOLDER, Parameters
from scripts._lib.record import DeploymentRecord
from scripts._lib.sources import PIECES, PROXIED, ROOT, container, pieces

LOCAL_CHAIN_IDS = (1337, 31337)

# Most transactions that are no creation: registrations, JobsManager's too; eight parameters; two contracts set up; six
# about the token; unpause; six of the hand-over. Each takes 25,000 to 75,000 gas, setting up the LivepeerGovernor
# 300,000, and on a rollup some for its data.
REGISTRATIONS = sum(1 + piece.proxied for piece in PIECES if piece.registered) + 1
CALLS = REGISTRATIONS + 8 + 2 + 6 + 1 + 6
CALL_GAS = 100_000


def is_local(provider: Any) -> bool:
    """Whether the chain is a throw-away of this machine, so that nobody need be asked: Ape's own, a fork, or a node
    that says so by its chain id. A node with a live network's chain id counts as that network, wherever it runs."""
    return bool(provider.network.is_dev or provider.chain_id in LOCAL_CHAIN_IDS)


def can_be_put_back(provider: Any) -> bool:
    """Whether Ape runs the chain itself, and so can act for any account there and undo it all."""
    return isinstance(provider, TestProviderAPI) and is_local(provider)


def describe_network(provider: Any) -> str:
    """Ecosystem, network and provider as resolved, chain id, and the endpoint's host: its path may hold a secret."""
    network = provider.network
    url = urlsplit(str(getattr(provider, "uri", "")))
    host = f", {url.scheme}://{url.hostname}{f':{url.port}' if url.port else ''}" if url.hostname else ""
    fork = " (a fork: nothing reaches the real chain)" if network.is_fork else ""
    name = f"{network.ecosystem.name}:{network.name}:{provider.name}"
    return f"{name}, chain id {provider.chain_id}{host}{fork}"


def default_parameters(provider: Any) -> str:
    """Name of the parameter file that fits the network.

    Raises:
        ParameterError: none does.
    """
    name = f"{provider.network.ecosystem.name}-{provider.network.name.removesuffix('-fork')}"
    if (PARAMS_FOLDER / f"{name}.yaml").exists():
        return name
    if is_local(provider):
        return "local"
    raise ParameterError(f"no parameter file comes with {name}: name one with --params")


def default_record(provider: Any) -> Path:
    """Where the record goes when nobody says: `deployments/`, under a name that git ignores for local chains."""
    name = f"{provider.network.ecosystem.name}-{provider.network.name}.json"
    return ROOT / "deployments" / (f"local-{name}" if is_local(provider) else name)


def live_record(provider: Any) -> Path:
    """Record of the deployment that is looked at: on a fork that of the live network, if there is one."""
    path = default_record(provider)
    live = path.with_name(path.name.removeprefix("local-").replace("-fork.json", ".json"))
    return live if provider.network.is_fork and live.exists() else path


def forget_vanished_chain(path: Path) -> bool:
    """Removes the record of a deployment on a local chain that no longer exists; True if there was one."""
    if not path.exists():
        return False
    record = DeploymentRecord.load(path)
    if record.chain_id != ape.chain.chain_id:
        return False
    if any(ape.chain.provider.get_code(part.address) for part in record.parts.values()):
        return False
    path.unlink()
    return True


def choose_account(name: str | None, provider: Any, *, needed: bool = True) -> Any:
    """The account that sends: Ape's account of that alias, or `TEST::<index>`; on local chains test account 0.

    Args:
        needed: whether something will be sent; if not, test account 0 does for asking.

    Raises:
        AccountError: none was named, or none goes by that name.
    """
    if name is None:
        if is_local(provider) or not needed:
            return ape.accounts.test_accounts[0]
        raise AccountError("name the account that deploys with --account; `ape accounts list` shows those there are")
    if match := re.fullmatch(r"TEST::(\d+)", name):
        return ape.accounts.test_accounts[int(match[1])]
    try:
        return ape.accounts.load(name)
    except (AccountsError, IndexError, KeyError) as error:
        raise AccountError(f"no account {name!r}; `ape accounts import {name}` makes one from a key") from error


def require_endpoint(provider: Any) -> None:
    """That somebody chose the endpoint, before anything connects: Ape would go on with any public one that answers.

    Raises:
        EndpointError: the variable that `ape-config.yaml` takes the endpoint from is unset or empty.
    """
    network = provider.network
    named_by_url = "uri" in provider.provider_settings
    if network.is_local or named_by_url or provider.name not in ("node", "foundry"):
        return
    ecosystem, live = network.ecosystem.name, network.name.removesuffix("-fork")
    configured = ape.config.get_config("node").model_dump().get(ecosystem, {}).get(live, {}).get("uri")
    if not configured or configured.startswith("$"):
        variable = f"{ecosystem}_{live}_RPC_URL".upper()
        raise EndpointError(f"no endpoint for {ecosystem}:{live}: set {variable} to the URL of a node")


@dataclass(frozen=True, slots=True)
class Cost:
    """An upper estimate of what a deployment still takes; `gas_price` in wei."""

    transactions: int
    gas: int
    gas_price: int

    @property
    def wei(self) -> int:
        return self.gas * self.gas_price

    def __str__(self) -> str:
        price = from_wei(self.gas_price, "gwei")
        total = from_wei(self.wei, "ether")
        return f"at most {total} ETH: {self.transactions} transactions, {self.gas:,} gas at {price:f} gwei"


def estimate_cost(account: Any, record: DeploymentRecord, parameters: Parameters) -> Cost:
    """What is left to do. Creations are asked of the node one by one, calls taken at a flat rate."""
    wanted = pieces(parameters)
    missing = [piece.contract for piece in wanted if piece.name not in record.implementations]
    proxies = len([name for name in PROXIED if name not in record.proxies])
    gas = sum(_creation_gas(contract, account) for contract in missing)
    gas += proxies * _creation_gas("ManagerProxy", account) if proxies else 0
    calls = max(CALLS - len(record.calls), 0)
    return Cost(len(missing) + proxies + calls, gas + calls * CALL_GAS, gas_price())


def gas_price() -> int:
    """Wei that a unit of gas takes at most, as Ape will offer."""
    provider = ape.chain.provider
    return int(provider.base_fee * provider.network.base_fee_multiplier) + int(provider.priority_fee)


def require_funds(account: Any, cost: Cost) -> None:
    """
    Raises:
        AccountError: the account holds less than that.
    """
    if account.balance < cost.wei:
        holds, needs = from_wei(account.balance, "ether"), from_wei(cost.wei, "ether")
        raise AccountError(f"account {account.address} holds {holds} ETH, this can take {needs} ETH")


def _creation_gas(contract: str, account: Any) -> int:
    """Gas of creating a contract; its constructor only stores its arguments, so any will do."""
    inputs = container(contract).contract_type.constructor.inputs
    arguments = [account.address if i.type == "address" else bytes(32) if i.type == "bytes32" else 0 for i in inputs]
    transaction = container(contract)(*arguments, sender=account)
    return int(ape.chain.provider.estimate_gas_cost(transaction))
