"""Draws the next step: mostly what people do, in amounts that meet, and now and then what nobody should.

What a step is drawn from is the reference's state, so that the calls make sense often enough; the step itself holds
only names and numbers, and can be played again without it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.differential.duel import Duel
from tests.differential.motions import Motion
from tests.differential.sides import ACTORS, DELEGATORS, GATEWAYS, LPT, NOBODY, ORCHESTRATORS
from tests.differential.steps import Call, Draw, NextRound, Pass, Step
from tests.differential.views import NEAR_LOCKS, SENDERS

__all__ = ["Dice", "opening"]

ETHER = 10**18
PERC, PRECISE = 10**6, 10**27
STAKES = (1, 2, 3, LPT, 100 * LPT, 200 * LPT, 200 * LPT, 1000 * LPT + 1)
FLAWS = ("loses", "another hash", "another signer", "short signature", "long data", "another number")
BONDED, UNBONDED = 1, 2
HUGE = (2**64, 2**128 - 1, 2**255, 2**256 - 1)


def opening(seed: int) -> list[Step]:
    """A round that can be worked in, and a few that stake at once in most of the sequences."""
    dice = random.Random(seed)
    bm = "BondingManager"
    steps: list[Step] = [NextRound(3), Call("mallory", "RoundsManager", "initializeRound")]
    if size := dice.choice((0, 0, 3, 4, 5)):
        steps.append(Call("owner", bm, "setNumActiveTranscoders", (size,)))
    for name in ORCHESTRATORS[: dice.randrange(5)]:
        steps.append(Call(name, bm, "bond", (dice.choice(STAKES), name)))
        rates = (dice.choice((0, 100_000, 500_000, PERC)), dice.choice((0, 300_000, 950_000, PERC)))
        steps.append(Call(name, bm, "transcoder", rates))
    if dice.random() < 0.8:
        steps.append(Call("gina", "TicketBroker", "fundDepositAndReserve", (3 * ETHER, ETHER), 4 * ETHER))
        steps += [NextRound(), Call("olga", "RoundsManager", "initializeRound")]
    return steps


class Dice:
    """Steps for one sequence.

    Args:
        seed: what is drawn depends on it and on what happens.
    """

    def __init__(self, seed: int, duel: Duel) -> None:
        self.random = random.Random(seed)
        self.duel = duel
        self.nonce = 0
        self.drawn: list[Draw] = []
        self.motions: list[Motion] = []
        self.governed = "LivepeerGovernor" in duel.roles
        weights: dict[Callable[[], Step], float] = {
            self.bond: 12, self.bond_for: 4, self.unbond: 9, self.rebond: 6, self.rebond_from_unbonded: 4,
            self.transfer_bond: 6, self.withdraw_stake: 4, self.withdraw_fees: 4, self.claim: 4, self.rates: 7,
            self.reward: 14, self.reward_as_caller: 3, self.set_reward_caller: 2, self.checkpoint: 1, self.slash: 1,
            self.redeem: 10, self.redeem_again: 1, self.redeem_batch: 3, self.fund: 5, self.leave_broker: 5,
            self.next_round: 9, self.initialize: 4, self.passing: 2, self.parameter: 4, self.pause: 1.5,
            self.govern: 5 if self.governed else 0, self.intrude: 2, self.say_uri: 0.5,
        }  # fmt: skip
        # No two sequences are of one mixture: what is rare in most of them is common in some.
        self.kinds = list(weights)
        self.weights = [weight * self.random.choice((0.1, 1, 1, 1, 4)) for weight in weights.values()]

    def step(self) -> Step:
        """The next step, that both sides know."""
        while True:
            step = self._forced() or self.random.choices(self.kinds, self.weights)[0]()
            if self.duel.possible(step):
                return step

    # Staking

    def bond(self) -> Step:
        who, to = self.staker(), self.delegate()
        amount = self.amount_towards(to)
        if self.random.random() < 0.4:
            return self.bonding(who, "bond", amount, to)
        return self.bonding(who, "bondWithHint", amount, to, *self.hint(), *self.hint())

    def bond_for(self) -> Step:
        owner = self.pick(*ACTORS, NOBODY)
        theirs = self.delegator(owner)[2]
        to = theirs if theirs != NOBODY and self.random.random() < 0.6 else self.delegate()
        who = self.pick("mia", "mia", *ACTORS)
        return self.bonding(who, "bondForWithHint", self.amount_towards(to), owner, to, *self.hint(), *self.hint())

    def unbond(self) -> Step:
        who = self.bonded()
        bonded = self.view("pendingStake", who, 0)
        amount = self.pick(bonded, bonded, bonded // 2, 1, self.delegator(who)[0], bonded + 1, 0, 100 * LPT, bonded - 1)
        if self.random.random() < 0.4:
            return self.bonding(who, "unbond", max(amount, 0))
        return self.bonding(who, "unbondWithHint", max(amount, 0), *self.hint())

    def rebond(self) -> Step:
        who, lock = self.locked()
        if self.random.random() < 0.4:
            return self.bonding(who, "rebond", lock)
        return self.bonding(who, "rebondWithHint", lock, *self.hint())

    def rebond_from_unbonded(self) -> Step:
        who, lock = self.locked(unbonded=True)
        if self.random.random() < 0.4:
            return self.bonding(who, "rebondFromUnbonded", self.delegate(), lock)
        return self.bonding(who, "rebondFromUnbondedWithHint", self.delegate(), lock, *self.hint())

    def transfer_bond(self) -> Step:
        who = self.bonded()
        bonded = self.view("pendingStake", who, 0)
        amount = self.pick(bonded, bonded // 2, 1, 100 * LPT, 0, bonded + 1)
        to = self.pick(*ACTORS, self.delegator(who)[2], NOBODY)
        return self.bonding(who, "transferBond", to, amount, *self.hint(), *self.hint())

    def withdraw_stake(self) -> Step:
        who, lock = self.locked()
        return self.bonding(who, "withdrawStake", lock)

    def withdraw_fees(self) -> Step:
        who = self.bonded()
        fees = self.view("pendingFees", who, 0)
        fees = fees if isinstance(fees, int) else 0
        to = self.pick(who, who, "mallory", "Treasury", NOBODY)
        return self.bonding(who, "withdrawFees", to, self.pick(fees, fees, fees // 2, 0, 1, fees + 1))

    def claim(self) -> Step:
        return self.bonding(self.bonded(), "claimEarnings", self.pick(0, 1, 2**256 - 1))

    def rates(self) -> Step:
        cut, share = (self.pick(0, 1, 100_000, 333_333, 999_999, PERC, PERC + 1) for _ in range(2))
        who = self.pick(*ORCHESTRATORS, *ORCHESTRATORS, *ACTORS)
        if self.random.random() < 0.4:
            return self.bonding(who, "transcoder", cut, share)
        return self.bonding(who, "transcoderWithHint", cut, share, *self.hint())

    def reward(self) -> Step:
        who = self.due()
        if not who:
            return self.random.choice((self.bond, self.next_round))()
        if self.random.random() < 0.5:
            return self.bonding(who, "reward")
        return self.bonding(who, "rewardWithHint", *self.hint())

    def reward_as_caller(self) -> Step:
        transcoder = self.due() or "olga"
        caller = self.view("transcoderToRewardCaller", transcoder) if self.knows("transcoderToRewardCaller") else NOBODY
        who = caller if caller in ACTORS and self.random.random() < 0.8 else self.pick(*ACTORS)
        if self.random.random() < 0.5:
            return self.bonding(who, "rewardForTranscoder", transcoder)
        return self.bonding(who, "rewardForTranscoderWithHint", transcoder, *self.hint())

    def set_reward_caller(self) -> Step:
        return self.bonding(self.pick(*ORCHESTRATORS), "setRewardCaller", self.pick("mallory", "dora", NOBODY, *ACTORS))

    def checkpoint(self) -> Step:
        return self.bonding("mallory", "checkpointBondingState", self.pick(*ACTORS, NOBODY))

    def slash(self) -> Step:
        who = self.pick("vera", "vera", "vera", "mallory")
        shares = (self.pick(0, 1, 250_000, PERC), self.pick(0, 50_000, PERC))
        return self.bonding(who, "slashTranscoder", self.bonded(), self.pick(NOBODY, "mallory"), *shares)

    # Payments

    def redeem(self) -> Step:
        if not any(map(self.funds, GATEWAYS)) and self.random.random() < 0.9:
            return self.fund()
        return self.broker(self.pick("mallory", *ORCHESTRATORS), "redeemWinningTicket", self.draw())

    def redeem_again(self) -> Step:
        draw = self.pick(*self.drawn[-5:]) if self.drawn else self.draw()
        return self.broker("mallory", "redeemWinningTicket", draw)

    def redeem_batch(self) -> Step:
        draws = [self.draw() for _ in range(self.random.randrange(1, 5))]
        if self.random.random() < 0.3:
            draws.append(draws[0])
        return self.broker(self.pick(*ORCHESTRATORS), "batchRedeemWinningTickets", *draws)

    def fund(self) -> Step:
        who = self.pick(*GATEWAYS, "mallory", "olga")
        first, second = (self.pick(0, 1, 10**9, ETHER, 3 * ETHER) for _ in range(2))
        value = first + second + self.pick(0, 0, 0, 0, 1)
        return self.random.choice((
            self.broker(who, "fundDeposit", value=first),
            self.broker(who, "fundReserve", value=first),
            self.broker(who, "fundDepositAndReserve", first, second, value=value),
            self.broker(who, "fundDepositAndReserveFor", self.pick(*GATEWAYS), first, second, value=value),
        ))  # fmt: skip

    def leave_broker(self) -> Step:
        """Somebody with funds begins to leave; who has begun goes on, stays after all, or is sent a gift."""
        leaving = [name for name in SENDERS if self.see("TicketBroker", "isUnlockInProgress", name)]
        if leaving and self.random.random() < 0.8:
            if self.random.random() < 0.25:
                return self.broker(self.pick(*ACTORS), "fundDepositAndReserveFor", self.pick(*leaving), 0, 1, value=1)
            return self.broker(self.pick(*leaving), self.pick("withdraw", "withdraw", "cancelUnlock", "unlock"))
        funded = [name for name in SENDERS if self.funds(name)] or GATEWAYS
        return self.broker(self.pick(*funded), self.pick("unlock", "unlock", "unlock", "cancelUnlock", "withdraw"))

    # Governance

    def govern(self) -> Step:
        """Something with one of the last proposals, fitting its state more often than not."""
        if not self.motions or self.random.random() < 0.15:
            return self.propose()
        motion = self.pick(*self.motions[-3:])
        state = self.see("LivepeerGovernor", "state", motion)
        fitting = {0: "cancel", 1: "castVote", 4: "queue", 5: "execute"}.get(state, "propose")
        function = fitting if self.random.random() < 0.8 else self.pick("cancel", "castVote", "queue", "execute")
        if function == "propose":
            return self.propose()
        arguments: tuple[Any, ...] = (motion,)
        if function == "castVote":
            function = self.pick("castVote", "castVote", "castVoteWithReason")
            arguments = (motion, self.pick(0, 1, 1, 1, 2, 3))
            arguments += ("because",) if function == "castVoteWithReason" else ()
        return Call(self.pick(self.bonded(), self.staker()), "LivepeerGovernor", function, arguments)

    def propose(self) -> Step:
        effects = (
            ("LivepeerToken", "transfer", ("mallory", self.pick(0, 1, LPT))),
            ("LivepeerGovernor", "setVotingPeriod", (self.pick(0, 1, 2, 3),)),
            ("LivepeerGovernor", "setVotingDelay", (self.pick(0, 1, 2),)),
            ("LivepeerGovernor", "setProposalThreshold", (self.pick(0, LPT, 200 * LPT),)),
            ("LivepeerGovernor", "updateQuorumNumerator", (self.pick(0, 1, 333_300, PERC + 1),)),
        )
        motion = Motion(*self.random.choice(effects), len(self.motions))
        self.motions.append(motion)
        return Call(self.bonded(), "LivepeerGovernor", "propose", (motion,))

    # Time, the owner, and those who have no business here

    def next_round(self) -> Step:
        return NextRound(self.pick(0, 0, 0, 0, 0, 1, 1, 2, 5))

    def initialize(self) -> Step:
        return Call(self.pick(*ACTORS), "RoundsManager", "initializeRound")

    def passing(self) -> Step:
        return Pass(self.random.randrange(1, 12))

    def pause(self) -> Step:
        function = "unpause" if self.duel.sight.of(self.duel.ours, "Controller", "paused") else "pause"
        return Call(self.pick("owner", "owner", "mallory"), "Controller", function)

    def parameter(self) -> Step:
        contract, function, arguments = self.random.choice(self._parameters())
        return Call(self.pick(*["owner"] * 6, "mallory"), contract, function, arguments)

    def intrude(self) -> Step:
        who, to = self.pick(*ACTORS, "owner"), self.pick(*ACTORS)
        bm, minter, token = "BondingManager", "Minter", "LivepeerToken"
        return self.random.choice((
            Call(who, bm, "updateTranscoderWithFees", (to, ETHER, 1)),
            Call(who, bm, "setCurrentRoundTotalActiveStake"),
            Call(who, minter, "createReward", (1, 1)),
            Call(who, minter, "trustedTransferTokens", (to, 1)),
            Call(who, minter, "trustedBurnTokens", (1,)),
            Call(who, minter, "trustedWithdrawETH", (to, 1)),
            Call(who, minter, "depositETH", (), 1),
            Call(who, minter, "setCurrentRewardTokens"),
            Call(who, minter, "migrateToNewMinter", (self.pick(NOBODY, "Minter"),)),
            Call(who, bm, "setController", (to,)),
            Call(who, "BondingVotes", "checkpointTotalActiveStake", (1, 1)),
            Call(who, "BondingVotes", "delegate", (to,)),
            Call(who, token, "mint", (to, 1)),
            Call(who, token, "burn", (1,)),
            Call(who, token, "transfer", (self.pick("Treasury", to), self.pick(0, 1, LPT))),
            Call(self.pick(*DELEGATORS), token, "approve", (bm, self.pick(0, 50 * LPT, 2**256 - 1))),
        ))  # fmt: skip

    def say_uri(self) -> Step:
        text = self.pick("", "https://olga.example:8935", "x" * 70)
        return Call(self.pick(*ACTORS), "ServiceRegistry", "setServiceURI", (text,))

    # What steps are drawn from

    def pick(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def bonding(self, who: str, function: str, *arguments: Any) -> Call:
        return Call(who, "BondingManager", function, arguments)

    def broker(self, who: str, function: str, *arguments: Any, value: int = 0) -> Call:
        return Call(who, "TicketBroker", function, arguments, value)

    def knows(self, function: str) -> bool:
        return all(side.has("BondingManager", function) for side in self.duel.sides)

    def see(self, contract: str, function: str, *arguments: Any) -> Any:
        return self.duel.sight.of(self.duel.reference, contract, function, *arguments)

    def view(self, function: str, *arguments: Any) -> Any:
        answer = self.duel.sight.of(self.duel.reference, "BondingManager", function, *arguments)
        return 0 if answer == "refused" else answer

    def delegator(self, name: str) -> Any:
        return self.view("getDelegator", name)

    def staker(self) -> str:
        """Anybody, mostly of those who usually stake."""
        return str(self.pick(*ORCHESTRATORS, *DELEGATORS, *DELEGATORS, self.pick(*ACTORS)))

    def bonded(self) -> str:
        """Mostly somebody with stake, and mostly no longer pending."""
        found = [name for name in ACTORS if self.view("delegatorStatus", name) != UNBONDED]
        settled = [name for name in found if self.view("delegatorStatus", name) == BONDED]
        people = (settled if settled and self.random.random() < 0.8 else found) or ORCHESTRATORS
        return str(self.pick(*people)) if self.random.random() < 0.9 else self.staker()

    def delegate(self) -> str:
        return str(self.pick(*ORCHESTRATORS * 3, *ACTORS, NOBODY))

    def active(self) -> list[str]:
        return [name for name in ACTORS if self.view("isActiveTranscoder", name)]

    def due(self) -> str:
        """Mostly an active orchestrator that has not called yet; empty if there is none."""
        current = self.duel.sight.of(self.duel.ours, "RoundsManager", "currentRound")
        due = [name for name in self.active() if self.view("getTranscoder", name)[0] != current]
        return str(self.pick(*ORCHESTRATORS) if self.random.random() < 0.1 else self.pick("", *due, *due))

    def locked(self, *, unbonded: bool = False) -> tuple[str, int]:
        """Somebody with an unbonding lock, if there is anybody."""
        found = [
            (name, lock)
            for name in ACTORS
            if not unbonded or self.view("delegatorStatus", name) == UNBONDED
            for lock in range(NEAR_LOCKS)
            if self.view("getDelegatorUnbondingLock", name, lock)[1]
        ]
        return self.pick(*found) if found and self.random.random() < 0.9 else (self.staker(), self.random.randrange(3))

    def pool(self) -> list[str]:
        members, name = [], self.view("getFirstTranscoderInPool")
        while name != NOBODY:
            members.append(name)
            name = self.view("getNextTranscoderInPool", name)
        return members

    def amount_towards(self, to: str) -> int:
        """Of the usual sizes, or what makes the delegate equal to another, or one more or less."""
        gaps = [self.view("transcoderTotalStake", name) - self.view("transcoderTotalStake", to) for name in self.pool()]
        gaps = [gap + self.pick(0, 0, 1, -1) for gap in gaps if gap > 1]
        amount = self.pick(*gaps) if gaps and self.random.random() < 0.35 else self.pick(0, *STAKES)
        return int(amount) if self.random.random() < 0.99 else int(self.pick(*HUGE))

    def hint(self) -> tuple[str, str]:
        """None, neighbours in the pool, or any two."""
        way, pool = self.random.random(), self.pool()
        if way < 0.25:
            return NOBODY, NOBODY
        if way < 0.65 and pool:
            at = self.random.randrange(len(pool) + 1)
            pair = [NOBODY, *pool, NOBODY][at : at + 2]
            return pair[0], pair[1]
        return tuple(self.pick(NOBODY, *(pool or ORCHESTRATORS), self.pick(*ACTORS)) for _ in range(2))  # type: ignore[return-value]

    def draw(self) -> Draw:
        self.nonce += 1
        active = self.active() or ORCHESTRATORS
        recipient = self.pick(*active) if self.random.random() < 0.85 else self.pick(*ACTORS, NOBODY)
        flaw = self.pick(*FLAWS) if self.random.random() < 0.08 else ""
        sender = self.pick(*[name for name in GATEWAYS if self.funds(name)] * 5, "gus", "mallory", NOBODY)
        funds = self.funds(sender) if sender in SENDERS else ETHER
        value = self.pick(
            0, 1, 1000, 10**15 + 1, ETHER // 100, *[funds // 7, funds // 3, funds // 2] * 3, funds, funds + 1
        )
        age = self.pick(*[0] * 8, 1, 1, 2, 3)
        draw = Draw(sender, recipient, value, self.nonce, age, flaw)
        self.drawn.append(draw)
        return draw

    def funds(self, sender: str) -> int:
        (deposit, _), (reserve, _) = self.duel.sight.of(self.duel.ours, "TicketBroker", "getSenderInfo", sender)
        return int(deposit + reserve)

    def _forced(self) -> Step | None:
        """A round that is not initialised seldom stays so, and a pause ends."""
        see, ours = self.duel.sight.of, self.duel.ours
        if see(ours, "Controller", "paused") and self.random.random() < 0.3:
            return Call("owner", "Controller", "unpause")
        if not see(ours, "RoundsManager", "currentRoundInitialized") and self.random.random() < 0.6:
            return self.initialize()
        return None

    def _parameters(self) -> list[tuple[str, str, tuple[Any, ...]]]:
        bm, rm, tb = "BondingManager", "RoundsManager", "TicketBroker"
        size = self.view("getTranscoderPoolMaxSize")
        return [
            (bm, "setUnbondingPeriod", (self.pick(0, 1, 2, 3, 7),)),
            (bm, "setNumActiveTranscoders", (self.pick(size, size + 1, size + 1, 1, min(size + 2, 6)),)),
            (bm, "setTreasuryRewardCutRate", (self.pick(0, 10**26, 10**26 + 7, PRECISE, PRECISE + 1),)),
            (bm, "setTreasuryBalanceCeiling", (self.pick(0, 1, LPT, 500 * LPT, 10_000 * LPT),)),
            (rm, "setRoundLength", (self.pick(0, 20, 25, 30, 40, 60),)),
            (rm, "setRoundLockAmount", (self.pick(0, 100_000, 500_000, PERC, PERC + 1),)),
            (rm, "setLIPUpgradeRound", (self.pick(0, 1, 2), self.pick(0, 1, 5))),
            (tb, "setUnlockPeriod", (self.pick(0, 1, 2, 4),)),
            (tb, "setTicketValidityPeriod", (self.pick(0, 1, 2, 3),)),
            ("Minter", "setTargetBondingRate", (self.pick(0, 10**6, 5 * 10**8, 10**9, 10**9 + 1),)),
            ("Minter", "setInflationChange", (self.pick(0, 500, 10**6, 10**9 + 1),)),
        ]
