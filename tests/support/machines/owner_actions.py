"""What the owner of the Controller can set, one action for each parameter."""

from __future__ import annotations

from eth_utils.crypto import keccak

from tests.support.calldata import Contract
from tests.support.engine import Outcome
from tests.support.machines.core import Core, Predict, action

__all__ = ["OwnerActions"]

GETTERS = {
    "setNumActiveTranscoders": "getTranscoderPoolMaxSize",
    "setTreasuryRewardCutRate": "nextRoundTreasuryRewardCutRate",
}  # where they are not named as the setters are
BRIDGE = keccak(text="L2LPTDataCache")


class OwnerActions(Core):
    @action
    def grow_pool(self, size: int) -> None:
        """Seats of the pool."""
        staking = self.model.staking
        self._set(self.world.bonding, "setNumActiveTranscoders", size, lambda: staking.grow_pool(size))

    @action
    def set_unbonding_period(self, rounds: int) -> None:
        """BOND-16: for locks to come."""

        def predict() -> None:
            self.model.staking.unbonding_period = rounds

        self._set(self.world.bonding, "setUnbondingPeriod", rounds, predict)

    @action
    def set_treasury_cut(self, share: int) -> None:
        """Of 1e27, from the next round on."""
        staking = self.model.staking
        self._set(self.world.bonding, "setTreasuryRewardCutRate", share, lambda: staking.set_treasury_cut(share))

    @action
    def set_treasury_ceiling(self, amount: int) -> None:
        """LPT wei; zero is none."""

        def predict() -> None:
            self.model.staking.treasury_ceiling = amount

        self._set(self.world.bonding, "setTreasuryBalanceCeiling", amount, predict)

    @action
    def set_inflation_change(self, share: int) -> None:
        """Of 1e9 a round."""
        mint = self.model.mint
        self._set(self.world.minter, "setInflationChange", share, lambda: mint.set_inflation_change(share))

    @action
    def set_target_bonding_rate(self, share: int) -> None:
        """Of 1e9."""
        mint = self.model.mint
        self._set(self.world.minter, "setTargetBondingRate", share, lambda: mint.set_target_bonding_rate(share))

    @action
    def register_bridge(self, amount: int) -> None:
        """MINT-29: one that knows of `amount` LPT wei on L1, which count for the budget of rounds to come."""
        owner, controller = self.world.owner, self.world.controller
        self.arrive(self.world.engine.next_block)
        bridge = self.world.deploy(owner, "HarnessSupplyCache", amount).address

        def predict() -> None:
            self.model.mint.elsewhere = amount
            self.model.books.voice.say("Controller", "SetContractInfo", BRIDGE, bridge, bytes(20))

        self.act(owner, controller, "setContractInfo", BRIDGE, bridge, bytes(20), predict=predict)

    @action
    def set_round_length(self, blocks: int) -> None:
        """RND-33: no number of a round comes twice; a shorter round can have ended by that."""
        clock = self.model.clock
        self._set(self.world.rounds, "setRoundLength", blocks, lambda: clock.set_length(blocks))

    @action
    def set_round_lock(self, share: int) -> None:
        """The last part of a round, of 1e6, in which rates are fixed."""
        clock = self.model.clock
        self._set(self.world.rounds, "setRoundLockAmount", share, lambda: clock.set_lock_share(share))

    @action
    def set_unlock_period(self, rounds: int) -> None:
        """TICK-47: for unlocks to come."""
        broker = self.model.broker
        self._set(self.world.broker, "setUnlockPeriod", rounds, lambda: broker.set_unlock_period(rounds))

    @action
    def set_ticket_validity(self, rounds: int) -> None:
        """For all tickets, however old."""
        broker = self.model.broker
        self._set(self.world.broker, "setTicketValidityPeriod", rounds, lambda: broker.set_validity_period(rounds))

    def _set(self, contract: Contract, function: str, value: int, predict: Predict) -> Outcome:
        def predict_all() -> None:
            predict()
            parameter = function[len("set")].lower() + function[len("set") + 1 :]
            name = "nextRoundTreasuryRewardCutRate" if parameter == "treasuryRewardCutRate" else parameter
            self.model.books.voice.say(contract.name, "ParameterUpdate", name)

        outcome = self.act(self.world.owner, contract, function, value, predict=predict_all)
        if outcome.refusal is None:
            getter = GETTERS.get(function) or function[len("set")].lower() + function[len("set") + 1 :]
            found = self.world.engine.view(contract.address, contract.encode(getter))
            assert int.from_bytes(found, "big") == value, f"REG-60: {getter} is not what was set"
        return outcome
