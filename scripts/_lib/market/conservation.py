"""Is all money still there? LPT and ETH of a chain, counted to the wei (security facts I1 to I4)."""

from __future__ import annotations

from dataclasses import dataclass

from offchain.chain.protocol import Protocol
from offchain.types import ZERO_ADDRESS
from scripts._lib.market.history import events, operations


@dataclass(frozen=True, slots=True)
class Check:
    """Two counts of the same money.

    Attributes:
        name: what is counted.
        left: one count, in wei or LPT wei.
        right: the other.
        slack: how much larger `left` may be: what rounding down keeps in the Minter. 0 demands equality.
    """

    name: str
    left: int
    right: int
    slack: int = 0

    @property
    def holds(self) -> bool:
        """Whether the counts agree."""
        return 0 <= self.left - self.right <= self.slack


async def conservation(protocol: Protocol, stakers: list[str], gateways: list[str], locked: int) -> list[Check]:
    """All counts that must agree.

    Args:
        stakers: every account that has bonded.
        gateways: every account that has funded a deposit or reserve.
        locked: LPT wei in unbonding locks not yet withdrawn.
    """
    return [
        *await _lpt(protocol, stakers, locked),
        *await _minter_eth(protocol, stakers, gateways),
        await _all_eth(protocol),
    ]


async def _lpt(protocol: Protocol, stakers: list[str], locked: int) -> list[Check]:
    token, w3 = protocol.token, protocol.w3
    transfers = await events(token, w3, "Transfer")
    holders = {end for transfer in transfers for end in (transfer["from"], transfer["to"])} - {ZERO_ADDRESS}
    minted = sum(transfer["value"] for transfer in transfers if transfer["from"] == ZERO_ADDRESS)
    burned = sum(transfer["value"] for transfer in transfers if transfer["to"] == ZERO_ADDRESS)
    supply = await token.total_supply()
    staked = [await protocol.bonding.pending_stake(staker) for staker in stakers]
    claims = len(await events(protocol.bonding, w3, "EarningsClaimed")) + len(stakers)
    return [
        Check("LPT: minted less burned = supply", minted - burned, supply),
        Check("LPT: all holders = supply", sum([await token.balance_of(h) for h in holders]), supply),
        Check(
            "LPT: Minter = stakes, locks, rounding",
            await token.balance_of(protocol.minter.address),
            sum(staked) + locked,
            # A reward floors once for the orchestrator and once for each claim of its delegators.
            slack=2 * claims + 2 * len(await events(protocol.bonding, w3, "Reward")),
        ),
    ]


async def _minter_eth(protocol: Protocol, stakers: list[str], gateways: list[str]) -> list[Check]:
    w3, broker, bonding = protocol.w3, protocol.broker, protocol.bonding
    held = int(await w3.eth.get_balance(protocol.minter.address))
    funded = sum([e["amount"] for name in ("DepositFunded", "ReserveFunded") for e in await events(broker, w3, name)])
    withdrawals = await events(broker, w3, "Withdrawal")
    paid_out = sum(e["deposit"] + e["reserve"] for e in withdrawals)
    paid_out += sum(e["amount"] for e in await events(bonding, w3, "WithdrawFees"))
    info = [await broker.sender_info(gateway) for gateway in gateways]
    owed_fees = sum([await bonding.pending_fees(staker) for staker in stakers])
    owed = sum(i.deposit + i.reserve_funds for i in info) + owed_fees
    transfers = await events(broker, w3, "WinningTicketTransfer")
    redemptions, earned = len(transfers), sum(transfer["amount"] for transfer in transfers)
    claims = len(await events(bonding, w3, "EarningsClaimed")) + len(stakers)
    return [
        Check("ETH: Minter = funded less paid out", held, funded - paid_out),
        Check(
            "ETH: Minter = deposits, reserves, fees, rounding",
            held,
            owed,
            # Each redemption floors a factor that is then multiplied by a stake; each claim floors again.
            # An orchestrator's first fees after a missed round are shared by an estimate of its last reward, which the
            # Minter had rounded down to nine decimals (LIP-40): up to that part of the fees stays behind.
            slack=2 * (redemptions + claims) * max(1, len(stakers)) + earned // 10**9,
        ),
    ]


async def _all_eth(protocol: Protocol) -> Check:
    """ETH of everybody who took part, now and at genesis; what was paid for gas is counted with them."""
    w3 = protocol.w3
    done = await operations(w3, protocol)
    everybody = {operation.sender for operation in done} | {operation.to for operation in done if operation.to}
    everybody.add(protocol.minter.address)
    now = sum([int(await w3.eth.get_balance(account)) for account in everybody])
    before = sum([int(await w3.eth.get_balance(account, 0)) for account in everybody])
    return Check("ETH: all accounts and gas paid = genesis", now + sum(o.fee for o in done), before)
