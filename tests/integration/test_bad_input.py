"""Every entry point refuses what it cannot do, says why, and leaves everything as it was.

The first table names every function of every contract that could change something, and what becomes of it when a
stranger calls it with zeros: in an open round, in one that nobody has initialised, and while the system is paused. The
others are of amounts, locks, states and people that are wrong in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, pairwise, product
from typing import Any

import ape
import pytest

from tests.support.bad_input import BONDED, LONG, Row, Scene, name_hash, writing
from tests.support.deployment import LPT, NOBODY, Market
from tests.support.payments import RAND, Payments, SignedTicket, rand_hash

ETHER = 10**18
MAX = 2**256 - 1
AMOUNT_BITS = 104  # of LPT amounts
WIDE = 2**AMOUNT_BITS
OVERFLOW = ("Panic", 0x11)
N2, N4 = (NOBODY,) * 2, (NOBODY,) * 4

# When a function is shut: while paused and before the round is initialised; while paused; never.
STAKE, RUNNING, ANYTIME = "stake", "running", "anytime"
OWNER_ONLY = (ANYTIME, "CallerNotControllerOwner", "stranger")
CONTROLLER_ONLY = (ANYTIME, "CallerNotController", "stranger")
GOES_THROUGH = "went through"


def only(contract: str, caller: str = "stranger") -> tuple[Any, ...]:
    return "CallerNotContract", caller, name_hash(contract)


# What a stranger is told that calls a function with zeros.
ENTRY_POINTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "bonding": {
        "bond": (STAKE, "BondAmountZero"),
        "bondWithHint": (STAKE, "BondAmountZero"),
        "bondForWithHint": (STAKE, "DelegatorZeroAddress"),
        "unbond": (STAKE, "DelegatorNotBonded", "stranger", 2),
        "unbondWithHint": (STAKE, "DelegatorNotBonded", "stranger", 2),
        "rebond": (STAKE, "DelegatorUnbonded", "stranger"),
        "rebondWithHint": (STAKE, "DelegatorUnbonded", "stranger"),
        "rebondFromUnbonded": (STAKE, "UnbondingLockInvalid", "stranger", 0),
        "rebondFromUnbondedWithHint": (STAKE, "UnbondingLockInvalid", "stranger", 0),
        "transferBond": (STAKE, "DelegatorNotBonded", "stranger", 2),
        "withdrawStake": (STAKE, "UnbondingLockInvalid", "stranger", 0),
        "withdrawFees": (STAKE, "FeeRecipientZeroAddress"),
        "claimEarnings": (STAKE, GOES_THROUGH),
        "transcoder": (STAKE, "TranscoderNotRegistered", "stranger"),
        "transcoderWithHint": (STAKE, "TranscoderNotRegistered", "stranger"),
        "reward": (STAKE, "TranscoderNotActive", "stranger", "ROUND"),
        "rewardWithHint": (STAKE, "TranscoderNotActive", "stranger", "ROUND"),
        "rewardForTranscoder": (ANYTIME, "CallerNotRewardCaller", "stranger", "nobody"),
        "rewardForTranscoderWithHint": (ANYTIME, "CallerNotRewardCaller", "stranger", "nobody"),
        "setRewardCaller": (RUNNING, GOES_THROUGH),
        "updateTranscoderWithFees": (RUNNING, *only("TicketBroker")),
        "slashTranscoder": (RUNNING, *only("Verifier")),
        "checkpointBondingState": (ANYTIME, GOES_THROUGH),
        "refreshRoundWindow": (ANYTIME, GOES_THROUGH),
        "setCurrentRoundTotalActiveStake": (ANYTIME, *only("RoundsManager")),
        "setUnbondingPeriod": OWNER_ONLY,
        "setNumActiveTranscoders": OWNER_ONLY,
        "setTreasuryRewardCutRate": OWNER_ONLY,
        "setTreasuryBalanceCeiling": OWNER_ONLY,
        "setController": CONTROLLER_ONLY,
    },
    "broker": {
        "fundDeposit": (RUNNING, GOES_THROUGH),
        "fundReserve": (RUNNING, GOES_THROUGH),
        "fundDepositAndReserve": (RUNNING, GOES_THROUGH),
        "fundDepositAndReserveFor": (RUNNING, GOES_THROUGH),
        "redeemWinningTicket": (STAKE, "TicketRecipientNull"),
        "batchRedeemWinningTickets": (STAKE, GOES_THROUGH),
        "redeemWinningTicketForAtLeast": (STAKE, "TicketRecipientNull"),
        "batchRedeemWinningTicketsWithResults": (STAKE, GOES_THROUGH),
        "unlock": (RUNNING, "NoFunds", "stranger"),
        "cancelUnlock": (RUNNING, "NoUnlockInProgress", "stranger"),
        "withdraw": (RUNNING, "NoFunds", "stranger"),
        "setUnlockPeriod": OWNER_ONLY,
        "setTicketValidityPeriod": OWNER_ONLY,
        "setController": CONTROLLER_ONLY,
    },
    "rounds": {
        "initializeRound": (RUNNING, "RoundAlreadyInitialized", "ROUND"),
        "setRoundLength": OWNER_ONLY,
        "setRoundLockAmount": OWNER_ONLY,
        "setLIPUpgradeRound": OWNER_ONLY,
        "setController": CONTROLLER_ONLY,
    },
    "minter": {
        "createReward": (ANYTIME, *only("BondingManager")),
        "createRewardWithCut": (ANYTIME, *only("BondingManager")),
        "trustedTransferTokens": (ANYTIME, *only("BondingManager")),
        "trustedBurnTokens": (ANYTIME, *only("BondingManager")),
        "trustedWithdrawETH": (ANYTIME, "CallerNotBondingManagerOrTicketBroker", "stranger"),
        "depositETH": (ANYTIME, "CallerNotMinterOrTicketBroker", "stranger"),
        "setCurrentRewardTokens": (ANYTIME, *only("RoundsManager")),
        "migrateToNewMinter": OWNER_ONLY,
        "setTargetBondingRate": OWNER_ONLY,
        "setInflationChange": OWNER_ONLY,
        "setController": CONTROLLER_ONLY,
    },
    "votes": {
        "checkpointBondingState": (ANYTIME, "InvalidCaller", "stranger", "bonding"),
        "checkpointTotalActiveStake": (ANYTIME, "InvalidCaller", "stranger", "bonding"),
        "setController": CONTROLLER_ONLY,
    },
    "registry": {"setServiceURI": (ANYTIME, GOES_THROUGH), "setController": CONTROLLER_ONLY},
    "controller": {
        "setContractInfo": (ANYTIME, "CallerNotOwner", "stranger"),
        "updateController": (ANYTIME, "CallerNotOwner", "stranger"),
        "pause": (ANYTIME, "CallerNotOwner", "stranger"),
        "unpause": (ANYTIME, "CallerNotOwner", "stranger"),
        "transferOwnership": (ANYTIME, "CallerNotOwner", "stranger"),
    },
}
KINDS = {
    "bonding": "BondingManager",
    "broker": "TicketBroker",
    "rounds": "RoundsManager",
    "minter": "Minter",
    "votes": "BondingVotes",
    "registry": "ServiceRegistry",
    "controller": "Controller",
    "token": "LivepeerToken",
}


@pytest.fixture(scope="module")
def scene(market: Market, accounts: Any, orchestrators: Any, delegators: Any, gateway: Any, stranger: Any) -> Scene:
    olga, otto, oona, oleg, late = orchestrators[:5]
    dora, dana, pia, una, ulla = delegators[:5]
    market.rounds.setRoundLength(LONG, sender=market.owner)
    for stake, account in enumerate((oleg, oona, otto, olga), start=1):
        market.register(account, stake * 10_000 * LPT)
    for account, to in ((dora, olga), (dana, otto), (una, otto)):
        market.bond(account, BONDED, to)
    market.next_round()
    market.bonding.reward(sender=otto)
    market.pay_fees(gateway, otto, ETHER)
    market.broker.fundDepositAndReserve(ETHER, ETHER, value=2 * ETHER, sender=gateway)
    market.broker.fundDeposit(value=ETHER, sender=ulla)
    market.broker.unlock(sender=ulla)
    market.bond(pia, BONDED, olga)
    market.bonding.unbond(market.bonding.pendingStake(una, 0), sender=una)
    market.register(late, 11_000 * LPT)
    people = {"owner": market.owner, "stranger": stranger, "gus": gateway}
    people |= {"olga": olga, "otto": otto, "oona": oona, "oleg": oleg, "late": late}
    people |= {"dora": dora, "dana": dana, "pia": pia, "una": una, "ulla": ulla}
    return Scene(market, people, {name: (kind, getattr(market, name).address) for name, kind in KINDS.items()})


def expected(kind: str, situation: str, error: tuple[Any, ...]) -> tuple[Any, ...]:
    if kind in (STAKE, RUNNING) and situation == "paused":
        return ("SystemPaused",)
    if kind == STAKE and situation == "uninitialised":
        return ("CurrentRoundNotInitialized", "ROUND")
    return error


def sweep(scene: Scene, situation: str) -> list[Row]:
    """A call of every function; none that goes through."""
    rows = []
    for contract, functions in ENTRY_POINTS.items():
        zeros = dict(writing(KINDS[contract]))
        for function, (kind, *error) in functions.items():
            refusal = expected(kind, situation, tuple(error))
            if refusal != (GOES_THROUGH,):
                rows.append(Row("stranger", f"{contract}.{function}", zeros[function], refusal))
    return rows


@pytest.mark.parametrize("contract", ENTRY_POINTS)
def test_the_table_names_every_function_that_could_change_anything(contract):
    assert set(ENTRY_POINTS[contract]) == {name for name, _ in writing(KINDS[contract])}


def test_reg60_a_stranger_with_nothing_is_refused_everywhere(scene):
    scene.check(sweep(scene, "open"))


def test_rnd34_before_the_round_is_initialised(scene):
    scene.market.skip_to_round(scene.market.round + 1)
    rows = sweep(scene, "uninitialised")
    scene.check(row for row in rows if row.function != "rounds.initializeRound")


def test_reg63_while_the_system_is_paused(scene):
    scene.market.controller.pause(sender=scene.market.owner)
    scene.check(sweep(scene, "paused"))


AMOUNTS_OF_STAKE = [
    Row("dora", "bonding.bond", (0, "olga"), ("BondAmountZero",)),
    Row("dora", "bonding.bondWithHint", (0, "olga", *N4), ("BondAmountZero",)),
    Row("stranger", "bonding.bond", (1, "olga"), ("ERC20InsufficientAllowance", "bonding", 0, 1)),
    Row("stranger", "bonding.bond", (WIDE - 1, "gus"), ("ERC20InsufficientAllowance", "bonding", 0, WIDE - 1)),
    Row("stranger", "bonding.bond", (WIDE, "gus"), ("SafeCastOverflowedUintDowncast", AMOUNT_BITS, WIDE)),
    Row("dora", "bonding.bond", (WIDE, "olga"), ("SafeCastOverflowedUintDowncast", AMOUNT_BITS, WIDE + 50_000 * LPT)),
    Row("dora", "bonding.bond", (MAX, "olga"), OVERFLOW),
    Row("stranger", "bonding.bond", (MAX, "olga"), ("SafeCastOverflowedUintDowncast", 128, MAX)),
    Row("dora", "bonding.bondForWithHint", (MAX, "dora", "olga", *N4), OVERFLOW),
    Row("dora", "bonding.unbond", (0,), ("UnbondAmountZero",)),
    Row("dora", "bonding.unbond", (BONDED + 1,), ("UnbondAmountTooLarge", BONDED + 1, BONDED)),
    Row("dora", "bonding.unbond", (WIDE,), ("UnbondAmountTooLarge", WIDE, BONDED)),
    Row("dora", "bonding.unbondWithHint", (MAX, *N2), ("UnbondAmountTooLarge", MAX, BONDED)),
    Row("dora", "bonding.transferBond", ("stranger", 0, *N4), ("UnbondAmountZero",)),
    Row("dora", "bonding.transferBond", ("stranger", MAX, *N4), ("UnbondAmountTooLarge", MAX, BONDED)),
    Row("dora", "bonding.withdrawFees", ("dora", 1), ("FeesInsufficient", 1, 0)),
    Row("dora", "bonding.withdrawFees", ("dora", MAX), ("FeesInsufficient", MAX, 0)),
    Row("olga", "bonding.transcoder", (1_000_001, 0), ("InvalidPercentage", 1_000_001, 1_000_000)),
    Row("olga", "bonding.transcoder", (0, 1_000_001), ("InvalidPercentage", 1_000_001, 1_000_000)),
    Row("olga", "bonding.transcoderWithHint", (MAX, MAX, *N2), ("InvalidPercentage", MAX, 1_000_000)),
    Row("owner", "bonding.setTreasuryRewardCutRate", (10**27 + 1,), ("InvalidPercentage", 10**27 + 1, 10**27)),
    Row("owner", "bonding.setTreasuryRewardCutRate", (MAX,), ("InvalidPercentage", MAX, 10**27)),
    Row("owner", "bonding.setNumActiveTranscoders", (0,), ("PoolSizeNotIncreased", 0, 4)),
    Row("owner", "bonding.setNumActiveTranscoders", (4,), ("PoolSizeNotIncreased", 4, 4)),
    Row("owner", "bonding.setNumActiveTranscoders", (2**16,), ("PoolSizeTooLarge", 2**16, 2**16 - 1)),
    Row("owner", "bonding.setNumActiveTranscoders", (MAX,), ("PoolSizeTooLarge", MAX, 2**16 - 1)),
]
OTHER_AMOUNTS = [
    Row("gus", "broker.fundDepositAndReserve", (1, 1), ("FundingMismatch", 1, 1, 1), 1),
    Row("gus", "broker.fundDepositAndReserve", (0, 0), ("FundingMismatch", 1, 0, 0), 1),
    Row("gus", "broker.fundDepositAndReserve", (MAX, 1), ("FundingMismatch", 0, MAX, 1)),
    Row("gus", "broker.fundDepositAndReserve", (1, MAX), ("FundingMismatch", 0, 1, MAX)),
    Row("gus", "broker.fundDepositAndReserveFor", ("ulla", MAX, MAX), ("FundingMismatch", 0, MAX, MAX)),
    Row("gus", "broker.fundDepositAndReserveFor", ("ulla", WIDE, 0), ("FundingMismatch", 1, WIDE, 0), 1),
    Row("owner", "broker.setTicketValidityPeriod", (0,), ("TicketValidityPeriodZero",)),
    Row("owner", "broker.setTicketValidityPeriod", (MAX,), ("PeriodTooLong", MAX, 2**32 - 1)),
    Row("owner", "broker.setUnlockPeriod", (2**32,), ("PeriodTooLong", 2**32, 2**32 - 1)),
    Row("owner", "rounds.setRoundLength", (0,), ("RoundLengthZero",)),
    Row("owner", "rounds.setRoundLength", (MAX,), ("RoundLengthTooLong", MAX, 2**64 - 1)),
    Row("owner", "rounds.setRoundLockAmount", (1_000_001,), ("InvalidPercentage", 1_000_001, 1_000_000)),
    Row("owner", "rounds.setRoundLockAmount", (MAX,), ("InvalidPercentage", MAX, 1_000_000)),
    Row("owner", "minter.setInflationChange", (10**9 + 1,), ("InvalidPercentage", 10**9 + 1, 10**9)),
    Row("owner", "minter.setTargetBondingRate", (MAX,), ("InvalidPercentage", MAX, 10**9)),
    Row("owner", "minter.migrateToNewMinter", ("nobody",), ("NewMinterZeroAddress",)),
    Row("owner", "minter.migrateToNewMinter", ("minter",), ("NewMinterIsCurrent",)),
    Row("owner", "controller.transferOwnership", ("nobody",), ("OwnerZeroAddress",)),
    Row("owner", "controller.unpause", (), ("NotPaused",)),
    Row("dora", "token.transfer", ("nobody", 1), ("ERC20InvalidReceiver", "nobody")),
    Row("stranger", "token.transfer", ("dora", MAX), ("ERC20InsufficientBalance", "stranger", 0, MAX)),
    Row("stranger", "token.transferFrom", ("dora", "stranger", 1), ("ERC20InsufficientAllowance", "stranger", 0, 1)),
]
LOCKS = [
    *(
        Row("dora", f"bonding.{function}", (lock, *hint), ("UnbondingLockInvalid", "dora", lock))
        for function, hint in (("rebond", ()), ("rebondWithHint", N2), ("withdrawStake", ()))
        for lock in (0, 1, WIDE, MAX)
    ),
    *(
        Row("una", f"bonding.{function}", ("olga", lock, *hint), ("UnbondingLockInvalid", "una", lock))
        for function, hint in (("rebondFromUnbonded", ()), ("rebondFromUnbondedWithHint", N2))
        for lock in (1, MAX)
    ),
    Row("una", "bonding.withdrawStake", (0,), ("UnbondingLockNotOpen", "ROUND+3", "ROUND")),
    Row("una", "bonding.rebond", (0,), ("DelegatorUnbonded", "una")),
    Row("stranger", "bonding.withdrawStake", (0,), ("UnbondingLockInvalid", "stranger", 0)),
    Row("dora", "bonding.rebondFromUnbonded", ("olga", 0), ("DelegatorNotUnbonded", "dora")),
]
PEOPLE = [
    # Stake that is not there yet, or not one's own to move.
    Row("pia", "bonding.unbond", (1,), ("DelegatorNotBonded", "pia", 0)),
    Row("pia", "bonding.transferBond", ("dora", 1, *N4), ("ClaimNotAuthorized", "pia", "dora")),
    Row("pia", "bonding.transferBond", ("stranger", 1, *N4), ("DelegatorNotBonded", "pia", 0)),
    Row("una", "bonding.unbond", (1,), ("DelegatorNotBonded", "una", 2)),
    Row("olga", "bonding.bond", (0, "otto"), ("RegisteredTranscoderCannotMove", "olga")),
    Row("late", "bonding.bond", (1, "olga"), ("RegisteredTranscoderCannotMove", "late")),
    # For others.
    Row("stranger", "bonding.bondForWithHint", (1, "dora", "olga", *N4), ("ClaimNotAuthorized", "stranger", "dora")),
    Row("stranger", "bonding.bondForWithHint", (1, "olga", "olga", *N4), ("ClaimNotAuthorized", "stranger", "olga")),
    Row(
        "stranger",
        "bonding.bondForWithHint",
        (1, "dana", "olga", *N4),
        ("DelegateChangeNotAllowed", "stranger", "otto", "olga"),
    ),
    Row("stranger", "bonding.bondForWithHint", (1, "una", "una", *N4), ("DelegateNotAllowed", "stranger", "una")),
    Row("dora", "bonding.bondForWithHint", (1, "nobody", "olga", *N4), ("DelegatorZeroAddress",)),
    Row("dora", "bonding.transferBond", ("nobody", 1, *N4), ("DelegatorZeroAddress",)),
    Row("olga", "bonding.transferBond", ("dora", 1, *N4), ("ClaimNotAuthorized", "olga", "dora")),
    # To one that was put out of the pool and has not called reward yet.
    Row("dora", "bonding.bond", (0, "oleg"), ("RewardNotYetCalled", "oleg", "ROUND")),
    Row("una", "bonding.rebondFromUnbonded", ("oleg", 0), ("RewardNotYetCalled", "oleg", "ROUND")),
    # Orchestrators.
    Row("olga", "bonding.transcoder", (0, 0), ("RewardNotYetCalled", "olga", "ROUND")),
    Row("dora", "bonding.transcoder", (0, 0), ("TranscoderNotRegistered", "dora")),
    Row("otto", "bonding.reward", (), ("RewardAlreadyCalled", "otto", "ROUND")),
    Row("late", "bonding.reward", (), ("TranscoderNotActive", "late", "ROUND")),
    Row("late", "bonding.rewardWithHint", ("olga", "olga"), ("TranscoderNotActive", "late", "ROUND")),
    Row("dora", "bonding.rewardForTranscoder", ("olga",), ("CallerNotRewardCaller", "dora", "olga")),
    Row("olga", "bonding.rewardForTranscoder", ("olga",), ("CallerNotRewardCaller", "olga", "olga")),
    # Money.
    Row("otto", "bonding.withdrawFees", ("nobody", 1), ("FeeRecipientZeroAddress",)),
    Row("otto", "bonding.withdrawFees", ("token", 1), ("EthTransferFailed", "token", 1)),
    Row("gus", "broker.cancelUnlock", (), ("NoUnlockInProgress", "gus")),
    Row("gus", "broker.withdraw", (), ("NoUnlockInProgress", "gus")),
    Row("ulla", "broker.unlock", (), ("UnlockAlreadyInitiated", "ulla", "ROUND+2")),
    Row("ulla", "broker.withdraw", (), ("AccountLocked", "ulla", "ROUND+2", "ROUND")),
    # The owner is not everybody.
    Row("owner", "bonding.setController", ("stranger",), ("CallerNotController", "owner")),
    Row("owner", "bonding.setCurrentRoundTotalActiveStake", (), only("RoundsManager", "owner")),
    Row("owner", "bonding.updateTranscoderWithFees", ("otto", MAX, MAX), only("TicketBroker", "owner")),
    Row("owner", "bonding.slashTranscoder", ("olga", "owner", 1, 1), only("Verifier", "owner")),
    Row("owner", "minter.createReward", (1, 1), only("BondingManager", "owner")),
    Row("owner", "minter.trustedTransferTokens", ("owner", 1), only("BondingManager", "owner")),
    Row("owner", "minter.trustedWithdrawETH", ("owner", 1), ("CallerNotBondingManagerOrTicketBroker", "owner")),
    Row("owner", "votes.checkpointTotalActiveStake", (1, "ROUND"), ("InvalidCaller", "owner", "bonding")),
]


@pytest.mark.parametrize("rows", [AMOUNTS_OF_STAKE, OTHER_AMOUNTS], ids=["stake", "other"])
def test_amounts_of_nothing_and_of_more_than_there_is(scene, rows):
    scene.check(rows)


def test_locks_that_are_not_there_or_not_open(scene):
    scene.check(LOCKS)


def test_people_who_are_not_the_ones(scene):
    scene.check(PEOPLE)


def test_rates_in_the_part_of_the_round_in_which_they_are_fixed(scene):
    market = scene.market
    market.bonding.reward(sender=scene.people["olga"])
    last_part = market.rounds.currentRoundStartBlock() + LONG - LONG // 10
    ape.chain.mine(last_part - ape.chain.blocks.height)
    scene.check(
        Row(who, f"bonding.{function}", (*rates, *hint), ("CurrentRoundLocked", "ROUND"))
        for who, rates in (("olga", (0, 0)), ("dora", (0, 0)), ("olga", (MAX, 0)))
        for function, hint in (("transcoder", ()), ("transcoderWithHint", N2))
    )


def spoilt_tickets(scene: Scene) -> Iterator[tuple[SignedTicket, tuple[Any, ...]]]:
    """Each with one thing wrong, and what it is refused with."""
    p = Payments(scene.market, scene.people["gus"], scene.people["otto"], scene.people["stranger"])
    here, good = scene.market.round, p.sign(p.ticket())
    (*named, aux_data), hash_ = good.fields, p.ticket().creation_round_block_hash

    def changed(**changes: Any) -> SignedTicket:
        return p.sign(p.ticket(**changes))

    def with_aux(data: bytes) -> SignedTicket:
        return replace(good, fields=(*named, data))

    ahead, gone, empty = here + 1, here - 2, bytes(32)
    yield changed(recipient=NOBODY), ("TicketRecipientNull",)
    yield replace(good, fields=(named[0], NOBODY, *good.fields[2:])), ("TicketSenderNull",)
    for length in (0, 63, 65, 96):
        yield with_aux((aux_data + empty)[:length]), ("TicketAuxDataLengthInvalid", length)
    yield changed(creation_round=ahead, creation_round_block_hash=empty), ("TicketCreationRoundUnknown", ahead)
    yield with_aux(MAX.to_bytes(32, "big") + hash_), ("TicketCreationRoundUnknown", MAX)
    yield (
        changed(creation_round_block_hash=empty),
        ("TicketCreationRoundHashMismatch", here, empty, hash_),
    )
    past = bytes(scene.market.rounds.blockHashForRound(gone))
    yield changed(creation_round=gone, creation_round_block_hash=past), ("TicketExpired", here, here)
    yield replace(good, rand=MAX), ("RecipientRandMismatch", MAX, rand_hash(RAND))
    for length in (0, 64, 66):
        yield replace(good, signature=(good.signature + b"\0")[:length]), ("SignatureLengthInvalid", length)
    yield replace(good, signature=bytes(65)), ("ECDSAInvalidSignature",)
    stranger = scene.people["stranger"]
    yield p.sign(p.ticket(), signer=stranger), ("TicketSignerMismatch", "stranger", "gus")
    loser = changed(win_prob=0)
    yield loser, ("TicketNotWinning", loser.hash)
    for value in (2 * ETHER + 1, WIDE, MAX):
        yield changed(face_value=value), ("FundsInsufficient", "gus", value, ETHER, ETHER)
    yield changed(recipient=scene.names["oleg"]), ("TranscoderNotActive", "oleg", "ROUND")
    yield changed(recipient=scene.names["dora"]), ("TranscoderNotActive", "dora", "ROUND")


def test_tick38_tickets_with_one_thing_wrong(scene):
    scene.market.next_round()  # so that there are tickets of two rounds ago
    tickets = list(spoilt_tickets(scene))
    scene.check(Row("stranger", "broker.redeemWinningTicket", t.arguments, refusal) for t, refusal in tickets)


def test_tick48_batches_with_columns_of_different_lengths(scene):
    p = Payments(scene.market, scene.people["gus"], scene.people["otto"], scene.people["stranger"])
    good = p.sign(p.ticket())
    tickets, signatures, rands = [good.fields] * 2, [good.signature], [good.rand]
    scene.check(
        Row("stranger", "broker.batchRedeemWinningTickets", columns, ("BatchTooShort", *map(len, columns)))
        for columns in ((tickets, signatures, rands), (tickets, signatures * 2, rands), (tickets, [], rands * 2))
    )


def missing(contract: str) -> tuple[Any, ...]:
    return "ContractNotRegistered", name_hash(contract)


def behind(contract: str) -> list[Row]:
    """Calls of a proxy that has lost its implementation."""
    functions = {
        "BondingManager": ("bonding.claimEarnings", (0,)),
        "TicketBroker": ("broker.unlock", ()),
        "RoundsManager": ("rounds.initializeRound", ()),
        "ServiceRegistry": ("registry.setServiceURI", ("https://somewhere",)),
        "BondingVotes": ("votes.checkpointTotalActiveStake", (0, 0)),
    }
    function, arguments = functions[contract]
    return [Row("olga", function, arguments, ("TargetNotRegistered", name_hash(contract + "Target")))]


UNREGISTERED = {
    "Minter": [
        Row("dora", "bonding.bond", (1, "olga"), missing("Minter")),
        Row("olga", "bonding.reward", (), missing("Minter")),
        Row("otto", "bonding.withdrawFees", ("otto", 1), missing("Minter")),
        Row("gus", "broker.fundDeposit", (), missing("Minter"), 1),
    ],
    "LivepeerToken": [
        Row("dora", "bonding.bond", (1, "olga"), missing("LivepeerToken")),
        Row("olga", "bonding.reward", (), missing("LivepeerToken")),
    ],
    "BondingVotes": [
        Row("dora", "bonding.claimEarnings", (0,), missing("BondingVotes")),
        Row("dora", "bonding.unbond", (1,), missing("BondingVotes")),
        Row("olga", "bonding.reward", (), missing("BondingVotes")),
    ],
    "RoundsManager": [
        Row("gus", "broker.unlock", (), missing("RoundsManager")),
        Row("ulla", "broker.withdraw", (), missing("RoundsManager")),
    ],
    "JobsManager": [Row("gus", "broker.fundDeposit", (), ("CallerNotMinterOrTicketBroker", "broker"), 1)],
    **{f"{contract}Target": behind(contract) for contract in list(KINDS.values())[:3]},
    **{f"{contract}Target": behind(contract) for contract in ("ServiceRegistry", "BondingVotes")},
}


@pytest.mark.parametrize("name", UNREGISTERED)
def test_reg61_names_that_the_controller_does_not_know(scene, name):
    controller, owner = scene.market.controller, scene.market.owner
    scene.refresh()
    before, (address, commit) = scene.digest(), controller.getContractInfo(name_hash(name))
    controller.setContractInfo(name_hash(name), NOBODY, bytes(20), sender=owner)
    scene.refuse(UNREGISTERED[name])
    controller.setContractInfo(name_hash(name), address, commit, sender=owner)
    scene.refresh()
    assert scene.digest() == before


HOSTILE = ["nobody", "olga", "otto", "late", "oleg", "stranger", "bonding"]


def lied_to(lock: int) -> tuple[Row, ...]:
    """Otto falls from second to last and rises again; Dora moves from the first to the third, and back."""
    return (
        Row("otto", "bonding.unbondWithHint", (25_000 * LPT,), ()),
        Row("dora", "bonding.bondWithHint", (0, "oona"), ()),
        Row("otto", "bonding.rebondWithHint", (lock,), ()),
        Row("dora", "bonding.bondWithHint", (0, "olga"), ()),
    )


def test_bond09_hints_that_lie_change_nothing(scene):
    """Without ties there is one order, whatever a hint says: of outsiders, of itself, the wrong way round."""
    scene.refresh()
    pairs = list(product(HOSTILE, repeat=2))
    turns = [row for lock in range(len(pairs) // 4 + 1) for row in lied_to(lock)]
    turns += [Row(who, "bonding.rewardWithHint", (), ()) for who in ("olga", "oona", "oleg")]
    for (prev, following), row in zip(cycle(pairs), turns, strict=False):
        hints = (prev, following) * (2 if row.function == "bonding.bondWithHint" else 1)
        refusal = scene.call(row._replace(arguments=(*row.arguments, *hints))).refusal
        assert refusal is None, (row, hints, refusal)
        seen = scene.look()
        stakes = [seen.accounts[member].delegated for member in seen.pool]
        assert all(higher > lower for higher, lower in pairwise(stakes)), (row, hints)
        assert set(seen.pool) == {scene.names[who] for who in ("olga", "otto", "oona", "late")}
